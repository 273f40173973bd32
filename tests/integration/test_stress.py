"""Stress tests of real servers on loopback that break where they are made to."""

import json
import shutil
import signal
import subprocess
import sys

import pytest

from adapters.performance import K6Adapter, LocustAdapter, PerformanceClient, Plan, SyncPerformanceClient
from adapters.performance.testing import RecordingServer, Reply

POLYLOAD = [sys.executable, "-c", "from adapters.performance.cli import main; main()"]
STEPS = {"start_users": 2, "max_users": 8, "step_users": 2, "step_duration": 1, "settle": 0}


@pytest.fixture
def overloaded(server):
    """A path that turns away whoever is more than the fifth at once."""

    def reply(request):
        many = len(server.log._in_flight) > 5
        return Reply(503 if many else 200, body=b"ok", delay_s=0.02)

    server.route("/five", reply)
    return f"{server.url}/five"


@pytest.fixture
def queueing(server):
    """A path that answers so many requests a second, however many wait."""
    server.route("/queue", lambda request: Reply(body=b"ok", delay_s=0.01 * len(server.log._in_flight)))
    return f"{server.url}/queue"


async def test_the_users_at_which_a_server_turns_away_are_found(overloaded, server):
    result = await PerformanceClient("native").stress_test(overloaded, **STEPS, plateau=False)
    assert (result["max_users_reached"], result["break_point"]) == (6, 6)
    assert result.max_users_held == 4
    assert "error_rate <= 5%" in result.failing[0]
    assert result.runs == 2
    assert [step.users for step in result.steps] == [2, 4, 6]
    held = result.steps[1]
    assert held.failures == 0
    assert held.throughput_rps <= 4 / 0.02 * 1.05
    assert result.engine.name == "native"


async def test_throughput_that_a_server_no_longer_gives_more_of_is_named(queueing):
    result = await PerformanceClient("native").stress_test(queueing, 2, 16, 4, 2)
    assert result.outcome == "broke"
    assert result.break_point <= 10
    assert "throughput no longer grows" in result.failing[0]


async def test_a_test_that_is_stopped_before_the_repeat_is_interrupted(overloaded):
    client = PerformanceClient("native")
    result = await client.stress_test(
        overloaded, 2, 10, 4, 2, on_step=lambda step: client.stop() if step.verdict == "broke" else None
    )
    assert (result.outcome, result.break_point, result.repeated) == ("interrupted", None, None)
    assert result.reason == "the test was interrupted between two runs; until then it held 2 users"


async def test_a_server_that_dies_in_the_middle():
    with RecordingServer() as server:
        result = await PerformanceClient("native").stress_test(
            server.url + "/delay/10",
            **STEPS,
            plateau=False,
            on_step=lambda step: server.stop() if step.users == 4 else None,
        )
    assert (result.outcome, result.break_point, result.max_users_held) == ("broke", 6, 4)
    assert "when that was repeated, it did not work at all" in result.reason
    assert {error.kind for error in result.repeated.errors} == {"refused"}


async def test_a_target_that_refuses_never_worked(server):
    result = await PerformanceClient("native").stress_test(server.refused_url, **STEPS)
    assert (result.outcome, result.break_point, result.exit_code) == ("failed", None, 1)
    assert result.reason.startswith("the target never worked")
    assert "refused" in result.reason


async def test_a_server_that_hangs_is_a_break_and_holds_nothing_up(server):
    def reply(request):
        return Reply(body=b"ok", delay_s=60 if len(server.log._in_flight) > 3 else 0.01)

    server.route("/stuck", reply)
    result = await PerformanceClient("native").stress_test(server.url + "/stuck", 2, 6, 4, 2, plateau=False)
    assert (result.break_point, result.failing) == (6, ("not one request ended in this step",))
    assert result.duration_s < 15


@pytest.mark.parametrize("engine", [LocustAdapter(), K6Adapter()], ids=["locust", "k6"])
async def test_other_engines_climb_too(engine, overloaded):
    if not engine.detect().available:
        pytest.skip(f"{engine.name} is not installed")
    result = await PerformanceClient(engine).stress_test(overloaded, 2, 10, 4, 2, plateau=False)
    assert (result.break_point, result.max_users_held) == (6, 2), result.reason
    assert result.engine.name == engine.name


@pytest.mark.skipif(shutil.which("ab") is None, reason="ab is not installed")
async def test_ab_climbs_in_a_run_for_each_step(server):
    result = await PerformanceClient("ab").stress_test(server.url + "/delay/10", 1, 3, 1, 2, plateau=False)
    assert result.runs == 3, result.reason
    assert result.outcome == "held"
    assert all(step.requests for step in result.steps)


async def test_a_plan_is_stressed_with_its_own_thresholds(server):
    plan = Plan.from_dict(
        {
            "target": server.url,
            "scenarios": [{"steps": [{"name": "a", "url": "/delay/5"}, {"name": "b", "url": "/delay/5"}]}],
            "load": {"rate": 1, "duration": 1},
            "thresholds": ["b: p50 < 1us"],
        }
    )
    result = await PerformanceClient("native").stress_test(plan=plan, **STEPS)
    assert result.break_point == 2
    assert result.failing[0].startswith("b: p50 < 1us: it was ")
    assert set(server.log._paths) == {"/delay/5"}


def test_the_blocking_twin(overloaded):
    seen = []
    result = SyncPerformanceClient("native").stress_test(
        overloaded, **STEPS, plateau=False, on_step=seen.append
    )
    assert result["break_point"] == 6
    assert [step.users for step in seen] == [2, 4, 6, 6]


# The command line


def command(url, *more):
    steps = ["--start", "2", "--max", "6", "--step", "2", "--step-duration", "1s", "--settle", "0s"]
    return [*POLYLOAD, "stress", url, *steps, "--no-plateau", "--tool", "native", *more]


def test_stress_tells_each_step_and_the_answer(overloaded, tmp_path):
    file = tmp_path / "stress.json"
    done = subprocess.run(
        command(overloaded, "--json", str(file)), capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("BROKE  it broke at 6 users: error_rate <= 5%")
    assert max(map(len, done.stdout.splitlines())) <= 100
    assert [line.split()[0] for line in done.stderr.splitlines() if " users " in line] == ["2", "4", "6", "6"]
    assert json.loads(file.read_text())["break_point"] == 6


def test_a_target_that_refuses_is_exit_code_1(server):
    done = subprocess.run(command(server.refused_url), capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert done.stdout.startswith("FAILED  the target never worked")


def test_a_signal_ends_a_stress_test_with_what_is_known(server):
    process = subprocess.Popen(
        [*POLYLOAD, "stress", server.url + "/delay/10", "--tool", "native"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    server.log.wait_for(1, timeout_s=20)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 130, err
    assert out.startswith("INTERRUPTED")


def test_steps_that_make_no_sense_are_exit_code_2():
    done = subprocess.run(
        [*POLYLOAD, "stress", "http://x/", "--start", "20", "--max", "10"],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 2
    assert "the steps begin at 20, which is already more than their end, 10" in done.stderr
