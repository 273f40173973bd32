"""``polyload import``: where the plan goes, what is told of it, and how wishes on the command line change it."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from adapters.performance import Plan
from adapters.performance.cli import main

HAR = Path(__file__).parents[1] / "data" / "imports" / "har.json"


def polyload(*args: str | Path, **settings):
    return CliRunner().invoke(main, ["import", *map(str, args)], **settings)


def test_it_prints_the_plan_and_tells_what_it_left_out():
    done = polyload(HAR)
    assert done.exit_code == 0
    assert done.stdout.startswith(f"# Made by polyload from {HAR}, a recording")
    assert "note: left out: 1 request for images" in done.stderr
    assert "note: secrets were left out; before a run set the environment variables PASSWORD" in done.stderr


def test_it_writes_a_file_that_is_a_valid_plan(tmp_path: Path):
    file = tmp_path / "plan.yaml"
    done = polyload(HAR, "-o", file)
    assert (done.exit_code, done.stdout) == (0, "")
    assert "1 scenario, 4 requests, from a recording" in done.stderr
    assert len(Plan.from_file(file).requests()) == 4


def test_it_writes_over_nothing_unless_it_is_told_to(tmp_path: Path):
    file = tmp_path / "plan.yaml"
    file.write_text("mine")
    done = polyload(HAR, "-o", file)
    assert (done.exit_code, file.read_text()) == (2, "mine")
    assert "--force writes over it" in done.stderr
    assert polyload(HAR, "-o", file, "--force").exit_code == 0
    assert file.read_text() != "mine"


def test_standard_input_is_a_dash():
    done = polyload("-", input=HAR.read_bytes())
    assert done.exit_code == 0
    assert "from standard input" in done.stdout.splitlines()[0]


@pytest.mark.parametrize(
    ("wishes", "load"),
    [
        (("-u", "5", "-d", "90"), "load: {users: 5, duration: 1m30s}"),
        (("-u", "5"), "load: {users: 5, duration: 1m}"),
        (("--rate", "2.5", "-d", "1m", "--max-users", "9"), "load: {rate: 2.5, duration: 1m, max_users: 9}"),
        (("-n", "7"), "load: {users: 1, iterations: 7}"),
    ],
)
def test_the_load_is_what_the_command_line_says(tmp_path: Path, wishes: tuple[str, ...], load: str):
    file = tmp_path / "plan.yaml"
    assert polyload(HAR, "-o", file, *wishes).exit_code == 0
    written = Plan.from_file(file).load
    assert (
        written
        == Plan.from_dict({"scenarios": [{"steps": [{"url": "http://x"}]}], "load": _fields(load)}).load
    )


def _fields(line: str):
    import yaml

    return yaml.safe_load(line)["load"]


@pytest.mark.parametrize(
    ("args", "told"),
    [
        ((), "Missing argument 'FILE'"),
        (("none.har",), "none.har: cannot be read"),
        ((HAR, "--from", "curls"), "no kind of file is called 'curls'; did you mean 'curl'"),
        ((HAR, "--include", "("), "--include: not a regular expression"),
        ((HAR, "--include", "nowhere"), "no request that a plan could be made of"),
        ((HAR, "--target", "nowhere"), "--target: 'nowhere' has no scheme"),
        ((HAR, "--profile", "x"), "--profile means nothing for har"),
        ((HAR, "--from", "suite", "--keep-hosts"), "--keep-hosts means nothing for suite"),
        ((HAR, "--max-size", "0"), "0 is not in the range"),
    ],
)
def test_what_cannot_be_done_is_told(args: tuple[str | Path, ...], told: str):
    done = polyload(*args)
    assert (done.exit_code, done.stdout) == (2, "")
    assert told in done.stderr


def test_the_kinds_are_listed():
    done = polyload("--list")
    assert done.exit_code == 0
    assert done.stdout.splitlines()[0] == "har          a recording of a browser or a proxy (HAR 1.2)"


def test_a_file_that_is_too_large_is_refused(tmp_path: Path):
    file = tmp_path / "large.har"
    file.write_bytes(b'{"log": {' + b" " * 1_000_000)
    done = polyload(file, "--max-size", "1")
    assert done.exit_code == 2
    assert "larger than 1 MB" in done.stderr
