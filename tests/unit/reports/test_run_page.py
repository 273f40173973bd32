"""The page of a run shows what its result carries, says what it does not, and invents nothing."""

from __future__ import annotations

import pytest
from tests.unit.reports.made import read_back, run, stats

from adapters.performance.metrics import ResultWarning
from adapters.performance.metrics.changes import Change
from adapters.performance.reports.html import page_of
from adapters.performance.reports.page.model import Grid, Heat, Listing, Paragraph, Plot

OPEN = {"rate": 2.0, "duration": 30.0, "max_users": 9}


def seconds(count=30, **changes):
    return [{"a": stats([1.0, 2.0, 30.0], **changes), "b": stats([5.0])} for _ in range(count)]


def blocks(result) -> dict[str, object]:
    return {
        getattr(block, "id", ""): block for section in page_of(result).sections for block in section.blocks
    }


def series(plot: Plot) -> dict[str, list]:
    return {one.label: list(one.values) for one in plot.series}


def said(result) -> str:
    return " ".join(block.text for block in blocks_of(result) if isinstance(block, Paragraph))


def blocks_of(result) -> list:
    return [block for section in page_of(result).sections for block in section.blocks]


def test_the_verdict_comes_first_then_thresholds_then_findings():
    page = page_of(run(seconds()))
    assert (page.word, page.tone) == ("PASSED", "good")
    assert [section.nav for section in page.sections][:3] == ["Verdict", "Findings", "Load"]


def test_a_warning_is_told_beside_the_verdict():
    page = page_of(run(seconds(), warnings=[ResultWarning(code="LeftOut", message="cookies")]))
    assert page.caution == "There is a warning to read before the figures"
    assert page.caution_at in {section.id for section in page.sections}
    assert page_of(run(seconds())).caution == ""


def test_arrivals_stand_beside_those_planned():
    found = blocks(run(seconds(), load=OPEN, dropped=1))["load"]
    assert series(found)["arrivals planned"] == [2.0] * 30
    assert series(found)["iterations finished"] == [2.0] * 30
    assert series(found)["dropped"] == [1.0] * 30


def test_users_stand_beside_those_planned():
    found = blocks(run(seconds(), load={"users": 4, "duration": 30.0, "ramp_up": 30.0}))["load"]
    assert series(found)["users active"] == [2] * 30
    assert series(found)["users planned"][0] == pytest.approx(0.067, abs=0.01)


def test_nothing_is_planned_by_a_plan_that_cannot_be_read():
    assert list(series(blocks(run(seconds(), plan={}))["load"])) == ["users active"]


def test_failures_are_counted_by_kind_and_statuses_by_code():
    found = blocks(run(seconds(failures=1)))
    assert series(found["errors-over-time"]) == {"status": [1.0] * 30}
    assert series(found["statuses"]) == {"200": [3.0] * 30, "503": [1.0] * 30}
    assert "errors-over-time" not in blocks(run(seconds()))


def test_response_time_stands_beside_service_time_in_the_open_model_only():
    waited = [{"a": stats([1.0, 2.0], response_ms=[11.0, 12.0])} for _ in range(30)]
    found = series(blocks(run(waited, load=OPEN))["response"])
    assert found["response p99"][0] == pytest.approx(12, rel=0.001)
    assert found["service p99"][0] == pytest.approx(2, rel=0.001)
    assert "response" not in blocks(run(seconds()))


def test_the_heat_map_counts_every_request_once():
    found = blocks(run(seconds()))["heatmap"]
    assert isinstance(found, Heat)
    assert [sum(column) for column in found.columns] == [4] * 30
    assert found.edges[0] <= 1.0 < 30.0 <= found.edges[-1]
    assert sum(int(row.cells[1].replace(",", "")) for row in found.fallback.rows) == 120


def test_the_spectrum_reaches_as_far_as_there_are_requests():
    found = blocks(run(seconds()))["spectrum"]
    assert found.x[-1] == pytest.approx(2.079, abs=0.001)  # 120 requests
    assert series(found)["latency"][-1] == pytest.approx(30)
    assert [label for _, label in found.x_axis.ticks] == ["0%", "90%", "99%"]


def test_the_most_requested_name_is_first_and_each_has_its_distribution():
    found = blocks(run(seconds()))["request-table"]
    assert isinstance(found, Listing)
    assert [row[0].text for row in found.rows] == ["a", "b"]
    assert all(max(row[-1].bars) == 1.0 for row in found.rows)


def test_what_was_changed_by_hand_is_marked_and_the_warm_up_too():
    changes = [
        Change(t=5.0, what="pause"),
        Change(t=7.0, what="resume"),
        Change(t=9.0, what="users", value=5),
    ]
    found = blocks(run(seconds(), changes=changes, warm_up_s=2))["throughput"]
    assert [mark.label for mark in found.marks] == ["warm-up", "pause", "resume", "users 5"]
    assert (found.marks[0].at, found.marks[0].until, found.x[0]) == (0, 2, 2)


def test_a_result_from_json_shows_what_it_has_and_says_what_it_lacks():
    result = read_back(run(seconds(failures=1), load=OPEN))
    found = blocks(result)
    assert {"load", "throughput", "percentiles", "request-table"} <= set(found)
    assert not {"heatmap", "spectrum", "response", "statuses", "errors-over-time"} & set(found)
    assert found["load"].title == "Arrivals planned"
    assert "read from JSON" in said(result)
    assert not any(row[-1].bars for row in found["request-table"].rows)


def test_a_run_without_a_timeline_says_so():
    result = read_back(run(seconds())).model_copy(update={"timeline": ()})
    assert "no timeline" in said(result)


def test_a_run_without_thresholds_says_what_it_was_judged_by():
    assert "No threshold was set" in said(run(seconds()))


def test_long_texts_are_cut():
    (grid,) = [
        block for block in blocks_of(run(seconds(failures=1, message="x" * 5000))) if isinstance(block, Grid)
    ][1:]
    assert max(len(cell) for row in grid.table.rows for cell in row.cells) <= 240
