"""Percentiles for other programs and for following trends: true figures only."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest
from tests.unit.test_reports_formats import HOSTILE, make_result

from adapters.performance.errors import ReportError
from adapters.performance.metrics import Histogram, RunResult
from adapters.performance.reports import hgrm, openmetrics, percentiles, summary

ROW = re.compile(r" *(\d+\.\d{3}) (\d\.\d{12}) +(\d+)(?: +(\d+\.\d{2}))?")


def stored(result: RunResult) -> RunResult:
    return RunResult.from_json(result.to_json())


# The summary as JSON


def test_the_summary_has_totals_the_failure_rate_and_percentiles_by_name():
    found = json.loads(summary.render(make_result(("GET /a", "GET /b"), failures=1)))
    assert found["totals"] == {"requests": 60, "successes": 54, "failures": 6, "failure_rate": 0.1}
    assert list(found["per_name"]) == ["GET /a", "GET /b"]
    times = found["per_name"]["GET /a"]
    assert times["count"] == 30
    assert [times[f"{name}_ms"] for name in ("min", "p50", "p90", "p95", "p99", "max")] == pytest.approx(
        [1, 5, 9, 10, 10, 10], rel=0.001
    )
    assert found["latency_overall"]["max_ms"] == 10.0


def test_what_is_not_known_is_null_in_the_summary():
    nothing = json.loads(summary.render(make_result(seconds=0)))
    assert nothing["totals"]["failure_rate"] is None
    assert nothing["latency_overall"]["p50_ms"] is None
    assert json.loads(summary.render(stored(make_result())))["per_name"]["GET /a"]["count"] is None


# The table as text


def test_percentiles_go_as_far_out_as_requests_lie_beyond_them():
    few, many = (percentiles.render(make_result(seconds=seconds)) for seconds in (3, 1000))
    assert line(few, "total")[3:] == ["5.00ms", "8.00ms", "9.00ms", "10.0ms", *"––––", "10.0ms"]
    assert line(many, "total")[-4:] == ["10.0ms", "10.0ms", "–", "10.0ms"]


def line(text: str, name: str) -> list[str]:
    (found,) = [one for one in text.splitlines() if one.startswith(f"{name} ")]
    return found.removeprefix(name).split()


def test_a_stored_result_says_what_it_does_not_hold():
    text = percentiles.render(stored(make_result(seconds=1000)))
    assert line(text, "total")[-3:] == ["–", "–", "10.0ms"]
    assert "holds percentiles up to p99.9" in text


def test_columns_are_aligned_and_names_are_harmless():
    text = percentiles.render(make_result((HOSTILE, "GET /a" * 50)))
    table = [one for one in text.splitlines() if one.endswith(("max", "ms"))]
    assert len({len(one) for one in table}) == 1
    assert "\x1b" not in text


# HdrHistogram


def rows(text: str) -> list[tuple[float, float, int]]:
    found = [ROW.fullmatch(one) for one in text.splitlines()]
    return [(float(row[1]), float(row[2]), int(row[3])) for row in found if row]


def test_each_row_of_a_distribution_is_a_true_figure():
    values = np.random.default_rng(1).lognormal(15, 1, 5000).round()
    histogram = Histogram()
    histogram.record(values)
    for value_ms, share, count in rows(hgrm.distribution(histogram)):
        assert value_ms == pytest.approx(
            np.quantile(values, share, method="inverted_cdf") / 1e6, rel=0.001, abs=0.001
        )
        assert count >= share * 5000
        assert count == pytest.approx((values <= value_ms * 1e6).sum(), abs=5)


def test_a_distribution_begins_at_the_least_and_ends_at_the_most_of_all_requests():
    text = hgrm.render(make_result())
    found = rows(text)
    assert found[0] == (1.0, 0.0, 3)
    assert found[-1] == (10.0, 1.0, 30)
    assert [share for _, share, _ in found] == sorted({share for _, share, _ in found})
    assert text.splitlines()[0].split() == ["Value", "Percentile", "TotalCount", "1/(1-Percentile)"]
    assert re.search(r"#\[Max     = +10\.000, Total count    = +30\]", text)


def test_a_distribution_of_nothing_has_no_rows():
    assert rows(hgrm.distribution(Histogram())) == []


def test_a_stored_result_has_no_distribution():
    with pytest.raises(ReportError, match="does not hold them"):
        hgrm.render(stored(make_result()))


# OpenMetrics


def test_metrics_are_gauges_in_seconds_and_end_as_they_must():
    text = openmetrics.render(make_result(failures=1, thresholds=("p95 < 1ms", "x: p95 < 1s")))
    lines = text.splitlines()
    assert lines[-1] == "# EOF"
    assert "polyload_success 0" in lines
    assert "polyload_requests 30" in lines
    assert 'polyload_requests{request="GET /a"} 30' in lines
    assert 'polyload_latency_seconds{figure="max"} 0.01' in lines
    assert [one for one in lines if one.startswith("polyload_threshold_held")] == [
        'polyload_threshold_held{threshold="p95 < 1ms"} 0'
    ]


def test_what_was_not_measured_is_no_metric():
    text = openmetrics.render(make_result(seconds=0, duration_s=None))
    assert "latency" not in text
    assert "duration" not in text


def test_no_name_can_end_a_label_or_a_line():
    text = openmetrics.render(make_result(('a"} 1\nb', "c\\")))
    sample = re.compile(
        r'polyload_\w+(\{\w+="([^"\\\n]|\\[\\"n])*"(,\w+="([^"\\\n]|\\[\\"n])*")*\})? [\d.e+-]+'
    )
    assert all(one.startswith("# ") or sample.fullmatch(one) for one in text.splitlines())
