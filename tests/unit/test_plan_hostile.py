"""Plans whose fields are of the wrong kind altogether: an error of the plan that names the field, never another."""

from typing import Any

import pytest

from adapters.performance import Plan, PlanError

STEP: dict[str, Any] = {"url": "http://x/"}
LOAD: dict[str, Any] = {"users": 1, "duration": 1}


@pytest.mark.parametrize(
    ("field", "data"),
    [
        ("load", {"scenarios": [{"steps": [STEP]}], "load": {"stages": 5}}),
        ("scenarios.0.steps.0", {"scenarios": [{"steps": [{**STEP, "type": {}}]}], "load": LOAD}),
        ("scenarios.0.steps.0", {"scenarios": [{"steps": [{**STEP, "type": []}]}], "load": LOAD}),
    ],
)
def test_it_is_told_as_an_error_of_the_plan(field: str, data: dict[str, Any]):
    with pytest.raises(PlanError, match=field):
        Plan.from_dict(data)
