"""Findings follow from the figures: each where it is, none where it is not, all with what they rest on."""

from __future__ import annotations

import numpy as np
import pytest
from tests.unit.reports.made import read_back, run, stats

from adapters.performance.metrics import ResultWarning
from adapters.performance.metrics.changes import Change
from adapters.performance.reports.findings import findings, nothing_found

RNG = np.random.default_rng(7)
STEADY = RNG.lognormal(2, 0.3, 50).tolist()


def titles(result) -> list[str]:
    return [finding.title for finding in findings(result)]


def the(result, word: str):
    (found,) = [finding for finding in findings(result) if word in finding.title]
    return found


def constant(seconds=40, times=STEADY, **changes):
    return [{"a": stats(times, **changes)} for _ in range(seconds)]


def test_a_quiet_run_has_no_findings_and_says_what_was_looked_for():
    result = run(constant())
    assert findings(result) == []
    assert "two speeds" in nothing_found(result)


def test_what_a_result_from_json_cannot_show_is_named():
    assert "not for slow requests of one name, two speeds" in nothing_found(read_back(run(constant())))


def test_of_no_request_nothing_is_said():
    result = run([])
    assert findings(result) == []
    assert "No request was measured" in nothing_found(result)


@pytest.mark.parametrize("code", ["GeneratorSaturated", "GeneratorBusy"])
def test_a_saturated_generator_comes_first(code):
    warning = ResultWarning(code=code, message="lag p99 50 ms")
    found = findings(run(constant(failures=1), warnings=[warning]))
    assert found[0].title == "The load generator was at its limit"
    assert found[0].evidence == "Lag p99 50 ms."


def test_nothing_is_concluded_from_latencies_that_are_partly_the_generators():
    warning = ResultWarning(code="GeneratorSaturated", message="late")
    seconds = constant(40, [10.0] * 49 + [500.0])
    assert len(titles(run(seconds))) == 1
    assert titles(run(seconds, warnings=[warning])) == ["The load generator was at its limit"]


def test_dropped_arrivals_are_held_against_the_limit_of_users():
    load = {"rate": 2.0, "duration": 40.0, "max_users": 3}
    found = the(run(constant(), load=load, dropped=1), "dropped")
    assert found.title == "50% of the arrivals were dropped"
    assert "all 3 users busy" in found.evidence
    assert "dropped" not in " ".join(titles(run(constant(), load=load)))


# Failures


def test_failures_of_one_kind_are_named_with_their_share():
    found = the(run(constant(failures=5, kind="timeout", message="after 30 s", code=200)), "Most failures")
    assert found.title == "Most failures are of the kind “timeout”"
    assert "200 of 200 failures (100%)" in found.evidence
    assert "longer timeout" in found.advice


def test_a_status_that_fails_is_named():
    assert (
        the(run(constant(failures=5)), "Most failures").title == "Most failures are answers with status 503"
    )


def test_statuses_that_were_expected_are_no_failures():
    expected = [{"a": stats(STEADY, failures=1), "b": stats(STEADY, code=404)} for _ in range(40)]
    for second in expected:
        second["b"].status_codes.update({404: 50})
    assert "503" in the(run(expected), "Most failures").title


def test_failures_of_many_kinds_are_not_said_to_be_of_one():
    mixed = [{"a": stats(failures=1), "b": stats(failures=1, kind="timeout", message="t")} for _ in range(40)]
    assert not [title for title in titles(run(mixed)) if "Most failures" in title]


def test_few_failures_are_no_pattern():
    assert titles(run([*constant(39), {"a": stats(STEADY, failures=9)}])) == []


def test_throttling_is_told_apart_from_failure():
    result = run(constant(failures=1, message="status 429", code=429))
    assert the(result, "throttled").evidence.startswith("40 of 2,000 requests (2%)")
    assert not [title for title in titles(result) if "Most failures" in title]


def test_server_errors_at_one_request_name_it():
    seconds = [
        {"a": stats(STEADY), "b": stats(STEADY), "c": stats(STEADY[:10], failures=1)} for _ in range(40)
    ]
    found = the(run(seconds), "Server errors")
    assert found.title == "Server errors come from “c”"
    assert "40 of 40" in found.evidence
    assert found == the(read_back(run(seconds)), "Server errors")


def test_server_errors_everywhere_name_nobody():
    seconds = [{"a": stats(STEADY, failures=1), "b": stats(STEADY, failures=1)} for _ in range(40)]
    assert not [title for title in titles(run(seconds)) if "Server errors" in title]


def test_failures_at_one_time_are_dated():
    seconds = constant(100)
    for second in (60, 61, 62):
        seconds[second] = {"a": stats(STEADY, failures=20)}
    assert "60 of 60 failures (100%) fell between 1:00 and 1:03" in the(run(seconds), "one time").evidence
    assert not [title for title in titles(run(constant(100, failures=1))) if "one time" in title]


# Distributions


def test_few_requests_make_no_p99():
    assert "none is beyond" in the(run(constant(1)), "few requests").evidence


def test_a_long_tail_is_told_in_times_of_the_median():
    seconds = constant(40, [10.0] * 49 + [500.0])
    assert (
        the(run(seconds), "in a hundred").title
        == "One request in a hundred takes 50 times the median or more"
    )


def test_names_of_different_speeds_are_no_tail():
    seconds = [{"fast": stats([10.0] * 49), "slow": stats([500.0])} for _ in range(40)]
    assert not [title for title in titles(run(seconds)) if "in a hundred" in title]


def test_waiting_is_told_in_the_open_model_only():
    seconds = [{"a": stats(STEADY, response_ms=[10 * time for time in STEADY])} for _ in range(40)]
    load = {"rate": 50.0, "duration": 40.0}
    assert "from when it was sent" in the(run(seconds, load=load), "waited").evidence
    assert titles(run(constant())) == []


def test_the_name_behind_slow_requests_is_told_with_its_shares():
    seconds = [{"fast": stats(STEADY), "slow": stats([100.0, 110.0])} for _ in range(40)]
    found = the(run(seconds), "Slow requests")
    assert found.title == "Slow requests are mostly “slow”"
    assert "3.85% of the requests" in found.evidence
    assert "100%" in found.evidence


def test_two_speeds_are_told_with_their_times_and_shares():
    times = [*RNG.lognormal(1, 0.1, 35), *RNG.lognormal(4, 0.1, 15)]
    found = the(run(constant(40, times)), "two speeds")
    assert found.title == "“a” has two speeds"
    assert "70% of 2,000 around 2." in found.evidence
    assert "30% around 5" in found.evidence


@pytest.mark.parametrize(
    "times",
    [
        RNG.lognormal(2, 1.0, 1000),
        RNG.exponential(20, 1000),
        RNG.uniform(1, 100, 1000),
        RNG.normal(50, 5, 1000),
        np.full(1000, 3.0),
        RNG.pareto(1.5, 1000) + 1,
        RNG.gamma(2, 10, 1000),
    ],
    ids=["lognormal", "exponential", "uniform", "normal", "constant", "pareto", "gamma"],
)
def test_a_single_hump_has_one_speed(times):
    assert not [title for title in titles(run([{"a": stats(times.tolist())}])) if "two speeds" in title]


def test_connections_made_for_every_request_are_told_with_their_price():
    seconds = [{"a": stats(STEADY, connect_ms=[5.0] * 50)} for _ in range(40)]
    assert "2,000 connections were made for 2,000 requests" in the(run(seconds), "Connections").evidence
    reused = [{"a": stats(STEADY, connect_ms=[5.0] * 2)} for _ in range(40)]
    assert titles(run(reused)) == []
    assert titles(run(seconds, users=None)) == []


# Trends


def growing(seconds=40):
    return [{"a": stats([(1 + second / 20) * time for time in STEADY])} for second in range(seconds)]


def test_growth_under_the_same_load_is_told_by_quarters():
    assert the(run(growing()), "grows").evidence.startswith(
        "The median, by quarters of the time from 0s to 40s: "
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"load": {"users": 20, "duration": 40.0, "ramp_up": 40.0}},
        {"plan": {}},
        {"changes": [Change(t=10.0, what="users", value=9)]},
    ],
    ids=["a ramp", "an unknown plan", "changed by hand"],
)
def test_growth_is_told_only_where_the_load_is_known_to_stay_the_same(changes):
    assert not [title for title in titles(run(growing(), **changes)) if "grows" in title]


def test_a_slow_beginning_is_told_unless_it_was_left_out():
    seconds = [{"a": stats([5 * time for time in STEADY])} for _ in range(3)] + constant(37)
    found = the(run(seconds), "first")
    assert found.title == "The first 3s were slower than the rest"
    assert "warm_up: 3s" in found.advice
    assert not [title for title in titles(run(seconds, warm_up_s=1)) if "first" in title]


def test_names_from_outside_are_cut_and_printable():
    name = "\x1b[31m" + "x" * 10_000
    seconds = [{"a": stats(STEADY), "b": stats(STEADY), name: stats([100.0, 110.0])} for _ in range(40)]
    title = the(run(seconds), "Slow requests").title
    assert "\x1b" not in title
    assert len(title) < 120
