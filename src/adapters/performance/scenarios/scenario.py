"""A scenario of one's own: steps in order, with the data they use, to be made a plan of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self

from ..errors import PlanError
from ..plan.feeds import Feed
from ..plan.model import Plan
from ..plan.reading import validated
from ..plan.secrets import mask_url
from ..plan.steps import Request
from ..plan.urls import check_url
from .amounts import built
from .steps import Fields, Steps, Time, request_step


class Scenario(Steps):
    """What a user does, as calls: ``Scenario("checkout", "https://shop.example").get("/cart").pause(1)``.

    ``plan(users=10, duration=60)`` makes a plan of it; a file that
    defines ``scenario`` or ``scenarios`` is taken wherever a plan file is.
    """

    def __init__(
        self,
        name: str = "default",
        target: str | None = None,
        *,
        weight: float = 1.0,
        pacing: Time | None = None,
    ) -> None:
        super().__init__()
        self.name = name
        self.target = _checked(target, type(self).__name__)
        self._weight, self._pacing = weight, pacing
        self._data: dict[str, Feed] = {}
        self._variables: dict[str, Any] = {}

    def add_request(self, request: Request | Fields) -> Self:
        """Adds a request, such as ``HTTPRequest("https://…", "POST", body="…")``."""
        return self.add(request)

    def load_data_file(
        self, file: str | Path, name: str = "data", strategy: str = "sequential", **fields: Any
    ) -> Self:
        """Rows of a file, whose columns the steps refer to as ``${data.column}``, or by another ``name``.

        ``strategy`` is how users are handed them: sequential, random, shuffled, unique or per_user; ``fields`` are
        further ones of a plan's feed.
        """
        given = {"file": str(file), "strategy": strategy.replace("-", "_"), **fields}
        self._data[name] = validated(Feed, given, source=f"load_data_file({str(file)!r})")
        return self

    def set_variable(self, name: str, value: Any) -> Self:
        """A variable that the steps refer to as ``${name}``."""
        self._variables[name] = value
        return self

    def plan_fields(self) -> dict[str, Any]:
        """The fields of a plan of this scenario; how much is not among them."""
        if not self._steps:
            raise PlanError(f"scenario {self.name!r} has no steps", hint="add some, such as .get('/')")
        scenario: dict[str, Any] = {"name": self.name, "steps": self.steps}
        scenario |= {} if self._weight == 1.0 else {"weight": self._weight}
        scenario |= {} if self._pacing is None else {"pacing": self._pacing}
        fields = {"target": self.target, "data": self._data, "variables": self._variables}
        return {
            "name": self.name,
            "scenarios": (scenario,),
            **{key: value for key, value in fields.items() if value},
        }

    def plan(
        self,
        users: int | None = None,
        duration: Time | None = None,
        *,
        ramp_up: Time | None = None,
        warm_up: Time | None = None,
        rate: float | None = None,
        max_users: int | None = None,
        iterations: int | None = None,
        load: Mapping[str, Any] | None = None,
        thresholds: Sequence[str] = (),
        options: Mapping[str, Any] | None = None,
    ) -> Plan:
        """The plan of this scenario under a load: the amounts of ``load_test``, or the ``load`` of a plan."""
        amounts = {
            "users": users,
            "duration": duration,
            "ramp_up": ramp_up,
            "warm_up": warm_up,
            "rate": rate,
            "max_users": max_users,
            "iterations": iterations,
        }
        given = {name: value for name, value in amounts.items() if value is not None}
        if load is not None and given:
            raise PlanError(f"plan(): a load says how much, and {', '.join(given)} is given beside it")
        whole = {"load": load or given, "thresholds": tuple(thresholds), "options": options}
        fields = {**self.plan_fields(), **{name: value for name, value in whole.items() if value}}
        return built(fields, f"{type(self).__name__}.plan()")


def HTTPRequest(  # noqa: N802  known by this name
    url: str,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    body: str | None = None,
    **fields: Any,
) -> Request:
    """A request for ``Scenario.add_request``; ``fields`` are further ones of a plan's request."""
    call = f"HTTPRequest({mask_url(url)!r}, {method!r})"
    return request_step(call, method, url, {**fields, "body": body, "headers": headers or {}})


def _checked(target: str | None, who: str) -> str | None:
    if target is None or target.startswith("${"):
        return target
    try:
        return check_url(target)
    except ValueError as error:
        raise PlanError(f"{who}: {error}") from None
