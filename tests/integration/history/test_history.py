"""What a history keeps and finds again, the same on SQLite and on PostgreSQL."""

from __future__ import annotations

import asyncio
import threading
from datetime import UTC, datetime, timedelta

import pytest
from tests.unit.history.made import BEGAN, PLAN, result, samples_file

from adapters.performance import (
    History,
    HistoryError,
    UsageError,
    compare_results,
    fetch_run_records,
    list_runs,
    persist_records,
)
from adapters.performance.history.provenance import Commit, here
from adapters.performance.metrics import latest
from adapters.performance.metrics.result import ResultWarning, ThresholdResult
from adapters.performance.microbench.environment import this_environment
from adapters.performance.workflows.comparison.result import ComparisonResult


@pytest.fixture(autouse=True)
def _nothing_measured_yet():
    latest.forget()
    yield
    latest.forget()


def test_a_run_comes_back_with_all_that_it_was(history):
    made = result(
        thresholds=[ThresholdResult(expression="p95 < 1ms", passed=False, actual=10.0, unit="ms")],
        warnings=[ResultWarning(code="Slow", message="it is ä slow machine\x00")],
        resources={"workers": 1},
    )
    loaded = history.load(history.store(made))
    assert loaded == made
    assert dict(loaded.recording.requests) == dict(made.recording.requests)
    assert list(loaded.recording.seconds) == list(made.recording.seconds)


def test_a_text_may_hold_any_character(history, tmp_path):
    name = history.store(result(plan={**PLAN, "name": "a\0b"}), label="x\0é😀", tags=["\0"])
    run = history.run(name)
    assert (run.label, run.plan_name, run.tags) == ("x\\x00é😀", "a\\x00b", ("\\x00",))
    assert history.load(name).plan["name"] == "a\0b"


def test_a_run_is_listed_with_its_figures_and_where_it_comes_from(history):
    source = here()
    made = result()
    name = history.store(
        made, label="checkout", tags=["nightly", "eu"], metadata={"branch": "dev", "token": "correct-horse"}
    )
    (run,) = history.runs()
    assert (run.id, run.kind, run.label, run.tags) == (name, "run", "checkout", ("eu", "nightly"))
    assert run.started_at == BEGAN
    assert (run.requests, run.failures, run.success) == (8, 1, False)
    assert run.p95_ms == made.summary.latency_ms.p95
    assert run.target == "http://shop.test"
    assert (run.engine, run.engine_version) == ("native", "1.0")
    assert run.environment == this_environment().model_dump()
    assert run.git_commit == (source.commit.sha if source.commit else None)
    assert run.metadata["branch"] == "dev"
    assert "correct-horse" not in str(run)


def test_the_commit_and_its_changes_are_kept(history):
    source = here()
    history.store(result(), provenance=type(source)(source.environment, Commit("abc123", True)))
    assert (history.run("latest").git_commit, history.run("latest").git_dirty) == ("abc123", True)


def test_runs_are_found_by_what_they_are(history):
    old = history.store(result(days=-10), label="a", tags=["x"])
    new = history.store(result(), label="b", tags=["x", "y"])
    other = history.store(result(days=1, plan={**PLAN, "target": "http://100%_other.test"}))

    def found(**wanted):
        return [run.id for run in history.runs(**wanted)]

    assert found() == [other, new, old]
    assert found(limit=1) == [other]
    assert found(since=BEGAN) == [other, new]
    assert found(until=BEGAN) == [old]
    assert found(label="a") == [old]
    assert found(tags=["x"]) == [new, old]
    assert found(tags=["x", "y"]) == [new]
    assert found(target="SHOP") == [new, old]
    assert found(target="100%_") == [other]
    assert found(target="%") == [other]
    assert found(kind="stress") == []
    assert found(engine="native", plan_hash=history.run(old).plan_hash) == [new, old]


def test_a_moment_without_a_time_zone_is_refused(history):
    with pytest.raises(UsageError, match="time zone"):
        history.runs(since=datetime(2026, 1, 1))


def test_a_run_is_named_by_the_beginning_of_its_id(history):
    name = history.store(result())
    assert history.run(name[:-1]).id == history.run(name.upper()).id == history.run("latest").id == name
    with pytest.raises(HistoryError, match="begins 'zzzz'"):
        history.run("zzzz")


def test_a_comparison_is_kept_with_the_runs_it_was_made_of(history):
    made = compare_results([result(), result(days=1)], [result(days=2)], names=("old", "new"))
    name = history.store(made, tags=["t"])
    assert [run.id for run in history.runs()] == [name]
    parts = [run for run in history.runs(parts=True, tags=["t"]) if run.part_of == name]
    assert len(parts) == 3
    assert history.load(parts[0].id).recording is not None
    assert history.document(name, ComparisonResult) == made
    assert history.run(name).title == "old · new"
    with pytest.raises(HistoryError, match="is a comparison, not a run"):
        history.load(name)
    history.delete(name)
    assert history.runs(parts=True) == []


def test_each_request_is_kept(history, tmp_path):
    name = history.store(result())
    assert history.store_requests(name, samples_file(tmp_path / "s.npz", 25)) == 25
    records = list(history.records(name))
    assert [record.number for record in records] == list(range(25))
    first, second = records[:2]
    assert (first.name, first.method, first.url) == ("GET /", "GET", "http://shop.test/")
    assert (second.name, second.method, second.url) == ("buy", "POST", "http://shop.test/cart")
    assert (first.outcome, first.error, first.status) == ("failure", "timeout", None)
    assert (second.outcome, second.error, second.status) == ("success", None, 200)
    assert first.ended_ns == int(BEGAN.timestamp()) * 10**9 + 1_000_000
    assert (second.latency_ms, second.ttfb_ms, first.ttfb_ms) == (0.001001, 0.0005, None)
    assert len(list(history.records(name, failed=True))) == 9
    run = history.run(name)
    assert (run.rows_stored, run.rows_expected) == (25, 25)


def test_requests_are_read_in_pages(history, tmp_path):
    name = history.store(result())
    history.store_requests(name, samples_file(tmp_path / "s.npz", 20_001))
    assert sum(1 for _ in history.records(name)) == 20_001


def test_requests_stored_again_take_the_place_of_the_first(history, tmp_path):
    name = history.store(result())
    history.store_requests(name, samples_file(tmp_path / "s.npz", 30))
    history.store_requests(name, samples_file(tmp_path / "t.npz", 20))
    assert len(list(history.records(name))) == history.run(name).rows_stored == 20


def test_what_belongs_to_a_run_goes_with_it(history, tmp_path):
    name = history.store(result(), tags=["x"])
    history.store_requests(name, samples_file(tmp_path / "s.npz"))
    kept = history.store(result(days=1))
    assert history.delete(name) == [name]
    assert [run.id for run in history.runs()] == [kept]
    assert history.runs(tags=["x"]) == []
    with pytest.raises(HistoryError):
        history.delete(kept, name)
    assert [run.id for run in history.runs()] == [kept]


def test_old_runs_are_pruned(history):
    names = [history.store(result(days=-day)) for day in range(6)]
    before = BEGAN - timedelta(days=3, hours=1)
    assert [run.id for run in history.prune(keep=2, before=before, dry=True)] == names[4:]
    assert len(history.runs()) == 6
    history.prune(keep=5, before=before)
    assert [run.id for run in history.runs()] == names[:5]
    history.prune(keep=2)
    assert [run.id for run in history.runs()] == names[:2]
    with pytest.raises(UsageError, match="--keep"):
        history.prune()


def test_what_is_exported_can_be_taken_in_elsewhere(history, tmp_path):
    name = history.store(result(), label="a", tags=["x"], metadata={"branch": "dev"})
    history.store_requests(name, samples_file(tmp_path / "s.npz", 5_001))
    history.store(compare_results([result(days=1)], [result(days=2)], names=("old", "new")))
    other = History(tmp_path / "other.db")
    lines = list(history.export(requests=True))
    new, there = other.take_in(lines)
    assert (len(new), there) == (4, [])
    copies = other.runs(parts=True)
    assert copies == history.runs(parts=True)
    assert list(other.records(name)) == list(history.records(name))
    assert list(other.load(name).recording.seconds) == list(history.load(name).recording.seconds)
    assert other.take_in(lines) == ([], sorted(new, key=new.index))
    assert len(list(other.records(name))) == 5_001


@pytest.mark.parametrize(
    "line", ["{}", "[]", "not json", '{"format": "polyload.history/1", "run": {"id": "x"}}']
)
def test_what_was_not_exported_is_not_taken_in(history, line):
    with pytest.raises(HistoryError, match="line 1 "):
        history.take_in([line])
    assert history.runs() == []


def test_threads_share_a_history(history):
    history.store(result())
    together = threading.Barrier(4)

    def store(number):
        together.wait()
        history.store(result(days=number))

    async def main():
        await asyncio.gather(*(asyncio.to_thread(store, number) for number in range(1, 5)))

    asyncio.run(main())
    assert len(history.runs()) == 5


def test_a_new_database_may_be_begun_by_several_at_once(place):
    together = threading.Barrier(4)

    def store(number):
        together.wait()
        History(place).store(result(days=number))

    async def main():
        await asyncio.gather(*(asyncio.to_thread(store, number) for number in range(4)))

    asyncio.run(main())
    assert len(History(place).runs()) == 4


# As LoadDensity has them


def test_records_are_persisted_listed_and_fetched(place):
    records = [
        {
            "Method": "GET",
            "test_url": "http://a.test/",
            "name": "home",
            "status_code": "200",
            "response_time_ms": 12.5,
            "response_length": 512,
        },
        {
            "Method": "POST",
            "test_url": "http://a.test/buy",
            "name": "buy",
            "status_code": "500",
            "response_time_ms": 30.0,
            "response_length": 0,
            "error": "500 Server Error",
        },
    ]
    run_id = persist_records(place, label="checkout", metadata={"branch": "dev"}, records=records)
    assert isinstance(run_id, int)
    (row,) = list_runs(place, limit=10)
    assert list(row) == ["id", "started_at", "label", "metadata_json"]
    assert (row["id"], row["label"], row["metadata_json"]) == (run_id, "checkout", '{"branch": "dev"}')
    assert abs(datetime.fromisoformat(row["started_at"]) - datetime.now(UTC)) < timedelta(minutes=1)
    assert fetch_run_records(place, run_id) == [
        {
            "outcome": "success",
            "method": "GET",
            "test_url": "http://a.test/",
            "name": "home",
            "status_code": "200",
            "response_time_ms": 12.5,
            "response_length": 512,
            "error": None,
        },
        {
            "outcome": "failure",
            "method": "POST",
            "test_url": "http://a.test/buy",
            "name": "buy",
            "status_code": "500",
            "response_time_ms": 30.0,
            "response_length": 0,
            "error": "500 Server Error",
        },
    ]


def test_what_was_measured_last_is_persisted(place, tmp_path):
    file = samples_file(tmp_path / "s.npz", 4)
    latest.remember(result(resources={"samples": {"file": str(file), "rows": 4, "ratio": 1.0}}))
    run_id = persist_records(place, label="x")
    assert [record["name"] for record in fetch_run_records(place, run_id)] == ["GET /", "buy", "GET /", "buy"]
    assert History(place).run("latest").requests == 8


def test_persisting_before_anything_was_measured_stores_an_empty_run(place):
    run_id = persist_records(place, label="nothing")
    assert fetch_run_records(place, run_id) == []
    assert History(place).run("latest").requests is None


def test_an_unknown_run_has_no_records(place):
    assert fetch_run_records(place, 12345) == []


def test_the_newest_runs_are_listed_first_and_no_more_than_asked(place):
    for number in range(3):
        History(place).store(result(days=number), label=str(number))
    assert [row["label"] for row in list_runs(place, limit=2)] == ["2", "1"]
