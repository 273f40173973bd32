"""Users and arrivals on the native engine: who is there when, on one process and on several, and what is late."""

from itertools import groupby

import pytest

from adapters.performance import NativeAdapter, Plan
from adapters.performance.engines.native.shape import active_spans
from adapters.performance.engines.running import run_plan
from adapters.performance.metrics.collector import MetricsCollector

LATE_S = 0.3
"""How much later than due something may be on a busy machine."""
UP_AND_DOWN = [{"duration": 1, "users": 8}, {"duration": 0.5, "users": 8}, {"duration": 2, "users": 0}]
POINTS = [(0, 0), (1, 8), (1.5, 8), (3.5, 0)]


def presences(server):
    """The first and the last request of each connection, in seconds after the first of all."""
    began = min(request.received_s for request in server.log)
    by_connection = sorted(server.log, key=lambda request: (request.connection, request.received_s))
    grouped = (list(group) for _, group in groupby(by_connection, lambda request: request.connection))
    return [(group[0].received_s - began, group[-1].received_s - began) for group in grouped]


@pytest.mark.parametrize(("processes", "path"), [(1, "/delay/40?u=${user}"), (3, "/delay/40")])
async def test_users_come_and_go_as_the_stages_say(server, processes, path):
    plan = Plan.for_url(server.url + path, load={"stages": UP_AND_DOWN})
    result = await run_plan(NativeAdapter(processes=processes), plan)
    spans = [active_spans(POINTS, user)[0] for user in range(8)]
    came, left = zip(*presences(server), strict=True)
    assert sorted(came) == pytest.approx(sorted(start for start, _ in spans), abs=LATE_S)
    assert sorted(left) == pytest.approx(sorted(end - 0.04 for _, end in spans), abs=LATE_S)
    assert result.success, result.reason
    assert (result.summary.requests, result.summary.interrupted) == (server.log.completed, 0)
    most = [point.users for point in result.timeline[:3]]
    assert most == pytest.approx([8, 8, 6], abs=1)


async def test_a_user_that_is_to_leave_finishes_its_iteration_and_starts_no_other(server):
    stages = [{"duration": 0, "users": 2}, {"duration": 0.5, "users": 2}, {"duration": 0, "users": 1}]
    scenario = {"steps": [{"url": "/delay/400?u=${user}"}, {"url": "/delay/100?u=${user}"}]}
    load = {"stages": [*stages, {"duration": 1, "users": 1}]}
    plan = Plan.from_dict({"target": server.url, "scenarios": [scenario], "load": load})
    result = await run_plan(NativeAdapter(), plan)
    of_the_second = [request.path for request in server.log if request.query == "u=1"]
    assert of_the_second == ["/delay/400", "/delay/100"]
    assert result.summary.requests == len(server.log) == server.log.completed


async def test_a_load_lasts_until_its_end_though_nobody_is_left(server):
    stages = [{"duration": 0, "users": 2}, {"duration": 0.3, "users": 0}, {"duration": 0.7, "users": 0}]
    result = await run_plan(NativeAdapter(), Plan.for_url(server.url + "/", load={"stages": stages}))
    assert result.success, result.reason
    assert 1.0 <= result.duration_s < 1.0 + LATE_S


@pytest.mark.parametrize("processes", [1, 2])
async def test_paced_users_share_iterations_exactly(server, processes):
    scenario = {"pacing": 0.1, "steps": [{"url": "/"}]}
    load = {"iterations": 9, "users": 4}
    plan = Plan.from_dict({"target": server.url, "scenarios": [scenario], "load": load})
    result = await run_plan(NativeAdapter(processes=processes), plan)
    assert (result.summary.iterations, len(server.log)) == (9, 9)


async def test_every_scenario_has_its_own_pacing(server):
    scenarios = [
        {"name": "slow", "pacing": 0.3, "steps": [{"url": "/slow"}]},
        {"name": "quick", "pacing": 0.1, "steps": [{"url": "/quick"}]},
    ]
    load = {"iterations": 12}
    plan = Plan.from_dict(
        {"target": server.url, "scenarios": scenarios, "load": load, "options": {"seed": 4}}
    )
    await run_plan(NativeAdapter(), plan)
    *seen, last = server.log
    after = [later.received_s - one.received_s for one, later in zip(seen, [*seen[1:], last], strict=True)]
    wanted = [0.3 if request.path == "/slow" else 0.1 for request in seen]
    assert {request.path for request in seen} == {"/slow", "/quick"}
    assert after == pytest.approx(wanted, abs=0.09)


@pytest.mark.parametrize("arrivals", ["constant", "poisson"])
@pytest.mark.parametrize("processes", [1, 2])
async def test_every_arrival_of_a_high_rate_is_started_or_counted(server, arrivals, processes):
    load = {"rate": 3000, "duration": 1, "max_users": 40, "arrivals": arrivals}
    plan = Plan.for_url(server.url + "/", load=load, options={"seed": 2})
    result = await run_plan(NativeAdapter(processes=processes), plan)
    assert result.summary.iterations == result.summary.requests == len(server.log)
    arrived = result.summary.iterations + result.summary.dropped
    assert arrived == 3000 if arrivals == "constant" else abs(arrived - 3000) < 5 * 3000**0.5


async def test_response_time_holds_the_wait_for_a_user_and_lag_does_not(server):
    load = {"rate": 40, "duration": 1, "max_users": 1, "when_exhausted": "queue"}
    collector = MetricsCollector()
    await run_plan(NativeAdapter(), Plan.for_url(server.url + "/delay/50", load=load), collector=collector)
    total = collector.totals()
    served = total.response.count
    assert 12 <= served <= 20
    last_waited_s = served * 0.05 - (served - 1) / 40
    assert total.response.max_ns / 1e9 == pytest.approx(last_waited_s, abs=LATE_S)
    assert total.latency.max_ns / 1e9 < 0.05 + LATE_S
    assert collector.lag.count == served
    assert collector.lag.quantile(0.9) / 1e9 < 0.1
    assert collector.dropped == 40 - served


async def test_arrivals_that_are_dropped_in_the_warm_up_are_left_out(server):
    load = {"rate": 20, "duration": 2, "max_users": 1, "warm_up": 1}
    result = await run_plan(NativeAdapter(), Plan.for_url(server.url + "/delay/80", load=load))
    measured = result.summary.iterations + result.summary.dropped
    assert abs(measured - 20) <= 2
    assert abs(result.warm_up.requests - 10) <= 2
    assert len(server.log) == result.warm_up.requests + result.summary.requests
