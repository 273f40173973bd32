"""What a search comes to: the conclusion, the criterion, the knee, in figures and in words."""

from __future__ import annotations

import math
from typing import Any

import pytest

from adapters.performance.workflows.capacity.conclusion import Concluded, conclude, knee, limiting
from adapters.performance.workflows.capacity.result import Ending, Probe
from adapters.performance.workflows.capacity.search import Search, Terms
from adapters.performance.workflows.capacity.slo import read_slo

SLO = read_slo("p99 < 50ms")


def a_probe(rate: float, *, criterion: Any = None, **fields: Any) -> Probe:
    given: dict[str, Any] = {
        "number": 1,
        "phase": "bisect",
        "rate": rate,
        "achieved": rate,
        "duration_s": 10,
        "extended": False,
        "sustained": criterion is None,
        "criterion": criterion,
        "reason": None if criterion is None else f"it was {criterion}",
        "objectives": (),
        "requests": 5000,
        "error_rate": 0.0,
        "dropped": 0,
        "mean_ms": 10.0,
        "p50_ms": 9.0,
        "p95_ms": 15.0,
        "p99_ms": 20.0,
    }
    return Probe(**{**given, **fields})


def searched(
    limit: float,
    criterion: str = "latency",
    *,
    lengths: float = math.inf,
    ended: Ending | None = None,
    reason: str | None = None,
    **terms: Any,
) -> Concluded:
    """A search whose probes are certain, and what it comes to."""
    search, probes = Search(Terms(**{"start_rate": 10, **terms})), []
    while (ask := search.ask(lengths)) is not None:
        held = ask.rate < limit
        search.tell(held, by_generator=not held and criterion == "generator")
        probes.append(a_probe(ask.rate, criterion=None if held else criterion, phase=ask.phase))
        lengths -= ask.lengths
    assert search.ended is not None
    return conclude(search, probes, SLO, ended or search.ended, reason)


def test_a_limit_that_was_found() -> None:
    found = searched(300)
    assert found.conclusion == "found"
    assert found.rate == pytest.approx(300, rel=0.03)
    assert found.interval is not None
    assert found.interval.low is not None
    assert found.interval.low < 300
    assert found.limit == "latency"
    assert found.sentence.startswith("sustains ")
    assert "within p99 < 50ms and error_rate < 1%; the limit is latency: it was latency at" in found.sentence
    assert found.sentence.endswith("held for 10 s")


def test_a_limit_of_the_generator_is_at_least() -> None:
    found = searched(300, "generator")
    assert found.conclusion == "at_least"
    assert found.rate is not None
    assert found.rate < 300
    assert "the generator was the limit: it was generator" in found.sentence


def test_a_first_probe_that_failed_is_below() -> None:
    assert searched(5).sentence == "below 10/s: the first probe already failed: it was latency"


def test_a_first_probe_that_the_generator_could_not_make_is_inconclusive() -> None:
    found = searched(5, "generator")
    assert (found.conclusion, found.rate) == ("inconclusive", None)
    assert "not even the first probe could be made" in found.sentence


def test_the_highest_rate_allowed_is_at_least() -> None:
    found = searched(300, max_rate=50)
    assert (found.conclusion, found.rate) == ("at_least", 50)
    assert "no higher rate was to be tried" in found.sentence


def test_a_budget_that_did_not_suffice_is_inconclusive_and_tells_what_is_known() -> None:
    found = searched(300, lengths=14)
    assert found.conclusion == "inconclusive"
    assert found.sentence.startswith("inconclusive: the budget ended")
    assert "held for 10 s" in found.sentence
    assert "so far: 95% interval" in found.sentence


def test_a_budget_that_ended_in_the_ramp_leaves_the_upper_end_open() -> None:
    found = searched(300, lengths=3)
    assert (found.conclusion, found.rate) == ("inconclusive", 40)
    assert found.interval is not None
    assert (found.interval.low, found.interval.high) == (40, None)


def test_a_target_that_was_lost_is_told() -> None:
    found = searched(300, lengths=3, ended="not_recovered", reason="the target did not come back")
    assert found.sentence == "inconclusive: the target did not come back; 40/s was sustained in the ramp"


def test_the_criterion_is_that_of_most_failures_near_the_limit() -> None:
    probes = [
        a_probe(800, criterion="errors"),
        a_probe(800, criterion="errors"),
        a_probe(800, criterion="errors"),
        a_probe(210, criterion="latency"),
        a_probe(205, criterion="latency"),
        a_probe(204, criterion="generator"),
    ]
    search = Search(Terms(start_rate=100))
    while (ask := search.ask()) is not None:
        search.tell(ask.rate < 200)
    assert limiting(probes, search.interval) == ("latency", "it was latency at 205/s")
    assert limiting([a_probe(10)], None) == (None, None)


def test_the_knee_is_where_throughput_for_its_time_is_highest() -> None:
    times = {10: 10.0, 20: 11.0, 40: 14.0, 80: 60.0, 160: 900.0}
    found = knee([a_probe(rate, mean_ms=ms) for rate, ms in times.items()])
    assert found is not None
    assert found.rate == 40
    assert knee([a_probe(10), a_probe(20)]) is None


def test_a_percentile_of_few_requests_is_noted() -> None:
    search = Search(Terms(start_rate=10))
    search.ask()
    search.tell(True)
    few = conclude(search, [a_probe(10, requests=100)], SLO, "budget", None)
    assert "p99 of 100 requests, as in the last probe, rests on the slowest 1" in few.notes[0]
    assert not conclude(search, [a_probe(10, requests=5000)], SLO, "budget", None).notes
