"""A few thousand inputs of the fuzzer: ``python -m tests.fuzz.wire`` runs as many as one has time for."""

import pytest
from tests.fuzz import wire


@pytest.mark.parametrize("seed", [1, 2])
def test_a_few_thousand_inputs_show_no_mistake(seed: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert wire.main(["--inputs", "3000", "--seed", str(seed)]) == 0
    told = capsys.readouterr().out
    assert told.startswith("3000 inputs in ")
    assert all(f"{kind}: " in told for kind in ("an answer", "protocol", "too_large", "surplus", "truncated"))


def test_a_mistake_would_be_shown(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(wire.HeadCache, "get", lambda heads, raw: next(iter(heads.values()), None))
    with pytest.raises(AssertionError):
        wire.main(["--inputs", "3000"])
    assert "of seed 1" in capsys.readouterr().err
