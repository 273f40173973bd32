"""The recording behind a result: what each second and each name was, None where that is not known of all of it."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

from adapters.performance.metrics import (
    EngineInfo,
    Histogram,
    MetricsCollector,
    RequestStats,
    RunResult,
    Semantics,
    Window,
    build_result,
)

ENGINE = EngineInfo(
    name="native",
    version="1.0",
    semantics=Semantics(latency="send to last byte", resolution_ms=0.001, connections="kept", redirects="no"),
)


def stats(
    *times_ms: float,
    due_ms: tuple[float, ...] | None = None,
    statuses: dict[int, int] | None = None,
    failures: int = 0,
) -> RequestStats:
    made = RequestStats(len(times_ms), failures)
    made.latency.record([time * 1e6 for time in times_ms])
    if due_ms is not None:
        made.response = Histogram()
        made.response.record([time * 1e6 for time in due_ms])
    made.status_codes = None if statuses is None else Counter(statuses)
    if failures:
        made.errors["timeout", "after 30 s"] = failures
    return made


def collected(*windows: Window) -> MetricsCollector:
    collector = MetricsCollector()
    for window in windows:
        collector.add_window(window)
    return collector


def test_a_second_knows_statuses_errors_and_response_times_of_all_its_requests() -> None:
    a = stats(1, 2, due_ms=(3, 4), statuses={200: 1, 500: 1}, failures=1)
    b = stats(5, due_ms=(6,), statuses={200: 1})
    (row,) = collected(Window(0, requests={"a": a, "b": b})).recording().seconds
    assert row.status_codes == {200: 2, 500: 1}
    assert row.errors == {"timeout": 1}
    assert row.response is not None and row.response.max_ns == 6_000_000
    assert row.latency.count == row.response.count == 3


def test_what_one_part_of_a_second_does_not_know_is_unknown_of_the_second() -> None:
    known, unknown = stats(1, due_ms=(2,), statuses={200: 1}), stats(3)
    for order in ((known, unknown), (unknown, known)):
        windows = [Window(0, requests={"a": part}) for part in order]
        (row,) = collected(*windows).recording().seconds
        assert (row.requests, row.response, row.status_codes) == (2, None, None)


def test_adding_a_second_leaves_the_windows_histograms_alone() -> None:
    part = stats(1, due_ms=(2,), statuses={200: 1})
    collected(
        Window(0, requests={"a": part}), Window(0, requests={"a": stats(9, due_ms=(9,), statuses={404: 1})})
    )
    assert part.response is not None and part.response.count == 1
    assert part.status_codes == {200: 1}


def test_a_result_carries_its_recording_but_not_in_json() -> None:
    result = build_result(
        plan={},
        engine=ENGINE,
        started_at=datetime(2026, 1, 1, tzinfo=UTC),
        duration_s=1.0,
        stopped="completed",
        collector=collected(Window(0, requests={"a": stats(1, 2)})),
    )
    assert result.recording is not None
    assert result.recording.requests["a"].latency.count == 2
    assert result.recording.totals().requests == 2
    read = RunResult.from_json(result.to_json())
    assert read.recording is None
    assert read == result
    assert result.model_copy(update={"reason": "x"}).recording is result.recording
