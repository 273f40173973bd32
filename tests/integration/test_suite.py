"""Suites: several tests in sequence or at once, one verdict, and no test that hides another."""

import asyncio
import json
import signal
import subprocess
import sys
from dataclasses import replace

import pytest

from adapters.performance import (
    PerformanceClient,
    SuiteListener,
    SuiteResult,
    SyncPerformanceClient,
    UsageError,
)
from adapters.performance.engines.native.adapter import NativeAdapter
from adapters.performance.metrics.result import ResultWarning
from adapters.performance.workflows.suite import EntryResult, _rank

POLYLOAD = [sys.executable, "-c", "from adapters.performance.cli import main; main()"]


def polyload(*args):
    return subprocess.run([*POLYLOAD, *args], capture_output=True, text=True, timeout=60)


def told():
    events = []
    return events, SuiteListener(
        on_start=lambda name: events.append(f"{name} began"),
        on_end=lambda entry: events.append(f"{entry.name} ended"),
    )


@pytest.mark.parametrize("mode", ["sequence", "parallel"])
async def test_every_entry_runs_and_all_passed(server, mode):
    events, listener = told()
    suite = await PerformanceClient("native").run_suite(
        {
            "one": {"target_url": server.url + "/status/200", "iterations": 10},
            "two": {"target_url": server.url + "/status/201", "iterations": 20},
        },
        mode,
        listener=listener,
    )
    assert server.log.status_codes() == {200: 10, 201: 20}
    assert suite.overall_passed
    assert suite["overall_passed"] is True
    assert suite.exit_code == 0
    assert suite.entry("two").result.summary.requests == 20
    if mode == "sequence":
        assert events == ["one began", "one ended", "two began", "two ended"]
    else:
        assert events[:2] == ["one began", "two began"]
        assert suite.warnings[0].code == "SharedMachine"
    assert SuiteResult.from_json(suite.to_json()) == suite


@pytest.mark.parametrize("mode", ["sequence", "parallel"])
async def test_an_entry_that_breaks_does_not_hide_the_others(server, mode):
    suite = await PerformanceClient("native").run_suite(
        {
            "broken": {"target_url": server.url, "iterations": 5, "tool": "nativ"},
            "failing": {"target_url": server.url + "/status/500", "iterations": 5},
            "slow": {
                "target_url": server.url + "/status/200",
                "iterations": 5,
                "thresholds": ["p50 < 1us", "error_rate < 1%"],
            },
            "fine": {"target_url": server.url + "/status/200", "iterations": 5},
        },
        mode,
    )
    assert [entry.exit_code for entry in suite.entries] == [3, 1, 99, 0]
    assert [entry.passed for entry in suite.entries] == [False, False, False, True]
    assert "no engine is called 'nativ'" in suite.entry("broken").error
    assert (suite.overall_passed, suite.exit_code) == (False, 1)


@pytest.mark.parametrize(("worse", "better"), [(130, 1), (1, 3), (3, 2), (2, 99), (99, 0)])
def test_the_worst_exit_code_comes_first(worse, better):
    assert min([better, worse], key=_rank) == worse


async def test_stopping_ends_what_runs_and_begins_nothing_more(server):
    client = PerformanceClient("native")
    load = {"target_url": server.url + "/status/200", "users": 1, "duration": 60}
    work = asyncio.ensure_future(client.run_suite({"one": load, "two": load}))
    await asyncio.to_thread(server.log.wait_for, 1)
    client.stop()
    suite = await work
    assert [entry.exit_code for entry in suite.entries] == [130, 130]
    assert suite.entry("one").result.stopped == "interrupted"
    assert suite.entry("two") == EntryResult(
        name="two", passed=False, exit_code=130, error="interrupted before it began"
    )


class Tired(NativeAdapter):
    """Says of every run that it could not keep up."""

    async def run(self, plan, collector, ctx):
        report = await super().run(plan, collector, ctx)
        tired = ResultWarning(code="GeneratorSaturated", message="the generator could not keep up")
        return replace(report, warnings=[tired])


async def test_warnings_about_the_generator_are_carried_over(server):
    load = {"target_url": server.url + "/status/200", "iterations": 5}
    suite = await PerformanceClient("native").run_suite({"fine": load, "fast": {**load, "tool": Tired()}})
    assert [(warning.code, warning.message) for warning in suite.warnings] == [
        ("GeneratorSaturated", "fast: the generator could not keep up")
    ]


@pytest.mark.parametrize(
    ("entries", "mode", "message"),
    [
        ({}, "sequence", "tests nothing"),
        ({"a": "http://127.0.0.1:1/"}, "both", "no mode is called 'both'"),
        (
            {"a": {"target_url": "http://x/", "service": {"start": ["x"], "ready": "x:1"}}},
            "sequence",
            "no service",
        ),
        ({"a": {"users": 1}}, "sequence", "needs a target_url or a plan"),
        (["http://x/"], "sequence", "names and what stands for each"),
    ],
)
def test_what_is_no_suite_is_refused(entries, mode, message):
    with pytest.raises(UsageError, match=message):
        SyncPerformanceClient("native").run_suite(entries, mode)


# The command


def suite_file(tmp_path, server, mode="parallel", path="/status/200"):
    (tmp_path / "plan.yaml").write_text(
        f"target: {server.url}\nload: {{iterations: 6}}\nscenarios: [{{steps: [{{url: /status/201}}]}}]\n"
    )
    file = tmp_path / "suite.yaml"
    file.write_text(
        f"mode: {mode}\n"
        "tests:\n"
        "  stored: plan.yaml\n"
        f"  inline: {{tool: native, plan: {{target: '{server.url}', load: {{iterations: 4}},"
        f" scenarios: [{{steps: [{{url: {path}}}]}}]}}}}\n"
    )
    return str(file)


def test_the_command_tells_each_test_and_the_verdict(server, tmp_path):
    file = tmp_path / "result.json"
    done = polyload("suite", suite_file(tmp_path, server), "--tool", "native", "--json", str(file))
    assert done.returncode == 0, done.stderr
    assert server.log.status_codes() == {200: 4, 201: 6}
    assert done.stdout.startswith("PASSED  2 of 2 tests passed, in parallel")
    assert "stored  passed" in done.stderr
    assert json.loads(file.read_text())["overall_passed"] is True


def test_a_failing_test_decides_the_exit_code(server, tmp_path):
    done = polyload(
        "suite", suite_file(tmp_path, server, path="/status/500"), "--mode", "sequence", "--no-progress"
    )
    assert done.returncode == 1
    assert done.stdout.startswith("FAILED  1 of 2 tests passed, in sequence")
    assert "4 of 4 requests failed" in " ".join(done.stdout.split())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("tests: {}\n", "tests"),
        ("tests: {a: missing.yaml}\n", "missing.yaml: cannot be read"),
        ("mode: both\ntests: {a: {plan: {}}}\n", "mode"),
        ("tests: {a: {plan: {load: {users: 0}}}}\n", "suite.yaml: tests.a.plan: load.users"),
        ("[]\n", "a suite is a mapping of fields, not a list"),
    ],
)
def test_a_mistake_in_a_suite_file_names_the_field(tmp_path, text, message):
    file = tmp_path / "suite.yaml"
    file.write_text(text)
    done = polyload("suite", str(file))
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_an_interrupt_ends_all_and_reports(server, tmp_path):
    file = tmp_path / "suite.yaml"
    plan = (
        f"{{load: {{users: 1, duration: 60}}, scenarios: [{{steps: [{{url: '{server.url}/status/200'}}]}}]}}"
    )
    file.write_text(f"mode: parallel\ntests: {{one: {{plan: {plan}}}, two: {{plan: {plan}}}}}\n")
    process = subprocess.Popen(
        [*POLYLOAD, "suite", str(file)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    server.log.wait_for(2)
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 130
    assert output.startswith("FAILED  0 of 2 tests passed")
    assert output.count("interrupted") >= 2
