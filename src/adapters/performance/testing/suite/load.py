"""Load: how many users, for how long, and how many iterations."""

from __future__ import annotations

from .base import Topic
from .timing import most_after, peak, reached, starts

LATE_S = 0.35
"""How much later than due something may be on a busy machine."""


class LoadTests(Topic):
    """The closed model and a number of iterations."""

    async def test_the_smallest_plan_runs(self) -> None:
        result = await self.run_or_refuse(self.plan("/"))
        assert (result.success, result.stopped, result.exit_code) == (True, "completed", 0)
        self.figures(
            result.summary, requests=1, failures=0, iterations=1, interrupted=0, status_codes={"200": 1}
        )
        assert result.engine.semantics.resolution_ms > 0

    async def test_what_is_not_declared_unknown_is_told(self) -> None:
        result = await self.run_or_refuse(self.plan("/", load={"iterations": 4, "users": 2}))
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

    async def test_max_duration_ends_iterations_and_is_no_success(self) -> None:
        plan = self.plan("/delay/50", load={"iterations": 1000, "users": 2, "max_duration": 0.6})
        result = await self.run_or_refuse(plan, "load.max_duration", "load.iterations")
        assert 4 <= len(self.seen) < 60
        assert starts(self.seen)[-1] <= 0.6 + LATE_S
        assert (result.success, result.exit_code) == (False, 1)

    async def test_users_are_there_for_the_whole_duration(self) -> None:
        plan = self.plan("/delay/20", load={"users": 3, "duration": 1.0})
        result = await self.run_or_refuse(plan, "load.closed")
        assert peak(self.seen) == 3
        assert 1.0 - LATE_S <= starts(self.seen)[-1] <= 1.0 + LATE_S
        assert result.success, result.reason
        assert result.duration_s is not None
        assert 1.0 - LATE_S <= result.duration_s <= 1.0 + 2 * LATE_S
        assert all(point.users in (None, 0, 1, 2, 3) for point in result.timeline)

    async def test_users_start_evenly_over_the_ramp(self) -> None:
        users, ramp_s, tolerance_s = 5, 1.0, 0.3
        load = {"users": users, "ramp_up": ramp_s, "duration": 1.4}
        await self.run_or_refuse(self.plan("/delay/100", load=load), "load.ramp")
        for number in range(users):
            due_s = number * ramp_s / users
            assert abs(reached(self.seen, number + 1) - due_s) <= tolerance_s, f"user {number + 1} of {users}"
        assert peak(self.seen) == users

    async def test_the_duration_includes_the_ramp(self) -> None:
        load = {"users": 4, "ramp_up": 0.8, "duration": 1.2}
        await self.run_or_refuse(self.plan("/delay/20", load=load), "load.ramp")
        assert 1.2 - LATE_S <= starts(self.seen)[-1] <= 1.2 + LATE_S

    async def test_stages_go_up_and_down(self) -> None:
        stages = [{"duration": 0.7, "users": 4}, {"duration": 0.6, "users": 4}, {"duration": 0.8, "users": 0}]
        await self.run_or_refuse(self.plan("/delay/50", load={"stages": stages}), "load.stages")
        assert peak(self.seen) == 4
        assert 0.2 <= reached(self.seen, 4) <= 0.7 + LATE_S
        assert most_after(self.seen, 1.8) <= 2, "users stay although the last stage takes them away"
        assert starts(self.seen)[-1] <= 2.1 + LATE_S

    async def test_a_stage_without_duration_is_a_jump(self) -> None:
        stages = [{"duration": 0, "users": 3}, {"duration": 0.6, "users": 3}]
        await self.run_or_refuse(self.plan("/delay/100", load={"stages": stages}), "load.stages")
        assert peak(self.seen) == 3
        assert reached(self.seen, 3) <= LATE_S
