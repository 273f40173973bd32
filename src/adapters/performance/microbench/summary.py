"""From the values of processes to the figures of a result."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from ..stats import (
    coefficient_of_variation,
    find_modes,
    mad,
    median,
    outliers,
    quantile_interval,
    variance_parts,
)
from .cases import Case
from .environment import Environment
from .findings import findings, growth_per_call
from .probe import Answer
from .result import BenchmarkResult, Failure, MedianInterval, Settings, TwoModes, Variance, WarmUpInfo
from .settings import Effort

_MS = 1000.0
_ROUND = 10  # significant digits kept: the clock has fewer


@dataclass(frozen=True, slots=True)
class Origin:
    """What the results of a session have in common; ``why`` it was measured in this process, None if it was not."""

    session: str
    started_at: datetime
    duration_s: float
    environment: Environment
    effort: Effort
    why: str | None


def make_result(
    case: Case, answers: Sequence[Answer], turns: Sequence[int], origin: Origin
) -> BenchmarkResult:
    """The result of a case; without any figure if one of its processes failed."""
    failure = _failure(answers)
    good = [] if failure is not None else list(answers)
    figures = _figures(good) if good else {}
    result = BenchmarkResult(
        name=case.name,
        params={name: _plain(value) for name, value in case.params.items()},
        success=failure is None,
        failure=failure,
        mode="processes" if origin.why is None else "in-process",
        why=origin.why,
        started_at=origin.started_at,
        duration_s=origin.duration_s,
        calls=sum(value["calls"] for answer in good for value in answer["values"]),
        warm_up=_warm_up(good),
        processes=len(good),
        settings=_settings(case, origin.effort),
        environment=origin.environment,
        session=origin.session,
        seed=origin.effort.seed,
        order=tuple(turns),
        **figures,
    )
    return result.model_copy(update={"warnings": findings(result, good)}) if good else result


def _figures(answers: Sequence[Answer]) -> dict[str, Any]:
    """Every figure that the values of at least one process carry."""
    times = [
        [_digits(_MS * value["busy_s"] / value["calls"]) for value in answer["values"]] for answer in answers
    ]
    pooled = np.concatenate([np.asarray(values) for values in times])
    medians = [median(values) for values in times]
    several = len(pooled) > 1
    calls, elapsed_s, busy_s = (
        sum(value[key] for answer in answers for value in answer["values"])
        for key in ("calls", "elapsed_s", "busy_s")
    )
    middle = median(medians)
    empty_ms = _MS * median([answer["empty_loop_s"] for answer in answers])
    return {
        "avg_time": _MS * busy_s / calls,
        "throughput": calls / elapsed_s if elapsed_s else None,
        "min_ms": float(pooled.min()),
        "median_ms": middle,
        "interval": _interval(medians),
        "mad_ms": mad(pooled) if several else None,
        "p95_ms": float(np.quantile(pooled, 0.95)) if several else None,
        "cv": coefficient_of_variation(pooled) if several else None,
        "variance": _variance(times),
        "outliers": int(outliers(pooled).sum()) if several else None,
        "modes": _modes(pooled),
        "empty_loop_ms": empty_ms,
        "empty_loop_share": empty_ms / middle if middle else None,
        "clock_resolution_ms": _MS * median([answer["resolution_s"] for answer in answers]),
        "memory_growth_bytes_per_call": growth_per_call(answers),
        "waited_share": _waited(answers),
        "reference_ms": tuple(_digits(_MS * answer["reference_s"]) for answer in answers),
        "values_ms": tuple(tuple(values) for values in times),
    }


def _waited(answers: Sequence[Answer]) -> float | None:
    shares = [answer["waited"] for answer in answers if answer["waited"] is not None]
    return sum(shares) / len(shares) if shares else None


def _interval(medians: Sequence[float]) -> MedianInterval | None:
    """The interval of the median over processes, None where they are too few for 95 %."""
    if len(medians) < 2:
        return None
    found = quantile_interval(sorted(medians), 0.5)
    return (
        None
        if found is None
        else MedianInterval(low_ms=found.low, high_ms=found.high, confidence=found.confidence)
    )


def _variance(times: Sequence[Sequence[float]]) -> Variance | None:
    if len(times) < 2 or max(map(len, times)) < 2:
        return None
    parts = variance_parts(times)
    return Variance(between_ms2=parts.between, within_ms2=parts.within, share_between=parts.share_between)


def _modes(values: Any) -> TwoModes | None:
    modes = find_modes(values)
    return TwoModes(low_ms=modes.means[0], high_ms=modes.means[1]) if modes and modes.bimodal else None


def _warm_up(answers: Sequence[Answer]) -> WarmUpInfo:
    settled = [answer["stable"] for answer in answers]
    looked_at = bool(settled) and None not in settled
    return WarmUpInfo(
        calls=sum(answer["warmup_calls"] for answer in answers),
        stable=all(settled) if looked_at else None,
        capped=settled.count(False),
    )


def _failure(answers: Sequence[Answer]) -> Failure | None:
    for number, answer in enumerate(answers, 1):
        if "trouble" in answer:
            return Failure(process=number, **answer["trouble"])
    return None


def _settings(case: Case, effort: Effort) -> Settings:
    return Settings(
        is_async=case.subject.is_async,
        concurrency=case.subject.concurrency,
        gc=effort.gc,
        setup_per=case.subject.setup_per,
        iterations=effort.iterations,
        warmup_iterations=effort.warmup,
        values=effort.values,
        min_time_s=effort.min_time_s,
    )


def _digits(value: float) -> float:
    return float(f"{value:.{_ROUND}g}")


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | int | float | bool | None) else repr(value)
