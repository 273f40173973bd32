"""Which sender a job's users have: our own wire code, or httpx for what only httpx does."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from typing import Any

from ....http.wire import Dialer
from .sender import Sender
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


def tls_context(tls: dict[str, Any]) -> ssl.SSLContext:
    """The TLS settings of a plan."""
    context = ssl.create_default_context(cafile=tls["ca_file"])
    if not tls["verify"]:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if tls["client_cert"]:
        context.load_cert_chain(tls["client_cert"], tls["client_key"])
    return context
