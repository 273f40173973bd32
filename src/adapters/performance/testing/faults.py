"""Faulty answers: each is a path of the recording server, and is logged as the request's ``fault``."""

from __future__ import annotations

from .messages import NEVER, Reply
from .routing import Call, path, plain

_BODY = b"0123456789" * 100
_GARBAGE = b"\x16\x03\x01 this is no HTTP answer\r\n\x00\xff\xfe\r\n\r\n"
_BAD_LENGTH = b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\nok"
_HUGE = 1024 * 1024


@path("/hang")
def hang(call: Call) -> Reply:
    """Never answers; the request ends when the client goes."""
    return Reply(delay_s=NEVER, fault="hang")


@path("/reset-before")
def reset_before(call: Call) -> Reply:
    """Reads the request, then resets the connection (RST) without a byte."""
    return Reply(raw=b"", then="reset", fault="reset-before")


@path("/reset-inside")
def reset_inside(call: Call) -> Reply:
    """The head and half of the body, then a reset (RST)."""
    return Reply(body=_BODY, sent=len(_BODY) // 2, then="reset", fault="reset-inside")


@path("/close-before")
def close_before(call: Call) -> Reply:
    """Reads the request, then closes (FIN) without a byte."""
    return Reply(raw=b"", then="drop", fault="close-before")


@path("/truncated")
def truncated(call: Call) -> Reply:
    """Half of what Content-Length promises, then a close (FIN)."""
    return Reply(body=_BODY, sent=len(_BODY) // 2, then="drop", fault="truncated")


@path("/garbage")
def garbage(call: Call) -> Reply:
    """Bytes that are no HTTP, then a close."""
    return Reply(raw=_GARBAGE, then="drop", fault="garbage")


@path("/bad-length")
def bad_length(call: Call) -> Reply:
    """200 with a Content-Length that is no number, then a close."""
    return Reply(raw=_BAD_LENGTH, then="drop", fault="bad-length")


@path("/huge-header")
def huge_header(call: Call) -> Reply:
    """200 with one header of a mebibyte, then a close."""
    return Reply(headers=[("X-Huge", "x" * _HUGE)], body=b"ok", then="close", fault="huge-header")


@path("/keep-alive-limit/N")
def keep_alive_limit(call: Call) -> Reply:
    """200; after the Nth answer on a connection it is closed without Connection: close (stale keep-alive)."""
    limit = int(call.args[0])
    reply = plain()
    if call.request.connection_request >= limit:
        reply.then = "drop"
    return reply


@path("/fail-every/N")
def fail_every(call: Call) -> Reply:
    """500 for each Nth request on that path, counted over all connections."""
    return _inject("500", call) if _due(call) else plain()


@path("/fault-every/N/FAULT")
def fault_every(call: Call) -> Reply:
    """Each Nth request on that path meets FAULT: reset, truncated, hang, slow-MS, or a status such as 503."""
    fault = call.args[1]
    return _inject(fault, call) if _due(call) else plain()


def _due(call: Call) -> bool:
    every = int(call.args[0])
    if every < 1:
        raise ValueError("N must be 1 or more")
    return call.memory.hit(call.request.path) % every == 0


def _inject(fault: str, call: Call) -> Reply:
    kind, _, ms = fault.partition("-")
    if kind == "slow":
        reply = plain()
        reply.delay_s = float(ms) / 1000
    elif fault in _NAMED:
        reply = _NAMED[fault](call)
    elif fault.isdigit() and 200 <= int(fault) < 600:
        reply = Reply.text(f"injected {fault}", int(fault))
    else:
        raise ValueError(f"no fault {fault!r}: use reset, truncated, hang, slow-MS, or a status such as 503")
    reply.fault = fault
    return reply


_NAMED = {"reset": reset_before, "truncated": truncated, "hang": hang}
