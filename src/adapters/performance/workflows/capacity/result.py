"""CapacityResult: how much a target can take, how well that is known, and every probe that it rests on."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import AwareDatetime, Field

from ...metrics.document import Document, ResultModel
from ...metrics.result import EngineInfo, ThresholdResult
from .probe import Criterion
from .search import Phase
from .slo import Source

Conclusion = Literal["found", "at_least", "below", "inconclusive"]
Ending = Literal[
    "converged",
    "max_rate",
    "first_probe",
    "unverified",
    "budget",
    "not_recovered",
    "interrupted",
    "failed",
]


class Probe(ResultModel):
    """One probe: a run at one rate; rates are in iterations per second, times in ms, None is not measured.

    Times count from when requests were due, where the engine tells. ``duration_s`` is what was measured, without the
    warm-up; ``extended``: its halves disagreed, so it was made again, twice as long. ``recovery_s``: how long after the
    load the median was back at that of the first probe, to the second.
    """

    number: int
    phase: Phase
    rate: float
    achieved: float | None
    duration_s: int
    extended: bool
    sustained: bool
    criterion: Criterion | None
    reason: str | None
    objectives: tuple[ThresholdResult, ...]
    requests: int
    error_rate: float | None
    dropped: int | None
    mean_ms: float | None
    p50_ms: float | None
    p95_ms: float | None
    p99_ms: float | None
    warnings: tuple[str, ...] = ()
    recovery_s: float | None = None


class Range(ResultModel):
    """The interval of a limit; an end is None where nothing was found that bounds it."""

    low: float | None
    high: float | None
    confidence: float


class Knee(ResultModel):
    """The probed rate at which throughput for the time that it costs was highest (Kleinrock's power, 1979)."""

    rate: float
    mean_ms: float
    p50_ms: float | None


class CapacityResult(Document):
    """The capacity of a target, frozen and typed; also a mapping of its JSON form. Rates are iterations per second.

    ``conclusion``: *found*: ``rate`` is the highest that is sustained, ``interval`` around it; *at_least*: ``rate`` was
    sustained, and what ended the search was not the target; *below*: not even ``rate``, the first, was sustained;
    *inconclusive*: what is known did not suffice, ``rate`` is the best guess or None. ``sentence`` says it in words,
    ``ended`` what ended the search. ``verified_rate`` was sustained in a probe three times as long. ``limit`` is the
    criterion by which rates above fail. ``softness``: how near the limit, as a share of it, probes turned into tosses
    of a coin. ``recovery_s``: the longest time to recover after a probe that failed.
    """

    schema_name: Literal["polyload.capacity/1"] = Field(default="polyload.capacity/1", alias="schema")
    conclusion: Conclusion
    sentence: str
    ended: Ending
    ended_reason: str | None = None
    rate: float | None
    interval: Range | None
    verified_rate: float | None
    limit: Criterion | None
    limit_reason: str | None
    softness: float | None
    knee: Knee | None
    recovery_s: float | None
    slo: tuple[str, ...]
    slo_source: Source
    notes: tuple[str, ...] = ()
    probes: tuple[Probe, ...]
    settings: dict[str, Any]
    engine: EngineInfo | None
    plan: dict[str, Any]
    started_at: AwareDatetime
    duration_s: float

    @property
    def exit_code(self) -> int:
        """0 found, or at least so much · 99 the first probe failed · 130 interrupted · 1 inconclusive."""
        if self.ended == "interrupted":
            return 130
        return {"found": 0, "at_least": 0, "below": 99, "inconclusive": 1}[self.conclusion]
