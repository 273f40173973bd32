"""Some hundred inputs of the fuzzers of importers and of the plan loader, which run as many as one has time for."""

import pytest
from tests.fuzz import importers, plans, running

from adapters.performance.importers.kinds import KINDS


def test_some_hundred_files_show_no_mistake(capsys: pytest.CaptureFixture[str]) -> None:
    assert running.main(importers.trial, "", ["--inputs", "600", "--seed", "2"]) == 0
    told = capsys.readouterr().out
    assert all(f"{kind} accepted: " in told for kind in KINDS)
    assert "refused: " in told


def test_some_hundred_plans_show_no_mistake(capsys: pytest.CaptureFixture[str]) -> None:
    assert running.main(plans.trial, "", ["--inputs", "600", "--seed", "2"]) == 0
    assert "plan accepted: " in capsys.readouterr().out


def test_a_mistake_would_be_shown(capsys: pytest.CaptureFixture[str]) -> None:
    def trial(seed: int, number: int) -> str:
        return str(1 // (number - 3))

    assert running.main(trial, "", ["--inputs", "5"]) == 1
    assert "input 3 of seed 1: MISTAKE ZeroDivisionError in trial" in capsys.readouterr().err
