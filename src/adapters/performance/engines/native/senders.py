"""Which sender a job's users have: our own wire code, or httpx for what only httpx does."""

from __future__ import annotations

import socket
from collections.abc import Callable
from functools import partial
from itertools import count
from typing import Any

from ....http.wire import Dialer, Names, Tickets, resumable
from ..program.requests import all_requests
from .sender import ConnectionCounts, Sender
from .shared_sender import SharedConnections, SharedSender
from .tls import tls_context
from .wire_sender import Dial, IdlingSender, WireSender

USER_AGENT = "polyload"
_FAMILIES = {None: socket.AF_UNSPEC, 4: socket.AF_INET, 6: socket.AF_INET6}


def sender_factory(job: dict[str, Any], counts: ConnectionCounts) -> Callable[[], Sender]:
    """A function that makes the sender of one more user; what befalls connections is counted in ``counts``."""
    options = job["program"]["options"]
    if job["sender"] == "httpx":
        from .httpx_sender import HttpxSenders

        return HttpxSenders(job, user_agent=USER_AGENT).make
    dials = _Dials(job["program"], job["worker"], job["workers"])
    idle_s, limit = options["idle_timeout_s"], job["shared"]
    if limit is not None:
        shared = SharedConnections(dials.in_turn(), limit=limit, idle_s=idle_s)
        return lambda: SharedSender(shared, counts, user_agent=USER_AGENT)
    if idle_s is not None:
        return lambda: IdlingSender(dials.next(), counts, idle_s=idle_s, user_agent=USER_AGENT)
    keep_alive = options["keep_alive"]
    return lambda: WireSender(dials.next(), counts, keep_alive=keep_alive, user_agent=USER_AGENT)


class _Dials:
    """The ways in which users connect: local addresses are dealt to them in turn, over all workers."""

    def __init__(self, program: dict[str, Any], worker: int, workers: int) -> None:
        options = program["options"]
        context = tls_context(options["tls"]) if _may_need_tls(program) else None
        self._resumes: bool = options["tls"]["resume"]
        self._addresses: list[str] = options["local_addresses"]
        self._numbers = count(worker, workers)
        self._dialer = Dialer(
            resumable(context) if context is not None and self._resumes else context,
            names=Names(each_time=options["resolve"] == "connection"),
            unix_socket=options["unix_socket"],
            family=_FAMILIES[options["ip"]],
            server_name=options["tls"]["server_name"],
        )

    def next(self) -> Dial:
        """The way of one more user."""
        return partial(self._dialer.dial, local_address=self._address(), tickets=self._tickets())

    def in_turn(self) -> Dial:
        """The way of all users together: the addresses are dealt to connections."""
        tickets = self._tickets()
        return lambda origin, *, timeout_s: self._dialer.dial(
            origin, timeout_s=timeout_s, local_address=self._address(), tickets=tickets
        )

    def _address(self) -> str | None:
        addresses = self._addresses
        return addresses[next(self._numbers) % len(addresses)] if addresses else None

    def _tickets(self) -> Tickets | None:
        return Tickets() if self._resumes else None


def _may_need_tls(program: dict[str, Any]) -> bool:
    """Whether a context is worth its 20 ms: not where every URL is plain HTTP and no TLS setting is asked for.

    A redirect to https then makes a context with the same default settings.
    """
    tls = program["options"]["tls"]
    asked = not tls["verify"] or tls["resume"] or any(tls[name] for name in ("ca_file", "client_cert"))
    urls = [step["url"] for step in all_requests(program)]
    starts = [url if isinstance(url, str) else url[0] for url in urls]
    return asked or not all(isinstance(start, str) and start.startswith("http://") for start in starts)
