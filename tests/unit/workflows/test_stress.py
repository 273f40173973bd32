"""Stress tests on an engine whose target is made up, so that every turn they can take is taken."""

import asyncio
from collections import Counter

import numpy as np
import pytest

from adapters.performance import EngineAdapter, PerformanceClient, Plan, StressResult, UsageError
from adapters.performance.engines.contract import Availability, EngineReport
from adapters.performance.metrics import RequestStats, ResultWarning, Semantics, Window
from adapters.performance.workflows.stress.ladder import ladder

BUSY = ResultWarning(code="GeneratorBusy", message="worker 0 used 99% of a core")


class MadeUp(EngineAdapter):
    """``target(users, run)`` is what each second of run number ``run`` (from 0) has: (requests, ms, failures, kind)."""

    name = "made-up"
    semantics = Semantics(latency="made up", resolution_ms=0.001, connections="none", redirects="none")

    def __init__(self, target, *, stages=True, warnings=(), by_second=True, resources=None):
        self.target = target
        self.resources = resources or {}
        self.loads = []
        self.warnings = warnings
        self.by_second = by_second
        if not stages:
            self.cannot = {"load.stages": "it has none"}

    def detect(self):
        return Availability(True, "1")

    async def run(self, plan, collector, ctx):
        run = len(self.loads)
        self.loads.append(plan.load)
        points = plan.load.points()
        second = 0
        while second < plan.load.duration_s and not ctx.stop.is_set():
            users = next(value for time, value in reversed(points) if time <= second)
            requests = {"GET /": stats(*self.target(int(users), run))}
            if self.by_second:
                collector.add_window(Window(second, users=int(users), requests=requests))
            else:
                collector.add_totals(requests)
            second += 1
            collector.advance(second)
            for _ in range(20):  # whoever reads the windows comes first
                await asyncio.sleep(0)
        stopped = "interrupted" if ctx.stop.is_set() else "completed"
        return EngineReport(
            "1", 0.0, float(second), stopped, warnings=self.warnings, resources=self.resources
        )


def stats(requests, ms=10.0, failures=0, kind="status"):
    made = RequestStats(
        requests, failures, errors=Counter({(kind, "status 503"): failures} if failures else {})
    )
    made.latency.record(np.full(requests, ms * 1e6))
    return made


def scales(users, run):
    return 100 * users, 10.0


async def stress(target, *, engine=None, max_users=5, thresholds=(), **settings):
    told = []
    client = PerformanceClient(engine or MadeUp(target))
    result = await client.stress_test(
        "http://x/", 1, max_users, 1, 3, settle=0, thresholds=thresholds, on_step=told.append, **settings
    )
    return result, told


async def test_a_target_that_holds_every_step():
    result, told = await stress(scales)
    assert (result["max_users_reached"], result["break_point"], result["outcome"]) == (5, None, "held")
    assert [step.users for step in result.steps] == [1, 2, 3, 4, 5] == [step.users for step in told]
    assert [step.throughput_rps for step in result.steps] == [100, 200, 300, 400, 500]
    assert result.exit_code == 0
    assert result.success


async def test_steps_are_stages_of_one_run_where_the_engine_has_them():
    engine = MadeUp(scales)
    result, _ = await stress(scales, engine=engine)
    assert result.runs == len(engine.loads) == 1
    chained = MadeUp(scales, stages=False)
    result, _ = await stress(scales, engine=chained)
    assert result.runs == 5
    assert [load.users for load in chained.loads] == [1, 2, 3, 4, 5]
    assert [step.throughput_rps for step in result.steps] == [100, 200, 300, 400, 500]


async def test_the_first_step_that_fails_twice_is_the_break_point():
    engine = MadeUp(lambda users, run: (100 * users, 10.0, 30 * users if users > 2 else 0))
    result, told = await stress(None, engine=engine)
    assert result.outcome == "broke"
    assert result.break_point == 3
    assert (result.max_users_reached, result.max_users_held) == (3, 2)
    assert result.failing == ("error_rate <= 5%: it was 30% (status 503)",)
    assert result.reason.startswith("it broke at 3 users: error_rate <= 5%")
    assert [(step.users, step.verdict) for step in told] == [
        (1, "held"),
        (2, "held"),
        (3, "broke"),
        (3, "broke"),
    ]
    assert result.repeated.users == 3
    assert engine.loads[1].points()[-1] == (3, 3)
    assert result.exit_code == 0, "a break point is an answer"


async def test_a_step_that_fails_once_is_not_the_break_point():
    def once(users, run):
        return 100 * users, 10.0, 50 * users if (users, run) == (2, 0) else 0

    result, _ = await stress(once)
    assert result.outcome == "held"
    assert [step.users for step in result.steps] == [1, 2, 3, 4, 5]
    assert "failed once (error_rate <= 5%: it was 50%" in result.steps[1].note
    assert result.runs == 3


@pytest.mark.parametrize(
    ("thresholds", "criterion"),
    [
        (["p95 < 35ms"], "p95 < 35ms: it was 40ms"),
        (["throughput > 5/s", "mean < 39ms"], "mean < 39ms: it was 40ms"),
        (["throughput < 350/s"], "throughput < 350/s: it was 400/s"),
    ],
)
async def test_the_threshold_that_a_step_missed_is_named(thresholds, criterion):
    result, _ = await stress(lambda users, run: (100 * users, 10.0 * users), thresholds=thresholds)
    assert result.break_point == 4
    assert result.failing == (criterion,)


async def test_a_threshold_on_errors_replaces_the_one_that_is_always_there():
    def failing(users, run):
        return 100 * users, 10.0, 20 * users

    assert (await stress(failing, thresholds=["error_rate < 50%"]))[0].outcome == "held"
    assert (await stress(failing, thresholds=["p95 < 1s"]))[0].outcome == "broke"


async def test_throughput_that_no_longer_grows_is_a_break():
    def full(users, run):
        return 100 * min(users, 2), 10.0

    result, _ = await stress(full, max_users=8)
    assert result.break_point == 3
    assert result.failing == ("throughput no longer grows: 200/s with 3 users, 200/s with 2",)
    assert (await stress(full, max_users=8, plateau=False))[0].outcome == "held"


async def test_growth_is_held_against_a_step_with_clearly_fewer_users():
    client = PerformanceClient(MadeUp(lambda users, run: (1000 + users, 10.0)))
    result = await client.stress_test("http://x/", 100, 130, 10, 2, settle=0)
    assert [step.gain_over_users for step in result.steps] == [None, None, None, 100]
    assert result.break_point == 130


@pytest.mark.parametrize("kind", ["timeout", "connect"])
async def test_when_the_generator_was_the_limit_the_target_takes_at_least_what_it_held(kind):
    engine = MadeUp(
        lambda users, run: (100 * users, 10.0, 50 * users if users > 3 else 0, kind), warnings=[BUSY]
    )
    result, _ = await stress(None, engine=engine)
    assert (result.outcome, result.break_point, result.max_users_held) == ("generator_limited", None, 3)
    assert result.reason.startswith(
        "it takes at least 3 users: with 4 the limit was the generator: worker 0 used"
    )
    assert result.warnings == (BUSY,)


async def test_an_engine_that_tells_nothing_of_itself_may_have_been_the_limit():
    slow, _ = await stress(lambda users, run: (100 * users, 10.0 * users), thresholds=["p95 < 35ms"])
    assert slow.reason.endswith("made-up does not tell whether it was the limit itself")
    failing, _ = await stress(lambda users, run: (100 * users, 10.0, 50 * users if users > 3 else 0))
    assert "does not tell" not in failing.reason


async def test_a_machine_that_was_full_may_have_been_the_limit():
    def slow(users, run):
        return 100 * users, 10.0 * users

    for busy, told in ((97.0, True), (50.0, False), (None, False)):
        engine = MadeUp(slow, resources={"health": [], "machine_cpu_percent": busy})
        result, _ = await stress(None, engine=engine, thresholds=["p95 < 35ms"])
        assert ("machine of the generator was 97% busy" in result.reason) is told


async def test_a_busy_generator_does_not_excuse_what_the_target_itself_answered():
    engine = MadeUp(lambda users, run: (100 * users, 10.0, 50 * users if users > 3 else 0), warnings=[BUSY])
    result, _ = await stress(None, engine=engine)
    assert (result.outcome, result.break_point) == ("broke", 4)


async def test_when_nothing_comes_back_any_more_that_is_a_break():
    result, _ = await stress(lambda users, run: (0 if users > 2 else 100 * users, 10.0))
    assert result.break_point == 3
    assert result.failing == ("not one request ended in this step",)


async def test_a_target_that_never_worked_has_no_break_point():
    result, _ = await stress(lambda users, run: (100, 10.0, 100, "refused"))
    assert (result.outcome, result.break_point, result.success) == ("failed", None, False)
    assert result.exit_code == 1


async def test_a_first_step_that_fails_in_part_may_not_be_the_lowest():
    result, _ = await stress(lambda users, run: (100, 10.0, 50))
    assert result.break_point == 1
    assert "it may break below" in result.reason


async def test_a_criterion_that_cannot_be_evaluated_is_inconclusive():
    result, told = await stress(scales, thresholds=["nobody: p95 < 1s"])
    assert (result.outcome, result.break_point, result.exit_code) == ("inconclusive", None, 99)
    assert "no request was called 'nobody'" in result.reason
    assert len(told) == 1


async def test_settling_is_left_out():
    seen = Counter()

    def starts_badly(users, run):
        seen[users, run] += 1
        return 100 * users, 1000.0 if seen[users, run] == 1 else 10.0

    client = PerformanceClient(MadeUp(starts_badly))
    result = await client.stress_test("http://x/", 1, 3, 1, 3, settle=1, thresholds=["max < 100ms"])
    assert result.outcome == "held"
    assert [(step.judged_s, step.requests) for step in result.steps] == [(2, 200), (2, 400), (2, 600)]


async def test_an_engine_that_tells_no_seconds_is_judged_by_its_totals_and_says_so():
    engine = MadeUp(scales, stages=False, by_second=False)
    result, _ = await stress(None, engine=engine)
    assert result.outcome == "held"
    assert result.steps[0].requests == 300
    assert "settling is in these figures" in result.steps[0].note


async def test_a_test_that_is_stopped_is_interrupted():
    client = PerformanceClient(MadeUp(scales))
    result = await client.stress_test(
        "http://x/", 1, 5, 1, 3, settle=0, on_step=lambda step: client.stop() if step.users == 2 else None
    )
    assert (result.outcome, result.exit_code) == ("interrupted", 130)
    assert result.max_users_held == 2


async def test_the_result_is_a_mapping_and_json():
    result, _ = await stress(scales)
    assert result.get("break_point", "None") is None
    assert result["steps"][0]["users"] == 1
    assert result["schema"] == "polyload.stress/1"
    assert dict(result).keys() >= {"max_users_reached", "break_point", "steps"}
    assert StressResult.from_json(result.to_json()) == result
    with pytest.raises(KeyError):
        result["nothing"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((20, 10, 5, 30, 1), "already more than their end"),
        ((10, 200, 0, 30, 1), "step_users must be a whole number from 1, not 0"),
        ((0, 200, 10, 30, 1), "start_users must be"),
        ((10, 20.5, 10, 30, 1), "max_users must be"),
        ((10, 200, 10, 0, 0), "no whole second to judge"),
        ((10, 200, 10, 1, 1), "no whole second to judge"),
        ((10, 200, 10, 1.5, 0.6), "no whole second to judge"),
        ((10, 200, 10, "soon", 1), "step_duration: not a duration"),
        ((1, 10**9, 1, 30, 1), "more than 10,000"),
    ],
)
def test_steps_that_make_no_sense_are_refused(arguments, told):
    with pytest.raises(UsageError, match=told):
        ladder(*arguments)


def test_a_step_is_judged_by_whole_seconds_within_it():
    steps = ladder(1, 3, 1, 2.5, 0.5)
    assert [list(steps.seconds(step)) for step in range(3)] == [[1], [3, 4], [6]]


async def test_a_plan_says_what_is_sent_and_cannot_be_said_again():
    plan = Plan.for_url("http://x/", load={"users": 1, "duration": 1})
    with pytest.raises(UsageError, match="either a plan or a target_url"):
        await PerformanceClient().stress_test("http://x/", plan=plan)
    counts = Plan.for_url("http://x/", load={"users": 1, "duration": 1}, options={"timeline": "counts"})
    with pytest.raises(UsageError, match="timeline: counts"):
        await PerformanceClient(MadeUp(scales)).stress_test(plan=counts)
