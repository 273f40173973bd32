"""How much, what must hold and everything else of a plan, said in calls that check what they are given."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from pydantic import TypeAdapter, ValidationError

from ..errors import PlanError, UsageError
from ..patterns import parse_pattern
from ..plan.feeds import Feed
from ..plan.load import ArrivalRate, UserCount, WarmUp
from ..plan.model import Options, Plan
from ..plan.quantity import Duration, PositiveDuration
from ..plan.reading import make_plan, validated
from ..plan.thresholds import parse_threshold

Time = float | str


class PlanParts:
    """What a plan has beside its scenarios; each call returns the same object."""

    def __init__(self) -> None:
        self._load: dict[str, Any] = {}
        self._thresholds: list[str] = []
        self._data: dict[str, Feed] = {}
        self._variables: dict[str, Any] = {}
        self._options: dict[str, Any] = {}

    def users(self, count: int) -> Self:
        """So many users at once, each starting anew when it is done; with ``iterations`` they share those."""
        return self._amount("users", count, UserCount)

    def duration(self, time: Time) -> Self:
        """How long in all, the ramp-up included."""
        return self._amount("duration", time, PositiveDuration)

    def ramp_up(self, time: Time) -> Self:
        """The time until all users are there, or the whole rate; part of the duration."""
        return self._amount("ramp_up", time, Duration)

    def warm_up(self, time: Time) -> Self:
        """The first whole seconds of the duration, which are in no figure."""
        return self._amount("warm_up", time, WarmUp)

    def rate(self, per_second: float) -> Self:
        """Iterations that start per second, whether or not earlier ones are done, instead of ``users``."""
        return self._amount("rate", per_second, ArrivalRate)

    def max_users(self, count: int) -> Self:
        """With a rate: the most iterations at once."""
        return self._amount("max_users", count, UserCount)

    def iterations(self, count: int) -> Self:
        """So many iterations in all, instead of a duration."""
        return self._amount("iterations", count, UserCount)

    def max_duration(self, time: Time) -> Self:
        """With iterations: the run is stopped, and is no success, when it takes longer."""
        return self._amount("max_duration", time, PositiveDuration)

    def pattern(self, text: str) -> Self:
        """A shape of load in a line, such as ``ramp:1:100:60s``, instead of all that was said of it before."""
        return self.load(parse_pattern(text))

    def load(self, load: Mapping[str, Any]) -> Self:
        """A load as in a plan, such as ``patterns.spike_test(…)``, instead of all that was said of it before."""
        self._load = dict(load)
        return self

    def threshold(self, *texts: str) -> Self:
        """What must hold, such as ``p95 < 500ms`` or ``login: error_rate < 1%``."""
        for text in texts:
            try:
                parse_threshold(text)
            except (ValueError, UsageError) as error:
                raise PlanError(f"threshold({text!r}): {error}") from None
            self._thresholds.append(text)
        return self

    def variables(self, **values: Any) -> Self:
        """Variables that steps refer to as ``${name}``."""
        self._variables.update(values)
        return self

    def feed(self, name: str, **fields: Any) -> Self:
        """Rows to draw, referred to as ``${name.column}``: ``file`` or ``rows``, ``strategy`` and the like."""
        self._data[name] = validated(Feed, fields, source=f"feed({name!r})")
        return self

    def options(self, **fields: Any) -> Self:
        """Options of the plan, such as ``timeout``, ``redirects`` and ``headers``."""
        validated(Options, fields, source="options()")
        self._options.update(fields)
        return self

    def _amount(self, name: str, value: object, kind: Any) -> Self:
        try:
            TypeAdapter(kind).validate_python(value)
        except ValidationError as error:
            told = error.errors(include_url=False, include_input=False)[0]["msg"].removeprefix(
                "Value error, "
            )
            raise PlanError(f"{name}({value!r}): {told[:1].lower() + told[1:]}") from None
        self._load[name] = value
        return self

    def _part_fields(self) -> dict[str, Any]:
        """The fields of a plan that were said, by name."""
        fields = {
            "load": self._load,
            "thresholds": tuple(self._thresholds),
            "data": self._data,
            "variables": self._variables,
            "options": self._options,
        }
        return {name: value for name, value in fields.items() if value}


def built(fields: Mapping[str, Any], call: str) -> Plan:
    """The plan of these fields; PlanError names the ``call``, the field, and what is missing."""
    if "load" not in fields:
        raise PlanError(
            f"{call}: how much is missing",
            hint="say for example .users(10).duration('30s'), .rate(50).duration('1m'), or .iterations(100)",
        )
    return make_plan(fields, source=call)
