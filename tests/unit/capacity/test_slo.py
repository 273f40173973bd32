"""Objectives and settings of a search: what is understood, what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.performance import Plan, UsageError
from adapters.performance.workflows.capacity.plans import base_plan, probe_plan
from adapters.performance.workflows.capacity.settings import Settings, read_settings
from adapters.performance.workflows.capacity.slo import read_slo

GIVEN: dict[str, Any] = {
    "start_rate": 10,
    "max_rate": None,
    "probe": "10s",
    "warm_up": 2,
    "budget": "10m",
    "precision": 0.05,
    "growth": 2,
    "max_users": None,
    "recover_within": 30,
}


def settings(**changed: Any) -> Settings:
    return read_settings(**{**GIVEN, **changed})


def test_errors_are_always_bounded() -> None:
    assert read_slo("p99 < 50ms").expressions == ("p99 < 50ms", "error_rate < 1%")
    assert read_slo(["p99 < 50ms", "error_rate <= 5%"]).expressions == ("p99 < 50ms", "error_rate <= 5%")
    named = read_slo(["login: error_rate < 5%"]).expressions
    assert named == ("login: error_rate < 5%", "error_rate < 1%")


def test_the_plans_thresholds_are_the_objective_unless_another_is_given() -> None:
    assert read_slo((), ["p95 < 1s"]).source == "plan"
    assert read_slo("p99 < 50ms", ["p95 < 1s"]).expressions[0] == "p99 < 50ms"
    assert read_slo(()).expressions == ("p99 < 1s", "error_rate < 1%")
    assert read_slo(()).source == "default"


@pytest.mark.parametrize(
    "text", ["throughput > 100/s", "p99 > 50ms", "failures < 5", "checks < 50%", "p99 == 5ms"]
)
def test_what_a_search_cannot_be_held_to_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="cannot be the objective"):
        read_slo(text)


@pytest.mark.parametrize(
    ("text", "word"),
    [("p99 < 1s for 5s", "for"), ("p99 < 1s abort", "abort"), ("p99 < 1s optional", "optional")],
)
def test_what_makes_no_sense_in_an_objective_is_refused_by_name(text: str, word: str) -> None:
    with pytest.raises(UsageError, match=f"'{word}' makes no sense"):
        read_slo(text)


def test_what_is_no_threshold_is_refused() -> None:
    with pytest.raises(UsageError, match="not a threshold"):
        read_slo("fast please")


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"start_rate": 200, "max_rate": 100}, "nothing is left to search"),
        ({"start_rate": 0}, "start_rate"),
        ({"start_rate": float("nan")}, "start_rate"),
        ({"max_rate": -1}, "max_rate"),
        ({"budget": "11s"}, "does not suffice for one probe"),
        ({"probe": 1}, "probe is in whole seconds from 2"),
        ({"probe": 2.5}, "whole seconds"),
        ({"probe": "soon"}, "not a duration"),
        ({"warm_up": 0.5}, "whole seconds"),
        ({"precision": 0}, "precision"),
        ({"growth": 1}, "growth"),
        ({"max_users": 0}, "max_users"),
    ],
)
def test_settings_that_contradict_themselves_are_refused(changed: dict[str, Any], told: str) -> None:
    with pytest.raises(UsageError, match=told):
        settings(**changed)


def plan(**fields: Any) -> Plan:
    steps = [{"url": "http://x/"}]
    load = {"users": 3, "duration": 5}
    return Plan.from_dict({"scenarios": [{"steps": steps}], "load": load, **fields})


def test_a_probe_replaces_the_load_and_nothing_else() -> None:
    made = probe_plan(
        plan(thresholds=["p95 < 1s"], options={"timeout": 7}), 50, 10, settings(), read_slo("p99 < 500ms")
    )
    load = made.load.model_dump()
    assert (load["rate"], load["duration"], load["warm_up"], load["max_users"]) == (50, 12, 2, 100)
    assert made.thresholds == ()
    assert (made.options.timeout, made.options.graceful_stop) == (7, 12)
    assert made.scenarios == plan().scenarios


def test_an_open_plan_keeps_how_its_arrivals_come() -> None:
    given = plan(load={"rate": 1, "duration": 5, "arrivals": "poisson", "max_users": 7})
    load = probe_plan(given, 50, 10, settings(), read_slo("p99 < 50ms")).load.model_dump()
    assert (load["arrivals"], load["max_users"]) == ("poisson", 7)


def test_a_plan_that_sets_its_own_pace_is_refused() -> None:
    paced = plan(scenarios=[{"steps": [{"url": "http://x/"}], "pacing": 1}])
    with pytest.raises(UsageError, match="pacing"):
        base_plan(paced, {})


def test_a_plan_with_raw_samples_is_refused() -> None:
    with pytest.raises(UsageError, match="overwrite the samples"):
        base_plan(plan(options={"samples": {"file": "all.npz"}}), {})


def test_fields_of_a_request_go_with_a_url_only() -> None:
    assert base_plan("http://x/", {"method": "POST"}).requests()[0].method == "POST"
    with pytest.raises(UsageError, match="the plan says what is sent"):
        base_plan(plan(), {"method": "POST"})
