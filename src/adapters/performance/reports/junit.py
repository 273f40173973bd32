"""A result as JUnit XML, as pipelines read it; valid by the schema of Jenkins' xUnit plugin (junit-10.xsd)."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement

from ..metrics.result import RunResult
from .cases import Case, Outcome, Suite, suite_of_run
from .markup import document, xml_lines, xml_text

_ELEMENTS: dict[Outcome, str] = {"failed": "failure", "error": "error", "skipped": "skipped"}


def render(result: RunResult) -> str:
    """A run, its thresholds and its checks as test cases."""
    return render_suites([suite_of_run(result)])


def render_suites(suites: Sequence[Suite]) -> str:
    """Several results in one document."""
    root = Element("testsuites", name="polyload")
    counts = [_add_suite(root, suite) for suite in suites]
    for name in ("tests", "failures", "errors"):
        root.set(name, str(sum(count[name] for count in counts)))
    return document(root)


def _add_suite(root: Element, suite: Suite) -> dict[str, int]:
    outcomes = [case.outcome for case in suite.cases]
    counts = {
        "tests": len(outcomes),
        "failures": outcomes.count("failed"),
        "errors": outcomes.count("error"),
        "skipped": outcomes.count("skipped"),
    }
    element = SubElement(root, "testsuite", name=xml_text(suite.name))
    for name, count in counts.items():
        element.set(name, str(count))
    _set_time(element, suite.time_s)
    if suite.started_at is not None:
        element.set("timestamp", suite.started_at.isoformat(timespec="seconds"))
    properties = SubElement(element, "properties")
    for name, value in suite.properties.items():
        SubElement(properties, "property", name=xml_text(name), value=xml_text(str(value)))
    for case in suite.cases:
        _add_case(element, case)
    return counts


def _add_case(suite: Element, case: Case) -> None:
    element = SubElement(suite, "testcase", name=xml_text(case.name), classname=f"polyload.{case.group}")
    _set_time(element, case.time_s)
    if case.outcome == "passed":
        if case.message:
            SubElement(element, "system-out").text = xml_lines(case.message)
        return
    told = SubElement(element, _ELEMENTS[case.outcome], type=case.group, message=xml_text(case.message))
    told.text = xml_lines(case.detail or f"{case.name}: {case.message}")


def _set_time(element: Element, time_s: float | None) -> None:
    if time_s is not None:
        element.set("time", f"{time_s:.3f}")
