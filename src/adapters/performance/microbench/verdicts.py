"""What a comparison of benchmarks says: a verdict for each pair, by how much, and in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from ..metrics.document import Document, ResultModel
from ..metrics.result import ResultWarning
from ..stats import Verdict


class Ratio(ResultModel):
    """The time of one over that of the other, with its interval."""

    estimate: float
    low: float
    high: float
    confidence: float

    @property
    def is_far(self) -> bool:
        """Whether a percentage would be hard to read: an end of the interval is beyond half or double."""
        return self.low < 0.5 or self.high > 2

    @property
    def range_told(self) -> str:
        """The interval in words."""
        if self.is_far:
            return f"{_times(self.low)} to {_times(self.high)}"
        return f"{self.low - 1:+.1%} to {self.high - 1:+.1%} in time"


def _times(ratio: float) -> str:
    return f"{ratio:,.0f}×" if ratio >= 100 else f"{ratio:.3g}×"


class Compared(ResultModel):
    """How ``name`` compares with ``base``. ``ratio`` is its time over the base's: 1.03 is 3 % slower.

    ``reason``: why there is no verdict but *inconclusive*, or None. ``visible_effect``: the smallest change, as a
    share, that this comparison would have found four times in five. ``drift``: by how much, as a share, the interval
    was widened because the machine may have changed between the two measurements; None when they took turns.
    """

    name: str
    base: str
    verdict: Verdict
    reason: str | None = None
    ratio: Ratio | None = None
    p_value: float | None = None
    p_adjusted: float | None = None
    visible_effect: float | None = None
    drift: float | None = None

    @property
    def sentence(self) -> str:
        """The verdict in words."""
        if self.ratio is None:
            return f"{self.name} against {self.base}: no verdict: {self.reason}"
        ratio, range_told = self.ratio.estimate, self.ratio.range_told
        match self.verdict:
            case "equivalent":
                return f"{self.name} is equivalent to {self.base} ({range_told})"
            case "inconclusive":
                seen = (
                    f"; a change of {self.visible_effect:.0%} would have been seen"
                    if self.visible_effect
                    else ""
                )
                return f"{self.name} against {self.base}: {range_told}{seen}"
            case "faster" if self.ratio.is_far:
                range_told = f"{_times(1 / self.ratio.high)} to {_times(1 / self.ratio.low)}"
                return f"{self.name} is {_times(1 / ratio)} as fast as {self.base} ({range_told})"
            case _ if self.ratio.is_far:
                return f"{self.name} takes {_times(ratio)} the time of {self.base} ({range_told})"
            case _:
                return f"{self.name} is {abs(ratio - 1):.1%} {self.verdict} than {self.base} ({range_told})"

    def exceeds(self, limit: float) -> bool | None:
        """Whether it is slower by more than ``limit``, a share: True and False with confidence, None if undecided."""
        if self.ratio is None:
            return None
        if self.verdict == "slower" and self.ratio.low > 1 + limit:
            return True
        return False if self.ratio.high <= 1 + limit else None


class BenchmarkComparison(Document):
    """Each of several benchmarks held against the first; also a mapping of its JSON form.

    ``interleaved``: whether they took turns, so that a drift of the machine fell on all alike. ``fastest``: the one
    whose every comparison came out faster, if there is one; it is the base when all others are slower.
    """

    schema_name: Literal["polyload.benchmark-comparison/1"] = Field(
        default="polyload.benchmark-comparison/1", alias="schema"
    )
    base: str
    margin: float
    interleaved: bool
    compared: tuple[Compared, ...]
    fastest: str | None
    medians_ms: dict[str, float | None]
    warnings: tuple[ResultWarning, ...] = ()

    def __repr_args__(self) -> Iterator[tuple[str, object]]:
        yield "base", self.base
        yield "fastest", self.fastest
        yield "compared", [one.sentence for one in self.compared]
