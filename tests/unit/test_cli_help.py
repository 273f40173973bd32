"""The command line itself: quick help, versions, schemas, completion, and errors as messages with exit codes."""

from __future__ import annotations

import json
import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from adapters.performance.cli import main
from adapters.performance.cli.app import COMMANDS
from adapters.performance.cli.exits import report
from adapters.performance.errors import UnsupportedFeature

PLAN = (
    "scenarios: [{steps: [{url: 'http://x/'}]}]\nload: {users: 2, duration: 5s}\nthresholds: ['p95 < 1s']\n"
)


def polyload(*args, **settings):
    return CliRunner().invoke(main, args, **settings)


def test_help_imports_nothing_heavy():
    heavy = "{'numpy', 'httpx', 'pydantic', 'rich', 'jinja2', 'yaml', 'asyncio'}"
    code = (
        "import sys\n"
        "from adapters.performance.cli import main\n"
        "try: main(['--help'])\n"
        f"finally: print(sorted({heavy} & set(sys.modules)), file=sys.stderr)\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=30
    )
    assert ended.stderr.strip() == "[]"
    assert "Commands:" in ended.stdout


@pytest.mark.parametrize("args", [(), ("--help",), ("-h",)])
def test_help_lists_every_command(args):
    done = polyload(*args)
    assert done.exit_code == 0
    for name, summary in COMMANDS.items():
        assert name in done.stdout
        assert summary in done.stdout


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_says_of_itself_what_the_list_says(name):
    command = main.get_command(click.Context(main), name)
    assert command is not None
    assert command.name == name
    assert (command.help or "").splitlines()[0] == COMMANDS[name]
    assert polyload(name, "--help").exit_code == 0


def test_run_help_tells_the_defaults_for_a_url():
    text = " ".join(polyload("run", "--help").stdout.split())
    assert "for a URL: 10]" in text
    assert "for a URL: 10s]" in text


@pytest.mark.parametrize("args", [["version"], ["--version"]])
def test_version(args):
    done = polyload(*args)
    assert done.exit_code == 0
    assert done.stdout.startswith("polyload ")
    assert len(done.stdout.splitlines()) == 1


@pytest.mark.parametrize(
    ("args", "title"),
    [
        ([], "Plan"),
        (["--result"], "RunResult"),
        (["capacity"], "CapacityResult"),
        (["benchmark-comparison"], "BenchmarkComparison"),
    ],
)
def test_schema_is_json(args, title):
    assert json.loads(polyload("schema", *args).stdout)["title"] == title


def test_an_unknown_schema_is_refused_by_name():
    done = polyload("schema", "plam")
    assert done.exit_code == 2
    assert "'plam'" in done.output


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_a_script(shell):
    done = polyload("completion", shell)
    assert done.exit_code == 0
    assert "_POLYLOAD_COMPLETE" in done.stdout


def test_completion_completes_commands(monkeypatch):
    monkeypatch.setenv("COMP_WORDS", "polyload va")
    monkeypatch.setenv("COMP_CWORD", "1")
    done = polyload(env={"_POLYLOAD_COMPLETE": "bash_complete"}, prog_name="polyload")
    assert "plain,validate" in done.stdout


# validate


def test_a_valid_plan_is_told_with_what_is_in_it(tmp_path):
    path = tmp_path / "plan.yaml"
    path.write_text(PLAN)
    done = polyload("validate", str(path))
    assert done.exit_code == 0
    first, *_ = done.stdout.splitlines()
    assert first == f"{path}: valid: 1 scenario, 1 request, 2 users for 5s, 1 threshold"


def test_every_problem_of_a_plan_is_told(tmp_path):
    path = tmp_path / "plan.yaml"
    path.write_text("scenarios: [{steps: [{urll: 'http://x/'}]}]\nload: {users: 0, duration: 5s}\n")
    done = polyload("validate", str(path))
    assert done.exit_code == 2
    assert "did you mean 'url'?" in done.stderr
    assert "load.users" in done.stderr
    assert done.stdout == ""


# Errors


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (["bogus"], "No such command 'bogus'"),
        (["http://x/"], "polyload run http://x/"),
        (["--bogus"], "--bogus"),
        (["run"], "Missing argument 'TARGET'"),
        (["run", "http://x/", "-d", "soon"], "write seconds (90) or units"),
        (["run", "http://x/", "-u", "0"], "not in the range"),
        (["run", "localhost:80"], "has no scheme: write http://localhost:80"),
        (["run", "missing.yaml"], "no such file"),
        (["run", "http://x/", "--threshold", "p95 < 5"], "a latency needs a unit"),
        (["run", "http://x/", "--report", "pdf=a.pdf"], "html, json, markdown"),
        (["run", "http://x/", "--json", "/missing/a.json"], "there is no folder"),
        (["engines", "--approximate"], "goes with --explain"),
        (["validate", "missing.yaml"], "cannot be read"),
    ],
)
def test_usage_errors_are_told_on_stderr_with_exit_code_2(args, told):
    done = polyload(*args)
    assert done.exit_code == 2
    assert done.stderr.startswith("error: ")
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_an_unknown_tool_is_told_with_exit_code_3():
    done = polyload("run", "http://x/", "--tool", "nativ")
    assert done.exit_code == 3
    assert "did you mean 'native'?" in done.stderr


def test_an_error_is_followed_by_its_hint_and_cannot_steer_the_terminal(capsys):
    assert report(UnsupportedFeature("k6 cannot \x1b[2J", hint="engines that can:\nnative")) == 3
    assert capsys.readouterr().err == "error: k6 cannot \\x1b[2J\n  engines that can:\n  native\n"


def test_an_interrupt_is_exit_code_130(capsys):
    assert report(KeyboardInterrupt()) == 130
    assert "interrupted" in capsys.readouterr().err


@pytest.fixture
def broken(monkeypatch):
    def fail(*_, **__):
        raise ZeroDivisionError("oops")

    monkeypatch.setattr("adapters.performance.cli.version.version_line", fail)


def test_an_unexpected_error_is_a_bug_in_one_line(broken, monkeypatch):
    monkeypatch.delenv("POLYLOAD_DEBUG", raising=False)
    done = polyload("version")
    assert done.exit_code == 1
    assert "bug in polyload: ZeroDivisionError: oops" in done.stderr
    assert "POLYLOAD_DEBUG=1" in done.stderr
    assert "Traceback" not in done.stderr


def test_debugging_shows_where_it_happened(broken, monkeypatch):
    monkeypatch.setenv("POLYLOAD_DEBUG", "1")
    assert isinstance(polyload("version").exception, ZeroDivisionError)


def test_a_reader_that_has_seen_enough_is_no_bug():
    command = f"{sys.executable} -c 'from adapters.performance.cli import main; main()' schema | head -n 1"
    ended = subprocess.run(["/bin/sh", "-c", command], capture_output=True, text=True, timeout=30)
    assert ended.stdout == "{\n"
    assert ended.stderr == ""
