"""``polyload bench``: what it prints, saves and exits with."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from adapters.performance.cli import main

QUICK = ("--processes", "6", "--values", "2", "--min-time", "0.0005", "--no-progress")
MODULE = """
def work(n=200):
    return sum(range(n))

def more(n=200):
    return sum(range(5 * n))

async def later():
    pass

def broken():
    raise ValueError("no")

def hangs():
    while True:
        pass

text = "no function"
"""


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bench_functions_of_mine.py").write_text(MODULE)
    return tmp_path


@pytest.fixture(autouse=True)
def own_path(monkeypatch):
    import sys

    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.delitem(sys.modules, "bench_functions_of_mine", raising=False)


def bench(*args):
    return CliRunner().invoke(main, ["bench", *args])


def target(name):
    return f"bench_functions_of_mine:{name}"


def make_baseline_of(factor, name="main"):
    """A saved baseline whose times are changed by a factor."""
    assert bench(target("work"), *QUICK, "--save", name).exit_code == 0
    file = Path(f".polyload/benchmarks/{name}.json")
    document = json.loads(file.read_text())
    (result,) = document["benchmarks"].values()
    result["values_ms"] = [[factor * value for value in values] for values in result["values_ms"]]
    file.write_text(json.dumps(document))


def test_a_function_is_measured_and_shown():
    done = bench(target("work"), *QUICK)
    assert done.exit_code == 0, done.output
    assert "median" in done.stdout
    assert "▁" in done.stdout or "█" in done.stdout


@pytest.mark.parametrize("name", [target("later"), "bench_functions_of_mine.py:work"])
def test_async_functions_and_files_are_targets_too(name):
    done = bench(name, *QUICK)
    assert done.exit_code == 0, done.output


def test_two_functions_are_compared():
    done = bench(target("work"), target("more"), *QUICK, "--fail-if-slower", "20%")
    assert done.exit_code == 99
    assert "slower" in done.stdout


def test_json_holds_everything():
    done = bench(target("work"), "-P", "n=10,20", *QUICK, "--json", "-")
    document = json.loads(done.stdout)
    assert document["schema"] == "polyload.bench/1"
    assert [one["params"] for one in document["benchmarks"]] == [{"n": 10}, {"n": 20}]


def test_slower_than_a_baseline_with_confidence_is_exit_code_99():
    make_baseline_of(0.1)
    done = bench(target("work"), *QUICK, "--against", "main", "--fail-if-slower", "5%")
    assert done.exit_code == 99, done.output
    assert "slower by more than 5.0%" in done.stderr


def test_faster_than_a_baseline_is_exit_code_0():
    make_baseline_of(10)
    done = bench(target("work"), *QUICK, "--against", "main", "--fail-if-slower", "5%")
    assert done.exit_code == 0, done.output


def test_another_machine_gives_no_verdict_and_fails_only_when_asked():
    make_baseline_of(0.1)
    file = Path(".polyload/benchmarks/main.json")
    document = json.loads(file.read_text())
    (result,) = document["benchmarks"].values()
    result["environment"]["machine"] = "elsewhere"
    file.write_text(json.dumps(document))
    asked = (target("work"), *QUICK, "--against", "main", "--fail-if-slower", "5%")
    done = bench(*asked)
    assert done.exit_code == 0, done.output
    assert "another machine" in " ".join(done.stdout.split())
    assert bench(*asked, "--fail-on-inconclusive").exit_code == 99


def test_a_function_that_raises_is_exit_code_1_and_saves_nothing():
    done = bench(target("broken"), *QUICK, "--save", "main")
    assert done.exit_code == 1
    assert "ValueError: no" in done.stdout
    assert not Path(".polyload").exists()


def test_a_function_that_hangs_is_exit_code_1_and_told():
    done = bench(target("hangs"), "--timeout", "2s")
    assert done.exit_code == 1
    assert "timed out after 2 s in call 1" in done.stdout


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (["work"], "names no function"),
        (["nowhere_at_all:work"], "no module"),
        ([target("nothing")], "has no 'nothing'"),
        ([target("wrok")], "did you mean 'work'"),
        ([target("work"), "--timeout", "5s", "--mode", "in-process"], "cannot bound"),
        ([target("text")], "is no function"),
        ([target("work"), "-n", "0"], "at least 1"),
        ([target("work"), "--fail-if-slower", "5%"], "needs --against"),
        ([target("work"), "--fail-on-inconclusive"], "goes with --fail-if-slower"),
        ([target("work"), "--against", "none"], "no baseline 'none'"),
        ([target("work"), "-P", "n"], "no parameter"),
        ([target("work"), "--concurrency", "2"], "for async functions"),
        ([target("work"), "--json", "/missing/a.json"], "there is no folder"),
    ],
)
def test_bad_usage_is_exit_code_2(args, told):
    done = bench(*args)
    assert done.exit_code == 2, done.output
    assert told in done.stderr
