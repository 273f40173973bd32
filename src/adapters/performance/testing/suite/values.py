"""Values: variables, counters, functions and data feeds in templates."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

from .base import Topic, once

ROWS: list[dict[str, Any]] = [
    {"name": "ann", "age": 1},
    {"name": "bob", "age": 2},
    {"name": "cy d", "age": 3},
]

UNKNOWN = ("${nope}", "${nope.deep}", "${nope()}", "${no such}", "${", "${}")


class ValueTests(Topic):
    """What stands in the place of ``${…}``."""

    @once
    async def _rendered(self) -> dict[str, Any]:
        """The texts of three iterations of one user, by what they show."""
        shown = {
            "variable": "${greeting}",
            "named": "${var.greeting}",
            "inside": "${person.name}",
            "default": "${nobody:-a default}",
            "escaped": "$${greeting}",
            "number": "${count}",
            "unknown": list(UNKNOWN),
            "iteration": "${iteration}",
            "user": "${user}",
        }
        variables = {"greeting": "hello", "person": {"name": "Ada"}, "count": 3}
        step = {"url": "/shown", "method": "POST", "json": shown}
        await self.run_or_refuse(self.plan(step, load={"iterations": 3}, variables=variables), "template")
        first, *others = [request.json() for request in self.seen]
        return {**first, "iteration": [first["iteration"], *(other["iteration"] for other in others)]}

    async def test_variables_have_their_values_and_types(self) -> None:
        shown = await self._rendered()
        assert [shown[name] for name in ("variable", "named", "inside", "number")] == [
            "hello",
            "hello",
            "Ada",
            3,
        ]

    async def test_a_default_stands_in_and_an_escape_is_shown(self) -> None:
        shown = await self._rendered()
        assert (shown["default"], shown["escaped"]) == ("a default", "${greeting}")

    async def test_unknown_names_stay_visible(self) -> None:
        assert (await self._rendered())["unknown"] == list(UNKNOWN)

    async def test_counters_begin_at_zero(self) -> None:
        shown = await self._rendered()
        assert (shown["user"], shown["iteration"]) == (0, [0, 1, 2])

    async def test_functions_are_called_each_time(self) -> None:
        shown = {
            "uuid": "${uuid()}",
            "dice": "${randint(3,5)}",
            "pick": "${choice(a, b)}",
            "n": "${seq()}",
            "now": "${now()}",
        }
        step = {"url": "/called", "method": "POST", "json": shown}
        await self.run_or_refuse(self.plan(step, load={"iterations": 30}), "template.call")
        values = [request.json() for request in self.seen]
        assert len({UUID(value["uuid"]) for value in values}) == 30
        assert {value["dice"] for value in values} == {3, 4, 5}
        assert {value["pick"] for value in values} == {"a", "b"}
        assert [value["n"] for value in values] == list(range(1, 31))
        assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", value["now"]) for value in values)

    @once
    async def _of_three_users(self) -> list[dict[str, str]]:
        """What nine iterations of three users sent."""
        more = [*ROWS, {"name": "of no user", "age": 4}]
        data = {"shared": {"rows": ROWS}, "own": {"rows": more, "strategy": "per_user"}}
        names = {
            "user": "${user}",
            "iteration": "${iteration}",
            "shared": "${shared.name}",
            "own": "${own.name}",
        }
        plan = self.plan({"url": "/delay/20", "params": names}, load={"iterations": 9, "users": 3}, data=data)
        await self.run_or_refuse(plan, "feed")
        return [dict(parse_qsl(request.query)) for request in self.seen]

    async def test_users_and_iterations_are_counted_over_all_users(self) -> None:
        sent = await self._of_three_users()
        assert {one["user"] for one in sent} == {"0", "1", "2"}
        assert sorted(int(one["iteration"]) for one in sent) == list(range(9))

    async def test_sequential_rows_are_shared_by_all_users(self) -> None:
        assert Counter(one["shared"] for one in await self._of_three_users()) == {
            "ann": 3,
            "bob": 3,
            "cy d": 3,
        }

    async def test_per_user_rows_are_kept(self) -> None:
        kept = {(one["user"], one["own"]) for one in await self._of_three_users()}
        assert kept == {("0", "ann"), ("1", "bob"), ("2", "cy d")}
