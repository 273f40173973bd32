"""A field that is none: the message says where it belongs, which was meant, or which there are."""

from typing import Any

import pytest

from adapters.performance.errors import PlanError
from adapters.performance.plan.model import Plan

PLAN: dict[str, Any] = {"target": "http://h", "load": {"users": 1, "duration": 1}}


def with_step(**step: Any) -> dict[str, Any]:
    return {**PLAN, "scenarios": [{"steps": [{"url": "/", **step}]}]}


STEP = "scenarios.0.steps.0"


@pytest.mark.parametrize(
    ("plan", "told"),
    [
        (with_step(metod="GET"), f"{STEP}.metod: no such field; did you mean 'method'?"),
        (with_step(retries=3), f"{STEP}.retries: no such field; did you mean 'retry'?"),
        (
            with_step(auth={"form": {"url": "/login"}}),
            f"{STEP}.auth.form.url: no such field; did you mean 'login_url' or 'page_url'?",
        ),
        (
            with_step(checks=[{"status": 200, "text": "ok"}]),
            f"{STEP}.checks.0.text: no such field; there are message, status",
        ),
        (
            with_step(extract={"status": {"header": "x", "foo": 1}}),
            f"{STEP}.extract.status.foo: no such field; there are default, header, transform",
        ),
        (with_step(pause=1), f"{STEP}.url: no such field beside 'pause'"),
        ({**with_step(), "users": 5}, "users: no such field; it belongs into 'load'"),
        ({**with_step(), "tls": {}}, "tls: no such field; it belongs into 'options'"),
        (
            {**PLAN, "steps": [{"url": "/"}]},
            "steps: no such field; it belongs into 'scenarios', 'setup' or 'teardown'",
        ),
        (
            {**with_step(), "load": {"stages": [{"duration": 1, "users": 2, "ramp": 1}]}},
            "load.stages.0.ramp: no such field; there are duration, rate, users",
        ),
        (
            {**with_step(), "data": {"file": {"file": "x.csv", "strateg": "random"}}},
            "did you mean 'strategy'?",
        ),
    ],
)
def test_the_message_leads_to_the_right_field(plan: dict[str, Any], told: str) -> None:
    with pytest.raises(PlanError) as raised:
        Plan.from_dict(plan)
    assert told in raised.value.message
