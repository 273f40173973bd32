"""JUnit: valid, read back by others as it was meant, and never in contradiction to the verdict."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import xmlschema
from junitparser import Error, Failure, JUnitXml, Skipped
from tests.unit.test_reports_formats import HOSTILE, make_result

from adapters.performance.metrics import CheckResult, ThresholdResult
from adapters.performance.reports import cases, junit
from adapters.performance.reports.cases import Case, Suite

SCHEMA = xmlschema.XMLSchema(Path(__file__).parents[1] / "data" / "junit.xsd")
KINDS = {Failure: "failed", Error: "error", Skipped: "skipped"}


def read(text: str) -> JUnitXml:
    """What another program makes of a valid report."""
    SCHEMA.validate(text)
    return JUnitXml.fromstring(text.encode())


def outcomes(text: str) -> dict[str, str]:
    """The outcome of each case by its name."""
    return {
        case.name: KINDS[type(case.result[0])] if case.result else "passed"
        for suite in read(text)
        for case in suite
    }


def test_a_run_that_passed_has_no_case_against_it():
    found = read(junit.render(make_result(thresholds=("p95 < 1s", "error_rate < 1%"))))
    assert (found.tests, found.failures, found.errors) == (3, 0, 0)
    assert [case.classname for suite in found for case in suite] == [
        "polyload.run",
        "polyload.threshold",
        "polyload.threshold",
    ]


def test_a_missed_threshold_is_a_failure_with_the_actual_figure():
    text = junit.render(make_result(thresholds=("p95 < 1ms", "p50 < 1s")))
    assert outcomes(text) == {"the run": "failed", "p95 < 1ms": "failed", "p50 < 1s": "passed"}
    (suite,) = read(text)
    (missed,) = [case.result[0].message for case in suite if case.name == "p95 < 1ms"]
    assert missed == "actual 9.99834ms"


def test_a_threshold_that_could_not_be_evaluated_is_an_error():
    text = junit.render(make_result(thresholds=("nothing: p95 < 1s",)))
    assert outcomes(text)["nothing: p95 < 1s"] == "error"
    assert "no request was called" in text


def test_one_that_is_optional_is_skipped():
    class Optional(ThresholdResult):
        optional: bool = True

    case = cases.threshold_case(Optional(expression="p95 < 1s", passed=None, reason="no p95"))
    assert (case.outcome, case.message) == ("skipped", "not evaluable: no p95")


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({"failures": 1}, "failed"),
        ({"stopped": "interrupted", "stop_reason": "Ctrl-C"}, "error"),
        ({"stopped": "failed", "stop_reason": "the engine broke"}, "error"),
    ],
)
def test_a_run_that_failed_of_itself_says_why(changes, outcome):
    result = make_result(**changes)
    text = junit.render(result)
    assert outcomes(text)["the run"] == outcome
    assert cases.suite_of_run(result).cases[0].message == result.reason


@pytest.mark.parametrize(
    ("thresholds", "outcome"), [((), "failed"), (("error_rate < 50%",), "passed")], ids=["failed", "allowed"]
)
def test_a_check_that_failed_is_a_failure_unless_the_run_passed_with_it(thresholds, outcome):
    checks = [CheckResult(name="status is 200", passed=29, failed=1)]
    result = make_result(failures=1, thresholds=thresholds).model_copy(update={"checks": checks})
    text = junit.render(result)
    assert outcomes(text)["status is 200"] == outcome
    assert "1 of 30 failed" in text


def test_figures_and_engine_are_properties_and_what_is_unknown_is_left_out():
    (suite,) = read(junit.render(make_result(failures=1)))
    properties = {item.name: item.value for item in suite.properties()}
    assert properties["engine"] == "fake"
    assert "engine_version" not in properties
    assert (properties["requests"], properties["failures"]) == ("30", "3")
    assert float(properties["latency_p50_ms"]) == pytest.approx(5.0, rel=0.001)
    assert suite.time == 3.0
    assert suite.timestamp == "2026-01-02T03:04:05+00:00"


@pytest.mark.parametrize(
    "name", [HOSTILE, "a\x00b\x1b", "]]><x>&amp;\"'", "\ud800", "\ufffe\uffff", "line\nline", "\t", " "]
)
def test_no_name_can_break_the_document(name):
    suite = Suite(name, [Case("run", name, "failed", name, detail=name), Case("run", "b", "passed", name)])
    (read_back,) = read(junit.render_suites([suite]))
    first, second = read_back
    assert first.name == read_back.name
    assert (second.name, second.result) == ("b", [])
    if name.isprintable():
        assert first.name == name


def test_counts_are_those_of_the_cases():
    suites = [
        Suite("one", [Case("g", f"{outcome} {number}", outcome, "why") for number in range(count)])
        for outcome, count in {"passed": 4, "failed": 3, "error": 2, "skipped": 1}.items()
    ]
    text = junit.render_suites(suites)
    found = read(text)
    assert (found.tests, found.failures, found.errors) == (10, 3, 2)
    assert Counter(outcomes(text).values()) == {"passed": 4, "failed": 3, "error": 2, "skipped": 1}
