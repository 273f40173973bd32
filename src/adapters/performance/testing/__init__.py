"""Test servers for load engines, shipped for those who write one; imports neither pytest nor trustme."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .messages import NEVER, Reply, SeenRequest
from .recording import RequestLog
from .routing import behaviours_markdown
from .server import RecordingServer

if TYPE_CHECKING:
    from .demo import DemoServer

__all__ = [
    "NEVER",
    "DemoServer",
    "RecordingServer",
    "Reply",
    "RequestLog",
    "SeenRequest",
    "behaviours_markdown",
]


def __getattr__(name: str) -> Any:
    if name == "DemoServer":  # late: `python -m …testing.demo` must be the first to import its module
        from .demo import DemoServer

        return DemoServer
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
