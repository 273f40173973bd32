"""The logger ``polyload`` tells what is done when it is asked to, without secrets; and nothing otherwise."""

from __future__ import annotations

import logging
import subprocess
import sys

import pytest

from adapters.performance.plan.logs import Shown, log, phase

MAIN = "from adapters.performance.cli import main; main()"


@pytest.fixture
def told(caplog):
    caplog.set_level(logging.DEBUG, logger="polyload")
    return caplog


def polyload(*args, debug="0"):
    done = subprocess.run(
        [sys.executable, "-c", MAIN, *args],
        capture_output=True,
        text=True,
        timeout=60,
        env={
            "PATH": "/usr/bin:/bin",
            "PYTHONPATH": ":".join(filter(None, sys.path)),
            "POLYLOAD_DEBUG": debug,
        },
    )
    return done.returncode, done.stderr


def test_messages_hold_no_secrets(told):
    log.debug("%s is asked with %s", "https://ann:hunter2@x.example/", {"token": "hunter2-hunter2"})
    assert "hunter2" not in told.text
    assert "x.example" in told.text


def test_nor_do_tracebacks(told):
    try:
        raise ValueError("password=hunter2-hunter2")
    except ValueError:
        log.debug("it broke", exc_info=True)
    assert "hunter2" not in told.text
    assert "ValueError" in told.text


def test_commands_are_told_without_their_secrets(told):
    log.debug("%s", Shown(["k6", "run", "--token", "hunter2-hunter2", "a b.js"]))
    assert "hunter2" not in told.text
    assert "'a b.js'" in told.text


def test_a_phase_tells_how_long_it_took_however_it_ended(told):
    with pytest.raises(KeyError), phase("part %d", 7):
        raise KeyError
    assert told.messages[0].startswith("part 7: took 0.")


def test_nothing_is_put_together_when_nobody_listens():
    class Costly:
        def __str__(self):
            raise AssertionError("put together")

    log.debug("%s", Costly())
    with phase("%s", Costly()):
        pass


def test_a_program_that_configures_nothing_hears_nothing():
    code = "from adapters.performance import Plan; Plan.from_file('none.yaml')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert "is read for" not in done.stderr


@pytest.fixture
def plan_file(tmp_path):
    path = tmp_path / "plan.yaml"
    path.write_text("scenarios: [{steps: [{url: 'http://127.0.0.1:1/'}]}]\nload: {users: 1, duration: 1}\n")
    return path


@pytest.mark.parametrize(("args", "debug"), [(["--debug"], "0"), ([], "1")])
def test_the_command_line_tells_on_stderr(plan_file, args, debug):
    code, told = polyload(*args, "validate", "--no-config", str(plan_file), debug=debug)
    assert code == 0
    assert f"{plan_file} is read for a plan" in told


def test_without_it_nothing_is_told(plan_file):
    assert polyload("validate", "--no-config", str(plan_file)) == (0, "")


def test_an_error_keeps_its_exit_code_and_is_told_with_what_led_to_it(tmp_path):
    path = tmp_path / "scenario.py"
    path.write_text("def pages():\n    raise ValueError('token=hunter2-hunter2')\n\nplan = pages()\n")
    for command in (["validate", "--no-config"], ["run", "--no-config"]):
        code, told = polyload("--debug", *command, str(path))
        assert code == 2
        assert "line 4, in <module>" in told
        assert "error: " in told
        assert "hunter2" not in told
