"""Findings: what a benchmark's reader must know before believing its figures."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..metrics.result import ResultWarning
from ..stats import median
from .course import CLOCK_STEPS
from .probe import Answer
from .result import BenchmarkResult

_LOOP_SHARE = 0.10
_LEAST_GROWTH = 256 * 1024  # bytes, in each half of the values
_CLEAR_SHARE = 0.9
_BLOCKED_SHARE = 0.5
_WAITED_SHARE = 0.05

Finding = Callable[[BenchmarkResult, Sequence[Answer]], str | None]


def findings(result: BenchmarkResult, answers: Sequence[Answer]) -> tuple[ResultWarning, ...]:
    """A warning for each finding that applies."""
    told = ((code, find(result, answers)) for code, find in _FINDINGS.items())
    return tuple(ResultWarning(code=code, message=message) for code, message in told if message is not None)


def growth_per_call(answers: Sequence[Answer]) -> float | None:
    """Resident bytes that a call added, where that is clear: memory grew in both halves of nine in ten processes."""
    known = [answer for answer in answers if answer["memory"]]
    if not known or sum(map(_grew, known)) < _CLEAR_SHARE * len(known):
        return None
    return median([_growth(answer) / sum(value["calls"] for value in answer["values"]) for answer in known])


def _growth(answer: Answer) -> int:
    before, _, after = answer["memory"]
    return int(after - before)


def _grew(answer: Answer) -> bool:
    before, middle, after = answer["memory"]
    return bool(middle - before >= _LEAST_GROWTH and after - middle >= _LEAST_GROWTH)


def _exploratory(result: BenchmarkResult, _: Sequence[Answer]) -> str | None:
    if not result.exploratory:
        return None
    return f"measured in one process, so no verdict is built on it: {result.why}"


def _copied(_: BenchmarkResult, answers: Sequence[Answer]) -> str | None:
    if not any(answer.get("is_copy") for answer in answers):
        return None
    return (
        "it is defined in no file, so processes measured a copy of it and of the globals that it names: settings and "
        "patches that were made here to other modules are not in force there"
    )


def _loop_cost(result: BenchmarkResult, _: Sequence[Answer]) -> str | None:
    share = result.empty_loop_share
    if share is not None and share <= _LOOP_SHARE:
        return None
    told = "all" if share is None else f"{share:.0%}"
    return f"the function is so fast that the empty loop is {told} of the figures (it is not subtracted)"


def _too_fast(result: BenchmarkResult, answers: Sequence[Answer]) -> str | None:
    short = median([value["elapsed_s"] for answer in answers for value in answer["values"]])
    resolution = median([answer["resolution_s"] for answer in answers])
    if short >= CLOCK_STEPS * resolution:
        return None
    return (
        f"a value lasts {short / resolution:,.0f} steps of the clock, {CLOCK_STEPS:,} are needed to time it: "
        "give more iterations, or leave them out"
    )


def _not_settled(result: BenchmarkResult, _: Sequence[Answer]) -> str | None:
    capped = result.warm_up.capped
    if not capped:
        return None
    return (
        f"times had not settled when the warm-up of {capped} of {result.processes} processes was ended at its cap: "
        "raise warmup_cap_s, or say warmup_iterations (--warmup)"
    )


def _no_warm_up(result: BenchmarkResult, _: Sequence[Answer]) -> str | None:
    if result.settings.warmup_iterations != 0 or result.settings.iterations is None:
        return None
    return "there was no warm-up, so the first calls of each process are in the figures"


def _time(ms: float) -> str:
    scale, unit = (1.0, "ms") if ms >= 1 else (1e3, "µs") if ms >= 1e-3 else (1e6, "ns")
    return f"{ms * scale:.4g} {unit}"


def _size(count: float) -> str:
    return f"{count / 1000:,.3g} kB" if count >= 1000 else f"{count:,.3g} bytes"


def _two_modes(result: BenchmarkResult, _: Sequence[Answer]) -> str | None:
    modes = result.modes
    if modes is None:
        return None
    return (
        f"values fall into two groups, around {_time(modes.low_ms)} and {_time(modes.high_ms)}: "
        "their middle may be neither"
    )


def _blocks(result: BenchmarkResult, answers: Sequence[Answer]) -> str | None:
    seen = [answer for answer in answers if answer["blocked_s"] is not None]
    if not seen:
        return None
    blocked_s, call_s = (median([answer[key] for answer in seen]) for key in ("blocked_s", "call_s"))
    if blocked_s < _BLOCKED_SHARE * call_s:
        return None
    return (
        f"a call of {call_s * 1000:.3g} ms holds up the event loop: a timer fired {blocked_s * 1000:.3g} ms late; "
        "calls at once cannot overlap there"
    )


def _leaks(result: BenchmarkResult, _: Sequence[Answer]) -> str | None:
    growth = result.memory_growth_bytes_per_call
    if growth is None:
        return None
    cycles = "; garbage in cycles is not collected with gc='off'" if result.settings.gc == "off" else ""
    return f"resident memory grew by {_size(growth)} with each call, throughout{cycles}"


def _contended(result: BenchmarkResult, _: Sequence[Answer]) -> str | None:
    share = result.waited_share
    if share is None or share < _WAITED_SHARE:
        return None
    return (
        f"other work kept it from a processor {share:.0%} of the time, which is in no figure; what that work did to "
        "caches and clock rates is"
    )


_FINDINGS: dict[str, Finding] = {
    "Exploratory": _exploratory,
    "Copied": _copied,
    "TooFastToTime": _too_fast,
    "EmptyLoopCost": _loop_cost,
    "WarmUpCapped": _not_settled,
    "NoWarmUp": _no_warm_up,
    "Contended": _contended,
    "TwoModes": _two_modes,
    "LoopBlocked": _blocks,
    "MemoryGrowth": _leaks,
}
