"""What can be wrong with a file: each is said in words, and what is not ours is left as it was."""

from __future__ import annotations

import sqlite3

import pytest
from tests.unit.history.made import OLD_ID, old_file, result

from adapters.performance import History, HistoryError
from adapters.performance.history import tables
from adapters.performance.history.migrations import NEWEST


@pytest.fixture
def path(tmp_path):
    return tmp_path / "h.db"


def rows_of(path, query):
    connection = sqlite3.connect(path)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def test_a_file_of_the_first_schema_is_read_and_brought_up_to_date(path):
    old_file(path)
    history = History(path)
    (run,) = history.runs()
    assert (run.id, run.label, run.tags, run.metadata) == (OLD_ID, "old", ("nightly",), {"branch": "main"})
    assert run.rows_stored is None
    loaded = history.load(OLD_ID)
    assert loaded.summary.latency_ms.p95 == 3.0
    assert loaded.recording.requests["a"].latency.count == 3
    assert rows_of(path, "SELECT version FROM polyload_schema") == [(NEWEST,)]


def test_a_file_brought_up_to_date_has_the_tables_of_a_new_one(path, tmp_path):
    old_file(path)
    History(path).store(result())
    History(tmp_path / "new.db").store(result())
    columns = (
        "SELECT m.name, p.name, p.type FROM sqlite_master m, pragma_table_info(m.name) p ORDER BY 1, p.cid"
    )
    assert rows_of(path, columns) == rows_of(tmp_path / "new.db", columns)


def test_the_tables_in_code_are_those_that_migrations_make(path):
    History(path).store(result())
    for table in tables.metadata.tables.values():
        assert table.name.startswith("polyload_")
        made = [name for (name,) in rows_of(path, f"SELECT name FROM pragma_table_info('{table.name}')")]
        assert sorted(made) == sorted(table.columns.keys())


def test_a_newer_schema_is_refused_and_left_untouched(path):
    old_file(path)
    connection = sqlite3.connect(path)
    connection.execute("UPDATE polyload_schema SET version = 99")
    connection.commit()
    connection.close()
    before = path.read_bytes()
    for attempt in (
        lambda h: h.store(result()),
        lambda h: h.runs(),
        lambda h: h.check(),
        lambda h: h.delete("0"),
    ):
        with pytest.raises(HistoryError, match="schema 99") as refused:
            attempt(History(path))
        assert str(NEWEST) in refused.value.message
    assert path.read_bytes() == before


def test_a_file_that_is_no_database_is_left_untouched(path):
    path.write_text("not a database at all, and long enough to be looked at " * 20)
    before = path.read_bytes()
    for attempt in (lambda h: h.store(result()), lambda h: h.runs(), lambda h: h.check()):
        with pytest.raises(HistoryError, match="is no database"):
            attempt(History(path))
    assert path.read_bytes() == before


def test_an_empty_file_becomes_a_history(path):
    path.touch()
    assert History(path).runs() == []
    History(path).store(result())
    assert len(History(path).runs()) == 1


def test_a_database_of_others_is_shared_and_keeps_its_journal_and_tables(path):
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE loadtest (requestid INTEGER PRIMARY KEY)")
    connection.execute("INSERT INTO loadtest VALUES (7)")
    connection.commit()
    connection.close()
    History(path).store(result())
    assert len(History(path).runs()) == 1
    assert rows_of(path, "SELECT requestid FROM loadtest") == [(7,)]
    assert rows_of(path, "PRAGMA journal_mode") == [("delete",)]


def test_a_file_of_our_own_has_a_write_ahead_log(path):
    History(path).store(result())
    assert rows_of(path, "PRAGMA journal_mode") == [("wal",)]


def test_a_writer_that_does_not_end_is_said_to_be_there(path):
    history = History(path, wait_s=0.05)
    history.store(result())
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        with pytest.raises(HistoryError, match="another process is writing"):
            history.store(result())
        assert len(history.runs()) == 1
    finally:
        other.close()


def test_a_full_database_takes_nothing_and_loses_nothing(path):
    history = History(path)
    kept = history.store(result())
    pages = rows_of(path, "PRAGMA page_count")[0][0]
    engine = history._database._writer
    from sqlalchemy import event

    @event.listens_for(engine, "connect")
    def _no_room(connection, _):
        connection.execute(f"PRAGMA max_page_count = {pages}")

    with pytest.raises(HistoryError, match="disk is full") as told:
        for _ in range(200):
            history.store(result())
    assert "prune" in str(told.value)
    assert kept in [run.id for run in History(path).runs()]
    assert rows_of(path, "PRAGMA integrity_check") == [("ok",)]


def test_reading_where_there_is_nothing_makes_nothing(tmp_path):
    history = History(tmp_path / "new" / "h.db")
    history.check()
    assert history.runs() == []
    with pytest.raises(HistoryError, match="there is no history"):
        history.load("latest")
    assert list(tmp_path.iterdir()) == []


def test_postgresql_without_psycopg_names_what_to_install(monkeypatch):
    monkeypatch.setattr("adapters.performance.history.opening.find_spec", lambda name: None)
    with pytest.raises(HistoryError, match="psycopg") as told:
        History("postgresql://me:hunter2@localhost/x")
    assert "polyload[postgres]" in str(told.value)
    assert "hunter2" not in str(told.value)
