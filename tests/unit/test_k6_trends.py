"""k6's Trends, read back: what k6 would say of known values gives those values again."""

from __future__ import annotations

import numpy as np
import pytest

from adapters.performance.engines.k6.trends import _STATS as STATS
from adapters.performance.engines.k6.trends import histogram_of
from adapters.performance.metrics.histogram import Histogram

RNG = np.random.default_rng(7)


def told_of(values_ms: np.ndarray) -> list[float]:
    """What k6 says of a Trend that holds these: its percentiles lie on the line between two values, as numpy's do."""
    figures = {
        "count": len(values_ms),
        "avg": values_ms.mean(),
        "min": values_ms.min(),
        "max": values_ms.max(),
    }
    percentiles = [float(stat[2:-1]) for stat in STATS if stat.startswith("p(")]
    known = iter(np.percentile(values_ms, percentiles))
    return [float(figures[stat]) if stat in figures else float(next(known)) for stat in STATS]


def times_ms(count: int) -> np.ndarray:
    """Latencies with a long tail, in whole nanoseconds."""
    return np.round(RNG.lognormal(1, 1, count) * 1e6) / 1e6


@pytest.mark.parametrize("count", [1, 2, 3, 19, 100, 999, 1500, 2001])
def test_few_values_are_found_again_each(count: int) -> None:
    values = times_ms(count)
    found = histogram_of(told_of(values))
    expected = Histogram()
    expected.record(values * 1e6)
    assert found.count == count
    assert (found.min_ns, found.max_ns) == (expected.min_ns, expected.max_ns)
    assert found.sum_ns == pytest.approx(expected.sum_ns, rel=1e-9)
    for share in (0.001, 0.1, 0.5, 0.9, 0.99, 0.999):
        assert found.quantile(share) == pytest.approx(expected.quantile(share), rel=1e-3)


@pytest.mark.parametrize("count", [2002, 50_000, 3_000_000])
def test_many_values_lie_at_most_a_percentile_from_their_rank(count: int) -> None:
    values = times_ms(count)
    found = histogram_of(told_of(values))
    assert found.count == count
    assert found.sum_ns == pytest.approx(values.sum() * 1e6, rel=1e-9)
    assert (found.min_ns, found.max_ns) == (round(values.min() * 1e6), round(values.max() * 1e6))
    for share in (0.05, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999):
        value = found.quantile(share)
        assert value is not None
        assert np.mean(values * 1e6 <= value) == pytest.approx(share, abs=0.0006)


def test_nothing_told_is_nothing_known() -> None:
    assert histogram_of([]).count == 0
    assert histogram_of([0.0] * len(STATS)).count == 0
