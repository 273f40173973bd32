"""Values: variables, counters, functions and data feeds in templates."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any
from uuid import UUID

from ...metrics.result import RunResult
from .base import Topic, once

ROWS: list[dict[str, Any]] = [
    {"name": "ann", "age": 1},
    {"name": "bob", "age": 2},
    {"name": "cy d", "age": 3},
]


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
            "iteration": "${iteration}",
            "user": "${user}",
        }
        variables = {"greeting": "hello", "person": {"name": "Ada"}, "count": 3}
        step = {"url": "/shown", "method": "POST", "json": shown}
        await self.run_or_refuse(
            self.plan(step, load={"iterations": 3}, variables=variables), "template", "body"
        )
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

    async def test_counters_begin_at_zero(self) -> None:
        shown = await self._rendered()
        assert (shown["user"], shown["iteration"]) == (0, [0, 1, 2])

    async def test_unknown_names_stay_visible(self) -> None:
        shown = ["${nope}", "${nope.deep}", "${nope()}", "${no such}", "${", "${}"]
        step = {"url": "/unknown", "method": "POST", "json": shown}
        await self.run_or_refuse(self.plan(step), "template", "body", "method")
        assert self.seen[0].json() == shown

    async def test_users_and_iterations_are_counted_over_all_users(self) -> None:
        step = {"url": "/delay/20", "params": {"user": "${user}", "iteration": "${iteration}"}}
        await self.run_or_refuse(self.plan(step, load={"iterations": 9, "users": 3}), "template")
        pairs = [dict(pair.split("=") for pair in request.query.split("&")) for request in self.seen]
        assert {pair["user"] for pair in pairs} == {"0", "1", "2"}
        assert sorted(int(pair["iteration"]) for pair in pairs) == list(range(9))

    async def test_functions_are_called_each_time(self) -> None:
        shown = {
            "uuid": "${uuid()}",
            "dice": "${randint(3,5)}",
            "pick": "${choice(a, b)}",
            "n": "${seq()}",
            "now": "${now()}",
        }
        step = {"url": "/called", "method": "POST", "json": shown}
        await self.run_or_refuse(self.plan(step, load={"iterations": 30}), "template.call", "body", "method")
        values = [request.json() for request in self.seen]
        assert len({UUID(value["uuid"]) for value in values}) == 30
        assert {value["dice"] for value in values} == {3, 4, 5}
        assert {value["pick"] for value in values} == {"a", "b"}
        assert [value["n"] for value in values] == list(range(1, 31))
        assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", value["now"]) for value in values)

    async def test_a_seed_repeats_random_choices(self) -> None:
        step = {"url": "/seeded", "params": {"dice": "${randint(1,1000000)}"}}
        plan = self.plan(step, load={"iterations": 5}, options={"seed": 7})
        await self.run_or_refuse(plan, "seed", "template.call")
        first = [request.query for request in self.seen]
        await self.run_or_refuse(plan)
        assert [request.query for request in self.seen] == first
        assert len(set(first)) == 5

    async def _draw(self, iterations: int, users: int = 1, **feed: Any) -> tuple[RunResult, list[str]]:
        """What became of a run whose every iteration asks for a row's name, and the names asked for, in order."""
        load = {"iterations": iterations, "users": users}
        plan = self.plan("/row/${people.name}", load=load, data={"people": {"rows": ROWS, **feed}})
        result = await self.run_or_refuse(plan, "feed.unique" if feed.get("strategy") == "unique" else "feed")
        return result, [request.path.removeprefix("/row/").replace("%20", " ") for request in self.seen]

    async def test_sequential_rows_come_in_order_and_again(self) -> None:
        _, names = await self._draw(5)
        assert names == ["ann", "bob", "cy d", "ann", "bob"]

    async def test_sequential_rows_are_shared_by_all_users(self) -> None:
        _, names = await self._draw(9, users=3)
        assert Counter(names) == {"ann": 3, "bob": 3, "cy d": 3}

    async def test_shuffled_rows_come_equally_often(self) -> None:
        _, names = await self._draw(9, strategy="shuffled")
        assert Counter(names) == {"ann": 3, "bob": 3, "cy d": 3}
        assert names[:3] == names[3:6] == names[6:]

    async def test_random_rows_all_come(self) -> None:
        _, names = await self._draw(60, strategy="random")
        assert set(names) == {"ann", "bob", "cy d"}
        assert names != sorted(names)

    async def test_per_user_rows_are_kept(self) -> None:
        load = {"iterations": 9, "users": 3}
        step = {"url": "/delay/20", "params": {"user": "${user}", "row": "${people.name}"}}
        feed = {"people": {"rows": ROWS, "strategy": "per_user"}}
        await self.run_or_refuse(self.plan(step, load=load, data=feed), "feed", "template")
        wanted = {f"user={number}&row={row['name'].replace(' ', '%20')}" for number, row in enumerate(ROWS)}
        assert {request.query for request in self.seen} == wanted

    async def test_unique_rows_are_used_once_and_then_the_run_ends(self) -> None:
        result, names = await self._draw(10, users=2, strategy="unique")
        assert sorted(names) == ["ann", "bob", "cy d"]
        assert result.stopped == "completed"

    async def test_unique_rows_that_run_out_can_fail_the_run(self) -> None:
        result, names = await self._draw(10, strategy="unique", on_end="fail")
        assert sorted(names) == ["ann", "bob", "cy d"]
        assert not result.success

    async def test_unique_rows_can_be_used_again(self) -> None:
        _, names = await self._draw(6, strategy="unique", on_end="recycle")
        assert Counter(names) == {"ann": 2, "bob": 2, "cy d": 2}
