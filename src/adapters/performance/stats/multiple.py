"""Several comparisons at once: what keeps the chance of any false alarm at the level of one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .inputs import check_count, check_share


def holm(p_values: Sequence[float]) -> list[float]:
    """The p-values adjusted for their number, in the order given (Holm 1979).

    Whatever the dependence between the tests, the chance that any true null hypothesis has an adjusted value of at
    most α is at most α. ``ValueError`` for a value outside 0 to 1; an empty list stays empty.
    """
    values = np.asarray(p_values, dtype=np.float64)
    if values.ndim != 1 or not ((values >= 0) & (values <= 1)).all():
        raise ValueError(f"p-values must lie between 0 and 1, not {list(p_values)}")
    count = len(values)
    order = np.argsort(values, kind="stable")
    adjusted = np.empty(count)
    adjusted[order] = np.minimum(1, np.maximum.accumulate(values[order] * (count - np.arange(count))))
    return [float(value) for value in adjusted]


def simultaneous_confidence(confidence: float, comparisons: int) -> float:
    """The confidence each of several intervals needs, that all of them hold at ``confidence`` together (Bonferroni).

    Sound whatever the dependence between the intervals (Dunn 1961). Holm's procedure has no two-sided intervals of its
    own (Strassburger and Bretz 2008), so an interval from here can hold zero where Holm's p-value is significant:
    never the other way round.
    """
    check_share(confidence, "confidence")
    return 1 - (1 - confidence) / check_count(comparisons, "comparisons", at_least=1)
