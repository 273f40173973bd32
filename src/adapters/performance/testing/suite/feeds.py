"""Data feeds: rows of every source, handed out by every strategy, to several users and by several processes."""

from __future__ import annotations

import json
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest

from ...engines.program.compile import compile_plan
from ...engines.program.runtime import feed_rows
from ...engines.program.runtime.chance import below, seeded
from ...engines.running import run_plan
from ...errors import PlanError
from ...metrics.result import RunResult
from ...plan.feeds import Feed
from ..messages import SeenRequest
from .base import Topic, once

_NAMES = ("Ann", 'Bob "B", Jr.', "Cy\r\nDé 漢")
_WANTED: dict[str, list[Any]] = {
    "quoted": [{"name": name, "age": str(age)} for age, name in enumerate(_NAMES)],
    "semicolons": [{"name": f"ü{number}", "age": "a,b"} for number in range(3)],
    "plain": [{"name": f"n{number}", "age": ""} for number in range(3)],
    "json": [{"name": name, "age": age} for age, name in enumerate(_NAMES)],
    "lines": [
        {"name": [1, {"a": None}], "age": 1.0},
        {"name": True, "age": 12345678901234567890},
        {"name": "", "age": -1},
    ],
    "query": [{"name": f"q{number}", "age": number / 2} for number in range(3)],
    "python": [{"name": f"p{number}", "age": number} for number in range(3)],
}
_ROWS = 60
_SEED = {"seed": 11}


class FeedTests(Topic):
    """What stands in files, databases and programs comes as it is, and each row to whom it is to."""

    @once
    async def _sources(self) -> list[dict[str, Any]]:
        """What six iterations of one user drew from feeds of three rows, one of each kind of source."""
        step = {
            "url": "/sources",
            "method": "POST",
            "json": {feed: {key: f"${{{feed}.{key}}}" for key in ("name", "age")} for feed in _WANTED},
        }
        data = _feeds_of_each_kind(Path(tempfile.mkdtemp()))
        await self.run_or_refuse(self.plan(step, load={"iterations": 6}, data=data), "feed")
        return [request.json() for request in self.seen]

    @pytest.mark.parametrize("feed", _WANTED)
    async def test_rows_come_as_they_are_and_in_order(self, feed: str) -> None:
        assert [drawn[feed] for drawn in await self._sources()] == _WANTED[feed] * 2

    @once
    async def _strategies(self) -> list[dict[str, str]]:
        """What 120 iterations of four users drew from a file of sixty rows."""
        how: dict[str, dict[str, Any]] = {
            "sequential": {},
            "shuffled": {},
            "random": {},
            "per_user": {},
            "unique": {"on_end": "recycle"},
        }
        file = _numbered(_ROWS)
        data = {name: {"file": file, "strategy": name, **more} for name, more in how.items()}
        params = {name: f"${{{name}.n}}" for name in how} | {"user": "${user}", "iteration": "${iteration}"}
        load = {"iterations": 2 * _ROWS, "users": 4}
        options = _SEED if self.can("seed") else {}
        step = {"url": "/delay/2", "params": params}
        await self.run_or_refuse(self.plan(step, load=load, data=data, options=options), "feed")
        return [dict(parse_qsl(request.query)) for request in self.seen]

    async def test_sequential_rows_go_by_the_number_of_the_iteration(self) -> None:
        assert all(
            int(drawn["sequential"]) == int(drawn["iteration"]) % _ROWS for drawn in await self._strategies()
        )

    @pytest.mark.parametrize("strategy", ["shuffled", "unique"])
    async def test_all_rows_are_used_before_any_is_again(self, strategy: str) -> None:
        drawn = sorted(await self._strategies(), key=lambda sent: int(sent["iteration"]))
        rows = [int(sent[strategy]) for sent in drawn]
        assert sorted(rows[:_ROWS]) == sorted(rows[_ROWS:]) == list(range(_ROWS))
        assert (rows[:_ROWS] == list(range(_ROWS))) is (strategy == "unique")

    async def test_random_rows_of_users_are_their_own(self) -> None:
        drawn = await self._strategies()
        orders = {tuple(one["random"] for one in drawn if one["user"] == user) for user in "0123"}
        assert len(orders) == 4
        assert {int(one["random"]) for one in drawn} < set(range(_ROWS))

    async def test_a_user_keeps_the_row_of_its_number(self) -> None:
        assert all(sent["per_user"] == sent["user"] for sent in await self._strategies())

    async def test_a_seed_decides_on_the_order_of_shuffled_rows(self) -> None:
        drawn = sorted(await self._strategies(), key=lambda sent: int(sent["iteration"]))
        plan = self.plan(
            "/", data={"shuffled": {"file": _numbered(_ROWS), "strategy": "shuffled"}}, options=_SEED
        )
        await self.may_refuse(plan, "seed")
        rows = feed_rows(compile_plan(plan, folder=Path(tempfile.mkdtemp()))["feeds"]["shuffled"])
        assert [sent["shuffled"] for sent in drawn[:_ROWS]] == [rows[place]["n"] for place in range(_ROWS)]

    async def test_a_seed_decides_on_the_random_rows_of_each_user(self) -> None:
        drawn = await self._strategies()
        await self.may_refuse(self.plan("/", options=_SEED), "seed")
        for user in range(4):
            rows = [int(sent["random"]) for sent in drawn if sent["user"] == str(user)]
            chance = seeded(_SEED["seed"], user)
            assert rows == [below(chance, _ROWS) for _ in rows]

    async def _used_up(self, on_end: str, load: dict[str, Any], *features: str) -> RunResult:
        """A run of two steps that ends when the rows have run out."""
        data = {"people": {"file": _numbered(_ROWS), "strategy": "unique", "on_end": on_end}}
        steps = [{"url": f"/delay/5/{step}", "params": {"n": "${people.n}"}} for step in ("first", "second")]
        return await self.run_or_refuse(self.plan(*steps, load=load, data=data), "feed.unique", *features)

    @once
    async def _stopped(self) -> tuple[RunResult, Sequence[SeenRequest]]:
        return await self._used_up("stop", {"users": 4, "duration": 30}), self.seen

    async def test_each_unique_row_is_used_once_and_to_its_last_step(self) -> None:
        _, seen = await self._stopped()
        for step in ("first", "second"):
            assert sorted(map(int, _drawn(seen, step))) == list(range(_ROWS))

    async def test_the_load_ends_when_unique_rows_have_run_out_and_says_so(self) -> None:
        result, _ = await self._stopped()
        assert (result.stopped, result.success) == ("completed", True)
        assert result.duration_s is not None and result.duration_s < 25
        assert (result.summary.iterations, result.summary.interrupted or 0) == (_ROWS, 0)
        assert [warning.message for warning in result.warnings if warning.code == "RowsUsedUp"] == [
            "every row of data.people was used once; then the load ended (on_end: stop)"
        ]

    async def test_iterations_that_find_no_row_fail_a_run_that_says_so(self) -> None:
        result = await self._used_up("fail", {"iterations": 100, "users": 3})
        assert sorted(map(int, _drawn(self.seen, "second"))) == list(range(_ROWS))
        assert not result.success
        assert result.reason is not None
        assert "the unique rows of data.people ran out: " in result.reason
        assert "found none (on_end: fail)" in result.reason

    async def test_unique_rows_end_arrivals_too(self) -> None:
        result = await self._used_up("stop", {"rate": 100, "duration": 20, "max_users": 100}, "load.open")
        assert sorted(map(int, _drawn(self.seen, "second"))) == list(range(_ROWS))
        assert (result.stopped, result.summary.dropped) == ("completed", 0)

    async def test_several_processes_use_each_row_once_in_all(self) -> None:
        engine = self.make_engine_with_workers(3)
        if engine is None:
            pytest.skip(f"{self.engine.name} is one process")
        self.engine = engine
        await self._used_up("stop", {"users": 6, "duration": 30})
        assert sorted(map(int, _drawn(self.seen, "second"))) == list(range(_ROWS))

    async def test_a_column_that_is_not_there_is_told_before_anything_is_sent(self) -> None:
        plan = self.plan("/?n=${f.numbr}", data={"f": {"file": _numbered(3)}})
        await self.may_refuse(plan, "feed")
        with pytest.raises(PlanError, match="has no column 'numbr'"):
            await run_plan(self.engine, plan)
        assert self.server.log.connections == 0


def _drawn(seen: Sequence[SeenRequest], step: str = "") -> list[str]:
    """The rows that requests named, those of one step if it is given."""
    return [
        value
        for request in seen
        if step in request.path
        for name, value in parse_qsl(request.query)
        if name == "n"
    ]


def _numbered(rows: int) -> str:
    """The path of a CSV file whose rows have the numbers from 0 on."""
    path = Path(tempfile.mkdtemp()) / "numbers.csv"
    path.write_text("n,text\r\n" + "".join(f'{n},"number {n}"\r\n' for n in range(rows)), newline="")
    return str(path)


def _feeds_of_each_kind(folder: Path) -> dict[str, Feed | dict[str, Any]]:
    """Feeds that give the rows in ``_WANTED``."""
    quoted = "".join('"{}",{}\r\n'.format(name.replace('"', '""'), age) for age, name in enumerate(_NAMES))
    (folder / "a.csv").write_bytes(f"\ufeffname,age\r\n{quoted}".encode())
    (folder / "b.txt").write_text("".join(f"ü{n};a,b\n" for n in range(3)), "latin-1")
    (folder / "c.csv").write_text("name,age\nn0,\n\nn1,\nn2,")
    (folder / "d.json").write_text(json.dumps(_WANTED["json"], indent=2), "utf-8")
    (folder / "e.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in _WANTED["lines"]), "utf-8")
    with closing(sqlite3.connect(folder / "f.db")) as connection, connection:
        connection.execute("create table people (id integer primary key, name text)")
        connection.executemany("insert into people values (?, ?)", [(n, f"q{n}") for n in range(3)])
    semicolons = {"delimiter": ";", "encoding": "latin-1", "columns": ["name", "age"]}
    query = "select name, id / 2.0 as age from people order by id"

    def made() -> Iterator[dict[str, Any]]:
        yield from _WANTED["python"]

    return {
        "quoted": {"file": str(folder / "a.csv")},
        "semicolons": {"file": str(folder / "b.txt"), **semicolons},
        "plain": {"file": str(folder / "c.csv")},
        "json": {"file": str(folder / "d.json")},
        "lines": {"file": str(folder / "e.jsonl")},
        "query": {"file": str(folder / "f.db"), "query": query},
        "python": Feed.from_rows(made()),
    }
