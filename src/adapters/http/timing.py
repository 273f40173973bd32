"""How long the phases of a request took."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import httpx


@dataclass(frozen=True, slots=True)
class Timing:
    """The phases of one request and its answer, in seconds.

    ``first_byte_s`` and ``total_s`` (the last byte) count from when the request was handed to the transport, waiting
    for a free connection (``waited_s``) and connecting (``connect_s``, TLS included) among them, as curl counts. What
    the server and the way to it took is therefore ``first_byte_s - waited_s - (connect_s or 0)``.
    None stands for what did not happen or could not be seen: no connection was made for the request; a transport
    not our own does not tell how long it waited; an application called in the process has no connection to reuse.
    Retries and redirects are requests of their own: the timing of a response is that of the last.
    """

    connect_s: float | None
    first_byte_s: float
    total_s: float
    reused: bool | None
    waited_s: float | None = None


def timing_of(response: httpx.Response) -> Timing:
    """The timing of a response of an HTTPXClient; LookupError if it has none, or its body was not read yet."""
    timing = response.extensions.get("timing")
    if not isinstance(timing, Timing):
        raise LookupError(
            "the response has no timing: it did not come through an HTTPXClient, or its body has not been read"
        )
    return timing
