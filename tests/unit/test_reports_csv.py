"""CSV: what other programs read is what was measured, unknown is empty, and no cell is calculated."""

from __future__ import annotations

import csv
import io

import pytest
from tests.unit.test_reports_formats import make_result

from adapters.performance.metrics import RunResult
from adapters.performance.reports import csv as requests_csv
from adapters.performance.reports import windows_csv
from adapters.performance.reports.cells import csv_text


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_there_is_a_row_for_the_total_and_for_each_name():
    total, a, b = rows(requests_csv.render(make_result(("GET /a", "total"), failures=1)))
    assert [(row["scope"], row["name"]) for row in (total, a, b)] == [
        ("total", ""),
        ("request", "GET /a"),
        ("request", "total"),
    ]
    assert (total["requests"], total["failures"], total["error_rate"]) == ("60", "6", "0.1")
    assert (a["requests"], a["latency_max_ms"], a["status_codes"]) == ("30", "10.0", "200=27 503=3")


def test_what_was_not_measured_is_an_empty_cell():
    (total, _) = rows(requests_csv.render(make_result()))
    assert {total[f"ttfb_{figure}_ms"] for figure in ("min", "p50", "max")} == {""}
    assert total["bytes_received"] == ""


def test_every_run_has_the_same_columns():
    texts = [requests_csv.render(make_result(seconds=n, open_model=n > 1)) for n in (0, 1, 2)]
    assert len({text.splitlines()[0] for text in texts}) == 1


def test_there_is_a_row_for_each_second():
    found = rows(windows_csv.render(make_result(failures=2, open_model=True)))
    assert [row["second"] for row in found] == ["0", "1", "2"]
    row = found[1]
    assert (row["requests"], row["failures"], row["rps"], row["users"]) == ("10", "2", "10.0", "2")
    assert (row["latency_max_ms"], row["response_max_ms"], row["iterations"]) == ("10.0", "20.0", "10")
    assert (row["status_none"], row["status_2xx"], row["status_5xx"]) == ("0", "8", "2")
    assert row["errors"] == "status=2"


def test_a_stored_result_has_the_figures_of_its_timeline_and_no_others():
    result = make_result(failures=2, open_model=True)
    stored = RunResult.from_json(result.to_json())
    full, short = (rows(windows_csv.render(one))[0] for one in (result, stored))
    assert full.keys() == short.keys()
    known = {name: value for name, value in short.items() if value}
    assert known == {name: full[name] for name in known}
    assert {"second", "requests", "latency_p95_ms"} < known.keys()
    assert not known.keys() & {"latency_max_ms", "response_p50_ms", "status_2xx", "errors", "iterations"}


@pytest.mark.parametrize("name", ["=1+1", "+1+1", "-1-1", "@SUM(A1)", " =1", "=cmd|' /C calc'!A0\", \""])
def test_a_formula_is_text(name):
    ((cell,),) = list(csv.reader(io.StringIO(csv_text(["x"], [[name]]), newline="")))[1:]
    assert cell == f"'{name}"


@pytest.mark.parametrize("name", ["-5", "+1.5", "-1e3", "a=b", "GET /a,b", 'say "x"', "ü"])
def test_what_is_none_stays_as_it_is(name):
    text = csv_text(["x"], [[name, -0.5, None]])
    assert list(csv.reader(io.StringIO(text, newline="")))[1] == [name, "-0.5", ""]


def test_lines_end_as_the_standard_says_and_no_name_makes_one():
    text = csv_text(["x"], [["a\nb"], ["c\r\n=d"]])
    assert text.count("\r\n") == text.count("\n") == 3
