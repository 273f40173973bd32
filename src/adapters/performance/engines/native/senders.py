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
    dialer = Dialer(tls_context(options["tls"]))
    return lambda: WireSender(dialer, keep_alive=options["keep_alive"], user_agent=USER_AGENT)
