"""Pipelines: GitHub's and GitLab's own rules are kept, and no text from outside is taken for a command."""

from __future__ import annotations

import io
import re

import pytest
from tests.unit.test_reports_formats import HOSTILE, make_result

from adapters.performance.cli import pipelines
from adapters.performance.cli.views import run
from adapters.performance.metrics import CheckResult, ResultWarning

COMMAND = re.compile(r"::(error|warning) title=([^:,\n]*)::([^\n]*)")


def commands(result, **settings):
    return pipelines.commands(run.suites(result), run.overview(result), **settings)


@pytest.mark.parametrize(
    ("environment", "name"),
    [
        ({}, "none"),
        ({"CI": "true"}, "none"),
        ({"GITHUB_ACTIONS": "true"}, "github"),
        ({"GITHUB_ACTIONS": "false"}, "none"),
        ({"GITLAB_CI": "true"}, "gitlab"),
    ],
)
def test_a_pipeline_is_known_by_its_environment(environment, name):
    assert pipelines.detected(environment) == name


def test_what_passed_is_not_annotated():
    assert commands(make_result(thresholds=("p95 < 1s",))) == []


def test_each_failure_is_an_error_and_each_warning_a_warning():
    warning = ResultWarning(code="GeneratorBusy", message="100% busy")
    result = make_result(thresholds=("p95 < 1ms", "x: p95 < 1s"), warnings=[warning])
    found = [COMMAND.fullmatch(line).groups() for line in commands(result)]
    assert [(kind, title) for kind, title, _ in found] == [
        ("error", "polyload%3A the run"),
        ("error", "polyload%3A p95 < 1ms"),
        ("error", "polyload%3A x%3A p95 < 1s"),
        ("warning", "polyload%3A GeneratorBusy"),
    ]
    assert found[-1][2] == "100%25 busy"
    assert len(commands(result, warn=False)) == 3


def test_texts_are_escaped_as_github_says():
    assert pipelines.escaped_data("50%\r\na:b,c") == "50%25%0D%0Aa:b,c"
    assert pipelines.escaped_property("50%\r\na:b,c") == "50%25%0D%0Aa%3Ab%2Cc"


def test_no_name_makes_a_command_of_its_own():
    name = f"x\n::set-output name=a::b{HOSTILE}"
    checks = [CheckResult(name=name, passed=0, failed=1)]
    result = make_result(failures=1).model_copy(update={"checks": checks})
    found = commands(result)
    assert len(found) == 2
    assert all(COMMAND.fullmatch(line) for line in found)


def test_no_more_are_sent_than_are_shown():
    checks = [CheckResult(name=str(number), passed=0, failed=1) for number in range(50)]
    assert len(commands(make_result(failures=1).model_copy(update={"checks": checks}))) == 10


def test_within_the_table_github_executes_no_commands():
    stream = io.StringIO()
    with pipelines.section("github", "title", stream, collapsed=True):
        print("::error::from a request name", file=stream)
    first, inner, last = stream.getvalue().splitlines()
    token = first.removeprefix("::stop-commands::")
    assert len(token) == 32
    assert (inner, last) == ("::error::from a request name", f"::{token}::")


@pytest.mark.parametrize(("collapsed", "how"), [(True, "[collapsed=true]"), (False, "")])
def test_the_table_is_a_section_of_the_log_of_gitlab(collapsed, how):
    stream = io.StringIO(newline="")
    with pipelines.section("gitlab", "FAILED: \x1b[0Ksection_end", stream, collapsed=collapsed):
        print("table", file=stream)
    start, inner, end = stream.getvalue().split("\n")[:3]
    found = re.fullmatch(r"\x1b\[0Ksection_start:\d+:(\w+)(\S*)\r\x1b\[0K(.*)", start)
    assert (found[2], found[3]) == (how, "FAILED: \\x1b[0Ksection_end")
    assert inner == "table"
    assert re.fullmatch(rf"\x1b\[0Ksection_end:\d+:{found[1]}\r\x1b\[0K", end)


def test_a_section_ends_when_printing_fails():
    stream = io.StringIO()
    with pytest.raises(ZeroDivisionError), pipelines.section("gitlab", "x", stream, collapsed=True):
        raise ZeroDivisionError
    assert "section_end" in stream.getvalue()


def test_elsewhere_nothing_is_added():
    stream = io.StringIO()
    with pipelines.section("none", "x", stream, collapsed=True):
        print("table", file=stream)
    assert stream.getvalue() == "table\n"


# The summary of a job


def test_a_summary_is_added_to_what_is_there(tmp_path):
    path = tmp_path / "summary.md"
    path.write_text("before\n")
    pipelines.append_summary(path, "## new\n")
    assert path.read_text() == "before\n## new\n\n"


def test_a_summary_leaves_room_for_what_is_there(tmp_path):
    path = tmp_path / "summary.md"
    path.write_text("x" * (pipelines.SUMMARY_LIMIT - 1000))
    pipelines.append_summary(path, "line ü\n" * 1000)
    assert path.stat().st_size <= pipelines.SUMMARY_LIMIT
    assert "was cut here" in path.read_text()


@pytest.mark.parametrize("limit", [0, 10, 200, 213, 5000, 10_000_000])
def test_a_summary_is_cut_at_a_line_and_what_is_open_is_closed(limit):
    markdown = "## x\n<details><summary>y</summary>\n\n" + "| ü |\n" * 5000 + "\n</details>\n"
    text = pipelines.bounded(markdown, limit)
    assert len(text.encode()) <= limit
    assert text.count("<details>") == text.count("</details>")
    assert text == "" or text == markdown + "\n" or "was cut here" in text


def test_a_summary_that_cannot_be_written_is_a_warning(tmp_path):
    stream, result = io.StringIO(), make_result()
    environment = {"GITHUB_STEP_SUMMARY": str(tmp_path)}
    pipelines.announce(environment, run.overview(result), run.suites(result), lambda: "x", stream, warn=True)
    assert stream.getvalue().startswith("::warning title=polyload%3A job summary::cannot be written")
