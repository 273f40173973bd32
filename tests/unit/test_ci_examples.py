"""The pipelines in examples/ci are what they say: valid, and made of commands and options that there are."""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from adapters.performance.cli import main
from adapters.performance.reports.write import parse_destination

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "examples" / "ci").glob("*.yml"))
every_file = pytest.mark.parametrize("file", FILES, ids=[path.stem for path in FILES])


def scripts(file: Path) -> list[str]:
    """What a pipeline has a shell do."""
    found = list(_scripts(yaml.safe_load(file.read_text(encoding="utf-8"))))
    assert found
    return found


def _scripts(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            if key in ("run", "script", "before_script"):
                yield from [value] if isinstance(value, str) else value
            else:
                yield from _scripts(value)
    elif isinstance(node, list):
        for item in node:
            yield from _scripts(item)


def commands(file: Path) -> list[list[str]]:
    """Each polyload command in it as the words after ``polyload``, without what the shell fills in."""
    lines = "\n".join(scripts(file)).replace("\\\n", " ").splitlines()
    found = [re.sub(r"\|\|.*|\$BASELINE|\"\$\{baseline\[@\]\}\"", "", line).strip() for line in lines]
    return [shlex.split(line)[1:] for line in found if line.startswith("polyload ")]


@every_file
def test_a_pipeline_is_complete(file):
    told = yaml.safe_load(file.read_text(encoding="utf-8"))
    jobs = told["jobs"] if file.stem.startswith("github") else {"load-test": told["load-test"]}
    assert list(jobs) == ["load-test"]
    assert any(words[0] == "run" for words in commands(file))


@every_file
def test_its_scripts_are_of_a_shell(file):
    for script in scripts(file):
        plain = re.sub(r"\$\{\{.*?\}\}", "X", script)
        done = subprocess.run(["bash", "-n"], input=plain, text=True, capture_output=True, timeout=10)
        assert done.returncode == 0, done.stderr


@every_file
def test_its_commands_and_options_exist(file):
    for name, *words in commands(file):
        command = main.get_command(click.Context(main), name)
        assert command is not None, name
        options, _, _ = command.make_parser(click.Context(command)).parse_args(words)
        for report in options.get("reports", ()):
            assert parse_destination(report).path


@every_file
def test_the_files_it_keeps_are_those_that_are_written(file):
    written = {word.partition("=")[2] or word for words in commands(file) for word in words if "." in word}
    kept = re.findall(
        r"^ +(?:- |junit: |metrics: )?((?!baseline)[\w-]+\.(?:json|md|html|xml|txt))$", file.read_text(), re.M
    )
    assert kept
    assert set(kept) <= written


@every_file
def test_every_exit_code_is_told(file):
    help_text = " ".join((main.help or "").split())
    comment = " ".join(line.strip("# ") for line in file.read_text().splitlines() if line.startswith("#"))
    for code, meaning in re.findall(r"(\d+) ([a-z][^,.]*)", help_text.partition("Exit codes:")[2]):
        assert f"{code} {meaning}" in comment
