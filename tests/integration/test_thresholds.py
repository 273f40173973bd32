"""Thresholds as people use them: exit codes of the command on each engine, runs that are ended, workflows, the page."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from adapters.performance import PerformanceClient, Plan, UsageError
from adapters.performance.testing import RecordingServer
from adapters.performance.testing.messages import Reply

POLYLOAD = [sys.executable, "-c", "from adapters.performance.cli import main; main()"]
PAGE = Path(__file__).parents[2] / "docs" / "thresholds.md"
ENGINES = [
    "native",
    pytest.param("k6", marks=pytest.mark.engine("k6")),
    pytest.param("locust", marks=pytest.mark.engine("locust")),
    pytest.param("ab", marks=pytest.mark.engine("ab")),
]
LIVE = ENGINES[:3]


@pytest.fixture(scope="module")
def server():
    with RecordingServer() as server:
        yield server


def run(url: str, *thresholds: str, tool: str, load: tuple[str, ...] = ("-n", "20")) -> tuple[int, Any, str]:
    given = [f"--threshold={text}" for text in thresholds]
    argv = [*POLYLOAD, "run", url, *load, "--tool", tool, *given, "--json", "-", "-q"]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=90)
    return done.returncode, json.loads(done.stdout) if done.stdout else None, done.stderr


@pytest.mark.parametrize("tool", ENGINES)
def test_the_exit_code_says_whether_thresholds_held(server: RecordingServer, tool: str) -> None:
    url = f"{server.url}/status/200"
    code, result, told = run(url, "p95 < 20s", "error_rate < 1%", tool=tool)
    assert (code, result["success"]) == (0, True), told
    code, result, told = run(url, "p95 < 1us", "error_rate < 1%", tool=tool)
    assert (code, result["stopped"], [item["passed"] for item in result["thresholds"]]) == (
        99,
        "completed",
        [False, True],
    ), told


@pytest.mark.parametrize("tool", ENGINES)
def test_what_cannot_be_evaluated_has_the_exit_code_too(server: RecordingServer, tool: str) -> None:
    code, result, told = run(f"{server.url}/status/200", "nobody: p95 < 20s", tool=tool)
    assert (code, result["thresholds"][0]["passed"]) == (99, None), told
    assert result["thresholds"][0]["reason"] == "no request was called 'nobody'"


@pytest.mark.parametrize("tool", LIVE)
def test_a_run_that_a_threshold_ends_has_the_exit_code_of_thresholds(
    server: RecordingServer, tool: str
) -> None:
    url = f"{server.url}/delay/10"
    code, result, told = run(url, "p50 < 1us abort", tool=tool, load=("-u", "2", "-d", "60"))
    assert (code, result["stopped"]) == (99, "aborted"), told
    assert result["duration_s"] < 30
    assert result["reason"].startswith("threshold 'p50 < 1us abort' ended the run after ")


@pytest.mark.engine("ab")
def test_what_ab_cannot_do_is_refused_by_name(server: RecordingServer) -> None:
    server.reset()
    code, _, told = run(f"{server.url}/status/200", "p50 < 1s abort", "p95 < 1s for 5s", tool="ab")
    assert code == 3
    assert "thresholds that end the run when they do not hold (thresholds: 'p50 < 1s abort')" in told
    assert "thresholds that must hold in every window of a run (thresholds: 'p95 < 1s for 5s')" in told
    assert "engines that can: native" in told
    assert server.log.count() == 0


def test_what_is_no_threshold_is_told_before_anything_is_sent(server: RecordingServer) -> None:
    server.reset()
    code, _, told = run(server.url, "p95 < 500ms fro 10s", tool="native")
    assert code == 2
    assert "column 13, at 'fro 10s': 'fro' is not understood" in told
    assert server.log.count() == 0


def test_a_burst_of_failures_is_in_windows_and_not_in_the_whole(server: RecordingServer) -> None:
    server.reset()
    plan = {
        "target": server.url,
        "scenarios": [{"steps": [{"url": "/burst"}]}],
        "load": {"rate": 50, "duration": 4, "max_users": 20},
        "thresholds": ["error_rate < 40%", "error_rate < 40% for 1s", "status[5xx] < 40%"],
    }
    answers = iter(range(10**6))
    server.route("/burst", lambda request: Reply(503 if 75 <= next(answers) < 125 else 200))
    result = _run_plan(plan)
    assert [threshold.passed for threshold in result.thresholds] == [True, False, True]
    assert result.thresholds[1].actual > 0.4
    assert re.search(
        r"in \d of \d windows of 1 s, worst from 1 s to 2 s|from 2 s to 3 s", result.thresholds[1].reason
    )


def test_a_threshold_on_errors_that_could_not_be_evaluated_allows_none(server: RecordingServer) -> None:
    plan = {
        "target": server.url,
        "scenarios": [{"steps": [{"url": "/fail-every/10"}]}],
        "load": {"iterations": 20},
        "thresholds": ["error_rate < 50% for 30s optional"],
    }
    result = _run_plan(plan)
    assert (result.thresholds[0].passed, result.success, result.exit_code) == (None, False, 1)
    assert "2 of 20 requests failed" in result.reason


def test_a_user_who_ends_a_run_before_a_threshold_does_has_interrupted_it(server: RecordingServer) -> None:
    argv = ["run", f"{server.url}/delay/10", "-u", "1", "-d", "60", "--tool", "native", "--json", "-", "-q"]
    given = ["--threshold", "p50 < 20s abort", "--threshold", "p50 < 1us abort after 50s"]
    server.reset()
    with subprocess.Popen([*POLYLOAD, *argv, *given], stdout=subprocess.PIPE, text=True) as process:
        server.log.wait_for(10, timeout_s=20)
        process.send_signal(signal.SIGINT)
        told, _ = process.communicate(timeout=60)
    assert process.returncode == 130
    assert json.loads(told)["stopped"] == "interrupted"


@pytest.mark.engine("k6")
def test_k6_tells_every_time_where_a_threshold_needs_more_than_totals(server: RecordingServer) -> None:
    plan = {
        "scenarios": [{"steps": [{"url": f"{server.url}/delay/10"}]}],
        "load": {"users": 2, "duration": 3},
        "options": {"timeline": "counts"},
    }
    counted = _run_plan({**plan, "thresholds": ["p95 < 20s", "throughput > 0.1/s for 1s"]}, "k6")
    assert [threshold.passed for threshold in counted.thresholds] == [True, True]
    assert "in total only" in counted.engine.semantics.latency
    for more in ("p95 < 20s for 2s", "p95 < 20s abort", "ttfb.p95 < 20s"):
        told = _run_plan({**plan, "thresholds": [more]}, "k6")
        assert [threshold.passed for threshold in told.thresholds] == [True], told.thresholds
        assert "in total only" not in told.engine.semantics.latency


def test_the_plans_of_the_page_hold(server: RecordingServer) -> None:
    for block in re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL):
        result = _run_plan({**yaml.safe_load(block), "target": server.url})
        assert result.success, result.reason
        assert all(threshold.passed for threshold in result.thresholds)


async def test_python_takes_what_a_plan_takes(server: RecordingServer) -> None:
    client = PerformanceClient("native")
    given = {"max_p95_response_time_ms": 20_000, "GET /": "error_rate < 1%"}
    result = await client.load_test(f"{server.url}/", iterations=10, thresholds=given)
    assert [threshold.expression for threshold in result.thresholds] == [
        "p95 <= 20000ms",
        "GET /: error_rate < 1%",
    ]
    one = await client.load_test(f"{server.url}/", iterations=10, thresholds="p95 < 1us")
    assert (one.exit_code, one.thresholds[0].passed) == (99, False)


async def test_a_stress_test_judges_windows_and_refuses_abort(server: RecordingServer) -> None:
    client = PerformanceClient("native")
    steps = {
        "start_users": 1,
        "max_users": 2,
        "step_users": 1,
        "step_duration": 3,
        "settle": 0,
        "plateau": False,
    }
    url = f"{server.url}/delay/10"
    held = await client.stress_test(url, **steps, thresholds=["p95 < 20s for 2s"])
    assert held.outcome == "held"
    assert {step.thresholds[0].windows for step in held.steps} == {2}
    broke = await client.stress_test(url, **steps, thresholds=["p95 < 1us for 2s"])
    assert (broke.outcome, broke.break_point) == ("broke", 1)
    with pytest.raises(UsageError, match="'abort' makes no sense in a stress test"):
        await client.stress_test(url, **steps, thresholds=["p95 < 1s abort"])
    with pytest.raises(UsageError, match="does not fit into the 3 s"):
        await client.stress_test(url, **steps, thresholds=["p95 < 1s for 10s"])


def _run_plan(plan: dict[str, Any], tool: str = "native") -> Any:
    from adapters.performance import SyncPerformanceClient

    with SyncPerformanceClient(tool) as client:
        return client.load_test(plan=Plan.from_dict(plan))
