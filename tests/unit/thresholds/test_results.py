"""What thresholds make of a result: its reason, its exit code, and how it is shown."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.performance.metrics.build import build_result
from adapters.performance.metrics.collector import MetricsCollector
from adapters.performance.metrics.result import EngineInfo, RunResult, ThresholdResult
from adapters.performance.metrics.semantics import Semantics
from adapters.performance.metrics.window import RequestStats, Window
from adapters.performance.reports.console import open_console, print_result

HELD = ThresholdResult(expression="p95 < 1s", passed=True, actual=10.0, unit="ms")
MISSED = ThresholdResult(expression="p99 < 1ms", passed=False, actual=10.0, unit="ms")
UNKNOWN = ThresholdResult(
    expression="ttfb.p95 < 1s optional", passed=None, optional=True, reason="it was not measured"
)
ENDED = ThresholdResult(
    expression="error_rate < 1% abort",
    passed=False,
    actual=0.25,
    reason="ended the run after 7 s",
    aborted_at_s=7,
)


def result(*thresholds: ThresholdResult, **more: Any) -> RunResult:
    collector = MetricsCollector()
    stats = RequestStats(10)
    stats.latency.record([1e7] * 10)
    collector.add_window(Window(0, requests={"page": stats}))
    return build_result(
        plan={},
        engine=EngineInfo(
            name="made-up",
            version=None,
            semantics=Semantics(latency="x", resolution_ms=0.001, connections="x", redirects="x"),
        ),
        started_at=datetime.now(UTC),
        duration_s=7.4,
        collector=collector,
        thresholds=thresholds,
        **{"stopped": "completed", **more},
    )


def console_text(made: RunResult) -> str:
    stream = io.StringIO()
    print_result(made, open_console(stream))
    return " ".join(stream.getvalue().split())


@pytest.mark.parametrize(
    ("thresholds", "stopped", "exit_code", "reason"),
    [
        ([HELD], "completed", 0, None),
        ([HELD, UNKNOWN], "completed", 0, None),
        ([HELD, MISSED], "completed", 99, "threshold 'p99 < 1ms' did not hold: it was 10 ms"),
        ([UNKNOWN, MISSED], "completed", 99, "threshold 'p99 < 1ms' did not hold: it was 10 ms"),
        (
            [MISSED, ENDED],
            "aborted",
            99,
            "threshold 'error_rate < 1% abort' ended the run after 7 s: it was 25% (and 1 more)",
        ),
        ([ENDED], "interrupted", 130, "the run was interrupted after 7.4 s"),
    ],
)
def test_the_exit_code_and_the_reason(
    thresholds: list[ThresholdResult], stopped: str, exit_code: int, reason: str | None
) -> None:
    made = result(*thresholds, stopped=stopped)
    assert (made.exit_code, made.reason, made.success) == (exit_code, reason, reason is None)
    assert RunResult.from_json(made.to_json()) == made


def test_an_optional_threshold_that_is_unknown_is_shown_as_no_failure() -> None:
    text = console_text(result(HELD, UNKNOWN))
    assert "1 of 2 thresholds held, the rest is optional and unknown" in text
    assert "it was not measured" in text


def test_a_run_that_a_threshold_ended_is_shown_with_its_end() -> None:
    text = console_text(result(HELD, ENDED, stopped="aborted"))
    assert text.startswith("FAILED threshold 'error_rate < 1% abort' ended the run after 7 s: it was 25%")
