"""What a comparison showed: plain, frozen, and as JSON of a version."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field

from ...metrics.document import Document, ResultModel
from ...metrics.result import RunResult
from ...stats import Quality

Overall = Literal["better", "worse", "mixed", "equivalent", "inconclusive", "no verdict", "not comparable"]
Basis = Literal["runs", "few runs", "within-run"]


class Shift(ResultModel):
    """By how much a figure changed from a to b, with its interval; ``confidence`` is the one the interval reaches.

    As a share of a (0.05 is 5 % more), or, ``by`` difference, in the unit of the figure.
    """

    estimate: float
    low: float
    high: float
    confidence: float
    by: Literal["share", "difference"] = "share"


class MetricComparison(ResultModel):
    """One figure of two configurations, each the median over its runs, and what is to be said of its change.

    ``verdict`` is None where none is given, for the ``reason``. ``visible_effect``: the smallest change that this
    comparison would have found four times in five, in the unit of the shift. ``p_adjusted`` is Holm's, over all that
    was compared at once.
    """

    metric: str
    unit: str
    a: float | None
    b: float | None
    a_runs: tuple[float | None, ...]
    b_runs: tuple[float | None, ...]
    shift: Shift | None = None
    verdict: Quality | None = None
    p_adjusted: float | None = None
    visible_effect: float | None = None
    reason: str | None = None


class QuantileShift(ResultModel):
    """By how many milliseconds a quantile of the latency moved, judged or not."""

    quantile: float
    a_ms: float
    b_ms: float
    shift_ms: Shift


class GateResult(ResultModel):
    """Whether a gate held; ``passed`` is None when the data leave that open or say nothing of it, see ``reason``."""

    gate: str
    configuration: str
    passed: bool | None
    shift: Shift | None = None
    reason: str | None = None


class PairComparison(ResultModel):
    """Configuration ``b`` held against ``a``; ``reasons`` say why not, when they are not ``comparable``.

    ``basis``: enough runs for verdicts; a few; or one of each, whose noise is known within the run only. ``differs``
    is what is not the same in both.
    """

    a: str
    b: str
    comparable: bool
    verdict: Overall
    sentence: str
    basis: Basis | None = None
    reasons: tuple[str, ...] = ()
    differs: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    metrics: tuple[MetricComparison, ...] = ()
    quantiles: tuple[QuantileShift, ...] = ()


class ComparisonResult(Document):
    """The result of a comparison, frozen and typed; also a mapping of its JSON form.

    ``pairs`` hold each configuration against the first. ``margin`` is the share, ``error_margin`` the difference of
    error rates, that counts as no change. ``order`` and ``seed`` tell which configuration ran when; both are empty
    where stored results are compared. Not ``passed``: not completed, not comparable, or a gate failed.
    """

    schema_name: Literal["polyload.comparison/1"] = Field(default="polyload.comparison/1", alias="schema")
    passed: bool
    reason: str | None = None
    stopped: Literal["completed", "interrupted", "failed"] = "completed"
    pairs: tuple[PairComparison, ...]
    gates: tuple[GateResult, ...] = ()
    open_gates_fail: bool = False
    margin: float
    error_margin: float
    confidence: float
    seed: int | None = None
    order: tuple[str, ...] = ()
    runs: Mapping[str, tuple[RunResult, ...]]

    @property
    def exit_code(self) -> int:
        """0 passed · 130 interrupted · 1 it broke, or is no comparison · 99 a gate failed."""
        if self.passed:
            return 0
        if self.stopped != "completed":
            return 130 if self.stopped == "interrupted" else 1
        return 99 if all(pair.comparable for pair in self.pairs) else 1

    def pair(self, name: str) -> PairComparison:
        """What was found of a configuration against the first; KeyError if there is none of that name."""
        for pair in self.pairs:
            if pair.b == name:
                return pair
        raise KeyError(name)

    def metric(self, label: str, name: str | None = None) -> MetricComparison:
        """A figure of the pair of that name, or of the only one; KeyError if there is none."""
        pair = self.pairs[0] if name is None else self.pair(name)
        found: dict[str, Any] = {metric.metric: metric for metric in pair.metrics}
        result: MetricComparison = found[label]
        return result
