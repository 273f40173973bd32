"""Which sender a job's users have: our own wire code, or httpx for what only httpx does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ....http.wire import Dialer
from .sender import Sender
from .tls import tls_context
from .wire_sender import WireSender

USER_AGENT = "polyload"


def sender_factory(job: dict[str, Any]) -> Callable[[], Sender]:
    """A function that makes the sender of one more user."""
    options = job["program"]["options"]
    if job["sender"] == "httpx":
        from .httpx_sender import HttpxSenders

        return HttpxSenders(options, app=job["app"], user_agent=USER_AGENT).make
    dialer = Dialer(tls_context(options["tls"]) if _may_need_tls(job["program"]) else None)
    return lambda: WireSender(dialer, keep_alive=options["keep_alive"], user_agent=USER_AGENT)


def _may_need_tls(program: dict[str, Any]) -> bool:
    """Whether a context is worth its 20 ms: not where every URL is plain HTTP and no TLS setting is asked for.

    A redirect to https then makes a context with the same default settings.
    """
    tls = program["options"]["tls"]
    asked = not tls["verify"] or any(tls[name] for name in ("ca_file", "client_cert"))
    urls = [step["url"] for scenario in program["scenarios"] for step in scenario["steps"] if "url" in step]
    starts = [url if isinstance(url, str) else url[0] for url in urls]
    return asked or not all(isinstance(start, str) and start.startswith("http://") for start in starts)
