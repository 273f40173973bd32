"""The ways in which a plan says its thresholds: all become texts of the one grammar."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.performance.errors import PlanError
from adapters.performance.plan.model import Plan

RATE = {"rate": 5, "duration": 1}


def thresholds(given: Any, load: dict[str, Any] | None = None) -> tuple[str, ...]:
    return Plan.for_url("http://x/", load=load or {"iterations": 1}, thresholds=given).thresholds


@pytest.mark.parametrize(
    ("given", "texts"),
    [
        ("p95 < 1s", ("p95 < 1s",)),
        ([" p95 < 1s ", "error_rate < 1%"], ("p95 < 1s", "error_rate < 1%")),
        ({"max_p95_response_time_ms": 1000, "max_error_rate": 0.01}, ("p95 <= 1000ms", "error_rate <= 1%")),
        (
            {"login": "p99 < 1s", "cart": ["p99 < 2s", "error_rate < 1%"], "min_throughput_rps": 10},
            ("login: p99 < 1s", "cart: p99 < 2s", "cart: error_rate < 1%", "throughput >= 10/s"),
        ),
        ({"max_error_rate_percent": "5"}, ("error_rate <= 5%",)),
        ([{"threshold": "p95 < 1s"}], ("p95 < 1s",)),
        (
            [{"threshold": "p95 < 1s", "for": "10s", "abort": True, "abort_after": 5, "optional": True}],
            ("p95 < 1s for 10s abort after 5s optional",),
        ),
        ({"threshold": "p95 < 1s", "abort": True}, ("p95 < 1s abort",)),
        ([{"threshold": "p95 < 1s", "abort_after": "5s"}], ("p95 < 1s abort after 5s",)),
        ([{"threshold": "p95 < 1s", "abort": False, "optional": False}], ("p95 < 1s",)),
        ({"login": {"threshold": "p95 < 1s", "for": 5}}, ("login: p95 < 1s for 5s",)),
        ((), ()),
    ],
)
def test_each_way_becomes_texts(given: Any, texts: tuple[str, ...]) -> None:
    assert thresholds(given) == texts


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ([{"threshold": "p95 < 1s", "abbort": 1}], "thresholds.0: a threshold by its parts has threshold, for, abort"),
        ([{"abort": True}], "threshold, a text, is missing"),
        ([{"threshold": "p95 < 1s", "abort": "yes"}], "abort is true or false"),
        ([{"threshold": "p95 < 1s", "abort": False, "abort_after": 5}], "abort_after says when, and abort is false"),
        ([{"threshold": "p95 < 1s abort", "abort": True}], "'abort' stands there twice"),
        ([{"threshold": "p95 < 1s", "for": "soon"}], "a duration such as 10s is expected"),
        (["p95 < 1s", "p95 < 5"], "thresholds.1: "),
        ({"max_eror_rate": 0.01}, "max_eror_rate: no such threshold; did you mean max_error_rate"),
        ({"max_error_rate": 5}, "max_error_rate: it is a fraction"),
        ({"login": "p95 < 5"}, "login: 'p95 < 5'"),
        ({"login": [5]}, "login: thresholds of a request are texts"),
        ({"max_error_rate": ["p95 < 1s"]}, "max_error_rate: a number is needed"),
        ("response.p99 < 1s", "only a load with a rate has; p99 counts from when requests are sent"),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_an_error_of_the_plan(given: Any, told: str) -> None:
    with pytest.raises(PlanError) as raised:
        thresholds(given)
    assert told in str(raised.value)


def test_times_from_when_requests_were_due_need_a_rate() -> None:
    assert thresholds(["response.p99 < 1s", "lag.max < 5ms"], RATE) == ("response.p99 < 1s", "lag.max < 5ms")
    assert thresholds("response.p99 < 1s optional") == ("response.p99 < 1s optional",)


def test_the_schema_for_editors_knows_every_form() -> None:
    forms = Plan.model_json_schema()["properties"]["thresholds"]["anyOf"]
    assert [form["type"] for form in forms] == ["array", "string", "object"]
