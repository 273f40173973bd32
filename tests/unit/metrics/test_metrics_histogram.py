"""A histogram counts every value once, is exact where it says so, and never crashes on bad ones."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.performance.metrics import Histogram

HOUR_NS = 3.6e12
QS = (0.0, 0.01, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 1.0)

durations = st.lists(st.floats(1e3, HOUR_NS), min_size=1, max_size=300)
anything = st.lists(st.floats(width=64), max_size=60)


def histogram_of(values: object) -> Histogram:
    histogram = Histogram()
    histogram.record(values)
    return histogram


@settings(deadline=None)
@given(durations, st.lists(st.floats(0, 1), max_size=5))
def test_quantiles_are_within_half_a_per_mille_of_the_exact_ones(
    values: list[float], more: list[float]
) -> None:
    qs = [*QS, *more]
    exact = np.quantile(values, qs, method="inverted_cdf")
    assert np.allclose(histogram_of(values).quantiles(qs), exact, rtol=0.0005, atol=0)


def test_quantiles_hold_over_many_values_of_every_size() -> None:
    values = np.exp(np.random.default_rng(7).uniform(math.log(1e3), math.log(HOUR_NS), 300_000))
    exact = np.quantile(values, QS, method="inverted_cdf")
    assert np.allclose(histogram_of(values).quantiles(QS), exact, rtol=0.0005, atol=0)


@settings(deadline=None)
@given(durations)
def test_count_sum_minimum_and_maximum_are_exact(values: list[float]) -> None:
    whole = [round(value) for value in values]
    histogram = histogram_of(values)
    assert (histogram.count, histogram.sum_ns) == (len(whole), sum(whole))
    assert (histogram.min_ns, histogram.max_ns) == (min(whole), max(whole))
    assert histogram.mean_ns == sum(whole) / len(whole)


def test_the_sum_is_exact_where_floats_are_not() -> None:
    values = np.full(200_000, 2.0**42 - 2)
    assert histogram_of(values).sum_ns == 200_000 * (2**42 - 2)


@settings(deadline=None)
@given(durations)
def test_the_standard_deviation_is_that_of_the_population(values: list[float]) -> None:
    stdev = histogram_of(values).stdev_ns
    assert stdev == pytest.approx(np.std(values), rel=0.01, abs=0.001 * max(values))


@settings(deadline=None)
@given(st.lists(anything, min_size=1, max_size=6), st.randoms())
def test_merging_in_any_order_and_grouping_gives_equal_objects(
    parts: list[list[float]], random: object
) -> None:
    at_once = histogram_of([value for part in parts for value in part])
    histograms = [histogram_of(part) for part in parts]
    for histogram in histograms[::2]:
        histogram.compact()
    for histogram in histograms[::3]:
        histogram.pack()
    assert Histogram.total(histograms) == at_once
    while len(histograms) > 1:
        random.shuffle(histograms)  # type: ignore[attr-defined]
        one, other = histograms.pop(), histograms.pop()
        histograms.append(one + other)
    assert histograms[0] == at_once


@settings(deadline=None)
@given(anything)
def test_every_value_is_counted_once_whatever_it_is(values: list[float]) -> None:
    histogram = histogram_of(values)
    apart = histogram.negative + histogram.invalid + histogram.overflow
    assert histogram.count + apart == len(values)
    assert histogram.nonzero()[2].sum() == histogram.count


@settings(deadline=None)
@given(anything)
def test_values_one_by_one_count_like_an_array(values: list[float]) -> None:
    histogram = Histogram()
    for value in values:
        histogram.record_one(value)
    assert histogram == histogram_of(values)


def test_values_that_are_no_durations_are_counted_apart() -> None:
    histogram = histogram_of([math.nan, math.inf, -math.inf, -1.0, -1e-9, 2.0**42, 1e308, 5e6])
    assert (histogram.invalid, histogram.negative, histogram.overflow, histogram.count) == (3, 2, 2, 1)
    assert histogram.max_ns == 5_000_000


def test_the_range_ends_just_under_2_to_the_42_ns() -> None:
    histogram = histogram_of([2.0**42 - 1, 2.0**42 - 0.5])
    assert (histogram.count, histogram.overflow, histogram.max_ns) == (1, 1, 2**42 - 1)


def test_zero_is_a_duration() -> None:
    histogram = histogram_of([0.0, -0.0, 0.4])
    assert (histogram.count, histogram.negative, histogram.min_ns) == (3, 0, 0)
    assert histogram.quantiles((0, 0.5, 1)) == [0.0, 0.0, 0.0]
    assert histogram.nonzero()[0].tolist() == [0.0]


def test_an_empty_histogram_knows_nothing() -> None:
    histogram = Histogram()
    assert histogram.quantiles(QS) == [None] * len(QS)
    assert (histogram.mean_ns, histogram.stdev_ns, histogram.min_ns, histogram.max_ns) == (None,) * 4
    assert histogram == histogram_of([])


def test_one_value_is_all_of_its_quantiles() -> None:
    histogram = histogram_of([123_456_789.0])
    assert histogram.quantiles(QS) == [123_456_789.0] * len(QS)
    assert histogram.stdev_ns == 0


def test_a_quantile_outside_of_0_to_1_is_an_error() -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        Histogram().quantile(95)


def test_bins_contain_their_values() -> None:
    values = np.random.default_rng(3).uniform(0, 1e6, 2000).round()
    lower, upper, counts = histogram_of(values).nonzero()
    inside = [
        np.count_nonzero((values >= low) & (values < high)) for low, high in zip(lower, upper, strict=True)
    ]
    assert inside == counts.tolist()


def test_the_input_is_left_as_it_was() -> None:
    values = np.array([0.2, 3.7, np.nan, -1.0])
    before = values.copy()
    histogram_of(values)
    assert np.array_equal(values, before, equal_nan=True)


def test_a_merged_part_and_a_copy_are_independent() -> None:
    part, total = histogram_of([1e6]), Histogram()
    total.merge(part)
    copied = total.copy()
    total.record([2e6, 3e6])
    assert part == copied == histogram_of([1e6])


def test_merging_with_oneself_doubles() -> None:
    histogram = histogram_of([1e6, 5e9])
    histogram.merge(histogram)
    assert histogram == histogram_of([1e6, 5e9, 1e6, 5e9])


def test_a_packed_one_can_be_added_to() -> None:
    histogram = histogram_of([1e6, 5e9]).pack()
    twin = histogram.copy()
    histogram.record([2e6])
    histogram.merge(twin)
    histogram.pack().record_one(7e6)
    assert histogram == histogram_of([1e6, 1e6, 2e6, 5e9, 5e9, 7e6])
    assert twin == histogram_of([1e6, 5e9])


def test_a_kept_second_is_small() -> None:
    histogram = histogram_of(np.random.default_rng(1).lognormal(16, 0.5, 1000))
    assert histogram.compact().nbytes < 4096
    assert histogram.pack().nbytes < 1500
    empty = Histogram()
    own = sys.getsizeof(empty) + sys.getsizeof(empty._bins) + empty.nbytes
    assert own < 256


@settings(deadline=None)
@given(anything, st.sampled_from([Histogram.copy, Histogram.compact, Histogram.pack]))
def test_json_round_trip(values: list[float], form: Callable[[Histogram], Histogram]) -> None:
    histogram = form(histogram_of(values))
    assert Histogram.from_dict(json.loads(json.dumps(histogram.to_dict()))) == histogram


@pytest.mark.parametrize(
    "change",
    [
        {"format": 2},
        {"count": 4},
        {"count": -3},
        {"sum_ns": 1},
        {"sum_ns": 2.5},
        {"min_ns": None},
        {"min_ns": 7},
        {"max_ns": 2**50},
        {"negative": "1"},
        {"bins": [1, 2]},
        {"bins": None},
        {"counts": [1.0, 1, 1]},
        {"bins": [-1, 5, 9]},
        {"bins": [9, 5, 7]},
        {"counts": [3, 0, 0]},
    ],
)
def test_a_histogram_that_contradicts_itself_is_not_read(change: dict[str, object]) -> None:
    data = histogram_of([1e6, 2e6, 3e6]).to_dict()
    with pytest.raises(ValueError, match="histogram"):
        Histogram.from_dict({**data, **change})
