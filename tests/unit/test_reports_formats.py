"""Every report says the same, verdict first, and no text from outside can do harm in it."""

from __future__ import annotations

import io
import re
from collections import Counter
from datetime import UTC, datetime

import pytest

from adapters.performance.metrics import (
    EngineInfo,
    Histogram,
    MetricsCollector,
    RequestStats,
    ResultWarning,
    RunResult,
    Semantics,
    Window,
    build_result,
)
from adapters.performance.metrics.verdict import evaluate
from adapters.performance.plan.thresholds import parse_threshold
from adapters.performance.reports import html, json, markdown
from adapters.performance.reports.console import WIDTH, open_console, print_result
from adapters.performance.reports.facts import statuses

HOSTILE = "[bold]x[/bold]\x1b[31m<script>alert(1)</script>|`a`\u202e${7*7}{{ 7*7 }}"
PLAN = {"name": "shop", "target": "http://127.0.0.1:1", "load": {"users": 2, "duration": 3.0}}


def make_result(
    names=("GET /a",),
    *,
    seconds=3,
    failures=0,
    thresholds=(),
    stopped="completed",
    open_model=False,
    **changes,
) -> RunResult:
    """A result of ten requests per name and second, 1 ms to 10 ms each, the first of them failed."""
    collector = MetricsCollector()
    for second in range(seconds):
        stats = {name: _stats(failures, open_model) for name in names}
        collector.add_window(Window(second, users=2, requests=stats, iterations=10))
    parsed = [parse_threshold(text) for text in thresholds]
    fields = {
        "plan": PLAN,
        "engine": EngineInfo(
            name="fake",
            version=None,
            semantics=Semantics(
                latency="send to last byte", resolution_ms=0.001, connections="kept", redirects="none"
            ),
        ),
        "started_at": datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        "duration_s": float(seconds),
        "stopped": stopped,
        "collector": collector,
        "thresholds": evaluate(parsed, collector, float(seconds)),
        "error_threshold_given": any(threshold.on_errors for threshold in parsed),
    }
    return build_result(**{**fields, **changes})


def _stats(failures: int, open_model: bool) -> RequestStats:
    stats = RequestStats(10, failures, response=Histogram() if open_model else None)
    stats.latency.record([n * 1e6 for n in range(1, 11)])
    if stats.response is not None:
        stats.response.record([n * 2e6 for n in range(1, 11)])
    stats.status_codes = Counter({200: 10 - failures} | ({503: failures} if failures else {}))
    stats.errors = Counter({("status", "status 503"): failures}) if failures else Counter()
    return stats


def console_text(result: RunResult) -> str:
    stream = io.StringIO()
    print_result(result, open_console(stream))
    return stream.getvalue()


RENDERERS = {"console": console_text, "markdown": markdown.render, "html": html.render}
every_format = pytest.mark.parametrize("render", RENDERERS.values(), ids=RENDERERS)


@every_format
@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({}, "PASSED"),
        ({"failures": 1}, "FAILED"),
        ({"stopped": "interrupted", "stop_reason": "Ctrl-C"}, "INTERRUPTED"),
    ],
)
def test_the_verdict_comes_first(render, changes, word):
    text = render(make_result(**changes))
    body = text.partition("<body>")[2] or text
    assert re.search(r"PASSED|FAILED|INTERRUPTED|30 requests", body).group() == word


@every_format
def test_what_was_left_out_as_warm_up_is_told(render):
    collector = MetricsCollector()
    collector.start_collection(warm_up_s=2)
    for second in range(3):
        collector.add_window(Window(second, users=2, requests={"GET /a": _stats(1, False)}))
    text = render(make_result(collector=collector))
    assert "2s, 20 requests left out, 2 failed" in text


@every_format
def test_the_figures_are_there(render):
    text = render(make_result(("GET /a", "GET /b"), failures=1, thresholds=("p95 < 1s", "error_rate < 50%")))
    for figure in ("60", "10%", "20.0/s", "5.50ms", "200 × 54, 503 × 6", "status 503", "10.0ms", "GET /b"):
        assert figure in text.replace("\\", ""), figure


@every_format
def test_response_service_and_lag_stand_side_by_side_in_the_open_model(render):
    collector = MetricsCollector()
    lag = Histogram()
    lag.record([3e6] * 10)
    collector.add_window(Window(0, requests={"GET /a": _stats(0, open_model=True)}, lag=lag))
    told = render(make_result(collector=collector)).replace("\\", "")
    rows = [line for line in told.splitlines() if re.search(r"\b(latency|response|lag)\b.*\dms", line)]
    assert [re.search("latency|response|lag", row).group() for row in rows] == ["latency", "response", "lag"]
    assert [figure in row for figure, row in zip(("5.50ms", "11.0ms", "3.00ms"), rows, strict=True)] == [
        True
    ] * 3


@every_format
def test_the_health_of_the_generator_is_a_row_for_each_process(render):
    lag = {"p50": 0.1, "p99": 2.5, "max": 8.0}
    use = {"pid": 71, "cpu_percent_mean": 93.6, "cpu_percent_max": None, "rss_max_bytes": 41_000_000}
    worker = {"worker": 0, **use, "open_files_max": 5012, "loop_lag_ms": lag}
    target = {**use, "pid": 72, "open_files_max": None}
    told = render(make_result(resources={"workers": 1, "health": [worker], "target": target}))
    told = re.sub(r"<[^>]*>|[|]", " ", told).replace("\\", "")
    cells = r"\s+94%\s+–\s+41\.0 MB\s+"
    assert re.search(rf"worker 0 \(pid 71\){cells}5,012\s+2\.50ms\s+8\.00ms", told)
    assert re.search(rf"target \(pid 72\){cells}–\s+–\s+–", told)
    assert "{'" not in told


@every_format
@pytest.mark.parametrize(
    "resources", [{}, {"health": "good"}, {"health": 1, "target": None}, {"binary": "/k6"}]
)
def test_an_engine_without_health_has_no_such_table(render, resources):
    assert "pid" not in render(make_result(resources=resources))


@pytest.mark.parametrize(
    ("codes", "told"),
    [
        (None, "–"),
        ({}, "none × 10"),
        ({"0": 3, "200": 7}, "200 × 7, none × 3"),
        ({"200": 7}, "200 × 7, none × 3"),
        ({"200": 9, "404": 1}, "200 × 9, 404 × 1"),
    ],
)
def test_statuses_account_for_every_request(codes, told):
    summary = make_result(seconds=1).summary.model_copy(update={"status_codes": codes})
    assert statuses(summary) == told


@every_format
def test_the_engine_its_semantics_and_every_warning_are_told(render):
    warnings = [
        ResultWarning(code="GeneratorSaturated", message="too slow"),
        ResultWarning(code="LeftOut", message="y"),
    ]
    text = render(make_result(warnings=warnings))
    for told in ("fake –", "send to last byte", "1µs", "GeneratorSaturated", "too slow", "LeftOut"):
        assert told in text


@every_format
def test_what_was_not_measured_is_a_dash(render):
    nothing = make_result(seconds=0, duration_s=None, stopped="failed", stop_reason="it broke")
    text = render(nothing)
    assert "it broke" in text
    assert "–" in text
    assert not re.search(r"\b0(\.0+)?(ms|µs|s)\b", re.sub(r"<style>.*</style>", "", text, flags=re.S))


@every_format
def test_response_time_is_shown_and_explained_in_the_open_model_only(render):
    assert "was due" in render(make_result(open_model=True))
    assert "was due" not in render(make_result())


@every_format
def test_a_threshold_that_could_not_be_evaluated_says_why(render):
    text = render(make_result(thresholds=("nothing: p95 < 1s",)))
    assert "unknown" in text
    assert "no request was called" in text


@every_format
def test_control_characters_are_shown_as_escapes(render):
    text = render(make_result((HOSTILE, "GET /a")))
    assert not re.search(r"[\x00-\x09\x0b-\x1f\u202e]", text)
    assert "x1b" in text


@every_format
def test_a_plan_that_is_not_known_does_no_harm(render):
    assert "–" in render(make_result(plan={}))


def test_console_stays_within_100_columns_and_shows_markup_literally():
    names = [HOSTILE, "GET http://host/" + "a" * 300, *(f"GET /{n}" for n in range(5))]
    text = console_text(make_result(names, failures=1, thresholds=("p95 < 1s",), open_model=True))
    assert max(len(line) for line in text.splitlines()) <= WIDTH
    assert "[bold]x[/bold]" in text


def test_console_tells_how_many_rows_it_leaves_out():
    assert "and 10 more, in the JSON result" in console_text(make_result([f"GET /{n}" for n in range(60)]))


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("no_color", "coloured"), [("", True), ("1", False)])
def test_colours_are_for_terminals_unless_no_color_is_set(monkeypatch, no_color, coloured):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", no_color)
    stream = _Terminal()
    print_result(make_result(), open_console(stream))
    assert ("\x1b[1;32m" in stream.getvalue()) is coloured
    assert "\x1b[" not in console_text(make_result())


def test_json_reads_back_as_the_same_result():
    result = make_result(failures=1)
    assert RunResult.from_json(json.render(result)) == result


def test_markdown_escapes_what_would_be_markup():
    text = markdown.render(make_result((HOSTILE, "GET /a")))
    row = next(line for line in text.splitlines() if "alert" in line)
    assert "\\<script\\>" in row
    assert len(re.findall(r"(?<!\\)\|", row)) == 10
