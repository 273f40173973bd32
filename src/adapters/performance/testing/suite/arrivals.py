"""Arrivals: iterations that start at a rate, whether or not earlier ones are done."""

from __future__ import annotations

from itertools import pairwise
from statistics import fmean, stdev

from .base import Ran, Topic, once
from .clock import LATE_S, by_the_clock
from .timing import peak, starts


class ArrivalTests(Topic):
    """The open model."""

    @once
    async def _rate(self) -> Ran:
        plan = self.plan("/", load={"rate": 20, "duration": 1.5})
        return Ran(await self.run_or_refuse(plan, "load.open"), self.seen)

    @by_the_clock
    async def test_the_rate_is_kept(self) -> None:
        result, seen = await self._rate()
        moments = starts(seen)
        assert abs(len(moments) - 30) <= 2
        assert abs(sum(moment < 0.75 for moment in moments) - 15) <= 5
        assert moments[-1] <= 1.5 + LATE_S
        self.figures(result.summary, iterations=len(moments), dropped=0, interrupted=0)
        assert result.success, result.reason

    @by_the_clock
    async def test_arrivals_do_not_wait_for_answers(self) -> None:
        plan = self.plan("/delay/400", load={"rate": 20, "duration": 1, "max_users": 20})
        await self.run_or_refuse(plan, "load.open")
        assert abs(len(self.seen) - 20) <= 2
        assert peak(self.seen) >= 6
        assert starts(self.seen)[-1] <= 1 + LATE_S

    @once
    async def _slow_rate(self) -> Ran:
        plan = self.plan("/", load={"rate": 0.5, "duration": 2.2})
        return Ran(await self.run_or_refuse(plan, "load.open"), self.seen)

    @by_the_clock
    async def test_a_rate_may_be_less_than_one(self) -> None:
        assert 1 <= len((await self._slow_rate()).seen) <= 2

    @by_the_clock
    async def test_the_rate_rises_over_the_ramp(self) -> None:
        load = {"rate": 40, "ramp_up": 1, "duration": 1.5}
        await self.run_or_refuse(self.plan("/", load=load), "load.open", "load.ramp")
        moments = starts(self.seen)
        assert abs(len(moments) - 40) <= 3
        late = sum(moment > 1.0 for moment in moments)
        assert 12 <= late <= 28, "a ramp has half of its arrivals in its last third"

    @by_the_clock
    async def test_the_rate_follows_stages(self) -> None:
        stages = [{"duration": 0, "rate": 40}, {"duration": 0.5, "rate": 40}, {"duration": 0.8, "rate": 0}]
        await self.run_or_refuse(self.plan("/", load={"stages": stages}), "load.open", "load.stages")
        moments = starts(self.seen)
        assert abs(len(moments) - 36) <= 3
        assert 14 <= sum(moment < 0.5 for moment in moments) <= 26

    @by_the_clock
    async def test_arrivals_that_find_all_users_busy_are_dropped_and_counted(self) -> None:
        load = {"rate": 20, "duration": 1, "max_users": 2}
        result = await self.run_or_refuse(self.plan("/delay/350", load=load), "load.open")
        assert peak(self.seen) == 2
        assert len(self.seen) <= 8
        assert result.summary.dropped is not None
        assert abs(len(self.seen) + result.summary.dropped - 20) <= 2

    @by_the_clock
    async def test_arrivals_may_wait_for_a_user(self) -> None:
        stages = [{"duration": 0, "rate": 40}, {"duration": 0.5, "rate": 40}, {"duration": 0, "rate": 0}]
        load = {"stages": [*stages, {"duration": 1.0, "rate": 0}], "max_users": 2, "when_exhausted": "queue"}
        result = await self.run_or_refuse(self.plan("/delay/80", load=load), "load.queue")
        assert peak(self.seen) == 2
        assert abs(len(self.seen) - 20) <= 1
        assert result.summary.dropped == 0
        response, latency = result.summary.response_ms, result.summary.latency_ms
        if response is not None:
            assert response.p95 is not None
            assert latency.p95 is not None
            assert response.p95 > 2 * latency.p95, "the response time holds the time spent waiting"

    @by_the_clock
    async def test_poisson_arrivals_are_irregular_and_keep_the_rate(self) -> None:
        load = {"rate": 40, "duration": 1.5, "arrivals": "poisson"}
        await self.run_or_refuse(self.plan("/", load=load), "load.poisson")
        five_sigma = 5 * 60**0.5
        assert abs(len(self.seen) - 60) <= five_sigma
        waits = [two - one for one, two in pairwise(starts(self.seen))]
        assert stdev(waits) > 0.5 * fmean(waits)
