"""Plans in a chain of calls: ``plan("https://…").get("/").pause(1, 3).users(10).duration("30s").build()``."""

from __future__ import annotations

from typing import Any, Self

from ..errors import PlanError
from ..plan.flow import Step
from ..plan.model import Plan
from ..plan.secrets import mask_url
from ..plan.urls import check_url
from .amounts import PlanParts, built
from .steps import Steps, Time


def plan(target: str | None = None, name: str | None = None) -> PlanBuilder:
    """A plan to be built, whose relative URLs are joined to ``target``."""
    return PlanBuilder(target, name)


class PlanBuilder(Steps, PlanParts):
    """Builds the same plan as a file would say, by calls in any order; ``build()`` gives it.

    Requests and pauses are steps of the scenario begun last, or of the only one. A mistake is a PlanError that names
    the call.
    """

    def __init__(self, target: str | None = None, name: str | None = None) -> None:
        Steps.__init__(self)
        PlanParts.__init__(self)
        self._target = _checked_target(target)
        self._name = name
        self._scenarios: list[dict[str, Any]] = []
        self._once: dict[str, tuple[Step, ...]] = {}

    def setup(self, steps: Steps) -> Self:
        """Once, before the load: the variables that they set are those of every user."""
        self._once["setup"] = steps.steps
        return self

    def teardown(self, steps: Steps) -> Self:
        """Once, after the load, however it ended."""
        self._once["teardown"] = steps.steps
        return self

    def scenario(
        self,
        name: str,
        *,
        weight: float = 1.0,
        pacing: Time | None = None,
        before: Steps | None = None,
        after: Steps | None = None,
    ) -> Self:
        """Begins a scenario, to which the steps belong that follow; each iteration picks one by weight.

        ``before`` is what each user does once when it comes, ``after`` when it leaves.
        """
        if self._steps and not self._scenarios:
            raise PlanError(
                f"scenario({name!r}): there are steps before it, of no scenario", hint="begin with a scenario"
            )
        self._steps = []
        steps: list[Step] = self._steps
        fields: dict[str, Any] = {"name": name, "steps": steps}
        fields |= {} if weight == 1.0 else {"weight": weight}
        fields |= {} if pacing is None else {"pacing": pacing}
        fields |= {} if before is None else {"before": before.steps}
        fields |= {} if after is None else {"after": after.steps}
        self._scenarios.append(fields)
        return self

    def plan_fields(self) -> dict[str, Any]:
        """The fields of the plan, without those that nothing was said of."""
        scenarios = self._scenarios or [{"steps": self._steps}]
        empty = next((one for one in scenarios if not one["steps"]), None)
        if empty is not None:
            which = f"scenario {empty['name']!r}" if "name" in empty else "the plan"
            raise PlanError(f"{which} has no steps", hint="add some, such as .get('/')")
        fields: dict[str, Any] = {"name": self._name, "target": self._target}
        given = {name: value for name, value in fields.items() if value is not None}
        each = tuple({**one, "steps": tuple(one["steps"])} for one in scenarios)
        return {**given, "scenarios": each, **self._once, **self._part_fields()}

    def build(self) -> Plan:
        """The plan; PlanError says what of it is missing or does not go together."""
        return built(self.plan_fields(), "build()")


def _checked_target(target: str | None) -> str | None:
    if target is None or target.startswith("${"):
        return target
    try:
        return check_url(target)
    except ValueError as error:
        raise PlanError(f"plan({mask_url(target)!r}): {error}") from None
