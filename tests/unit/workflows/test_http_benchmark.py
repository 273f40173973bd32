"""The figures of an HTTP benchmark, from columns whose answer is known."""

import numpy as np
import pytest

from adapters.performance import UsageError
from adapters.performance.workflows.http_benchmark.columns import Columns
from adapters.performance.workflows.http_benchmark.figures import figures_of, median_interval, rows_of
from adapters.performance.workflows.http_benchmark.request import Errand

MS = 1e6


def columns(total_ms, *, failures=(), first_byte=0.5):
    """Requests one after the other, the first byte of each after that share of its time."""
    total = np.array(total_ms, dtype=float)
    unknown = np.full(len(total), np.nan)
    return Columns(
        end_s=np.cumsum(total) / 1000,
        total_ns=total * MS,
        first_byte_ns=total * MS * first_byte,
        connect_ns=unknown,
        status=np.array([500.0 if row in failures else 200.0 for row in range(len(total))]),
        received=unknown,
        tries=np.ones(len(total)),
        failure=["status" if row in failures else None for row in range(len(total))],
    )


def test_times_are_of_successes_and_those_of_failures_are_told_apart():
    figures = figures_of(columns([10, 20, 30, 1000], failures={3}), 0)
    assert (figures["requests"], figures["failures"], figures["error_rate"]) == (4, 1, 0.25)
    assert (figures["total_ms"].min, figures["total_ms"].mean, figures["total_ms"].max) == (10, 20, 30)
    assert figures["failed_ms"].mean == 1000
    assert figures["status_codes"] == {"200": 3, "500": 1}
    assert figures["throughput"] == pytest.approx(4 / 1.06)


def test_last_byte_is_from_the_first_byte_to_the_last():
    figures = figures_of(columns([10, 20], first_byte=0.9), 0)
    assert figures["first_byte_ms"].max == pytest.approx(18)
    assert figures["last_byte_ms"].max == pytest.approx(2)


def test_a_warm_up_is_in_no_figure():
    figures = figures_of(columns([1000, 10, 10], failures={0}), 1)
    assert (figures["requests"], figures["failures"]) == (2, 0)
    assert figures["throughput"] == pytest.approx(100)
    assert figures["total_ms"].max == 10
    assert [row.number for row in rows_of(columns([1000, 10, 10]), 1)] == [1, 2]


def test_when_all_fail_there_is_no_time_of_a_success():
    figures = figures_of(columns([10, 20], failures={0, 1}), 0)
    assert figures["total_ms"].mean is None
    assert figures["first_byte_ms"] is None
    assert figures["failed_ms"].mean == 15


def test_what_is_unknown_stays_unknown():
    figures = figures_of(columns([10]), 0)
    assert figures["connect_ms"] is None
    assert figures["bytes_received"] is None


def test_requests_are_ordered_by_their_end():
    mixed = columns([10, 10, 10])
    shuffled = mixed._take([2, 0, 1])
    assert [row.at_s for row in rows_of(shuffled, 0)] == pytest.approx([0.01, 0.02, 0.03])


def test_the_interval_of_the_median_holds_it_and_needs_400_requests():
    values = np.random.default_rng(1).lognormal(2, 0.5, 1000) * MS
    interval = median_interval(values)
    assert interval.low < np.median(values) / MS < interval.high
    assert interval.high - interval.low < 1
    assert median_interval(values[:399]) is None


def test_the_interval_of_the_median_is_wider_when_neighbours_are_alike():
    drift = np.concatenate([np.full(100, level * MS) for level in (10, 11, 12, 13, 14, 15)])
    mixed = np.random.default_rng(1).permutation(drift)
    wide, narrow = median_interval(drift), median_interval(mixed)
    assert wide.high - wide.low > 1.5 * (narrow.high - narrow.low)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"requests": 0}, "requests must be a whole number from 1, not 0"),
        ({"requests": 2.5}, "requests must be a whole number"),
        ({"concurrency": 0}, "concurrency must be"),
        ({"warm_up": -1}, "warm_up must be"),
        ({"requests": 5, "concurrency": 6}, "6 cannot share 5 requests"),
        ({"request": {"json": {}, "body": "x"}}, "one body, not json and body"),
    ],
)
def test_what_makes_no_sense_is_refused(arguments, told):
    with pytest.raises(UsageError, match=told):
        Errand("http://x/", **arguments)
