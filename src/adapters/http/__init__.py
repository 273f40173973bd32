"""An HTTP client that tells the truth about time: ``HTTPXClient``, its transport, auth and retries.

Nothing heavy is imported before it is used, httpx included: ``adapters.http.wire`` needs neither.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .auth import ApiKeyAuth, BearerAuth
    from .client import HTTPXClient
    from .errors import HTTPError, WireError
    from .retries import Retries
    from .timing import Timing, timing_of
    from .transport import WireTransport

__all__ = [
    "ApiKeyAuth",
    "BearerAuth",
    "HTTPError",
    "HTTPXClient",
    "Retries",
    "Timing",
    "WireError",
    "WireTransport",
    "timing_of",
]

_HOMES = {
    "ApiKeyAuth": "auth",
    "BearerAuth": "auth",
    "HTTPError": "errors",
    "HTTPXClient": "client",
    "Retries": "retries",
    "Timing": "timing",
    "WireError": "errors",
    "WireTransport": "transport",
    "timing_of": "timing",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f".{_HOMES[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
