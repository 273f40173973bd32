"""How a user's requests are sent: one contract, over our own wire code or over httpx."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from ....http.errors import WireError

if TYPE_CHECKING:
    from .volley import Volley

Header = tuple[str, str]


@dataclass(slots=True)
class Outgoing:
    """A request ready to be sent, its headers without Host, Cookie and Content-Length.

    ``keep_body`` is how many bytes of the answer's body are kept at most, 0 when nobody reads it; ``reads_answer``
    when more of it is looked at than its status. ``prepared`` is the sender's own form of it, made when it is first
    sent and kept. ``cookie`` is its own Cookie header; ``proves`` tells that it goes where it may say who sends it.
    """

    method: str
    url: str
    headers: tuple[Header, ...]
    body: bytes | None
    timeout_s: float
    keep_body: int
    cookie: str | None = None
    reads_answer: bool = False
    prepared: Any = None
    proves: bool = True


@dataclass(slots=True)
class Exchange:
    """One request sent and what came back, times on the clock of ``time.perf_counter``.

    ``error`` is set when there was no whole answer. Byte counts are what went over the wire, 0 where unknown.
    ``connect_s`` is set when a connection was made for it, and only then ``tls_s`` means something: the handshake.
    ``plain`` tells that nothing but the status need be looked at: ``headers``, ``set_cookies`` and ``body`` then say
    nothing. ``body`` is as it came, still encoded, and empty unless it was to be kept.
    """

    started_at: float = 0.0
    first_byte_at: float = 0.0
    done_at: float = 0.0
    connect_s: float | None = None
    tls_s: float | None = None
    status: int = 0
    headers: list[Header] = field(default_factory=list)
    set_cookies: list[str] = field(default_factory=list)
    body: bytes = b""
    bytes_received: int = 0
    bytes_sent: int = 0
    error: WireError | None = None
    plain: bool = False


@dataclass(slots=True)
class ConnectionCounts:
    """What befell the connections of all users of a worker.

    ``resent`` are requests that were sent again because the server had closed the kept connection; ``reconnects``
    kept connections that the server had ended between requests, announced or not, and that were replaced;
    ``tls_resumed`` handshakes that resumed a session.
    """

    resent: int = 0
    reconnects: int = 0
    tls_resumed: int = 0


class Sender(Protocol):
    """The connections of one user; an exchange is valid until the next is sent."""

    @property
    def busy(self) -> bool:
        """Whether a request is under way that the server may have seen."""

    async def send(self, request: Outgoing, cookie: str | None, volley: Volley | None = None) -> Exchange:
        """Sends a request and waits for its answer; failures are in the exchange, only cancelling raises.

        With a ``volley`` it may be sent many times; the exchange is then that of the last.
        """

    async def close(self) -> None:
        """Closes the user's connections."""
