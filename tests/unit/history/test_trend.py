"""Trends: which runs stand in one line, where its level shifted, and what is too little to say so."""

from __future__ import annotations

import pytest
from tests.unit.history.made import ENGINE, PLAN, result

from adapters.performance import History, UsageError
from adapters.performance.history.trend import NEEDED, series_of, sparkline, trend


@pytest.fixture
def history(tmp_path):
    return History(tmp_path / "h.db")


def filled(history, times_ms):
    for day, time_ms in enumerate(times_ms):
        history.store(result(days=day, p95_ms=time_ms))
    (series,) = series_of(history.runs())
    return series


def test_a_shift_is_found_at_the_run_that_began_it(history):
    before, after = (10 + 0.1 * (n % 3) for n in range(8)), (15 + 0.1 * (n % 3) for n in range(8))
    series = filled(history, [*before, *after])
    found = trend(series, "p95")
    (point,) = found.changes.points
    assert found.runs[point.index] == series.runs[8]
    assert point.change == pytest.approx(0.5, abs=0.05)
    assert trend(series, "p95", min_change=0.9).changes.points == ()


def test_too_few_runs_have_no_verdict(history):
    found = trend(filled(history, [10, 15] * 3), "p95")
    assert found.changes is None
    assert str(NEEDED) in found.reason


def test_only_runs_that_are_alike_stand_in_one_line(history):
    history.store(result())
    history.store(result(days=1, plan={**PLAN, "name": "the same"}))
    history.store(result(days=2, plan={**PLAN, "load": {"users": 9, "duration": 2.0}}))
    history.store(result(days=3, engine=ENGINE.model_copy(update={"name": "k6"})))
    history.store(result(days=4, stopped="interrupted"))
    assert [len(series.runs) for series in series_of(history.runs())] == [1, 1, 2]


def test_a_figure_that_is_not_kept_is_named(history):
    with pytest.raises(UsageError, match="p95"):
        trend(filled(history, [10]), "p42")


def test_a_line_goes_from_the_lowest_to_the_highest():
    assert sparkline([1, 2, 3]) == "▁▅█"
    assert sparkline([2, 2]) == "▄▄"
    assert sparkline([]) == ""
    assert len(sparkline(list(range(100)), width=10)) == 10
