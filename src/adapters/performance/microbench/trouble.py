"""What went wrong in a process that measured, as plain data: which call, what it raised, and where."""

from __future__ import annotations

import traceback
from pathlib import Path
from types import TracebackType
from typing import Any

from .timing import CallRaised

_HERE = str(Path(__file__).parent)
_TEXT_LIMIT = 20_000


def describe(error: BaseException, calls_before: int) -> dict[str, Any]:
    """An error raised by a call, or by setup or teardown (then ``call`` is None), with the traceback of user code."""
    call = None
    if isinstance(error, CallRaised) and error.__cause__ is not None:
        call = calls_before + error.number
        error = error.__cause__
    kept = _beyond_harness(error.__traceback__)
    if kept is None and call is None:
        kept = error.__traceback__
    told = traceback.TracebackException(type(error), error, kept)
    return {
        "kind": "raised",
        "call": call,
        "error": type(error).__name__,
        "message": _text(error),
        "traceback": "".join(told.format())[-_TEXT_LIMIT:],
    }


def timed_out(timeout_s: float, call: int | None, place: str, *, known: bool = True) -> dict[str, Any]:
    """A process whose time was up: in which call (None: in none), and at which lines; ``known``: whether it said."""
    where = "outside of its calls: while loading, in setup or in teardown"
    if not known:
        where = "in compiled code, which does not say in which call"
    elif call is not None:
        where = f"in call {call}"
    return {
        "kind": "timed-out",
        "call": call,
        "error": None,
        "message": f"timed out after {timeout_s:g} s {where}",
        "traceback": place[-_TEXT_LIMIT:],
    }


def last_words(stderr: bytes) -> str:
    """What a process that did not answer wrote at its end; of a stack that is in it, without what is this package's."""
    lines = stderr.decode(errors="replace").strip().splitlines()
    return "\n".join(line for line in lines if _HERE not in line and 'File "<frozen' not in line)


def _beyond_harness(trace: TracebackType | None) -> TracebackType | None:
    """The traceback from the first frame that is not of this package on; None if there is none."""
    first = trace
    while first is not None and first.tb_frame.f_code.co_filename.startswith(_HERE):
        first = first.tb_next
    return first


def _text(error: BaseException) -> str:
    try:
        return str(error)[:_TEXT_LIMIT]
    except Exception:
        return "(its message cannot be shown)"
