"""What the pages of results say and draw, as data: nothing that the result does not hold, and all that it does."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from html.parser import HTMLParser

import pytest
from tests.unit.microbench.made import made
from tests.unit.pages.made import (
    EVERY,
    LAW,
    NOTHING,
    capacity,
    comparison,
    endpoint,
    function,
    functions,
    functions_compared,
    probe,
    scalability,
    step,
    stress,
    suite,
)

from adapters.performance.cli.kinds import KINDS, kind_of
from adapters.performance.cli.pages import capacity as capacity_page
from adapters.performance.cli.pages import comparison as comparison_page
from adapters.performance.cli.pages import endpoint as endpoint_page
from adapters.performance.cli.pages import functions as functions_page
from adapters.performance.cli.pages import scalability as scalability_page
from adapters.performance.cli.pages import stress as stress_page
from adapters.performance.cli.pages import suite as suite_page
from adapters.performance.metrics.result import ThresholdResult
from adapters.performance.microbench.document import BenchmarkSet
from adapters.performance.reports.page.model import Facts, Grid, Page, Plot, Series, Spreads

HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)>"
LIMIT = 300_000
MANY = tuple(
    ThresholdResult(
        expression=f"name {number}: p95 < 30ms", passed=number != 33, actual=10.0, unit="ms", reason=None
    )
    for number in range(60)
)


def blocks(page: Page) -> Iterator:
    return (block for section in page.sections for block in section.blocks)


def block(page: Page, id: str):
    return next(block for block in blocks(page) if getattr(block, "id", None) == id)


def series(plot: Plot, label: str) -> Series:
    return next(one for one in plot.series if one.label == label)


def text_of(page: Page) -> str:
    """Every text of a page, roughly."""
    return str(page)


def html_of(result) -> str:
    return kind_of(result).renderer("html")(result)


class Anchors(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.targets: list[str] = []
        self.tags: Counter[str] = Counter()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.tags[tag] += 1
        self.ids += [given["id"]] if "id" in given else []
        self.targets += [given["href"]] if "href" in given else []


# All of them


def test_every_kind_of_result_can_be_written_as_html():
    assert all("html" in kind.formats for kind in KINDS.values())
    assert {kind_of(make()).noun for make in EVERY.values()} == {
        kind.noun for name, kind in KINDS.items() if name != "result"
    }


@pytest.mark.parametrize("name", EVERY)
def test_a_page_is_one_small_file_whose_links_lead_somewhere_in_it(name):
    text = html_of(EVERY[name]())
    found = Anchors(text)
    assert len(text.encode()) < LIMIT
    assert [id for id, count in Counter(found.ids).items() if count > 1] == []
    assert {target.removeprefix("#") for target in found.targets} <= set(found.ids)
    assert re.search(r"""(src|href)=["']?(https?:)?//""", text) is None


@pytest.mark.parametrize("name", EVERY)
def test_a_page_is_the_same_of_a_result_read_from_json(name):
    result = EVERY[name]()
    assert html_of(type(result).from_json(result.to_json())) == html_of(result)


@pytest.mark.parametrize(
    "result",
    [
        stress(reason=HOSTILE, criteria=(HOSTILE,), plan={"name": HOSTILE}, steps=(step(1, note=HOSTILE),)),
        capacity(sentence=HOSTILE, limit_reason=HOSTILE, notes=(HOSTILE,), plan={"target": HOSTILE}),
        scalability(law=LAW.model_copy(update={"doubts": (HOSTILE,)})),
        comparison((HOSTILE, "b", "c")),
        suite((HOSTILE,), error=HOSTILE),
        functions((HOSTILE, "g")),
        functions_compared((HOSTILE, "g")),
        endpoint(failure=HOSTILE, url=HOSTILE, reason=HOSTILE),
    ],
    ids=["stress", "capacity", "scalability", "comparison", "suite", "functions", "compared", "endpoint"],
)
def test_hostile_texts_are_text(result):
    text = html_of(result)
    assert "<script>alert" not in text
    assert Anchors(text).tags["img"] == 0
    assert Anchors(text).tags["script"] == 3


@pytest.mark.parametrize(
    "result",
    [
        stress(steps=tuple(step(users) for users in range(1, 701))),
        stress(steps=tuple(step(users, thresholds=MANY) for users in range(1, 201))),
        stress(reason="n" * 10_000, criteria=("n" * 10_000,), plan={"name": "n" * 10_000}),
        capacity(probes=tuple(probe(number, 10.0 * number) for number in range(1, 701))),
        scalability(
            levels=tuple(scalability().levels[0].model_copy(update={"users": n}) for n in range(1, 701))
        ),
        comparison([f"configuration {number}" for number in range(26)]),
        comparison(["n" * 10_000, "m" * 10_000]),
        suite([f"test {number}" for number in range(250)]),
        functions([f"function {number}" for number in range(80)]),
        endpoint(rows=5_000, failure="status"),
    ],
    ids=[
        "steps",
        "criteria",
        "text",
        "probes",
        "levels",
        "configurations",
        "names",
        "tests",
        "functions",
        "rows",
    ],
)
def test_a_page_stays_small_however_much_there_is(result):
    assert len(html_of(result).encode()) < LIMIT


# Stress


def test_stress_marks_the_step_that_failed_its_repeat_and_the_limit():
    page = stress_page.page_of(stress())
    rate, latency = block(page, "throughput"), block(page, "latency")
    assert list(rate.x) == [10, 20, 30]
    assert series(rate, "throughput").values == [100, 200, 300]
    assert series(rate, "failed").values == series(rate, "repeated").values == [None, None, 300]
    assert series(latency, "p95, repeated").values == [None, None, 63]
    assert series(latency, "limit: p95 < 30ms").values == [30, 30, 30]
    assert {(mark.at, mark.label) for mark in rate.marks} == {(20, "held 20 users"), (30, "broke at 30")}


def test_stress_tells_every_criterion_of_every_step():
    (criteria,) = [b.table for b in blocks(stress_page.page_of(stress())) if isinstance(b, Grid)][1:]
    assert [row.cells for row in criteria.rows] == [
        ("10", "15ms held"),
        ("20", "22.5ms held"),
        ("30", "60ms FAILED"),
        ("30 again", "63ms FAILED"),
    ]


def test_stress_that_held_marks_no_break_point():
    page = stress_page.page_of(
        stress(
            outcome="held",
            reason="every step held",
            break_point=None,
            repeated=None,
            steps=(step(10), step(20)),
        )
    )
    rate = block(page, "throughput")
    assert [mark.label for mark in rate.marks] == ["held 20 users"]
    assert [one.label for one in rate.series if one.dots] == []
    assert page.cards[0].text == "–"


def test_stress_without_a_judged_step_says_so():
    page = stress_page.page_of(
        stress(outcome="interrupted", steps=(), repeated=None, break_point=None, max_users_held=0)
    )
    assert not [b for b in blocks(page) if isinstance(b, Plot)]
    assert "No step was judged" in text_of(page)
    assert html_of(stress(outcome="interrupted", steps=(), repeated=None, break_point=None))


def test_figures_that_were_not_measured_are_no_points():
    page = stress_page.page_of(stress(steps=(step(10, latency_ms=NOTHING, throughput_rps=None), step(20))))
    assert series(block(page, "latency"), "p95").values == [None, 15]
    assert series(block(page, "throughput"), "throughput").values == [None, 200]


# Capacity


def test_capacity_draws_the_interval_the_verified_rate_and_the_knee():
    curve = block(capacity_page.page_of(capacity()), "rate-latency")
    assert [(mark.at, mark.until) for mark in curve.marks] == [(90, 100), (40, None), (90, None)]
    assert curve.y_axis.log
    assert series(curve, "limit: p99 < 50ms").values == [50] * 6


def test_capacity_draws_each_probe_and_a_line_through_the_middle_one_of_each_rate():
    curve = block(capacity_page.page_of(capacity()), "rate-latency")
    assert list(curve.x) == [10, 40, 90, 90, 100, 160]
    assert series(curve, "p99, held").values == [20, 22, 40, 44, None, None]
    assert series(curve, "p99, failed").values == [None, None, None, None, 120, 1800]
    assert series(curve, "p99").values == [20, 22, 40, 40, 120, 1800]


def test_probes_that_the_generator_limited_are_told_apart_from_those_that_the_target_failed():
    probes = (probe(1, 10.0), probe(2, 20.0, criterion="generator"), probe(3, 40.0, criterion="latency"))
    curve = block(capacity_page.page_of(capacity(probes=probes)), "rate-latency")
    assert series(curve, "p99, failed").values == [None, None, 20]
    assert series(curve, "p99, the generator was the limit").values == [None, 20, None]


def test_what_is_no_capacity_is_not_called_one():
    called = {"at_least": "at least", "below": "below", "inconclusive": "best guess", "found": "capacity"}
    for conclusion, label in called.items():
        assert capacity_page.page_of(capacity(conclusion=conclusion)).cards[0].label == label


def test_capacity_tells_the_search_in_its_order():
    search = block(capacity_page.page_of(capacity()), "search")
    assert list(search.x) == [1, 2, 3, 4, 5, 6]
    assert series(search, "held").values == [10, 40, None, None, 90, 90]
    assert series(search, "failed").values == [None, None, 160, 100, None, None]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, "95.0 new iterations may begin in each second"),
        ({"conclusion": "at_least", "ended": "max_rate"}, "how much more the target takes is not known"),
        ({"conclusion": "below", "ended": "first_probe", "rate": 10.0}, "Already at 10.0/s"),
        ({"conclusion": "inconclusive", "ended": "budget"}, "no more than a guess"),
        ({"conclusion": "inconclusive", "ended": "failed", "rate": None}, "Nothing is known yet"),
    ],
)
def test_capacity_says_what_the_number_means(changes, told):
    page = capacity_page.page_of(capacity(**changes))
    meaning = next(section for section in page.sections if section.id == "meaning")
    assert told in meaning.blocks[0].text


def test_capacity_without_an_interval_draws_none():
    page = capacity_page.page_of(capacity(interval=None, knee=None, verified_rate=None))
    assert list(block(page, "rate-latency").marks) == []


def test_capacity_without_a_probe_says_so():
    result = capacity(
        conclusion="inconclusive", rate=None, interval=None, knee=None, verified_rate=None, probes=()
    )
    page = capacity_page.page_of(result)
    assert not [b for b in blocks(page) if isinstance(b, Plot)]
    assert "No probe was made" in text_of(page)


# Scalability


def test_scalability_puts_doubts_and_levels_left_out_before_the_curve():
    page = scalability_page.page_of(scalability())
    assert [section.id for section in page.sections][:2] == ["doubts", "curve"]
    doubts = page.sections[0].blocks[0]
    assert [fact.text for fact in doubts.facts] == [
        "only few levels",
        "left out of the fit: 20% of the requests failed",
    ]


def test_scalability_draws_the_law_and_its_peak_only_where_it_is_supported():
    with_peak = block(scalability_page.page_of(scalability()), "scalability")
    assert [mark.at for mark in with_peak.marks] == [14]
    without = LAW.model_copy(update={"peak_users": None, "peak_throughput": None})
    plot = block(scalability_page.page_of(scalability(law=without)), "scalability")
    assert list(plot.marks) == []
    assert max(plot.x) == 32
    assert series(plot, "the law").values[0] == pytest.approx(50)
    assert [value for value in series(plot, "measured").values if value] == [50, 170, 260, 300]
    assert [value for value in series(plot, "left out of the fit").values if value] == [200]


def test_scalability_without_a_law_draws_the_levels_alone():
    plot = block(scalability_page.page_of(scalability(law=None)), "scalability")
    assert [one.label for one in plot.series] == ["measured", "left out of the fit"]


# Comparison


def test_comparison_draws_each_change_with_its_interval_against_the_margin():
    result = comparison()
    forest = block(comparison_page.page_of(result), "change-1")
    judged = [metric for metric in result.pairs[0].metrics if metric.shift and metric.shift.by == "share"]
    assert forest.band == (-result.margin, result.margin)
    assert [(row.label, row.low, row.at, row.high) for row in forest.rows] == [
        (metric.metric, metric.shift.low, metric.shift.estimate, metric.shift.high) for metric in judged
    ]
    assert [row.texts[-1] for row in forest.rows][:1] == ["worse"]
    assert forest.rows[0].tone == "bad"


def test_comparison_draws_the_shift_of_each_quantile():
    result = comparison()
    shifts = block(comparison_page.page_of(result), "quantiles-1")
    told = {f"p{100 * one.quantile:g}": one.shift_ms.estimate for one in result.pairs[0].quantiles}
    assert {row.label: row.at for row in shifts.rows} == told


def test_comparison_draws_every_run_in_the_order_in_which_it_began():
    result = comparison(repeats=5)
    old, new = (list(result.runs[name]) for name in ("old", "new"))
    turns = [run for pair in zip(new, old, strict=True) for run in pair]
    began = {id(run): turns[0].started_at + timedelta(minutes=n) for n, run in enumerate(turns)}
    runs = {
        name: tuple(run.model_copy(update={"started_at": began[id(run)]}) for run in side)
        for name, side in (("old", old), ("new", new))
    }
    plot = block(comparison_page.page_of(result.model_copy(update={"runs": runs})), "runs-p50")
    assert series(plot, "new").values == [run.summary.latency_ms.p50 if run in new else None for run in turns]
    assert series(plot, "old").values[1::2] == [run.summary.latency_ms.p50 for run in old]


def test_what_cannot_be_compared_says_why_and_draws_no_change():
    result = comparison()
    reasons = ("the plans differ: users 10 and 20",)
    pair = result.pairs[0].model_copy(
        update={
            "comparable": False,
            "verdict": "not comparable",
            "reasons": reasons,
            "metrics": (),
            "quantiles": (),
        }
    )
    page = comparison_page.page_of(result.model_copy(update={"pairs": (pair,)}))
    assert not [b for b in blocks(page) if isinstance(b, Spreads)]
    assert any(fact.text == reasons[0] for b in blocks(page) if isinstance(b, Facts) for fact in b.facts)
    assert block(page, "runs-p50")


def test_a_comparison_of_single_runs_has_no_interval_to_draw():
    page = comparison_page.page_of(comparison(repeats=1, gates=()))
    assert "Not drawn, as no interval is known" in text_of(page)


# Benchmarks


def test_functions_are_drawn_as_distributions_with_median_and_interval():
    result = functions()
    rows = block(functions_page.page_of(result), "values").rows
    for row, one in zip(rows, result.benchmarks, strict=True):
        assert (row.low, row.at, row.high) == (one.interval.low_ms, one.median_ms, one.interval.high_ms)
        assert max(row.bars) == 1


def test_every_median_is_within_the_scale():
    many = [function(f"f{number}", 1.0) for number in range(39)]
    found = BenchmarkSet(benchmarks=(*many, function("slow", 500.0, processes=1)))
    drawn = block(functions_page.page_of(found), "values")
    assert drawn.axis.log
    assert all(drawn.axis.low < row.at < drawn.axis.high for row in drawn.rows)


def test_the_medians_of_processes_are_in_their_order():
    one = function(processes=6)
    plot = block(functions_page.page_of(one), "by-process")
    (line,) = plot.series
    assert line.values == sorted(line.values)
    assert len(line.values) == 6


def test_changes_in_time_are_drawn_with_their_intervals_and_a_margin_only_where_it_is_told():
    compared = functions_compared()
    drawn = block(functions_page.page_of(compared), "changes")
    (row,), (one,) = drawn.rows, compared.compared
    assert (row.low, row.at, row.high) == pytest.approx(
        (one.ratio.low - 1, one.ratio.estimate - 1, one.ratio.high - 1)
    )
    assert drawn.band == (-compared.margin, compared.margin)
    assert block(functions_page.page_of(functions()), "changes").band is None


def test_a_function_that_failed_has_its_failure_and_no_figures():
    trouble = {"kind": "raised", "call": 1, "error": "ValueError", "message": "no", "traceback": "line"}
    page = functions_page.page_of(made("f", [], answers=[{"trouble": trouble}]))
    assert not [b for b in blocks(page) if isinstance(b, Plot | Spreads)]
    assert "raised ValueError: no" in text_of(page)


def test_rows_that_were_not_kept_are_said_to_be_missing():
    page = endpoint_page.page_of(endpoint(rows=None))
    assert "its rows were not asked for" in text_of(page)
    assert not [b for b in blocks(page) if isinstance(b, Spreads)]


def test_requests_that_failed_are_told_apart_and_not_in_the_distribution():
    result = endpoint(failure="status")
    page = endpoint_page.page_of(result)
    assert sum(value is not None for value in series(block(page, "over-time"), "failed").values) == 20
    assert [row.label for row in block(page, "distribution").rows] == ["total", "first byte"]


# Suite


def test_each_test_of_a_suite_leads_to_its_summary():
    page = suite_page.page_of(suite(("fast", "slow")))
    rows = block(page, "all-tests").rows
    titles = {section.id: section.title for section in page.sections}
    assert [titles[row[0].part] for row in rows] == ["passed: fast", "passed: slow", "broke: absent"]
    assert "there are: native" in text_of(page)


def test_of_many_tests_those_that_did_not_pass_have_a_summary_before_others():
    page = suite_page.page_of(suite([f"test {number}" for number in range(80)]))
    rows = block(page, "all-tests").rows
    ids = {section.id for section in page.sections}
    assert len(rows) == 81
    assert rows[-1][0].part == "test-81"
    assert {row[0].part for row in rows if row[0].part} == {id for id in ids if id.startswith("test-")}
    assert sum(bool(row[0].part) for row in rows) == 50


def test_of_many_criteria_those_that_failed_come_first():
    page = stress_page.page_of(stress(steps=(step(10, thresholds=MANY),), repeated=None))
    criteria = next(b.table for b in blocks(page) if isinstance(b, Grid) and b.table.title == "Criteria")
    assert criteria.columns[1].title == "name 33: p95 < 30ms"
    assert "48 more are in the JSON result" in text_of(page)
