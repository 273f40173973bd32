"""Comparisons that run: in turn, each with its service, judged, and nothing left behind whatever happens."""

import asyncio
import json
import signal
import socket
import subprocess
import sys
import textwrap
from pathlib import Path

import psutil
import pytest

from adapters.performance import (
    ComparisonResult,
    PerformanceClient,
    Plan,
    ServiceFailed,
    SyncPerformanceClient,
    UsageError,
)
from adapters.performance.workflows.comparison.schedule import interleaved

POLYLOAD = [sys.executable, "-c", "from adapters.performance.cli import main; main()"]
SHOP = [sys.executable, "-m", "adapters.performance.testing.demo", "--port"]
DIES = """
    import http.server, os, sys
    class Handler(http.server.SimpleHTTPRequestHandler):
        served = 0
        def do_GET(self):
            Handler.served += 1
            if Handler.served > 5:
                print("out of memory", flush=True)
                os._exit(9)
            self.send_response(204)
            self.end_headers()
    http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""


def polyload(*args, cwd=None):
    return subprocess.run([*POLYLOAD, *args], capture_output=True, text=True, timeout=90, cwd=cwd)


def children():
    return {process.pid for process in psutil.Process().children(recursive=True)}


@pytest.fixture
def port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def begins_with(first, names):
    return next(seed for seed in range(100) if interleaved(names, 2, seed)[0] == first)


async def test_configurations_run_in_turn_and_each_as_often(server):
    done = []
    result = await PerformanceClient("native").run_comparison(
        {
            "old": {"target_url": server.url + "/status/200", "iterations": 10},
            "new": {"target_url": server.url + "/status/201", "iterations": 10},
        },
        repeats=2,
        seed=3,
        on_run=lambda run: done.append((run.number, run.total, run.configuration)),
    )
    assert server.log.status_codes() == {200: 20, 201: 20}
    assert [name for _, _, name in done] == list(result.order) == interleaved(["old", "new"], 2, 3)
    assert [(number, total) for number, total, _ in done] == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert result.pairs[0].verdict == "no verdict"
    assert result.pairs[0].differs == ("scenarios.0.steps.0.url: /status/200 and /status/201",)
    assert len(result.runs["old"]) == 2
    assert result.seed == 3


async def test_each_second_of_a_run_is_told_with_its_turn(server):
    told = []
    await PerformanceClient("native").run_comparison(
        {name: {"target_url": server.url + "/delay/5", "duration": 2, "users": 1} for name in ("old", "new")},
        repeats=1,
        seed=begins_with("old", ["old", "new"]),
        on_window=lambda turn, window: told.append((turn.number, turn.configuration, window.start_s)),
    )
    assert {(number, name) for number, name, _ in told} == {(1, "old"), (2, "new")}
    assert [second for number, _, second in told if number == 1][:2] == [0, 1]


async def test_ten_times_as_slow_is_worse(server):
    result = await PerformanceClient("native").run_comparison(
        {
            "quick": {"target_url": server.url + "/status/200", "iterations": 210, "users": 10},
            "slow": {"target_url": server.url + "/delay/60", "iterations": 210, "users": 30},
        },
        gates=["p50 < +100%"],
    )
    assert [len(runs) for runs in result.runs.values()] == [5, 5]
    assert result.metric("p50").verdict == "worse"
    assert (result.passed, result.exit_code) == (False, 99)


async def test_plans_paths_and_urls_are_configurations(server, tmp_path):
    fields = {"load": {"iterations": 5}, "scenarios": [{"steps": [{"url": server.url + "/status/200"}]}]}
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(fields))
    result = await PerformanceClient("native").run_comparison(
        {"plan": Plan.from_dict(fields), "file": file, "text": str(file)}, repeats=1
    )
    assert [pair.b for pair in result.pairs] == ["file", "text"]
    assert result.pairs[0].basis == "within-run"


def test_the_blocking_client_compares_too(server):
    with SyncPerformanceClient("native") as client:
        load = {"target_url": server.url + "/status/200", "iterations": 5}
        assert client.run_comparison({"a": load, "b": load}, repeats=1).pairs[0].comparable


# Services


async def test_each_run_has_a_service_of_its_own(port):
    load = {
        "target_url": f"http://127.0.0.1:{port}/health",
        "iterations": 20,
        "service": {"start": [*SHOP, str(port)], "ready": f"http://127.0.0.1:{port}/health"},
    }
    before = children()
    result = await PerformanceClient("native").run_comparison({"a": load, "b": load}, repeats=1)
    assert all(runs[0].summary.failures == 0 for runs in result.runs.values())
    assert children() == before


async def test_a_build_that_does_not_start_ends_it_before_anything_is_measured(server, port):
    load = {"target_url": server.url + "/status/200", "iterations": 5}
    broken = {
        **load,
        "service": {"start": [sys.executable, "-c", "raise SystemExit(4)"], "ready": f"127.0.0.1:{port}"},
    }
    with pytest.raises(ServiceFailed, match="the service of 'new' ended with exit code 4"):
        await PerformanceClient("native").run_comparison(
            {"old": load, "new": broken}, seed=begins_with("new", ["old", "new"])
        )
    assert len(server.log) == 0


async def test_a_build_that_dies_in_the_middle_gives_no_verdict_and_keeps_the_runs(server, port, tmp_path):
    script = tmp_path / "dies.py"
    script.write_text(textwrap.dedent(DIES))
    old = {"target_url": server.url + "/status/200", "iterations": 20}
    new = {
        "target_url": f"http://127.0.0.1:{port}/",
        "iterations": 20,
        "service": {"start": [sys.executable, str(script), str(port)], "ready": f"127.0.0.1:{port}"},
    }
    before = children()
    result = await PerformanceClient("native").run_comparison(
        {"old": old, "new": new}, gates=["p95 < 5%"], seed=begins_with("old", ["old", "new"])
    )
    assert (result.stopped, result.passed, result.exit_code) == ("failed", False, 1)
    assert "broke in run 2 of 10: the service of 'new' ended with exit code 9 during a run" in result.reason
    assert "| out of memory" in result.reason
    assert (len(result.runs["old"]), result.pairs) == (1, ())
    assert children() == before


# What is refused before anything runs


@pytest.mark.parametrize(
    ("other", "settings", "told"),
    [
        ({"rate": 10, "duration": 1}, {}, "different questions"),
        ({"iterations": 6}, {}, "load.iterations: 5 and 6"),
        ({"iterations": 5}, {"repeats": 0}, "from 1 on, not 0"),
        ({"iterations": 5}, {"gates": ["p95 < 5"]}, "in percent"),
        ({"iterations": 5, "samples": "x.npz"}, {}, "samples"),
        ({"iterations": 5, "plan": "x.yaml"}, {}, "a plan says everything"),
        ({"iterations": 5, "service": {"start": "serve", "ready": "x:1"}}, {}, "list of arguments"),
    ],
)
async def test_what_cannot_be_compared_is_refused_before_anything_runs(server, other, settings, told):
    url = server.url + "/status/200"
    with pytest.raises(UsageError, match=told):
        await PerformanceClient("native").run_comparison(
            {"a": {"target_url": url, "iterations": 5}, "b": {"target_url": url, **other}}, **settings
        )
    assert len(server.log) == 0


@pytest.mark.parametrize("configurations", [{}, {"a": {"target_url": "http://x/"}}, ["http://x/"]])
async def test_one_configuration_is_no_comparison(configurations):
    with pytest.raises(UsageError, match=r"two configurations|names and what stands for each"):
        await PerformanceClient("native").run_comparison(configurations)


async def test_runs_would_overwrite_each_others_samples(server):
    plan = Plan.from_dict(
        {
            "load": {"iterations": 5},
            "scenarios": [{"steps": [{"url": server.url}]}],
            "options": {"samples": {"file": "x.npz"}},
        }
    )
    with pytest.raises(UsageError, match="overwrite each other's raw samples"):
        await PerformanceClient("native").run_comparison({"a": plan, "b": plan})


# Stopped


async def test_stopping_ends_the_run_under_way_and_gives_no_verdict(server):
    client = PerformanceClient("native")
    load = {"target_url": server.url + "/status/200", "users": 1, "duration": 60}
    work = asyncio.ensure_future(client.run_comparison({"a": load, "b": load}))
    await asyncio.to_thread(server.log.wait_for, 1)
    client.stop()
    result = await work
    assert (result.stopped, result.exit_code, result.pairs) == ("interrupted", 130, ())
    assert "interrupted in run 1 of 10" in result.reason


async def test_cancelling_leaves_nothing_behind(server, port):
    before = children()
    load = {
        "target_url": f"http://127.0.0.1:{port}/health",
        "duration": 60,
        "service": {"start": [*SHOP, str(port)], "ready": f"127.0.0.1:{port}"},
    }
    work = asyncio.ensure_future(PerformanceClient("native").run_comparison({"a": load, "b": load}))
    async with asyncio.timeout(30):
        while not children() - before:
            await asyncio.sleep(0.01)
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    assert children() == before


# The command


def test_the_command_tells_each_run_a_table_and_a_sentence(server, tmp_path):
    url, file = server.url + "/status/200", tmp_path / "comparison.json"
    done = polyload(
        "compare", url, url, "-n", "210", "-u", "2", "--tool", "native", "--seed", "1", "--json", str(file)
    )
    assert done.returncode == 0, done.stderr
    assert len([line for line in done.stderr.splitlines() if line.startswith("run ")]) == 10
    assert "run  1 of 10" in done.stderr
    for name in ("p50", "p95", "throughput", "error_rate"):
        assert any(line.startswith(name) for line in done.stdout.splitlines())
    assert max(map(len, done.stdout.splitlines()[:-1])) <= 100
    result = ComparisonResult.from_json(file.read_bytes())
    assert (len(result.order), result.seed) == (10, 1)
    assert result.pairs[0].sentence.split()[0] in done.stdout


def test_stored_results_are_compared(server, tmp_path):
    files = [str(tmp_path / f"{side}{number}.json") for side in "ab" for number in range(5)]
    with SyncPerformanceClient("native") as client:
        for file in files:
            delay = "/delay/1" if Path(file).name < "b" else "/delay/30"
            Path(file).write_text(client.load_test(server.url + delay, iterations=210, users=30).to_json())
    sides = ["--runs", *files[:5], "--runs", *files[5:]]
    done = polyload("compare", *sides, "--allow", "requests", "--gate", "p50 < +50%")
    assert done.returncode == 99, done.stderr
    assert "WORSE" in done.stdout
    assert "gate p50 < +50%  b  FAILED" in done.stdout
    apart = polyload("compare", *sides)
    assert apart.returncode == 1
    assert "NOT COMPARABLE" in apart.stdout
    single = polyload("compare", "--runs", files[0], files[5], "--allow", "requests")
    assert single.returncode == 0
    assert "within-run noise only" in single.stdout


@pytest.mark.parametrize(
    ("args", "told"),
    [
        ([], "nothing to compare"),
        (["http://x/"], "one configuration"),
        (["--runs", "a.json"], "does not say which are repeats"),
        (["--runs", "missing.json", "other.json"], "cannot be read"),
        (["http://x/", "--runs", "a.json", "b.json"], "one or the other"),
        (["--runs", "a.json", "b.json", "--repeats", "3"], "--repeats is for runs to be made"),
        (["http://x/", "http://y/", "--gate", "p95 <"], "not a gate"),
        (["http://x/", "http://y/", "--repeats", "0"], "range"),
        (["http://x/", "http://y/", "--fail-on-inconclusive"], "there is none"),
        (["http://x/", "http://y/", "--json", "/missing/x.json"], "no folder"),
    ],
)
def test_contradictions_are_usage_errors(args, told):
    done = polyload("compare", *args)
    assert done.returncode == 2, done.stderr
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_a_file_that_is_no_result_is_told(tmp_path):
    file = tmp_path / "a.json"
    file.write_text('{"schema": "polyload.comparison/1"}')
    done = polyload("compare", "--runs", str(file), str(file))
    assert done.returncode == 2
    assert "is no polyload.comparison/1" in done.stderr


def test_a_comparison_is_written_in_a_file(server, tmp_path, port):
    (tmp_path / "plan.yaml").write_text(
        f"target: http://127.0.0.1:{port}\nload: {{iterations: 20}}\nscenarios: [{{steps: [{{url: /health}}]}}]\n"
    )
    start = json.dumps([*SHOP, str(port)])
    (tmp_path / "comparison.yaml").write_text(
        "repeats: 1\n"
        "gates: ['p95 < +50%']\n"
        "configurations:\n"
        f"  old: {{plan: plan.yaml, service: {{start: {start}, ready: '127.0.0.1:{port}'}}}}\n"
        f"  new: {{plan: plan.yaml, service: {{start: {start}, ready: '127.0.0.1:{port}'}}}}\n"
    )
    done = polyload("compare", str(tmp_path / "comparison.yaml"))
    assert done.returncode == 0, done.stderr
    assert "new against old" in done.stdout
    assert "gate p95 < +50%  new  open" in done.stdout


def test_a_mistake_in_a_comparison_file_names_the_field(tmp_path):
    file = tmp_path / "comparison.yaml"
    file.write_text("configurations: {a: {plan: {load: {users: 0}}}, b: missing.yaml}\n")
    done = polyload("compare", str(file))
    assert done.returncode == 2
    assert "comparison.yaml: configurations.a.plan: load.users" in done.stderr


def test_an_interrupt_ends_the_comparison_with_what_there_is(server, tmp_path):
    server.reset()
    process = subprocess.Popen(
        [
            *POLYLOAD,
            "compare",
            server.url + "/status/200",
            server.url + "/status/200",
            "-d",
            "60s",
            "-u",
            "1",
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    server.log.wait_for(1)
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "NO VERDICT  the comparison was interrupted in run 1 of 10" in output
