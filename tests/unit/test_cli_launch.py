"""`polyload run` and `polyload engines` with an engine made up for the test."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import time

import pytest
from click.testing import CliRunner

from adapters.performance.cli import main
from adapters.performance.engines import registry
from adapters.performance.engines.contract import Availability, EngineAdapter, EngineReport
from adapters.performance.errors import EngineFailed
from adapters.performance.metrics import RequestStats, RunResult, Semantics, Window

URL = "http://127.0.0.1:1/"


class FakeEngine(EngineAdapter):
    """Answers each of two seconds of ten requests at once; class attributes make it misbehave."""

    name = "fake"
    semantics = Semantics(
        latency="as long as it takes", resolution_ms=0.001, connections="none", redirects="none"
    )
    cannot = {"auth.digest": "it cannot count", "body": "it has none"}
    nearly = {"load.open": "in bursts"}
    failures = 0
    signals = 0
    error: Exception | None = None

    def detect(self):
        return Availability(True, "1.2", "/usr/bin/fake")

    async def run(self, plan, collector, ctx):
        if self.error:
            raise self.error
        started = time.time()
        for second in range(2):
            stats = RequestStats(10, self.failures)
            stats.latency.record([1e6] * 10)
            collector.add_window(Window(second, users=3, requests={"GET /": stats}))
        if self.signals:
            os.kill(os.getpid(), signal.SIGTERM if self.signals == 3 else signal.SIGINT)
            await asyncio.wait_for(ctx.stop.wait(), 5)
        if self.signals == 2:
            os.kill(os.getpid(), signal.SIGINT)
            await asyncio.sleep(5)
        return EngineReport("1.2", started, 2.0, "interrupted" if ctx.stop.is_set() else "completed")


class _Point:
    name = "fake"
    value = "test:FakeEngine"

    def load(self):
        return FakeEngine


@pytest.fixture(autouse=True)
def fake(monkeypatch):
    monkeypatch.setattr(registry, "_third_party", lambda: {"fake": _Point()})
    return FakeEngine


@pytest.fixture
def only_fake(monkeypatch):
    monkeypatch.setattr(registry, "PREFERENCE", ())


def run(*args):
    return CliRunner().invoke(main, ["run", URL, "--tool", "fake", *args])


def test_a_success_shows_its_result_on_stdout_and_exits_with_0():
    done = run()
    assert done.exit_code == 0
    assert done.stdout.startswith("PASSED  20 requests, none failed")
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("failures", "thresholds", "code"),
    [(0, ["p95 < 1us"], 99), (1, [], 1), (1, ["error_rate < 50%"], 0), (0, ["nothing: p95 < 1s"], 99)],
)
def test_the_exit_code_is_the_results(fake, monkeypatch, failures, thresholds, code):
    monkeypatch.setattr(fake, "failures", failures)
    assert run(*(f"--threshold={text}" for text in thresholds)).exit_code == code


def test_an_engine_that_breaks_is_told_and_exits_with_1(fake, monkeypatch):
    monkeypatch.setattr(fake, "error", EngineFailed("fake broke", hint="mend it"))
    done = run()
    assert (done.exit_code, done.stdout, done.stderr) == (1, "", "error: fake broke\n  mend it\n")


def test_a_feature_that_the_engine_lacks_is_refused_with_exit_code_3(only_fake):
    done = run("-b", "text")
    assert done.exit_code == 3
    assert "fake cannot carry out this plan" in done.stderr
    assert "it has none" in done.stderr
    assert done.stdout == ""


def test_approximations_need_consent_and_are_told(only_fake):
    assert run("--rate", "5").exit_code == 3
    done = run("--rate", "5", "--approximate")
    assert done.exit_code == 0
    assert "Approximated" in done.stdout
    assert "in bursts" in done.stdout


def test_quiet_prints_nothing():
    done = run("-q")
    assert (done.exit_code, done.stdout, done.stderr) == (0, "", "")


def test_reports_are_written_and_told(tmp_path):
    places = {name: tmp_path / f"report.{name}" for name in ("json", "html", "markdown")}
    done = run(
        "--json", str(places["json"]), *(f"--report={name}={places[name]}" for name in ("html", "markdown"))
    )
    assert done.exit_code == 0
    assert RunResult.from_json(places["json"].read_bytes()).summary.requests == 20
    for path in places.values():
        assert str(path) in done.stderr


def test_a_report_on_stdout_sends_the_table_to_stderr():
    done = run("--json", "-")
    assert RunResult.from_json(done.stdout).success
    assert "PASSED" in done.stderr


def test_a_report_that_cannot_be_written_turns_a_success_into_exit_code_2(tmp_path, monkeypatch):
    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("adapters.performance.reports.write._replace", fail)
    done = run("--json", str(tmp_path / "a.json"))
    assert done.exit_code == 2
    assert done.stdout.startswith("PASSED")
    assert "No space left" in done.stderr
    assert "written to" not in done.stderr


def test_a_result_does_not_overwrite_its_plan(tmp_path):
    plan = tmp_path / "plan.json"
    text = json.dumps({"scenarios": [{"steps": [{"url": URL}]}], "load": {"users": 1, "duration": 1}})
    plan.write_text(text)
    done = CliRunner().invoke(main, ["run", str(plan), "--tool", "fake", "--json", str(plan)])
    assert done.exit_code == 2
    assert plan.read_text() == text


@pytest.mark.parametrize(("signals", "reason"), [(1, "after 2.0 s"), (2, "cancelled"), (3, "after 2.0 s")])
def test_an_interrupt_ends_the_run_with_what_was_measured(fake, monkeypatch, tmp_path, signals, reason):
    monkeypatch.setattr(fake, "signals", signals)
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    done = run("--json", str(tmp_path / "a.json"))
    assert done.exit_code == 130
    assert done.stdout.startswith("INTERRUPTED")
    assert reason in done.stdout
    assert "stopping; interrupt again to end at once" in done.stderr
    assert RunResult.from_json((tmp_path / "a.json").read_bytes()).summary.requests == 20
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == before


# engines


def engines(*args):
    return CliRunner().invoke(main, ["engines", *args])


def test_engines_lists_what_is_here(only_fake):
    done = engines()
    assert done.exit_code == 0
    assert [line.split() for line in done.stdout.splitlines()][1] == ["fake", "yes", "1.2", "/usr/bin/fake"]


def test_an_engine_that_is_not_here_is_listed_with_its_install_line(only_fake, fake, monkeypatch):
    missing = Availability(False, reason="no program called fake", install="apt install fake")
    monkeypatch.setattr(fake, "detect", lambda self: missing)
    assert "no program called fake; apt install fake" in engines().stdout
    (entry,) = json.loads(engines("--json").stdout)["engines"]
    assert (entry["installed"], entry["version"], entry["install"]) == (False, None, "apt install fake")


def test_explain_says_what_an_engine_refuses_and_which_one_auto_picks(only_fake, tmp_path):
    plan = tmp_path / "plan.yaml"
    plan.write_text(
        f"scenarios: [{{steps: [{{url: '{URL}', body: x, auth: {{digest: {{username: a, password: b}}}}}}]}}]\n"
        "load: {users: 1, duration: 1}\n"
    )
    refused = engines("--explain", str(plan))
    assert refused.exit_code == 0
    assert "it cannot count" in refused.stdout
    assert "it has none" in refused.stdout
    assert "no engine on this machine carries out this plan" in refused.stdout
    assert "auto picks fake" in engines("--explain", URL).stdout


def test_explain_as_json(only_fake):
    document = json.loads(engines("--explain", URL, "--json").stdout)
    assert document["auto"] == "fake"
    assert document["engines"][0]["carries_out"] is True


def test_an_engine_that_cannot_be_loaded_is_listed_with_the_reason(only_fake, monkeypatch):
    def fail(self):
        raise ImportError("no module named x")

    monkeypatch.setattr(_Point, "load", fail)
    (entry,) = json.loads(engines("--json").stdout)["engines"]
    assert "no module named x" in entry["reason"]
    assert engines().exit_code == 0
    assert "no engine on this machine" in engines("--explain", URL).stdout
