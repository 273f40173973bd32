"""Load: how many users, for how long, and how many iterations."""

from __future__ import annotations

import asyncio
import time

from ...engines.contract import RunContext
from ...engines.running import run_plan
from ...metrics.result import RunResult
from ..messages import Reply, SeenRequest
from .base import Ran, Topic, once
from .clock import LATE_S, by_the_clock
from .timing import most_after, peak, reached, starts


class LoadTests(Topic):
    """The closed model and a number of iterations."""

    @once
    async def _smallest(self) -> RunResult:
        return await self.run_or_refuse(self.plan("/"))

    async def test_the_smallest_plan_runs(self) -> None:
        result = await self._smallest()
        assert (result.success, result.stopped, result.exit_code) == (True, "completed", 0)
        self.figures(
            result.summary, requests=1, failures=0, iterations=1, interrupted=0, status_codes={"200": 1}
        )
        assert result.engine.semantics.resolution_ms > 0

    async def test_what_is_not_declared_unknown_is_told(self) -> None:
        result = await self._smallest()
        told = result.summary.model_dump()
        names = (
            "status_codes",
            "bytes_received",
            "bytes_sent",
            "ttfb_ms",
            "connect_ms",
            "iterations",
            "interrupted",
        )
        assert {name for name in names if told[name] is None} <= set(self.unknown)
        assert bool(result.timeline) or "timeline" in self.unknown

    async def test_the_number_of_iterations_is_exact(self) -> None:
        steps = ["/one", "/two"] if self.can("steps") else ["/one"]
        plan = self.plan(*steps, load={"iterations": 100, "users": 7})
        result = await self.run_or_refuse(plan, "load.iterations")
        assert [self.server.log.count(path) for path in steps] == [100] * len(steps)
        self.figures(result.summary, requests=100 * len(steps), iterations=100, interrupted=0)

    async def test_all_users_share_the_iterations(self) -> None:
        plan = self.plan("/delay/60", load={"iterations": 12, "users": 4})
        await self.run_or_refuse(plan, "load.iterations")
        assert (len(self.seen), peak(self.seen)) == (12, 4)

    @by_the_clock
    async def test_max_duration_ends_iterations_and_is_no_success(self) -> None:
        plan = self.plan("/delay/50", load={"iterations": 1000, "users": 2, "max_duration": 0.6})
        result = await self.run_or_refuse(plan, "load.max_duration", "load.iterations")
        assert 4 <= len(self.seen) < 60
        assert starts(self.seen)[-1] <= 0.6 + LATE_S
        assert (result.success, result.exit_code) == (False, 1)

    @once
    async def _closed(self) -> Ran:
        """Three users for a second."""
        plan = self.plan("/delay/20", load={"users": 3, "duration": 1.0})
        return Ran(await self.run_or_refuse(plan, "load.closed"), self.seen)

    @by_the_clock
    async def test_users_are_there_for_the_whole_duration(self) -> None:
        result, seen = await self._closed()
        assert peak(seen) == 3
        assert 1.0 - LATE_S <= starts(seen)[-1] <= 1.0 + LATE_S
        assert result.success, result.reason
        assert result.duration_s is not None
        assert 1.0 - LATE_S <= result.duration_s <= 1.0 + 2 * LATE_S
        assert all(point.users in (None, 0, 1, 2, 3) for point in result.timeline)

    @once
    async def _warmed_up(self) -> Ran:
        """Two users for 2.5 s, the first of it warm-up, in which a server that is cold fails for 0.5 s."""
        came: list[float] = []

        def answer(_: SeenRequest) -> Reply:
            came.append(time.monotonic())
            return Reply(status=503 if came[-1] - came[0] < 0.5 else 200, body=b"ok", delay_s=0.02)

        self.server.route("/cold", answer)
        step = {"url": "/cold", "checks": [{"status": 200}]}
        plan = self.plan(step, load={"users": 2, "duration": 2.5, "warm_up": 1})
        return Ran(await self.run_or_refuse(plan, "load.warm_up"), self.seen)

    async def test_what_ends_in_the_warm_up_is_in_no_figure(self) -> None:
        result, seen = await self._warmed_up()
        assert result.success, result.reason
        assert (result.summary.failures, result.checks[0].failed) == (0, 0)
        assert result.checks[0].passed == result.summary.requests
        assert abs((result.summary.iterations or 0) - result.summary.requests) <= 2
        later = sum((request.answered_s or 0) - seen[0].received_s > 1 for request in seen)
        assert 0.8 * later <= result.summary.requests <= 1.2 * later
        assert {point.t for point in result.timeline} <= {1, 2, 3}

    @by_the_clock
    async def test_the_warm_up_is_part_of_the_duration_and_told_by_itself(self) -> None:
        result, seen = await self._warmed_up()
        assert result.warm_up is not None
        assert (result.warm_up.duration_s, result.summary.interrupted) == (1, 0)
        assert result.warm_up.requests + result.summary.requests == len(seen)
        assert result.warm_up.failures == sum(request.status == 503 for request in seen) > 0
        assert result.duration_s is not None
        assert 2.5 - LATE_S <= result.duration_s <= 2.5 + 2 * LATE_S

    async def test_a_run_that_is_stopped_in_its_warm_up_measured_nothing(self) -> None:
        plan = self.plan("/delay/20", load={"users": 2, "duration": 60, "warm_up": 30})
        await self.may_refuse(plan, "load.warm_up")
        ctx = RunContext()
        run = asyncio.ensure_future(run_plan(self.engine, plan, ctx=ctx))
        await asyncio.to_thread(self.server.log.wait_for, 10)
        ctx.stop.set()
        result = await run
        self.hold_against_log(result, plan)
        assert (result.success, result.stopped, result.exit_code) == (False, "interrupted", 130)
        assert (result.summary.requests, result.summary.throughput_rps) == (0, None)
        assert result.warm_up is not None
        assert result.warm_up.requests > 0

    @once
    async def _ramp(self) -> Ran:
        """Five users over a second, and 0.4 s more."""
        load = {"users": 5, "ramp_up": 1.0, "duration": 1.4}
        return Ran(await self.run_or_refuse(self.plan("/delay/100", load=load), "load.ramp"), self.seen)

    @by_the_clock
    async def test_users_start_evenly_over_the_ramp(self) -> None:
        _, seen = await self._ramp()
        late_s = [reached(seen, number + 1) - number / 5 for number in range(5)]
        assert all(abs(late) <= 0.3 for late in late_s), late_s
        assert peak(seen) == 5

    @by_the_clock
    async def test_the_duration_includes_the_ramp(self) -> None:
        _, seen = await self._ramp()
        assert 1.4 - LATE_S <= starts(seen)[-1] <= 1.4 + LATE_S

    @by_the_clock
    async def test_stages_go_up_and_down(self) -> None:
        stages = [{"duration": 0.7, "users": 4}, {"duration": 0.6, "users": 4}, {"duration": 0.8, "users": 0}]
        await self.run_or_refuse(self.plan("/delay/50", load={"stages": stages}), "load.stages")
        assert peak(self.seen) == 4
        assert 0.2 <= reached(self.seen, 4) <= 0.7 + LATE_S
        assert most_after(self.seen, 1.8) <= 2, "users stay although the last stage takes them away"
        assert starts(self.seen)[-1] <= 2.1 + LATE_S

    @by_the_clock
    async def test_a_stage_without_duration_is_a_jump(self) -> None:
        stages = [{"duration": 0, "users": 3}, {"duration": 0.6, "users": 3}]
        await self.run_or_refuse(self.plan("/delay/100", load={"stages": stages}), "load.stages")
        assert peak(self.seen) == 3
        assert reached(self.seen, 3) <= LATE_S
