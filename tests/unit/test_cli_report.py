"""`polyload report`: every kind of stored result, in every format that it has, and clear words where it has not."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner
from tests.unit.pages.made import scalability
from tests.unit.test_reports_formats import make_result

from adapters.performance.cli import main
from adapters.performance.cli.kinds import KINDS, kind_of, read_document
from adapters.performance.metrics.document import Document
from adapters.performance.metrics.summary import LatencySummary
from adapters.performance.microbench.document import BenchmarkSet
from adapters.performance.microbench.runner import BenchmarkRunner
from adapters.performance.microbench.verdicts import BenchmarkComparison, Compared, Ratio
from adapters.performance.reports.write import FORMATS
from adapters.performance.workflows.capacity.result import CapacityResult, Probe
from adapters.performance.workflows.comparison.compare import compare_results
from adapters.performance.workflows.http_benchmark.result import HttpBenchmarkResult
from adapters.performance.workflows.kinds import kind_name
from adapters.performance.workflows.stress.result import StressResult, StressStep
from adapters.performance.workflows.suite import EntryResult, SuiteResult

NOW = datetime(2026, 1, 2, tzinfo=UTC)


def polyload(*args, **settings):
    return CliRunner().invoke(main, args, **settings)


def step(users, verdict="held", failing=()):
    return StressStep(
        users=users,
        verdict=verdict,
        failing=failing,
        judged_s=1,
        requests=10,
        failures=0,
        error_rate=0,
        throughput_rps=10,
        latency_ms=LatencySummary(p95=1),
    )


def stress(outcome="broke", **changes) -> StressResult:
    fields = {
        "success": outcome == "broke",
        "outcome": outcome,
        "reason": "it broke at 20 users: p95 < 1ms",
        "max_users_reached": 20,
        "max_users_held": 10,
        "break_point": 20,
        "steps": (step(10), step(20, "broke", ("p95 < 1ms: 3 ms",))),
        "repeated": step(20, "broke", ("p95 < 1ms: 4 ms",)),
        "planned_users": (10, 20),
        "step_duration_s": 2,
        "settle_s": 1,
        "criteria": ("p95 < 1ms",),
        "runs": 2,
        "engine": None,
        "plan": {"target": "http://x"},
        "started_at": NOW,
        "duration_s": 4,
    }
    return StressResult(**{**fields, **changes})


def capacity(conclusion="found") -> CapacityResult:
    probes = [
        Probe(
            number=number,
            phase="ramp",
            rate=10.0 * number,
            achieved=10.0 * number,
            duration_s=10,
            extended=False,
            sustained=number == 1,
            criterion=None if number == 1 else "latency",
            reason=None if number == 1 else "p99 was 2 s",
            objectives=(),
            requests=100,
            error_rate=0,
            dropped=0,
            mean_ms=1,
            p50_ms=1,
            p95_ms=1,
            p99_ms=1,
        )
        for number in (1, 2)
    ]
    return CapacityResult(
        conclusion=conclusion,
        sentence="10/s, between 9/s and 12/s",
        ended="converged",
        rate=10,
        interval=None,
        verified_rate=10,
        limit="latency",
        limit_reason=None,
        softness=None,
        knee=None,
        recovery_s=None,
        slo=("p99 < 1s",),
        slo_source="given",
        probes=tuple(probes),
        settings={},
        engine=None,
        plan={"target": "http://x"},
        started_at=NOW,
        duration_s=30,
    )


def suite() -> SuiteResult:
    good, bad = make_result(), make_result(thresholds=("p95 < 1ms",))
    return SuiteResult(
        overall_passed=False,
        exit_code=99,
        mode="sequence",
        started_at=NOW,
        duration_s=6,
        entries=(
            EntryResult(name="good", passed=True, exit_code=0, result=good),
            EntryResult(name="bad", passed=False, exit_code=99, result=bad),
            EntryResult(name="refused", passed=False, exit_code=3, error="no engine\n  install one"),
        ),
    )


def endpoint(**changes) -> HttpBenchmarkResult:
    fields = {
        "success": True,
        "method": "GET",
        "url": "http://x",
        "concurrency": 1,
        "requests": 10,
        "failures": 0,
        "error_rate": 0,
        "started_at": NOW,
        "duration_s": 1,
        "throughput": 10,
        "total_ms": LatencySummary(min=1, mean=1, p50=1, max=1),
        "status_codes": {"200": 10},
        "measured": "by hand",
    }
    return HttpBenchmarkResult(**{**fields, **changes})


def compared(verdict="slower", low=1.1) -> Compared:
    ratio = Ratio(estimate=1.2, low=low, high=1.3, confidence=0.95)
    return Compared(name="b", base="a", verdict=verdict, ratio=ratio)


def comparison(gates=()):
    results = [make_result(duration_s=3.0), make_result(duration_s=3.5)]
    return compare_results(results[:1], results[1:], gates=gates)


@pytest.fixture(scope="module")
def benchmark():
    def called():
        return 1

    return BenchmarkRunner().measure_functions(
        called, mode="in-process", values=3, iterations=3, warmup_iterations=1, names=["called"]
    )[0]


@pytest.fixture(scope="module")
def documents(benchmark) -> dict[str, Document]:
    found = [
        make_result(failures=1, thresholds=("p95 < 1s",)),
        stress(),
        capacity(),
        scalability(),
        comparison(),
        suite(),
        endpoint(),
        BenchmarkSet(benchmarks=(benchmark,), compared=(compared(),)),
        benchmark,
        BenchmarkComparison(
            base="a", margin=0.02, interleaved=True, compared=(compared(),), fastest=None, medians_ms={}
        ),
    ]
    return {kind_name(document["schema"]): document for document in found}


def outcomes(document) -> dict[str, str]:
    return {
        case.name: case.outcome for part in kind_of(document).view.suites(document) for case in part.cases
    }


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_read_back_shown_and_written_in_its_formats(documents, tmp_path, kind):
    document = documents[kind]
    stored = tmp_path / "stored.json"
    stored.write_text(document.to_json())
    assert read_document(str(stored)) == document
    assert polyload("report", str(stored)).stdout.strip()
    formats = [name for name in kind_of(document).formats if name != "hgrm"]
    assert {"json", "markdown", "junit", "xml"} <= set(formats)
    places = {name: tmp_path / name for name in formats}
    done = polyload("report", str(stored), *(f"--report={name}={path}" for name, path in places.items()))
    assert done.exit_code == 0, done.stderr
    assert done.stdout == ""
    assert json.loads(places["json"].read_text()) == json.loads(document.to_json())
    assert places["markdown"].read_text().startswith("## ")
    assert ElementTree.parse(places["junit"]).getroot().find("testsuite/testcase") is not None
    assert ElementTree.parse(places["xml"]).getroot().get("schema") == document["schema"]


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "result"])
def test_a_format_that_a_kind_has_not_is_refused_with_those_it_has(documents, tmp_path, kind):
    (tmp_path / "a.json").write_text(documents[kind].to_json())
    done = polyload("report", str(tmp_path / "a.json"), "--report", f"hgrm={tmp_path / 'x'}")
    assert done.exit_code == 2
    assert f"{KINDS[kind].noun} has no report as hgrm" in done.stderr
    assert "there are " in done.stderr
    assert "junit" in done.stderr


def test_runs_have_every_format():
    assert KINDS["result"].formats == tuple(FORMATS)


def test_a_distribution_of_a_stored_run_is_refused_with_what_to_do(tmp_path):
    (tmp_path / "a.json").write_text(make_result().to_json())
    done = polyload("report", str(tmp_path / "a.json"), "--report", f"hgrm={tmp_path / 'x'}")
    assert done.exit_code == 2
    assert "does not hold them" in done.stderr
    assert not (tmp_path / "x").exists()


def test_several_results_go_into_one_report(documents, tmp_path):
    files = []
    for number, document in enumerate(documents.values()):
        files.append(str(tmp_path / f"{number}.json"))
        (tmp_path / f"{number}.json").write_text(document.to_json())
    done = polyload(
        "report", *files, "--report", f"junit={tmp_path / 'j'}", "--report", f"md={tmp_path / 'm'}"
    )
    assert done.exit_code == 0, done.stderr
    assert len(ElementTree.parse(tmp_path / "j").getroot()) == len(files) - 1 + 3
    assert (tmp_path / "m").read_text().count("\n## ") == len(files) - 1
    done = polyload("report", *files, "--report", f"xml={tmp_path / 'x'}")
    assert done.exit_code == 2
    assert "is of one result" in done.stderr


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("load: {}", "is no JSON"),
        ("[1]", "names no schema"),
        (
            '{"schema": "polyload.result/9"}',
            "'polyload.result/9', which holds no result that this version knows",
        ),
        ('{"schema": "polyload.result/1"}', "is no polyload.result/1: success: Field required"),
        ("[" * 100_000, "is no JSON"),
    ],
)
def test_what_is_no_result_is_said(tmp_path, text, told):
    (tmp_path / "a.json").write_text(text)
    done = polyload("report", str(tmp_path / "a.json"))
    assert done.exit_code == 2
    assert told in done.stderr


def test_a_result_is_not_overwritten_by_its_report(tmp_path):
    path = tmp_path / "a.json"
    path.write_text(make_result().to_json())
    assert "made from" in polyload("report", str(path), "--report", f"xml={path}").stderr


def test_github_is_told_of_a_stored_result_only_when_asked(tmp_path, monkeypatch):
    summary = tmp_path / "summary.md"
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    (tmp_path / "a.json").write_text(make_result(failures=1).to_json())
    quiet = polyload("report", str(tmp_path / "a.json"))
    assert (quiet.stderr, summary.exists()) == ("", False)
    assert quiet.stdout.startswith("::stop-commands::")
    told = polyload("report", str(tmp_path / "a.json"), "--ci", "github")
    assert told.stderr.startswith("::error title=polyload%3A the run::")
    assert summary.read_text().startswith("## ❌ FAILED")


def test_sections_are_for_what_is_shown(tmp_path):
    (tmp_path / "a.json").write_text(make_result().to_json())
    assert polyload("report", str(tmp_path / "a.json"), "--ci", "gitlab").stdout.startswith("\x1b[0Ksection")
    done = polyload("report", str(tmp_path / "a.json"), "--ci", "gitlab", "--report", f"xml={tmp_path / 'x'}")
    assert done.exit_code == 2


# Against a baseline


def test_a_run_is_held_against_its_baseline_without_a_verdict_it_does_not_carry(tmp_path):
    for number in (1, 2):
        changes = {"seconds": 15, "started_at": datetime(2026, 1, number, tzinfo=UTC)}
        (tmp_path / f"{number}.json").write_text(make_result(**changes).to_json())
    new, old = (str(tmp_path / f"{number}.json") for number in (2, 1))
    done = polyload("report", new, "--baseline", old, "--report", "markdown=-")
    assert "### Against the baseline \\(1 run\\)" in done.stdout
    assert "within-run noise only, no verdict" in done.stdout
    assert "| throughput | 10.0/s | 10.0/s |" in done.stdout
    shown = polyload("report", new, "--baseline", old).stdout
    assert "Against the baseline (1 run)" in shown
    assert "NO VERDICT" in shown


def test_a_baseline_of_another_plan_is_not_compared(tmp_path):
    other = {"target": "http://127.0.0.1:1", "load": {"rate": 5, "duration": 3.0}}
    (tmp_path / "new.json").write_text(make_result().to_json())
    (tmp_path / "old.json").write_text(make_result(plan=other).to_json())
    done = polyload("report", str(tmp_path / "new.json"), "--baseline", str(tmp_path / "old.json"))
    assert done.exit_code == 0
    assert "NOT COMPARABLE" in done.stdout


def test_a_baseline_is_for_runs(tmp_path):
    (tmp_path / "a.json").write_text(stress().to_json())
    done = polyload("report", str(tmp_path / "a.json"), "--baseline", str(tmp_path / "a.json"))
    assert done.exit_code == 2
    assert "--baseline is for results of runs" in done.stderr


# Cases do not contradict the verdict


def test_a_step_that_broke_is_the_answer_of_a_stress_test_and_no_failure():
    assert set(outcomes(stress()).values()) == {"passed"}
    told = {
        case.name: case.message for part in kind_of(stress()).view.suites(stress()) for case in part.cases
    }
    assert told["20 users"] == "broke: p95 < 1ms: 3 ms"
    failed = outcomes(stress("failed"))
    assert (failed["the stress test"], failed["20 users"], failed["10 users"]) == (
        "failed",
        "failed",
        "passed",
    )


@pytest.mark.parametrize(
    ("conclusion", "search", "probe"),
    [("found", "passed", "passed"), ("below", "failed", "failed"), ("inconclusive", "error", "failed")],
)
def test_a_search_fails_as_its_exit_code_does(conclusion, search, probe):
    found = outcomes(capacity(conclusion))
    assert (found["the search"], found["probe 1: 10.0/s"], found["probe 2: 20.0/s"]) == (
        search,
        "passed",
        probe,
    )


def test_each_test_of_a_suite_is_a_suite_of_its_own():
    parts = kind_of(suite()).view.suites(suite())
    assert [part.name for part in parts] == ["good", "bad", "refused"]
    assert [[case.outcome for case in part.cases] for part in parts] == [
        ["passed"],
        ["failed", "failed"],
        ["error"],
    ]
    assert parts[2].cases[0].message == "no engine"


def test_an_open_gate_is_skipped_unless_open_gates_fail():
    result = comparison(gates=["p95 < +5%"])
    assert outcomes(result)["b: p95 < +5%"] == "skipped"
    strict = result.model_copy(update={"open_gates_fail": True})
    assert outcomes(strict)["b: p95 < +5%"] == "error"


@pytest.mark.parametrize(
    ("limit", "strict", "verdict", "low", "outcome", "code"),
    [
        (None, False, "slower", 1.1, "passed", 0),
        (0.05, False, "slower", 1.1, "failed", 99),
        (0.5, False, "slower", 1.1, "passed", 0),
        (0.05, False, "inconclusive", 0.9, "skipped", 0),
        (0.05, True, "inconclusive", 0.9, "error", 99),
    ],
)
def test_a_slower_function_is_a_failure_where_a_limit_was_given(limit, strict, verdict, low, outcome, code):
    result = BenchmarkSet(
        compared=(compared(verdict, low),), fail_if_slower=limit, fail_on_inconclusive=strict
    )
    assert outcomes(result) == {"b against a": outcome}
    assert result.exit_code == code


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({}, "passed"),
        ({"success": False, "reason": "1 failed"}, "failed"),
        ({"success": False, "stopped": "interrupted"}, "error"),
    ],
)
def test_a_benchmark_of_a_url_is_one_case(changes, outcome):
    assert outcomes(endpoint(**changes)) == {"GET http://x": outcome}
