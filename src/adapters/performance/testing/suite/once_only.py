"""What is done once: setup and teardown of a run, and what users do when they come and when they leave."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

import pytest

from ...engines.contract import RunContext
from ...engines.running import run_plan
from ...metrics.result import RunResult
from .base import Ran, Topic, once
from .clock import by_the_clock
from .timing import starts

PREPARED = {"url": "/json", "name": "prepare", "extract": {"made": {"json": "$['items'][1]"}}}


class OnceTests(Topic):
    """Setup, teardown, before and after, all measured aside."""

    @once
    async def _whole(self) -> Ran:
        scenario = {
            "before": [{"url": "/cookie/set?who=${user}", "name": "come", "checks": [{"status": 200}]}],
            "steps": [{"url": "/cookie/show?made=${made.id}&first=${first}"}, {"url": "/delay/30"}],
        }
        other = {
            "name": "other",
            "weight": 0.0001,
            "before": [{"url": "/other"}],
            "steps": [{"url": "/rare"}],
        }
        plan = self.plan(
            scenarios=[scenario, other],
            setup=[{"url": "/cookie/set?setup=1"}, PREPARED, {"set": {"first": "${made.title}", "n": 0}}],
            teardown=[{"url": "/cookie/show?gone=${made.id}"}, {"url": "/status/500"}, {"url": "/last"}],
            load={"iterations": 8, "users": 2},
        )
        result = await self.run_or_refuse(plan, "setup", "teardown", "before", "scenarios")
        return Ran(result, self.seen)

    async def test_setup_and_teardown_are_done_once(self) -> None:
        _, seen = await self._whole()
        targets = [request.target for request in seen]
        assert targets[:2] == ["/cookie/set?setup=1", "/json"]
        assert targets[-3:] == ["/cookie/show?gone=2", "/status/500", "/last"]
        assert Counter(targets)["/json"] == 1
        assert "setup" not in seen[-3].cookies, "they are done by users of their own"

    async def test_what_setup_sets_all_users_have(self) -> None:
        _, seen = await self._whole()
        shown = [request for request in seen if request.query.startswith("made=")]
        assert {request.query for request in shown} == {"made=2&first=item%202"}

    async def test_users_come_once_and_keep_what_they_got(self) -> None:
        _, seen = await self._whole()
        came = [request.query for request in seen if request.query.startswith("who=")]
        assert sorted(came) == ["who=0", "who=1"]
        shown = [request for request in seen if request.query.startswith("made=")]
        assert {request.cookies["who"] for request in shown} <= {"0", "1"}

    async def test_what_is_done_once_is_in_no_other_figure(self) -> None:
        result, seen = await self._whole()
        told = {name: (part.requests, part.failures) for name, part in result.aside.items()}
        assert told == {
            "GET /cookie/set?setup=1": (1, 0),
            "prepare": (1, 0),
            "come": (2, 0),
            "GET /cookie/show?gone=${made.id}": (1, 0),
            "GET /status/500": (1, 1),
            "GET /last": (1, 0),
        }
        assert result.summary.requests == 16 == len(seen) - 7
        assert (result.summary.iterations, result.summary.failures, result.checks) == (8, 0, ())
        assert result.reason is not None
        assert "1 of 7 requests of setup" in result.reason

    @by_the_clock
    async def test_users_leave_once_when_the_load_is_over(self) -> None:
        scenario = {
            "steps": [{"url": "/delay/50"}],
            "after": [{"pause": 0.3}, {"url": "/left/${user}"}],
        }
        plan = self.plan(scenarios=[scenario], load={"users": 2, "duration": 1})
        result = await self.run_or_refuse(plan, "after")
        assert {request.path[:7] for request in self.seen[-2:]} == {"/left/0", "/left/1"}
        began = [starts(self.seen)[number] for number in (-3, -1)]
        assert began[1] - began[0] >= 0.3, "what is done then is not cut short by the end"
        assert result.success, result.reason
        assert result.duration_s is not None
        assert 0.95 <= result.duration_s <= 1.2, "and is no part of the load"
        assert sum(part.requests for part in result.aside.values()) == 2

    async def test_a_setup_that_fails_is_the_end(self) -> None:
        plan = self.plan(
            "/never",
            setup=[
                {"url": "/status/404", "on_failure": "continue"},
                {"url": "/status/500", "name": "broken"},
                {"url": "/never"},
            ],
            teardown=[{"url": "/never"}],
            load={"users": 2, "duration": 1},
        )
        result = await self.run_or_refuse(plan, "setup", "teardown")
        assert [request.path for request in self.seen] == ["/status/404", "/status/500"]
        assert (result.success, result.stopped, result.exit_code) == (False, "failed", 1)
        assert result.reason == "setup failed: broken: status 500"
        assert result.duration_s is None
        assert result.summary.requests == 0

    async def test_a_setup_that_takes_too_long_is_the_end(self) -> None:
        plan = self.plan("/never", setup=[{"url": "/hang"}], options={"setup_timeout": 0.3})
        result = await self.run_or_refuse(plan, "setup")
        assert result.reason is not None
        assert result.reason.startswith("setup failed: it was not done")
        assert [request.path for request in self.seen] == ["/hang"]

    async def test_teardown_is_done_when_the_run_was_stopped(self) -> None:
        plan = self.plan(
            "/delay/20",
            setup=[{"set": {"made": 7}}],
            teardown=[{"url": "/gone/${made}"}],
            load={"users": 2, "duration": 60},
        )
        await self.may_refuse(plan, "setup", "teardown")
        ctx = RunContext()
        running = asyncio.ensure_future(run_plan(self.engine, plan, ctx=ctx))
        await asyncio.to_thread(self.server.log.wait_for, 10, 30.0)
        ctx.stop.set()
        result: RunResult = await asyncio.wait_for(running, 25)
        self.hold_against_log(result, plan)
        assert (result.stopped, result.exit_code) == ("interrupted", 130)
        assert self.seen[-1].path == "/gone/7"
        assert self.server.log.count("/gone/7") == 1

    async def test_several_workers_do_once_what_is_once(self) -> None:
        engine = self.make_engine_with_workers(2)
        if engine is None:
            pytest.skip(f"{self.engine.name} has no workers")
        self.engine = engine
        steps: list[dict[str, Any]] = [{"url": "/made/${made.id}"}]
        plan = self.plan(
            *steps, setup=[PREPARED], teardown=[{"url": "/gone"}], load={"iterations": 10, "users": 4}
        )
        await self.run_or_refuse(plan, "setup", "teardown")
        assert [request.path for request in self.seen] == ["/json", *["/made/2"] * 10, "/gone"]
