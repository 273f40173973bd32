"""A few thousand inputs of the fuzzer: ``python -m tests.fuzz.templates`` runs as many as one has time for."""

import pytest
from tests.fuzz import templates


def test_a_few_thousand_inputs_show_no_mistake(capsys: pytest.CaptureFixture[str]) -> None:
    assert templates.main(["--inputs", "3000", "--seed", "1"]) == 0
    told = capsys.readouterr().out
    assert told.startswith("3000 inputs in ")
    assert "Reference: 0" not in told
    assert "Call: 0" not in told


def test_a_mistake_would_be_shown(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(templates, "parse", lambda text: (text[:-1],))
    with pytest.raises(AssertionError):
        templates.main(["--inputs", "3000"])
    assert "of seed 1" in capsys.readouterr().err
