"""The k6 engine against what a server saw: what is k6's own; the conformance suite holds what all engines share."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from adapters.performance.engines.contract import RunContext
from adapters.performance.engines.k6 import K6Adapter
from adapters.performance.engines.program import runtime
from adapters.performance.engines.program.compile import compile_plan
from adapters.performance.engines.running import run_plan
from adapters.performance.errors import EngineFailed, UnsupportedFeature, UsageError
from adapters.performance.metrics.result import RunResult
from adapters.performance.plan import Plan
from adapters.performance.testing.messages import Reply
from adapters.performance.testing.server import RecordingServer


def binaries() -> list[str]:
    """The default k6, and those built into the cache."""
    found = K6Adapter().detect().path
    cached = sorted(Path.home().glob(".cache/polyload/k6-*/k6"))
    return [*([found] if found else []), *(str(path) for path in cached if str(path) != found)]


pytestmark = pytest.mark.engine("k6")
BINARIES = binaries()
if not BINARIES:
    pytest.skip("k6 is not installed", allow_module_level=True)
HOSTILE = "a,b\"c'd`\\e${x}\n<b>é</script>\u2028😀%41 &=+"
TRICKY = (
    '{"float":3.0,"small":1e-5,"large":1e16,"huge":1e400,"big":12345678901234567890,"negative":-0.0,"zero":-0,'
    '"keys":{"2":1,"b":2,"1":3},"text":"3.0 \\u2028 \\ud83d\\ude00","list":[1,[2.50,{"a":null}]],"true":true,'
    '"__proto__":{"a":1},"empty":{},"nothing":null}'
)


@pytest.fixture(params=BINARIES, ids=lambda path: Path(path).parent.name)
def engine(request: pytest.FixtureRequest) -> K6Adapter:
    return K6Adapter(binary=request.param)


@pytest.fixture(scope="module")
def shared_server() -> Iterator[RecordingServer]:
    with RecordingServer() as server:
        yield server


@pytest.fixture
def server(shared_server: RecordingServer) -> RecordingServer:
    shared_server.reset()
    return shared_server


def plan_of(server: RecordingServer, *steps: dict[str, Any], **more: Any) -> Plan:
    more.setdefault("load", {"iterations": 4, "users": 2})
    return Plan.from_dict({"target": server.url, "scenarios": [{"steps": list(steps)}], **more})


def children() -> list[psutil.Process]:
    return psutil.Process().children(recursive=True)


def agrees(result: RunResult, server: RecordingServer) -> bool:
    server.log.wait_until_idle()
    assert result.summary.interrupted is not None
    return result.summary.requests + result.summary.interrupted == len(server.log)


# What is sent


async def test_hostile_texts_arrive_as_they_are(engine: K6Adapter, server: RecordingServer) -> None:
    step = {
        "name": HOSTILE,
        "url": "/x?q=a,b\"c'é",
        "method": "POST",
        "body": HOSTILE,
        "headers": {"X-A": 'a "b" \\ é,'},
    }
    result = await run_plan(engine, plan_of(server, step))
    seen = server.log.last
    assert result.success, result.reason
    assert set(result.requests) == {HOSTILE}
    assert seen.body.decode() == HOSTILE
    assert seen.target == "/x?q=a,b%22c'%C3%A9"
    assert (seen.header("X-A") or "").encode("latin-1").decode() == 'a "b" \\ é,'


async def test_values_are_inserted_as_python_would(engine: K6Adapter, server: RecordingServer) -> None:
    """Whatever JSON holds goes into every kind of text the same way as on the engines written in Python."""
    server.route(
        "/tricky", lambda _: Reply(headers=[("Content-Type", "application/json")], body=TRICKY.encode())
    )
    names = [*json.loads(TRICKY), "missing"]
    used = {name: f"${{{name.strip('_')}}}" for name in names} | {
        "default": "${absent:-x\u2028}",
        "escaped": "$${a}",
    }
    extract = {name.strip("_"): {"json": name, "default": HOSTILE} for name in names}
    use = {
        "url": "/use/" + "/".join(used.values()),
        "method": "POST",
        "params": {name: f"<{value}>" for name, value in used.items()},
        "json": {name: [value, f"in {value}", {f"{value}": 1}] for name, value in used.items()},
    }
    plan = plan_of(server, {"url": "/tricky", "extract": extract}, use, load={"iterations": 1})
    result = await run_plan(engine, plan)
    assert result.success, result.reason

    session = runtime.Session(0, {}, None)
    read, sent = compile_plan(plan)["scenarios"][0]["steps"]
    assert runtime.compile_extract(read)(runtime.Answer(200, [], TRICKY.encode(), 0.0, {}), session) is None
    assert server.log.last.body.decode() == runtime.text_of(
        runtime.compile_text(sent["body"]["text"]), session
    )
    assert server.url + server.log.last.target == runtime.text_of(runtime.compile_text(sent["url"]), session)


CONDITIONS: list[Any] = [
    {"equals": ["${float}", 3.0]},
    {"equals": ["${float}", 3]},
    {"equals": ["${float}", "3.0"]},
    {"equals": ["${keys}", {"b": 2, "1": 3, "2": 1}]},
    {"equals": ["${list}", [1, [2.5, {"a": None}]]]},
    {"equals": ["${big}", 12345678901234567890]},
    {"equals": ["${big}", 12345678901234567891]},
    {"equals": ["${true}", 1]},
    {"not_equals": ["${absent}", None]},
    {"in": ["${zero}", [0.0, 0]]},
    {"in": ["34567", "${big}"]},
    {"truthy": "${negative}"},
    {"truthy": "${empty}"},
    {"truthy": " NO "},
    "${text}",
    "${nothing}",
]


async def test_conditions_hold_as_in_python(engine: K6Adapter, server: RecordingServer) -> None:
    variables = json.loads(TRICKY)
    steps = [{"name": str(n), "url": f"/{n}", "run_if": condition} for n, condition in enumerate(CONDITIONS)]
    plan = plan_of(server, {"url": "/always"}, *steps, variables=variables, load={"iterations": 1})
    assert (await run_plan(engine, plan)).success
    session = runtime.Session(0, variables, None)
    compiled = compile_plan(plan)["scenarios"][0]["steps"][1:]
    expected = [f"/{n}" for n, step in enumerate(compiled) if runtime.holds(step["run_if"], session)]
    assert [request.path for request in server.log] == ["/always", *expected]


CHECKS: list[dict[str, Any]] = [
    {"json": "float", "equals": 3},
    {"json": "float", "type": "integer"},
    {"json": "small", "type": "integer"},
    {"json": "big", "type": "integer"},
    {"json": "big", "equals": 12345678901234567890},
    {"json": "true", "equals": 1},
    {"json": "list[-1][0]", "equals": 2.5},
    {"json": "list[2]", "exists": False},
    {"json": "nothing", "type": "null"},
    {"json": "keys", "equals": {"1": 3, "2": 1, "b": 2}},
    {"json": "absent"},
    {"body": {"contains": "1e400"}},
    {"body": {"equals": TRICKY}},
    {"size": {"min": len(TRICKY), "max": len(TRICKY)}},
    {"header": "x-one", "equals": "é,1"},
    {"header": "X-Two", "exists": False},
    {"time_under": "5s"},
]


async def test_checks_pass_and_fail_as_in_python(engine: K6Adapter, server: RecordingServer) -> None:
    headers = [("X-One", "é,1".encode().decode("latin-1"))]
    server.route("/tricky", lambda _: Reply(headers=headers, body=TRICKY.encode()))
    plan = plan_of(server, {"url": "/tricky", "checks": CHECKS}, load={"iterations": 3})
    result = await run_plan(engine, plan)
    (step,) = compile_plan(plan)["scenarios"][0]["steps"]
    answer = runtime.Answer(200, [("X-One", "é,1")], TRICKY.encode(), 0.1, {})
    expected = {
        check["name"]: runtime.compile_check(check)(answer, runtime.Session(0, {}, None))
        for check in step["checks"]
    }
    assert {check.name: (check.passed, check.failed) for check in result.checks} == {
        name: (3, 0) if passes else (0, 3) for name, passes in expected.items()
    }
    first = next(name for name, passes in expected.items() if not passes)
    assert [(error.kind, error.message, error.count) for error in result.summary.errors] == [
        ("check", first, 3)
    ]


async def test_feeds_in_order_and_the_counter_run_over_all_users(
    engine: K6Adapter, server: RecordingServer
) -> None:
    rows = [{"v": value} for value in (3.0, "b c", None)]
    steps = {"url": "/${f.v}/${iteration}"}, {"pause": 0.02}
    await run_plan(
        engine, plan_of(server, *steps, data={"f": {"rows": rows}}, load={"users": 3, "duration": 0.4})
    )
    seen = sorted(int(request.path.rpartition("/")[2]) for request in server.log)
    assert seen == list(range(len(seen)))
    texts = ["3.0", "b%20c", "null"]
    assert all(
        request.path.split("/")[1] == texts[int(request.path.split("/")[2]) % 3] for request in server.log
    )


async def test_environment_variables_of_k6_and_proxies_change_nothing(
    engine: K6Adapter, server: RecordingServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {
        "K6_ITERATIONS": "1",
        "K6_STAGES": "1s:1",
        "K6_USER_AGENT": "x",
        "HTTP_PROXY": "http://[::1]:1",
    }.items():
        monkeypatch.setenv(name, value)
    result = await run_plan(engine, plan_of(server, {"url": "/x"}))
    assert result.success, result.reason
    assert len(server.log) == result.summary.requests == 4
    assert "k6" in (server.log.last.header("User-Agent") or "")


# Redirects, cookies and connections


@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("/a/./b/../c?x=1#y", "/a/c?x=1"),
        ("c/d", "/r/c/d"),
        ("../d", "/d"),
        ("?q=2", "/r/from?q=2"),
        ("//{host}/e", "/e"),
        ("http://{host}/f?g", "/f?g"),
    ],
)
async def test_redirects_are_resolved(
    engine: K6Adapter, server: RecordingServer, location: str, target: str
) -> None:
    where = location.format(host=server.url.removeprefix("http://"))
    server.route("/r/from", lambda _: Reply(302, [("Location", where)]) if not _.query else Reply())
    await run_plan(engine, plan_of(server, {"url": "/r/from", "redirects": 3}, load={"iterations": 1}))
    assert [request.target for request in server.log] == ["/r/from", target]


@pytest.mark.parametrize(
    ("status", "method", "body"), [(303, "GET", b""), (307, "POST", b"x"), (302, "GET", b"")]
)
async def test_a_redirected_post(
    engine: K6Adapter, server: RecordingServer, status: int, method: str, body: bytes
) -> None:
    step = {"url": f"/redirect-to?url=/end&status={status}", "method": "POST", "body": "x", "redirects": 1}
    step["headers"] = {"Content-Type": "text/x", "Authorization": "me"}
    await run_plan(engine, plan_of(server, step, load={"iterations": 1}))
    seen = server.log.last
    assert (seen.path, seen.method, seen.body, seen.header("Authorization")) == ("/end", method, body, "me")
    assert (seen.header("Content-Type") is None) == (method == "GET")


async def test_each_hop_has_the_whole_timeout(engine: K6Adapter, server: RecordingServer) -> None:
    server.route("/one", lambda _: Reply(302, [("Location", "/delay/600")], delay_s=0.6))
    step = {"url": "/one", "redirects": 1, "timeout": 1}
    result = await run_plan(engine, plan_of(server, step, load={"iterations": 1}))
    assert result.success, result.reason


async def test_no_cookie_is_kept_along_redirects_when_cookies_are_off(
    engine: K6Adapter, server: RecordingServer
) -> None:
    server.route("/set", lambda _: Reply(302, [("Set-Cookie", "a=1"), ("Location", "/cookie/show")]))
    await run_plan(engine, plan_of(server, {"url": "/set", "redirects": 1}, options={"cookies": "off"}))
    assert [request.cookies for request in server.log.on("/cookie/show")] == [{}] * 4


async def test_go_sends_a_get_again_when_a_kept_connection_breaks(
    engine: K6Adapter, server: RecordingServer
) -> None:
    plan = plan_of(server, {"url": "/ok"}, {"url": "/reset-before"}, load={"iterations": 3})
    result = await run_plan(engine, plan)
    assert result.requests["GET /reset-before"].failures == 3
    assert server.log.count("/reset-before") == 6
    assert "once more" in engine.semantics.connections


@pytest.mark.parametrize("verify", [True, False])
async def test_own_authority_replaces_those_of_the_system(
    engine: K6Adapter, verify: bool, tmp_path: Path
) -> None:
    with RecordingServer(tls=True) as right, RecordingServer(tls=True) as other:
        tls = {"verify": verify, "ca_file": str(right.ca_file)}
        plan = plan_of(
            right, {"name": "right", "url": "/"}, {"name": "other", "url": other.url}, options={"tls": tls}
        )
        result = await run_plan(engine, plan)
    assert result.requests["right"].failures == 0
    assert [error.kind for error in result.requests["other"].errors] == ([] if not verify else ["tls"])
    connect = result.requests["right"].connect_ms
    assert connect is not None
    assert connect.min is not None and connect.min > 0
    handshake = result.requests["right"].tls_ms
    assert handshake is not None
    assert handshake.min is not None and handshake.min > 0


# Load


@pytest.mark.parametrize("users", [1, 3])
async def test_duration_under_a_second(engine: K6Adapter, server: RecordingServer, users: int) -> None:
    result = await run_plan(
        engine, plan_of(server, {"url": "/delay/5"}, load={"users": users, "duration": 0.3})
    )
    assert result.success, result.reason
    assert result.duration_s is not None
    assert 0.3 <= result.duration_s < 1.0
    assert agrees(result, server)


async def test_half_an_arrival_per_second(engine: K6Adapter, server: RecordingServer) -> None:
    result = await run_plan(engine, plan_of(server, {"url": "/x"}, load={"rate": 0.5, "duration": 2.2}))
    assert len(server.log) == result.summary.requests == 2
    first, second = (request.received_s for request in server.log)
    assert 1.8 < second - first < 2.2


async def test_a_ramp_of_arrivals_begins_at_once_and_adds_up(
    engine: K6Adapter, server: RecordingServer
) -> None:
    load = {
        "stages": [{"duration": 0.5, "rate": 40}, {"duration": 0.5, "rate": 40}, {"duration": 0.2, "rate": 0}]
    }
    result = await run_plan(engine, plan_of(server, {"url": "/x"}, load={**load, "max_users": 20}))
    assert len(server.log) == result.summary.requests
    assert abs(result.summary.requests - (10 + 20 + 4)) <= 1
    assert result.summary.dropped == 0


async def test_users_join_and_leave_by_stages(engine: K6Adapter, server: RecordingServer) -> None:
    stages = [{"duration": 0, "users": 3}, {"duration": 1, "users": 3}, {"duration": 0, "users": 1}]
    load = {"stages": [*stages, {"duration": 1, "users": 1}]}
    result = await run_plan(engine, plan_of(server, {"url": "/delay/10"}, load=load))
    assert [point.users for point in result.timeline][:2] == [3, 1]
    assert agrees(result, server)


async def test_requests_cut_off_at_the_end_are_interrupted(
    engine: K6Adapter, server: RecordingServer
) -> None:
    for load in ({"users": 3, "duration": 0.3}, {"rate": 10, "duration": 0.3, "max_users": 3}):
        server.reset()
        plan = plan_of(server, {"url": "/ok"}, {"url": "/hang"}, load=load, options={"graceful_stop": 0.1})
        result = await run_plan(engine, plan)
        assert result.summary.interrupted == server.log.count("/hang") == 3
        assert result.summary.iterations == 0
        assert agrees(result, server)
        assert "Interrupted" in {warning.code for warning in result.warnings}


async def test_max_duration_ends_iterations_and_the_run_is_no_success(
    engine: K6Adapter, server: RecordingServer
) -> None:
    load = {"iterations": 50, "max_duration": 0.4}
    result = await run_plan(engine, plan_of(server, {"url": "/delay/100"}, load=load))
    assert (result.stopped, result.success) == ("failed", False)
    assert "of 50 iterations" in (result.reason or "")
    assert agrees(result, server)


# Ends


async def ended_early(engine: K6Adapter, plan: Plan, server: RecordingServer, how: str) -> RunResult:
    """Runs a plan and ends it from outside once the server has seen twenty requests."""
    ctx = RunContext()
    task = asyncio.ensure_future(run_plan(engine, plan, ctx=ctx))
    await asyncio.to_thread(server.log.wait_for, 20, 30)
    match how:
        case "stop":
            ctx.stop.set()
        case "cancel":
            task.cancel()
        case "kill":
            (process,) = (child for child in children() if child.name() == "k6")
            os.kill(process.pid, signal.SIGKILL)
    try:
        return await task
    except asyncio.CancelledError:
        assert ctx.partial is not None
        return ctx.partial


@pytest.mark.parametrize(
    "load", [{"users": 3, "duration": 30}, {"iterations": 10**6, "users": 3}, {"rate": 200, "duration": 30}]
)
@pytest.mark.parametrize("how", ["stop", "cancel", "kill"])
async def test_a_run_that_is_ended_early_leaves_nothing_but_a_partial_result(
    engine: K6Adapter,
    server: RecordingServer,
    how: str,
    load: dict[str, Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    result = await ended_early(engine, plan_of(server, {"url": "/delay/20"}, load=load), server, how)
    assert result.stopped == ("failed" if how == "kill" else "interrupted")
    assert not result.success
    assert not children()
    assert not list(tmp_path.iterdir())
    assert result.summary.requests <= len(server.log)
    if how == "stop":
        server.log.wait_until_idle()
        cut_off = result.summary.interrupted or 0  # some of them between two requests
        assert len(server.log) <= result.summary.requests + cut_off
    if how == "kill":
        assert "SIGKILL" in (result.reason or "")


async def test_stopping_a_closed_load_counts_every_request(
    engine: K6Adapter, server: RecordingServer
) -> None:
    plan = plan_of(server, *[{"url": "/ok"}] * 6, {"url": "/hang"}, load={"users": 3, "duration": 30})
    result = await ended_early(engine, plan, server, "stop")
    server.log.wait_until_idle()
    assert (result.summary.requests, result.summary.interrupted) == (18, 3)


async def test_a_k6_that_does_not_start_is_an_error_with_its_words(tmp_path: Path) -> None:
    fake = tmp_path / "k6"
    fake.write_text(
        '#!/bin/sh\n[ "$1" = version ] && echo "k6 v1.9.0" && exit\necho no such option >&2\nexit 104\n'
    )
    fake.chmod(0o755)
    with pytest.raises(EngineFailed, match="no such option"):
        await run_plan(
            K6Adapter(binary=str(fake)), Plan.for_url("http://127.0.0.1:1/", load={"iterations": 1})
        )


@pytest.mark.parametrize(
    "change",
    [
        {"headers": {"Content-Length": "3"}},
        {"run_if": {"any": [{"matches": ["${x}", "a++"]}]}},
        {"url": "/${randint(0,99999999999999999999)}"},
        {"checks": [{"body": {"matches": "(?=a)"}}]},
        {"checks": [{"json": "$[?search(@, '(a){1001}')]"}]},
        {"extract": {"a": {"regex": r"(a)\1"}}},
        {"extract": {"a": {"regex": "a*"}}},
        {"extract": {"a": {"css": "a"}}},
    ],
)
async def test_what_k6_cannot_do_exactly_is_refused(server: RecordingServer, change: dict[str, Any]) -> None:
    with pytest.raises(UnsupportedFeature):
        await run_plan(K6Adapter(), plan_of(server, {"url": "/x"} | change))
    assert len(server.log) == 0


# A script of the user's own

OWN = """
import http from 'k6/http';
import { check } from 'k6';
export const options = %s;
export default function () {
  const answer = http.get(__ENV.TARGET_URL);
  check(answer, { 'is, "ok"': (r) => r.status === 200 });
  http.get(`${__ENV.BASE_URL}/status/404?a=1,2`, { tags: { name: 'na,me\\n"x"' } });
  %s
}
"""


def own_script(folder: Path, options: str = "{}", more: str = "") -> Path:
    path = folder / "own.js"
    path.write_text(OWN % (options, more))
    return path


def with_script(engine: K6Adapter, script: Path) -> K6Adapter:
    return K6Adapter(script, binary=engine.detect().path)


@pytest.mark.parametrize(
    "load",
    [
        {"iterations": 7, "users": 2},
        {"users": 2, "duration": 1},
        {"users": 2, "duration": 0.5, "ramp_up": 0.3},
    ],
)
async def test_own_script_runs_under_the_load_of_the_plan(
    engine: K6Adapter, server: RecordingServer, tmp_path: Path, load: dict[str, Any]
) -> None:
    script = own_script(tmp_path, more="__ENV.SLOW;")
    plan = Plan.for_url(f"{server.url}/x?y=1", load=load)
    result = await run_plan(with_script(engine, script), plan)
    name = 'na,me\n"x"'
    assert set(result.requests) == {f"{server.url}/x?y=1", name}
    assert result.requests[name].failures == server.log.count("/status/404") == result.summary.failures
    assert result.requests[f"{server.url}/x?y=1"].requests == server.log.count("/x")
    assert [(check.name, check.passed) for check in result.checks] == [('is, "ok"', server.log.count("/x"))]
    assert result.summary.iterations == server.log.count("/x")
    if "iterations" in load:
        assert result.summary.iterations == 7


async def test_own_thresholds_and_exceptions_are_no_success(
    engine: K6Adapter, server: RecordingServer, tmp_path: Path
) -> None:
    plan = Plan.for_url(server.url, load={"iterations": 3}, thresholds=["error_rate < 100%"])
    script = own_script(tmp_path, "{thresholds: {http_reqs: ['count<1']}}")
    result = await run_plan(with_script(engine, script), plan)
    assert not result.success
    assert "threshold of the script" in (result.reason or "")
    result = await run_plan(with_script(engine, own_script(tmp_path, more="throw new Error('boom');")), plan)
    assert not result.success
    assert "3 exceptions" in (result.reason or "")
    assert "boom" in (result.reason or "")
    result = await run_plan(with_script(engine, own_script(tmp_path, more="console.error('fine');")), plan)
    assert result.success, result.reason


async def test_own_scenarios_that_are_replaced_are_told_of(
    engine: K6Adapter, server: RecordingServer, tmp_path: Path
) -> None:
    script = own_script(tmp_path, "{scenarios: {mine: {executor: 'constant-vus', vus: 9, duration: '60s'}}}")
    result = await run_plan(with_script(engine, script), Plan.for_url(server.url, load={"iterations": 2}))
    assert result.summary.iterations == 2
    assert "mine" in next(w.message for w in result.warnings if w.code == "ScenariosReplaced")


async def test_own_script_that_is_broken_is_an_error(
    engine: K6Adapter, server: RecordingServer, tmp_path: Path
) -> None:
    script = tmp_path / "broken.js"
    script.write_text("export default function ( {")
    with pytest.raises(EngineFailed, match="Unexpected end of input"):
        await run_plan(with_script(engine, script), Plan.for_url(server.url, load={"iterations": 2}))


async def test_what_only_a_script_decides_is_refused_beside_it(
    server: RecordingServer, tmp_path: Path
) -> None:
    engine = K6Adapter(own_script(tmp_path))
    for refused in ({"load": {"rate": 5, "duration": 1}}, {"load": {"iterations": 1}, "method": "POST"}):
        with pytest.raises(UnsupportedFeature):
            await run_plan(engine, Plan.for_url(server.url, **refused))
    with pytest.raises(UsageError):
        K6Adapter(tmp_path / "none.js")
