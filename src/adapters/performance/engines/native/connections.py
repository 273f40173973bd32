"""How a plan's connections are had, in words, and what of it can be found wrong before a run."""

from __future__ import annotations

import socket

from ...errors import PlanError
from ...plan.connections import KeepAlive
from ...plan.model import Plan


def connections_in_words(plan: Plan) -> str:
    """How connections are had when our own wire code makes them."""
    options = plan.options
    parts = [_kept(options.keep_alive)]
    if options.unix_socket is None:
        every = "for each connection" if options.resolve == "connection" else "once in each process"
        parts.append(f"names looked up {every}, which connect does not include")
    if options.tls.resume:
        parts.append("TLS sessions resumed")
    return "; ".join(parts)


def _kept(keep_alive: bool | KeepAlive) -> str:
    if not keep_alive:
        return "a new one for each request"
    kept = keep_alive if isinstance(keep_alive, KeepAlive) else KeepAlive()
    words = "one kept connection per user and origin"
    if kept.shared is not None:
        words = (
            f"at most {kept.shared} kept connections to each origin, shared by all users and divided among processes; "
            "waiting for a free one is part of the latency"
        )
    return words if kept.idle_timeout is None else f"{words}; replaced once idle for {kept.idle_timeout:g} s"


def check_local_addresses(plan: Plan) -> None:
    """PlanError for a local address that this machine does not have."""
    for address in plan.options.local_address:
        try:
            with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET) as probe:
                probe.bind((address, 0))
        except OSError as error:
            raise PlanError(
                f"options.local_address: {address} is no address of this machine: {error.strerror}",
                hint="'ip address' lists those it has; on Linux every address of 127.0.0.0/8 is one",
            ) from error
