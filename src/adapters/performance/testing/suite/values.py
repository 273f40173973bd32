"""Values: variables, counters, functions and data feeds in templates."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

from ...metrics.result import RunResult
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
    async def _of_one_user(self) -> dict[str, list[str]]:
        """The rows that 60 iterations of one user drew, by the strategy of the feed."""
        data = {
            strategy: {"rows": ROWS, "strategy": strategy}
            for strategy in ("sequential", "shuffled", "random")
        }
        step = {"url": "/rows", "params": {name: f"${{{name}.name}}" for name in data}}
        await self.run_or_refuse(self.plan(step, load={"iterations": 60}, data=data), "feed")
        drawn = [dict(parse_qsl(request.query)) for request in self.seen]
        return {name: [row[name] for row in drawn] for name in data}

    async def test_sequential_rows_come_in_order_and_again(self) -> None:
        assert (await self._of_one_user())["sequential"] == ["ann", "bob", "cy d"] * 20

    async def test_shuffled_rows_come_in_one_order_again_and_again(self) -> None:
        names = (await self._of_one_user())["shuffled"]
        assert set(names[:3]) == {"ann", "bob", "cy d"}
        assert names == names[:3] * 20

    async def test_random_rows_come_in_no_order(self) -> None:
        names = (await self._of_one_user())["random"]
        assert set(names) == {"ann", "bob", "cy d"}
        assert names != names[:3] * 20

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

    async def _unique(
        self, iterations: int, users: int = 1, on_end: str = "stop"
    ) -> tuple[RunResult, list[str]]:
        """What became of a run in which each row is used once, and the rows' names in the order in which they came."""
        data = {"people": {"rows": ROWS, "strategy": "unique", "on_end": on_end}}
        step = {"url": "/row", "params": {"name": "${people.name}"}}
        plan = self.plan(step, load={"iterations": iterations, "users": users}, data=data)
        result = await self.run_or_refuse(plan, "feed.unique")
        return result, [value for request in self.seen for _, value in parse_qsl(request.query)]

    async def test_unique_rows_are_used_once_and_then_the_run_ends(self) -> None:
        result, names = await self._unique(10, users=2)
        assert sorted(names) == ["ann", "bob", "cy d"]
        assert result.stopped == "completed"

    async def test_unique_rows_that_run_out_can_fail_the_run(self) -> None:
        result, names = await self._unique(10, on_end="fail")
        assert sorted(names) == ["ann", "bob", "cy d"]
        assert not result.success

    async def test_unique_rows_can_be_used_again(self) -> None:
        _, names = await self._unique(6, on_end="recycle")
        assert Counter(names) == {"ann": 2, "bob": 2, "cy d": 2}
