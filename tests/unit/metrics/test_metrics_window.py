"""Windows merge by addition, and what one part does not know is not shown as if it were of the whole."""

from __future__ import annotations

import json
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.performance.metrics import MAX_ERROR_GROUPS, OTHER_ERRORS, Histogram, RequestStats, Window
from adapters.performance.metrics.groups import GroupStats


def histogram_of(*values_ms: float) -> Histogram:
    histogram = Histogram()
    histogram.record(np.array(values_ms) * 1e6)
    return histogram


def known_stats() -> RequestStats:
    return RequestStats(
        requests=3,
        failures=1,
        latency=histogram_of(1, 2, 3),
        ttfb=histogram_of(1, 1, 1),
        connect=histogram_of(1),
        response=histogram_of(4, 5, 6),
        status_codes=Counter({200: 2, 500: 1}),
        errors=Counter({("status", "status 500"): 1}),
        bytes_received=300,
        bytes_sent=30,
    )


counts = st.integers(1, 9)
parts = st.builds(
    lambda n, failed, codes, received, ttfb: RequestStats(
        requests=n,
        failures=min(n, failed),
        latency=histogram_of(*range(1, n + 1)),
        ttfb=histogram_of(*range(n)) if ttfb else None,
        status_codes=Counter({200: n}) if codes else None,
        errors=Counter({("kind", f"message {failed}"): min(n, failed)}) if failed else Counter(),
        bytes_received=received,
    ),
    counts,
    st.integers(0, 3),
    st.booleans(),
    st.none() | counts,
    st.booleans(),
) | st.just(RequestStats())


def merged(*stats: RequestStats) -> RequestStats:
    total = RequestStats()
    for part in stats:
        total.merge(part)
    return total


def test_known_figures_add_up() -> None:
    total = merged(known_stats(), known_stats())
    assert (total.requests, total.failures, total.latency.count) == (6, 2, 6)
    assert total.status_codes == {200: 4, 500: 2}
    assert (total.bytes_received, total.bytes_sent) == (600, 60)
    assert total.ttfb is not None
    assert total.ttfb.count == 6


def test_what_one_part_does_not_know_is_unknown_of_the_whole() -> None:
    total = merged(known_stats(), RequestStats(requests=1, latency=histogram_of(9)))
    assert total.requests == 4
    unknown = (total.ttfb, total.connect, total.response, total.status_codes, total.bytes_received)
    assert unknown == (None,) * 5


def test_a_part_without_requests_changes_nothing() -> None:
    assert merged(RequestStats(), known_stats(), RequestStats()) == known_stats()


@settings(deadline=None)
@given(st.lists(parts, max_size=6), st.randoms())
def test_the_order_of_merging_does_not_matter(stats: list[RequestStats], random: object) -> None:
    shuffled = list(stats)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    half = len(stats) // 2
    assert merged(*stats) == merged(*shuffled) == merged(merged(*stats[:half]), merged(*stats[half:]))


def test_a_merged_part_is_left_as_it_is() -> None:
    first, second = known_stats(), known_stats()
    total = merged(first)
    total.merge(second)
    assert first == second == known_stats()


@settings(deadline=None)
@given(
    st.lists(st.dictionaries(st.integers(0, 300), st.integers(1, 5), max_size=120), min_size=1, max_size=4)
)
def test_errors_stay_bounded_and_none_is_lost(groups: list[dict[int, int]]) -> None:
    total = RequestStats()
    for group in groups:
        failures = sum(group.values())
        errors = Counter({("kind", f"message {number}"): count for number, count in group.items()})
        total.merge(RequestStats(failures, failures, errors=errors))
    assert total.errors.total() == total.failures
    assert len(total.errors) <= MAX_ERROR_GROUPS


def test_the_most_frequent_errors_keep_their_names() -> None:
    rare = {("kind", f"rare {number:03}"): 1 for number in range(100)}
    stats = merged(RequestStats(110, 110, errors=Counter({**rare, ("kind", "often"): 10})))
    assert stats.errors["kind", "often"] == 10
    assert stats.errors[OTHER_ERRORS] == 101 - (MAX_ERROR_GROUPS - 1)


def test_long_messages_are_cut_and_then_counted_together() -> None:
    errors = Counter({("kind", "x" * 200 + "1"): 2, ("kind", "x" * 200 + "2"): 3})
    assert merged(RequestStats(5, 5, errors=errors)).errors == {("kind", "x" * 200): 5}


def test_windows_of_the_same_second_merge() -> None:
    window = Window(4, users=2, requests={"a": known_stats()}, iterations=1, checks={"ok": (3, 1)})
    window.merge(Window(4, users=3, requests={"a": known_stats(), "b": known_stats()}, dropped=1))
    window.merge(Window(4, checks={"ok": (1, 1), "fast": (0, 2)}, lag=histogram_of(1)))
    assert (window.users, window.iterations, window.dropped, window.interrupted) == (5, 1, 1, None)
    assert {name: stats.requests for name, stats in window.requests.items()} == {"a": 6, "b": 3}
    assert window.checks == {"ok": (4, 2), "fast": (0, 2)}
    assert window.lag == histogram_of(1)


def test_what_is_told_aside_and_groups_merge() -> None:
    window = Window(4, aside={"login": known_stats()}, groups={"g": GroupStats(1, 1, histogram_of(1))})
    window.merge(
        Window(4, aside={"login": known_stats()}, groups={"g": GroupStats(2, 0, histogram_of(2, 3))})
    )
    assert window.aside["login"].requests == 6
    assert window.groups == {"g": GroupStats(3, 1, histogram_of(1, 2, 3))}


def test_more_failures_than_groups_are_not_read() -> None:
    with pytest.raises(ValueError, match="3 failures of 2 groups"):
        GroupStats.from_dict({**GroupStats(2).to_dict(), "failures": 3})


def test_windows_of_different_seconds_do_not_merge() -> None:
    with pytest.raises(ValueError, match="second 5"):
        Window(4).merge(Window(5))


@pytest.mark.parametrize(
    "window",
    [
        Window(0),
        Window(7, 5, {"a": known_stats(), "b": RequestStats()}, 1, 2, 3, {"ok": (3, 1)}, histogram_of(0.1)),
        Window(1, requests={"a": RequestStats(1, 1, errors=Counter({("timeout", ""): 1}))}),
        Window(1, requests={"a": RequestStats(1, status_codes=Counter(), bytes_sent=0)}, users=0),
        Window(2, aside={"login": known_stats()}, groups={"g": GroupStats(2, 1, histogram_of(3, 4))}),
    ],
)
def test_json_round_trip(window: Window) -> None:
    assert Window.from_dict(json.loads(json.dumps(window.to_dict()))) == window


@pytest.mark.parametrize(
    "change", [{"requests": -1}, {"failures": 4}, {"bytes_sent": 1.5}, {"status_codes": {"x": 1}}]
)
def test_nonsense_is_not_read(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"count|failures|literal"):
        RequestStats.from_dict({**known_stats().to_dict(), **change})
