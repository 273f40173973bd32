"""The kinds of files: each recognises its own, and takes only what means something to it."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

from adapters.performance.errors import SourceError, UsageError
from adapters.performance.importers.importing import import_plan
from adapters.performance.importers.kinds import KINDS, detect
from adapters.performance.importers.options import Options
from adapters.performance.importers.source import Source

SAMPLES = sorted((Path(__file__).parents[2] / "data" / "imports").iterdir())


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_each_sample_is_recognised_as_what_it_is(sample: Path):
    assert detect(Source.read(sample)).name == sample.stem.partition("-")[0]


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_a_plan_of_each_sample_is_made_by_one_call(sample: Path):
    plan = import_plan(sample, load={"iterations": 1})
    assert plan.requests()
    assert plan.load.model_dump(exclude_unset=True) == {"iterations": 1}


def test_every_kind_has_a_sample_and_a_module_that_sniffs_and_reads():
    assert {path.stem.partition("-")[0] for path in SAMPLES} == set(KINDS)
    for kind in KINDS.values():
        module = import_module(f"adapters.performance.importers.{kind.module}")
        assert callable(module.sniff)
        assert callable(module.read)


def test_what_is_of_no_kind_is_told_with_what_it_was_looked_at_for():
    with pytest.raises(UsageError, match=r"notes\.txt: what this is cannot be seen; .*HAR 1\.2.*har") as told:
        detect(Source("notes.txt", b"dear diary"))
    assert told.value.hint == "say what it is with --from KIND"


def test_json_that_is_broken_is_told_as_that():
    with pytest.raises(SourceError, match="line 1, column 11: not JSON"):
        detect(Source("a.json", b'{"a": [1, }'))


def test_a_wish_that_means_nothing_for_a_kind_is_refused():
    with pytest.raises(UsageError, match="--keep-static means nothing for suite"):
        KINDS["suite"].read(Source("a", b"target: {}"), Options(keep_static=True))


def test_an_unknown_kind_is_told_with_the_nearest():
    with pytest.raises(UsageError, match="no kind of file is called 'hra'; did you mean 'har'"):
        import_plan(SAMPLES[0], "hra")
