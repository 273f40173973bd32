"""Where a history is, what runs are called in it, and what is known of a plan by its hash."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.unit.history.made import PLAN, result

from adapters.performance.errors import HistoryError, UsageError
from adapters.performance.history.figures import columns, kind_of, plan_hash
from adapters.performance.history.identity import LENGTH, id_of, new_number, tidy
from adapters.performance.history.place import place_of
from adapters.performance.history.provenance import commit_of


@pytest.mark.parametrize(
    ("where", "path"),
    [
        (None, Path(".polyload/history.db")),
        ("load.db", Path("load.db")),
        (Path("a") / "b.db", Path("a/b.db")),
        ("sqlite:///load.db", Path("load.db")),
        ("sqlite:////var/load.db", Path("/var/load.db")),
    ],
)
def test_a_history_is_a_file(where, path):
    assert place_of(where).path == path
    assert place_of(where).url is None


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_a_history_is_a_postgresql_database_and_its_password_is_not_shown(scheme):
    place = place_of(f"{scheme}://me:hunter2@db.test/load")
    assert place.url == "postgresql+psycopg://me:hunter2@db.test/load"
    assert "hunter2" not in place.shown


@pytest.mark.parametrize("where", ["mysql://me:hunter2@db.test/load", "", "sqlite://", "sqlite:///:memory:"])
def test_another_database_is_refused(where):
    with pytest.raises(UsageError) as refused:
        place_of(where)
    assert "hunter2" not in str(refused.value)
    assert "postgresql://" in str(refused.value)


def test_ids_sort_by_when_a_run_began():
    moments = [datetime(year, 1, 1, tzinfo=UTC) for year in (2020, 2026, 2027, 2100)]
    ids = [id_of(new_number(round(moment.timestamp() * 1e6))) for moment in moments]
    assert ids == sorted(ids)
    assert {len(text) for text in ids} == {LENGTH}


def test_an_id_may_be_typed_as_it_is_read_aloud():
    assert tidy(" 0M8IO ") == "0m810"
    assert tidy("latest!") is None
    assert tidy("") is None


def test_plans_that_send_and_load_alike_have_the_same_hash():
    alike = {
        **PLAN,
        "name": "x",
        "thresholds": ["p95 < 1s"],
        "options": {"seed": 1, "samples": {"file": "a.npz"}},
    }
    assert plan_hash(alike) == plan_hash(PLAN)
    assert plan_hash({**PLAN, "load": {"users": 3, "duration": 2.0}}) != plan_hash(PLAN)
    assert plan_hash({**PLAN, "options": {"redirects": 3}}) != plan_hash(PLAN)


def test_kinds_are_those_of_schemas():
    assert [kind_of(name) for name in ("polyload.result/1", "polyload.http-benchmark/1")] == [
        "run",
        "http-benchmark",
    ]


def test_a_plan_of_one_url_has_it_as_its_target():
    one = {"scenarios": [{"steps": [{"url": "http://a.test/x"}]}]}
    two = {"scenarios": [{"steps": [{"url": "http://a.test/x"}, {"url": "http://a.test/y"}]}]}
    assert columns({"plan": one})["target"] == "http://a.test/x"
    assert columns({"plan": two})["target"] == "http://a.test"
    assert columns({"plan": PLAN})["target"] == "http://shop.test"


def test_a_figure_that_a_document_does_not_have_is_unknown():
    found = columns({"schema": "polyload.stress/1", "success": False, "reason": "broke"})
    assert found["success"] is False
    assert found["sentence"] == "broke"
    assert found["p95_ms"] is found["requests"] is found["throughput_rps"] is None


def test_a_folder_that_is_no_repository_has_no_commit(tmp_path):
    assert commit_of(tmp_path) is None


def test_git_that_is_not_there_is_no_trouble(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert commit_of() is None


def test_an_id_is_never_guessed(tmp_path):
    from adapters.performance import History

    history = History(tmp_path / "h.db")
    first, second = (history.store(result()) for _ in range(2))
    with pytest.raises(HistoryError, match="several runs") as told:
        history.run(first[:3])
    assert first in str(told.value) and second in str(told.value)
