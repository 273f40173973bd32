"""Handshakes: over a connection that is there already, and shorter where a session can be resumed.

Neither asyncio nor uvloop has an argument for the session to resume. Both make their ``SSLObject`` by calling
``wrap_bio`` of the context, in the context variables of the task that asked: there the session is put in.
"""

from __future__ import annotations

import ssl
from contextvars import ContextVar

_offered: ContextVar[ssl.SSLSession | None] = ContextVar("offered_tls_session", default=None)


class Tickets:
    """The sessions of one client, by the name it knows the server under.

    TLS 1.3 sends tickets after the handshake (RFC 8446, section 4.6.1), so that a connection's session is read when the
    next one is made. Sessions belong to the SSL context of their connection.
    """

    def __init__(self) -> None:
        self._last: dict[str, ssl.SSLObject] = {}

    def session(self, name: str) -> ssl.SSLSession | None:
        """The session of the last connection to that server."""
        last = self._last.get(name)
        return None if last is None else last.session

    def keep(self, name: str, tls: ssl.SSLObject) -> None:
        """Notes the TLS side of a connection."""
        self._last[name] = tls


def resumable(context: ssl.SSLContext) -> ssl.SSLContext:
    """The same context, which offers the server the session that ``offer`` was given."""
    wrap_bio = context.wrap_bio

    def wrap_with_session(
        incoming: ssl.MemoryBIO,
        outgoing: ssl.MemoryBIO,
        server_side: bool = False,
        server_hostname: str | bytes | None = None,
        session: ssl.SSLSession | None = None,
    ) -> ssl.SSLObject:
        return wrap_bio(incoming, outgoing, server_side, server_hostname, session or _offered.get())

    context.wrap_bio = wrap_with_session  # type: ignore[method-assign]
    return context


def offer(session: ssl.SSLSession | None) -> None:
    """Has the connections that the current task makes from now on offer this session."""
    _offered.set(session)
