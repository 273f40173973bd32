"""``polyload run`` keeps its results, and ``polyload history`` and ``trend`` show them: real loads on loopback."""

from __future__ import annotations

import json
import os
import sqlite3
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.unit.history.made import BEGAN, result
from tests.unit.pages.made import EVERY

from adapters.performance import History, RunResult
from adapters.performance.cli import main
from adapters.performance.workflows.stress.result import StressResult


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """A working folder of its own, where results are kept by default."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("POLYLOAD_HISTORY")
    return tmp_path


def polyload(*args, code=0):
    done = CliRunner().invoke(main, [str(arg) for arg in args])
    assert done.exit_code == code, done.output
    return done


def load(server, *args, path="/status/200", **more):
    return polyload(
        "run", server.url + path, "-n", 20, "-u", 2, "--tool", "native", "--no-progress", *args, **more
    )


@pytest.fixture
def filled():
    """A history with runs of six days, the newest last."""
    history = History()
    return [history.store(result(days=day), label="checkout", tags=[f"day{day}"]) for day in range(6)]


# Keeping


def test_a_run_is_kept_with_its_label_and_tags(server, folder):
    done = load(server, "--label", "checkout", "--tag", "nightly", "--tag", "eu")
    (run,) = History().runs()
    assert f"kept in the history as {run.id}" in done.stderr
    assert (run.label, run.tags, run.requests) == ("checkout", ("eu", "nightly"), 20)
    assert History().load(run.id).recording.totals().requests == 20
    assert (folder / ".polyload" / ".gitignore").exists()


def test_what_is_kept_is_the_result(server, folder):
    load(server, "--json", "r.json")
    assert History().load("latest") == RunResult.from_json(Path("r.json").read_bytes())


def test_a_run_that_fails_is_kept_too(server):
    load(server, path="/status/500", code=1)
    assert History().run("latest").success is False


@pytest.mark.parametrize("args", [["--no-history"], ["--history", "off"]])
def test_a_run_is_not_kept_where_that_is_not_wanted(server, folder, args):
    done = load(server, *args)
    assert "history" not in done.stderr
    assert list(folder.iterdir()) == []


def test_a_place_may_be_named_by_the_environment(server, folder, monkeypatch):
    monkeypatch.setenv("POLYLOAD_HISTORY", "load.db")
    load(server)
    assert [path.name for path in folder.glob("*")] == ["load.db"]
    assert History("load.db").run("latest").id in polyload("history").stdout


def test_each_request_is_kept_where_that_is_asked_for(server, folder):
    done = load(server, "--store-requests", "--json", "r.json", "--label", "x")
    assert "with 20 single requests" in done.stderr
    run = History().run("latest")
    assert (run.rows_stored, run.rows_expected) == (20, 20)
    records = list(History().records("latest"))
    assert {(record.method, record.url, record.status) for record in records} == {
        ("GET", f"{server.url}/status/200", 200)
    }
    assert sum(record.bytes_received for record in records) == run_summary("r.json")["bytes_received"]
    text = Path("r.json").read_text()
    assert "samples" not in text and "requests.npz" not in text
    assert sorted(path.name for path in folder.rglob("*") if path.is_file()) == [
        ".gitignore",
        "history.db",
        "r.json",
    ]


def run_summary(path):
    return json.loads(Path(path).read_text())["summary"]


def test_requests_that_go_to_a_file_are_kept_from_there(server):
    load(server, "--store-requests", "--samples", "s.npz")
    assert Path("s.npz").exists()
    assert History().run("latest").rows_stored == 20


def test_a_share_of_the_requests_is_not_each_request(server):
    done = load(server, "--store-requests", "--samples", "s.npz", "--sample-ratio", "0.5", code=2)
    assert "50% of them" in done.stderr
    assert server.log.count() == 0


def test_other_results_are_kept_as_what_they_are(server, folder):
    url = f"{server.url}/status/200"
    polyload("bench", url, "-n", 5, "-q")
    polyload("compare", url, f"{url}?b", "--repeats", 1, "-n", 5, "-q")
    polyload("stress", url, "--start", 1, "--max", 1, "--step-duration", 2, "--no-progress", "-q")
    Path("p.yaml").write_text(f"scenarios: [{{steps: [{{url: '{url}'}}]}}]\nload: {{iterations: 5}}\n")
    Path("s.yaml").write_text("tests: {one: p.yaml}\n")
    polyload("suite", "s.yaml", "-q")
    Path("m.py").write_text("def f():\n    return sum(range(100))\n")
    polyload("bench", "m.py:f", "--mode", "in-process", "--values", 3, "-q")
    history = History()
    kinds = [run.kind for run in history.runs()]
    assert kinds == ["benchmark", "suite", "stress", "comparison", "http-benchmark"]
    assert sum(run.kind == "run" for run in history.runs(parts=True)) == 3
    assert history.document(history.runs(kind="stress")[0].id, StressResult).max_users_held == 1
    for run in history.runs(parts=True):
        shown = polyload("history", "show", run.id).stdout
        assert f"kept as      {run.id}" in shown


@pytest.mark.skipif(sys.platform != "linux", reason="/proc takes no files")
def test_a_folder_that_takes_no_file_costs_the_run_nothing_but_a_warning(server, monkeypatch):
    monkeypatch.chdir("/proc")
    done = load(server)
    assert done.stdout.startswith("PASSED")
    assert done.stderr.startswith(
        "warning: this will not be kept in the history: history .polyload/history.db"
    )


@pytest.mark.skipif(sys.platform != "linux", reason="/proc takes no files")
def test_keeping_that_was_asked_for_and_cannot_be_is_known_before_the_load(server):
    done = load(server, "--history", "/proc/h.db", code=2)
    assert done.stderr.startswith("error: history /proc/h.db")
    assert server.log.count() == 0


def test_a_newer_schema_is_a_warning(server):
    load(server)
    with sqlite3.connect(".polyload/history.db") as connection:
        connection.execute("UPDATE polyload_schema SET version = 99")
    connection.close()
    done = load(server)
    assert "warning: this will not be kept in the history" in done.stderr
    assert "schema 99" in done.stderr


def test_a_place_in_the_environment_that_is_none_is_a_warning(server, monkeypatch):
    monkeypatch.setenv("POLYLOAD_HISTORY", "mysql://me:hunter2@db.test/load")
    done = load(server)
    assert "warning: this will not be kept in the history" in done.stderr
    assert "hunter2" not in done.stderr


@pytest.mark.parametrize(("args", "code"), [([], 0), (["--label", "x"], 2)])
def test_a_history_that_breaks_during_the_load_does_not_cost_the_result(server, monkeypatch, args, code):
    monkeypatch.setattr(History, "check", lambda self: Path("blocked").write_text("not a database " * 99))
    done = load(server, "--history", "blocked", "--json", "r.json", code=2)
    assert "not kept in the history" in done.stderr
    assert run_summary("r.json")["requests"] == 20
    monkeypatch.setenv("POLYLOAD_HISTORY", "blocked")
    done = load(server, *args, code=code)
    assert "is no database" in done.stderr


# Finding and showing


def test_an_empty_history_is_said_to_be_empty(folder):
    done = polyload("history")
    assert (done.stdout, done.stderr) == ("", "no runs in .polyload/history.db\n")
    assert list(folder.iterdir()) == []


def test_runs_are_listed_newest_first_with_a_line_for_those_that_are_alike(filled):
    lines = polyload("history").stdout.splitlines()
    assert [line.split()[0] for line in lines[1:7]] == filled[::-1]
    assert max(map(len, lines)) <= 100
    assert any(line.startswith("  p95 ") and "→" in line for line in lines)
    assert any(line.startswith("  throughput ") for line in lines)


@pytest.mark.parametrize(
    ("args", "days"),
    [
        (["--tag", "day3"], [3]),
        (["--since", "2026-05-05"], [5, 4]),
        (["--until", "2026-05-02"], [0]),
        (["--limit", "2"], [5, 4]),
        (["--kind", "stress"], []),
        (["--target", "SHOP", "--label", "checkout", "--limit", "1"], [5]),
    ],
)
def test_runs_are_chosen(filled, args, days):
    found = polyload("history", "--json", *args).stdout
    assert [run["id"] for run in json.loads(found)] == [filled[day] for day in days]


def test_runs_of_a_week_a_month_and_a_year_are_chosen():
    from datetime import UTC, datetime

    ago = (datetime.now(UTC) - BEGAN).total_seconds() / 86_400
    for days in (1, 20, 200, 400):
        History().store(result(days=ago - days))
    counts = [
        len(json.loads(polyload("history", "--json", f"--{name}").stdout))
        for name in ("week", "month", "year")
    ]
    assert counts == [1, 2, 3]


def test_a_line_for_each_month():
    for days in (0, 1, 31):
        History().store(result(days=days))
    lines = polyload("history", "--by", "month").stdout.splitlines()
    assert [line.split()[:4] for line in lines[1:]] == [
        ["2026-06", "1", "0", "8"],
        ["2026-05", "2", "0", "16"],
    ]


def test_a_result_is_shown_again_and_its_reports_are_written(filled):
    done = polyload("history", "show", filled[2], "--report", "html=r.html", "--json", "r.json")
    assert done.stdout.startswith("FAILED")
    assert "label        checkout" in done.stdout
    assert Path("r.html").read_text().startswith("<!doctype html>")
    assert RunResult.from_json(Path("r.json").read_bytes()) == result(days=2)


@pytest.mark.parametrize("document", [make() for make in EVERY.values()], ids=list(EVERY))
def test_every_kind_is_shown_again_and_reported_in_its_formats(document, folder):
    run = History().store(document)
    assert polyload("history", "show", run).stdout.strip()
    polyload(
        "history",
        "show",
        run,
        "-q",
        "--report",
        "html=page.html",
        "--report",
        "junit=cases.xml",
        "--json",
        "r.json",
    )
    assert Path("page.html").read_text().startswith("<!doctype html>")
    assert Path("cases.xml").read_text().startswith("<?xml")
    assert json.loads(Path("r.json").read_text()) == json.loads(document.to_json())


def test_a_format_that_a_kind_has_not_is_refused(folder):
    History().store(EVERY["stress"]())
    done = polyload("history", "show", "--report", "hgrm=x", code=2)
    assert "has no report as hgrm" in done.output


def test_json_on_standard_output_is_alone_there(filled):
    assert json.loads(polyload("history", "show", "--json", "-").stdout)["schema"] == "polyload.result/1"


def test_runs_are_compared(filled):
    done = polyload("history", "compare", ",".join(filled[:3]), ",".join(filled[3:]))
    assert "interval" in done.stdout
    assert len(History().runs()) == 6
    polyload("history", "compare", "tag:day1", "tag:day2")
    assert (
        "no run in the history has the tag"
        in polyload("history", "compare", "tag:x", filled[0], code=2).stderr
    )


def test_runs_are_deleted_and_pruned(filled):
    polyload("history", "delete", filled[5])
    would = polyload("history", "prune", "--keep", 2, "--dry-run").stdout
    assert would.startswith("would remove 3 results")
    polyload("history", "prune", "--keep", 2, "--older-than", "2026-05-03")
    assert [run.id for run in History().runs()] == filled[4:1:-1]
    assert "--keep" in polyload("history", "prune", code=2).stderr


def test_runs_are_exported_and_taken_in(filled):
    polyload("history", "export", "-o", "runs.jsonl")
    assert polyload("history", "import", "runs.jsonl", "--history", "other.db").stdout == "took in 6\n"
    assert History("other.db").runs() == History().runs()
    assert polyload("history", "--history", "other.db", "import", "runs.jsonl").stdout.endswith(
        "6 were there already\n"
    )
    assert len(polyload("history", "export", filled[0]).stdout.splitlines()) == 1
    assert "cannot be read" in polyload("history", "import", "missing", code=2).stderr


def test_a_trend_says_what_it_needs_and_where_a_level_shifted():
    for day in range(6):
        History().store(result(days=day, p95_ms=10 + day % 2))
    assert "6 of the 10 runs" in polyload("trend").stdout
    for day in range(6, 14):
        History().store(result(days=day, p95_ms=20 + day % 2))
    shown = polyload("trend", "--figure", "p95").stdout
    assert "worse since" in shown
    assert History().runs()[7].id in shown
    assert "no change point" in polyload("trend", "--figure", "throughput").stdout


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (["history", "show", "zz"], "no run in the history"),
        (["history", "show", "not!an!id"], "is no id of a run"),
        (["history", "--since", "yesterday"], "write a date"),
        (["history", "--since", "1d", "--week"], "both say where to begin"),
        (["history", "--history", "mysql://x/y"], "no history is kept in mysql"),
        (["history", "bogus"], "No such command 'bogus'"),
    ],
)
def test_mistakes_are_told_with_exit_code_2(filled, args, told):
    done = polyload(*args, code=2)
    assert done.stderr.startswith("error: ")
    assert told in done.stderr


def test_help_of_each_command():
    for name in ("show", "compare", "delete", "prune", "export", "import"):
        summary = polyload("history", name, "--help").stdout.splitlines()[2].strip()
        assert summary in polyload("history", "--help").stdout
    assert os.environ.get("POLYLOAD_HISTORY") is None
