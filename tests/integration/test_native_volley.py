"""A user that sends the same request over and over: what comes between plain answers changes nothing of the count."""

from itertools import count

import pytest

from adapters.performance import NativeAdapter, Plan
from adapters.performance.engines.contract import RunContext
from adapters.performance.engines.running import run_plan
from adapters.performance.metrics.collector import MetricsCollector
from adapters.performance.testing import Reply

OK = Reply.text("ok")
INTERRUPTIONS = {
    "an error status": Reply.text("broken", 500),
    "a redirect": Reply.text("", 302, [("Location", "/elsewhere")]),
    "a cookie": Reply.text("ok", headers=[("Set-Cookie", "seen=yes")]),
    "a connection closed as announced": Reply(body=b"ok", then="close"),
    "a connection reset": Reply(body=b"ok", sent=1, then="reset"),
    "an answer without a length": Reply(body=b"ok", until_close=True),
}


@pytest.mark.parametrize("what", INTERRUPTIONS)
async def test_every_fifth_answer_is_unlike_the_others(server, what):
    seen = count(1)
    server.route("/", lambda request: INTERRUPTIONS[what] if next(seen) % 5 == 0 else OK)
    result = await run_plan(
        NativeAdapter(), Plan.for_url(server.url + "/", load={"users": 3, "iterations": 100})
    )
    failing = 20 if what in ("an error status", "a connection reset") else 0
    assert (result.summary.iterations, result.summary.requests, server.log.count()) == (100, 100, 100)
    assert result.summary.failures == failing


async def test_a_cookie_that_was_set_is_sent_from_then_on(server):
    seen = count(1)
    cookie = INTERRUPTIONS["a cookie"]
    server.route("/", lambda request: cookie if next(seen) == 5 else OK)
    await run_plan(NativeAdapter(), Plan.for_url(server.url + "/", load={"users": 1, "iterations": 20}))
    assert [bool(request.cookies) for request in server.log.requests] == [False] * 5 + [True] * 15


async def test_each_request_and_each_connection_has_its_time(server):
    collector = MetricsCollector()
    plan = Plan.for_url(server.url + "/", load={"users": 3, "iterations": 100})
    await NativeAdapter().run(plan, collector, RunContext())
    total = collector.totals()
    assert (total.latency.count, total.ttfb.count) == (100, 100)
    assert total.connect.count == server.log.connections == 3
