"""The pytest fixture ``bench``, in a pytest of its own."""

import json
import subprocess
import sys
from importlib.metadata import entry_points

import pytest

from adapters.performance import pytest_plugin

PLUGIN = "adapters.performance.pytest_plugin"
INSTALLED = any(entry.value == PLUGIN for entry in entry_points(group="pytest11"))
TEST = """
import pytest

OPTIONS = {"processes": 6, "values": 2, "min_time_s": 0.0005}

def work(n):
    return sum(range(n))

async def later():
    return 7

def test_work(bench):
    assert bench.measure(work, args=[200], **OPTIONS).mode == "processes"
"""
SHORT = """
def double(n):
    return 2 * n

async def later():
    return 7

def test_double(bench):
    assert bench(double, 21) == 42
    assert bench.result.mode == "processes"

def test_later(bench):
    assert bench(later) == 7

def test_closure(bench):
    assert bench(lambda: 5) == 5
    assert bench.result.exploratory

def test_broken(bench):
    bench(double)
"""


@pytest.fixture
def run(tmp_path):
    def run(text, *args):
        (tmp_path / "test_speed.py").write_text(text)
        plugin = [] if INSTALLED else ["-p", PLUGIN]
        return subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *plugin, *args],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=110,
        )

    return run


def test_it_returns_what_the_function_returns_and_shows_a_table(run):
    done = run(SHORT)
    assert "3 passed" in done.stdout
    assert "1 failed" in done.stdout
    assert "TypeError: double() missing" in done.stdout
    assert "polyload benchmarks" in done.stdout
    assert "test_double" in done.stdout


def test_slower_than_the_baseline_fails_with_confidence_only(run, tmp_path):
    assert run(TEST, "--polyload-bench-save", "main").returncode == 0
    file = tmp_path / ".polyload" / "benchmarks" / "main.json"
    document = json.loads(file.read_text())
    for result in document["benchmarks"].values():
        result["values_ms"] = [[0.1 * value for value in values] for values in result["values_ms"]]
    file.write_text(json.dumps(document))
    gate = ("--polyload-bench-against", "main", "--polyload-bench-fail-if-slower", "5%")
    slower = run(TEST, *gate)
    assert slower.returncode == 1
    assert "slower by more than 5.0%" in slower.stdout
    for result in document["benchmarks"].values():
        result["environment"]["machine"] = "elsewhere"
    file.write_text(json.dumps(document))
    elsewhere = run(TEST, *gate, "--import-mode=importlib")
    assert elsewhere.returncode == 0
    assert "another machine" in " ".join(elsewhere.stdout.split())


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (["--polyload-bench-fail-if-slower", "5%"], "needs --polyload-bench-against"),
        (["--polyload-bench-against", "none"], "no baseline 'none'"),
    ],
)
def test_options_that_make_no_sense_are_usage_errors(args, told, run):
    done = run(TEST, *args)
    assert done.returncode == 4
    assert told in done.stderr


REFUSED = """
async def later():
    return 7

def test_coroutine(bench):
    bench(lambda: later())

def test_option(bench):
    bench.measure(later, itterations=3)
"""


def test_what_cannot_be_measured_fails_the_test_in_few_words(run):
    done = run(REFUSED)
    assert "2 failed" in done.stdout
    assert "only makes a coroutine" in done.stdout
    assert "has no option 'itterations'" in done.stdout
    assert "session.py" not in done.stdout
    assert "never awaited" not in done.stderr


IN_A_LOOP = """
import asyncio

async def later():
    await asyncio.sleep(0)
    return 7

async def test_later(bench):
    assert bench(later) == 7
    assert bench.result.mode == "processes"
"""


def test_an_async_test_may_use_it(run):
    assert "1 passed" in run(IN_A_LOOP, "-o", "asyncio_mode=auto").stdout


def test_beside_pytest_benchmark_and_xdist_no_option_or_fixture_is_taken_twice():
    parser = pytest.Parser(_ispytest=True)
    pytest_plugin.pytest_addoption(parser)
    (group,) = [group for group in parser._groups if group.options]
    assert all(option.names()[0].startswith("--polyload-bench-") for option in group.options)


PARALLEL = """
def double(n):
    return 2 * n

def test_called(bench):
    assert bench(double, 21) == 42
    assert bench.result is None

def test_measured(bench):
    bench.measure(double, args=[1])
"""


def test_beside_other_tests_nothing_is_measured_and_that_is_told(run):
    done = run(PARALLEL, "-n", "2")
    assert "1 passed, 1 skipped" in done.stdout
    assert "2 not measured: tests that run in parallel (pytest-xdist)" in done.stdout


def test_beside_other_tests_nothing_is_saved(run):
    done = run(PARALLEL, "-n", "2", "--polyload-bench-save", "main")
    assert done.returncode == 4
    assert "cannot be saved or compared" in done.stderr


def test_unused_it_loads_nothing_heavy(run):
    text = "import sys\ndef test_light(): assert not {'numpy', 'pydantic', 'rich'} & set(sys.modules)\n"
    assert run(text).returncode == 0
