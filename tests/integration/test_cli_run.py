"""`polyload` as a process of its own, loading a server on loopback with the native engine."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from adapters.performance.metrics import RunResult
from adapters.performance.testing import RecordingServer

POLYLOAD = [sys.executable, "-c", "from adapters.performance.cli import main; main()"]


def polyload(*args, cwd=None):
    return subprocess.run([*POLYLOAD, *args], capture_output=True, text=True, timeout=60, cwd=cwd)


@pytest.fixture(scope="module")
def server():
    with RecordingServer() as server:
        yield server


def test_what_is_reported_is_what_the_server_saw(server, tmp_path):
    server.reset()
    places = {name: tmp_path / name for name in ("json", "html", "markdown")}
    reports = [f"--report={name}={path}" for name, path in places.items()]
    done = polyload("run", f"{server.url}/status/200", "-n", "50", "-u", "3", "--tool", "native", *reports)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("PASSED  50 requests, none failed")
    assert max(map(len, done.stdout.splitlines())) <= 100
    result = RunResult.from_json(places["json"].read_bytes())
    assert result.summary.requests == 50 == server.log.count()
    assert places["html"].read_text().startswith("<!doctype html>")
    assert places["markdown"].read_text().startswith("## ✅ PASSED")


def test_a_run_of_failures_fails(server):
    done = polyload("run", f"{server.url}/status/503", "-n", "5", "--tool", "native", "--no-progress")
    assert done.returncode == 1
    assert "503 × 5" in done.stdout


def test_a_plan_file_with_options_on_the_command_line(server, tmp_path):
    plan = tmp_path / "plan.yaml"
    plan.write_text(
        f"target: {server.url}\n"
        "scenarios: [{steps: [{name: one, url: /status/200}, {name: two, url: /status/200}]}]\n"
        "load: {iterations: 1000}\n"
        "thresholds: ['p95 < 1us']\n"
    )
    done = polyload(
        "run", str(plan), "-n", "5", "--threshold", "p95 < 1m", "--tool", "native", "--json", "-", "-q"
    )
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert result["summary"]["requests"] == 10
    assert [threshold["expression"] for threshold in result["thresholds"]] == ["p95 < 1m"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_run_with_its_result(server, number):
    server.reset()
    command = [*POLYLOAD, "run", f"{server.url}/status/200", "-u", "1", "-d", "60", "--tool", "native"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    server.log.wait_for(1, timeout_s=20)
    process.send_signal(number)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 130, err
    assert out.startswith("INTERRUPTED")
    assert "stopping" in err
    assert re.search(r"requests +[1-9]", out)


def test_the_demo_writes_its_reports_here(tmp_path):
    done = polyload("demo", "-d", "2s", cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "add to cart" in done.stdout
    assert sorted(path.name for path in Path(tmp_path).iterdir()) == [
        "polyload-demo.html",
        "polyload-demo.json",
    ]
    assert "polyload-demo.html" in done.stderr


def test_a_pattern_of_rates_is_sent_as_it_says(server, tmp_path):
    server.reset()
    file = tmp_path / "result.json"
    done = polyload(
        "run",
        f"{server.url}/status/200",
        "-p",
        "spike:10/s:60/s:1:1",
        "--tool",
        "native",
        "--json",
        str(file),
    )
    assert done.returncode == 0, done.stderr
    assert server.log.count() == RunResult.from_json(file.read_bytes()).summary.requests == 10 + 60 + 10
