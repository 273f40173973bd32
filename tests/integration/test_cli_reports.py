"""Reports and pipelines from the commands themselves, of loads against a server on loopback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from xml.etree import ElementTree

import pytest

from adapters.performance.reports.write import FORMATS
from adapters.performance.testing import RecordingServer

POLYLOAD = [sys.executable, "-c", "from adapters.performance.cli import main; main()"]


def polyload(*args, **environment):
    return subprocess.run(
        [*POLYLOAD, *args], capture_output=True, text=True, timeout=60, env={**os.environ, **environment}
    )


@pytest.fixture(scope="module")
def server():
    with RecordingServer() as server:
        yield server


def run(server, *args, **environment):
    load = ("-n", "20", "-u", "2", "--tool", "native", "--no-progress")
    return polyload("run", f"{server.url}/status/200", *load, *args, **environment)


def test_one_run_writes_every_format_at_once(server, tmp_path):
    server.reset()
    places = {name: tmp_path / name for name in FORMATS}
    done = run(server, *(f"--report={name}={path}" for name, path in places.items()))
    assert done.returncode == 0, done.stderr
    assert all(path.stat().st_size for path in places.values())
    assert [f"{name} written to {path}" in done.stderr for name, path in places.items()] == [True] * len(
        FORMATS
    )
    assert server.log.count() == 20
    assert json.loads(places["summary"].read_text())["totals"]["requests"] == 20
    assert places["csv"].read_bytes().splitlines()[1].startswith(b"total,,20,0,")
    assert "Total count    =           20" in places["hgrm"].read_text()
    assert "polyload_requests 20" in places["openmetrics"].read_text()
    assert ElementTree.parse(places["xml"]).findtext("summary/requests") == "20"


def test_nothing_is_sent_when_a_report_cannot_be_written(server, tmp_path):
    server.reset()
    done = run(server, f"--report=junit={tmp_path}/missing/a.xml")
    assert done.returncode == 2
    assert server.log.count() == 0


def test_nothing_is_sent_when_the_baseline_is_none(server, tmp_path):
    server.reset()
    done = run(server, f"--baseline={tmp_path}/missing.json")
    assert done.returncode == 2
    assert "cannot be read" in done.stderr
    assert server.log.count() == 0


def test_a_run_is_held_against_its_baseline(server, tmp_path):
    base, report = tmp_path / "base.json", tmp_path / "report.md"
    assert run(server, "-q", f"--json={base}").returncode == 0
    done = run(server, f"--baseline={base}", f"--report=markdown={report}")
    assert done.returncode == 0, done.stderr
    for text in (done.stdout, report.read_text().replace("\\", "")):
        assert "Against the baseline (1 run)" in text
        assert "within-run noise only, no verdict" in text
    hidden = run(server, f"--baseline={base}", "-q")
    assert hidden.returncode == 2
    assert "shown nowhere" in hidden.stderr


def test_github_has_annotations_and_a_summary(server, tmp_path):
    summary = tmp_path / "summary.md"
    done = run(server, "--threshold=p95 < 1us", GITHUB_ACTIONS="true", GITHUB_STEP_SUMMARY=str(summary))
    assert done.returncode == 99
    errors = [line for line in done.stderr.splitlines() if line.startswith("::error")]
    assert [line.partition("::error title=")[2].partition("::")[0] for line in errors] == [
        "polyload%3A the run",
        "polyload%3A p95 < 1us",
    ]
    assert summary.read_text().startswith("## ❌ FAILED")


def test_what_is_detected_can_be_turned_off_and_on(server, tmp_path):
    summary = str(tmp_path / "summary.md")
    done = run(server, "--ci=none", GITHUB_ACTIONS="true", GITHUB_STEP_SUMMARY=summary)
    assert done.stdout.startswith("PASSED")
    assert not os.path.exists(summary)  # noqa: PTH110
    assert run(server, "--ci=gitlab").stdout.startswith("\x1b[0Ksection_start:")


def test_other_commands_write_reports_of_their_results(server, tmp_path):
    plan, tests, junit = tmp_path / "plan.yaml", tmp_path / "suite.yaml", tmp_path / "junit.xml"
    plan.write_text(
        f"target: {server.url}\nscenarios: [{{steps: [{{url: /status/200}}]}}]\nload: {{iterations: 5}}\n"
    )
    tests.write_text("tests: {one: {plan: plan.yaml, tool: native}, two: {plan: plan.yaml, tool: nosuch}}\n")
    done = polyload("suite", str(tests), f"--report=junit={junit}", "--report=markdown=-", "--no-progress")
    assert done.returncode == 3
    assert done.stdout.startswith("## ❌ FAILED: 1 of 2 tests passed")
    assert [part.get("name") for part in ElementTree.parse(junit).getroot()] == ["one", "two"]
    refused = polyload("suite", str(tests), f"--report=csv={junit}")
    assert refused.returncode == 2
    assert "a suite has no report as csv" in refused.stderr


def test_no_secret_is_in_any_report_or_in_what_a_pipeline_is_told(server, tmp_path):
    url = server.url.replace("://", "://user:s3cret1@") + "/status/200?token=s3cret2&api_key=s3cret3"
    headers = ("Authorization: Bearer s3cret4", "Cookie: sid=s3cret5", "X-Api-Key: s3cret6")
    reports = [f"--report={name}={tmp_path / name}" for name in FORMATS]
    done = polyload(
        *("run", url, "-n", "5", "--tool", "native", "--no-progress", "--threshold", "p95 < 1us", *reports),
        *(word for header in headers for word in ("-H", header)),
        GITHUB_ACTIONS="true",
        GITHUB_STEP_SUMMARY=str(tmp_path / "summary.md"),
    )
    assert done.returncode == 99
    texts = {path.name: path.read_text() for path in tmp_path.iterdir()} | {
        "out": done.stdout,
        "err": done.stderr,
    }
    assert len(texts) == len(FORMATS) + 3
    assert [name for name, text in texts.items() if "s3cret" in text] == []


@pytest.mark.parametrize("command", ["stress", "bench", "capacity", "compare"])
def test_formats_are_checked_before_anything_is_sent(server, command):
    server.reset()
    targets = [f"{server.url}/status/200"] * (2 if command == "compare" else 1)
    done = polyload(command, *targets, "--report=hgrm=x.hgrm")
    assert done.returncode == 2
    assert "has no report as hgrm" in done.stderr
    assert server.log.count() == 0
