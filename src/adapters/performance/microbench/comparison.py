"""Comparisons of benchmarks: by how much one is faster than another, and whether that is known at all.

The unit is the process: Hodges-Lehmann shift of log medians with its exact Mann-Whitney interval, Holm over several
comparisons, and one of four words.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np

from ..errors import UsageError
from ..metrics.result import ResultWarning
from ..stats import Interval, hodges_lehmann, holm, judge, mann_whitney, median
from ..stats.inputs import FloatArray
from .result import BenchmarkResult
from .settings import MARGIN
from .verdicts import BenchmarkComparison, Compared, Ratio

MIN_PROCESSES = 5
_COMPARED_SETTINGS = {
    "is_async": "one is async",
    "concurrency": "concurrency differs",
    "gc": "the policy of garbage collection differs",
    "setup_per": "setup is called at other times",
}


def compare(results: Sequence[BenchmarkResult], *, margin: float = MARGIN) -> BenchmarkComparison:
    """Every result against the first. UsageError for fewer than two, or for two of one name."""
    _check(results, margin)
    base, *others = results
    interleaved = all(other.session == base.session for other in others)
    compared = compare_pairs([(base, other) for other in others], margin=margin)
    return BenchmarkComparison(
        base=base.name,
        margin=margin,
        interleaved=interleaved,
        compared=tuple(compared),
        fastest=_fastest(results, margin),
        medians_ms={result.name: result.median_ms for result in results},
        warnings=tuple(_warnings(results, interleaved)),
    )


def compare_pairs(
    pairs: Sequence[tuple[BenchmarkResult, BenchmarkResult]], *, margin: float = MARGIN
) -> list[Compared]:
    """Each (base, new) pair by itself, with Holm's correction over all that can be compared."""
    reasons = [no_verdict(base, new) for base, new in pairs]
    tests = [
        None if reason else mann_whitney(_logs(new), _logs(base)).p
        for (base, new), reason in zip(pairs, reasons, strict=True)
    ]
    adjusted: Iterator[float] = iter(holm([p for p in tests if p is not None]))
    return [
        Compared(name=new.name, base=base.name, verdict="inconclusive", reason=reason)
        if p is None
        else _judged(base, new, p, next(adjusted), margin)
        for (base, new), reason, p in zip(pairs, reasons, tests, strict=True)
    ]


def no_verdict(base: BenchmarkResult, new: BenchmarkResult) -> str | None:
    """Why two results carry no verdict, None if they do."""
    for result in (base, new):
        if result.failure is not None:
            return f"{result.name} failed: {result.failure.sentence}"
        if result.exploratory:
            return f"{result.name} was measured in one process only"
        if result.processes < MIN_PROCESSES:
            return f"{result.name} has {result.processes} processes, and {MIN_PROCESSES} are needed"
        if any(warning.code == "TooFastToTime" for warning in result.warnings) or not result.min_ms:
            return f"{result.name} is too fast to be timed like this"
    if found := base.environment.differences(new.environment):
        return f"{base.name} was measured elsewhere: {'; '.join(found)}"
    for name, words in _COMPARED_SETTINGS.items():
        if getattr(base.settings, name) != getattr(new.settings, name):
            return words
    return None


def _judged(
    base: BenchmarkResult, new: BenchmarkResult, p_value: float, p_adjusted: float, margin: float
) -> Compared:
    log_ratio = hodges_lehmann(_logs(new), _logs(base))
    drift = None if base.session == new.session else _drift(base, new)
    if drift is not None:
        log_ratio = replace(log_ratio, low=log_ratio.low - drift, high=log_ratio.high + drift)
    judged = judge(log_ratio, margin=margin, p_adjusted=p_adjusted)
    visible = judged.visible_effect()
    return Compared(
        name=new.name,
        base=base.name,
        verdict=judged.verdict(),
        ratio=_ratio(judged.ratio),
        p_value=p_value,
        p_adjusted=p_adjusted,
        visible_effect=visible if math.isfinite(visible) else None,
        drift=None if drift is None else math.expm1(drift),
    )


def _drift(base: BenchmarkResult, new: BenchmarkResult) -> float:
    """By how much the machine may have changed between two results: the log of a ratio, 0 or more.

    The most of: what each changed from its first half of processes to its second, and what a fixed piece of arithmetic,
    timed in every process, changed from one result to the other.
    """
    halves = [_shift(logs[: len(logs) // 2], logs[len(logs) // 2 :]) for logs in (_logs(base), _logs(new))]
    speed = _shift(np.log(base.reference_ms), np.log(new.reference_ms))
    return max(*halves, speed)


def _shift(before: FloatArray, after: FloatArray) -> float:
    return abs(median(after) - median(before))


def _logs(result: BenchmarkResult) -> FloatArray:
    """The logarithm of the median of each process, in the order in which they ran."""
    return np.log([median(values) for values in result.values_ms])


def _ratio(interval: Interval) -> Ratio:
    return Ratio(
        estimate=interval.estimate, low=interval.low, high=interval.high, confidence=interval.confidence
    )


def _fastest(results: Sequence[BenchmarkResult], margin: float) -> str | None:
    """The result that is faster than every other, with Holm's correction over all pairs."""
    pairs = list(combinations(results, 2))
    beaten: dict[str, set[str]] = {result.name: set() for result in results}
    for compared in compare_pairs(pairs, margin=margin):
        if compared.verdict == "faster":
            beaten[compared.name].add(compared.base)
        elif compared.verdict == "slower":
            beaten[compared.base].add(compared.name)
    return next((name for name, others in beaten.items() if len(others) == len(results) - 1), None)


def _warnings(results: Sequence[BenchmarkResult], interleaved: bool) -> Iterator[ResultWarning]:
    if not interleaved:
        yield ResultWarning(
            code="NotInterleaved",
            message="measured one after the other, so a drift of the machine is not excluded; intervals are widened by "
            "the drift that was seen. compare_functions lets functions take turns",
        )


def _check(results: Sequence[BenchmarkResult], margin: float) -> None:
    check_comparison(len(results), margin)
    names = [result.name for result in results]
    if len(set(names)) < len(names):
        raise UsageError(
            f"two results have one name: {', '.join(names)}", hint="give each benchmark a name of its own"
        )


def check_comparison(count: int, margin: float) -> None:
    """UsageError for fewer than two to compare, and for a margin that is no share."""
    if count < 2:
        raise UsageError(f"a comparison needs at least two, not {count}")
    if not 0 < margin < math.inf:
        raise UsageError(f"margin must be a share above 0, such as 0.02, not {margin!r}")
