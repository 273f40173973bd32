"""What a run says of its rate: held, or by which criterion it failed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.performance.metrics import (
    EngineInfo,
    ErrorCount,
    Histogram,
    LatencySummary,
    RequestStats,
    ResultWarning,
    RunResult,
    Semantics,
    Summary,
    TimelinePoint,
    Window,
)
from adapters.performance.workflows.capacity.probe import Stretch, achieved_rate, halves_agree, judge_probe
from adapters.performance.workflows.capacity.recovery import answers, light_rate, recovered
from adapters.performance.workflows.capacity.slo import read_slo

SLO = read_slo("p99 < 50ms")
SEMANTICS = Semantics(latency="all of it", resolution_ms=0.001, connections="kept", redirects="none")
STRETCH = Stretch(rate=100, first_s=2, end_s=12, horizon_s=30)


def a_result(
    *,
    rps: float = 100,
    p99_ms: float = 20,
    sent_p99_ms: float | None = None,
    p50s_ms: list[float] | None = None,
    warnings: tuple[str, ...] = (),
    **summary: Any,
) -> RunResult:
    """Ten seconds measured after a warm-up of two."""
    requests = round(10 * rps)
    times = LatencySummary(p50=10, mean=11, p99=p99_ms)
    sent = times if sent_p99_ms is None else LatencySummary(p50=10, mean=11, p99=sent_p99_ms)
    figures = {"requests": requests, "failures": 0, "error_rate": 0.0, "iterations": requests, "dropped": 0}
    medians = p50s_ms or [10.0] * 10
    return RunResult(
        success=True,
        stopped="completed",
        engine=EngineInfo(name="test", version=None, semantics=SEMANTICS),
        plan={},
        started_at=datetime(2026, 1, 1, tzinfo=UTC),
        duration_s=12.4,
        summary=Summary(
            **{"throughput_rps": rps, "latency_ms": sent, "response_ms": times, **figures, **summary}
        ),
        timeline=tuple(
            TimelinePoint(
                t=number + (0 if "response_ms" in summary else 2),
                requests=round(rps),
                failures=0,
                p50_ms=median,
            )
            for number, median in enumerate(medians)
        ),
        warnings=tuple(ResultWarning(code=code, message=f"it was {code}") for code in warnings),
    )


def test_a_rate_that_was_achieved_within_the_objective_is_sustained() -> None:
    assert judge_probe(a_result(), STRETCH, SLO).sustained


@pytest.mark.parametrize(
    ("changed", "criterion", "told"),
    [
        ({"p99_ms": 60}, "latency", "'p99 < 50ms' was 60 ms"),
        ({"error_rate": 0.02}, "errors", "'error_rate < 1%' was 2%"),
        ({"error_rate": 0.02, "p99_ms": 60}, "errors", "was 60 ms"),
        ({"requests": 0}, "errors", "not one request was answered"),
        ({"rps": 90}, "plateau", "90 of 100 iterations/s were achieved"),
        ({"p50s_ms": [10 + 2 * n for n in range(10)]}, "queue", "rises by 2 ms each second"),
        ({"warnings": ("GeneratorSaturated",)}, "generator", "it was GeneratorSaturated"),
        ({"warnings": ("GeneratorBusy",), "p99_ms": 60}, "generator", "it was GeneratorBusy"),
        ({"p99_ms": 60, "sent_p99_ms": 20}, "generator", "not from when they were due"),
        ({"dropped": 100, "rps": 90}, "generator", "raise max_users"),
        ({"dropped": 100, "rps": 90, "p99_ms": 900}, "latency", "was 900 ms"),
    ],
)
def test_a_failure_is_named(changed: dict[str, Any], criterion: str, told: str) -> None:
    finding = judge_probe(a_result(**changed), STRETCH, SLO)
    assert (finding.sustained, finding.criterion) == (False, criterion)
    assert told in (finding.reason or "")


def test_a_busy_generator_that_held_the_rate_is_no_failure() -> None:
    assert judge_probe(a_result(warnings=("GeneratorBusy",)), STRETCH, SLO).sustained


def test_what_fails_is_told_with_the_first_error() -> None:
    errors = (ErrorCount(kind="connect", message="connection refused", count=20),)
    finding = judge_probe(a_result(error_rate=0.02, errors=errors), STRETCH, SLO)
    assert "connection refused" in (finding.reason or "")


def test_a_step_that_brings_hardly_more_is_a_plateau() -> None:
    before = Stretch(rate=100, first_s=2, end_s=12, horizon_s=30, before=(60, 95))
    assert judge_probe(a_result(rps=96), before, SLO).criterion == "plateau"


def test_medians_that_wander_are_no_queue() -> None:
    assert judge_probe(a_result(p50s_ms=[10, 14, 9, 15, 10, 16, 9, 14, 10, 13]), STRETCH, SLO).sustained


def test_a_slow_rise_that_breaks_nothing_in_time_is_no_queue() -> None:
    assert judge_probe(a_result(p50s_ms=[10 + 0.1 * n for n in range(10)]), STRETCH, SLO).sustained


def test_few_iterations_missing_at_the_edges_are_no_plateau() -> None:
    slow = Stretch(rate=2, first_s=2, end_s=12, horizon_s=30)
    assert judge_probe(a_result(rps=2, requests=18, iterations=18), slow, SLO).sustained


def test_answers_that_take_long_are_no_plateau_without_a_warm_up() -> None:
    cold = Stretch(rate=100, first_s=0, end_s=10, horizon_s=30)
    slow = {"min": 800, "p50": 810, "mean": 810, "p99": 900}
    result = a_result(rps=92, response_ms=LatencySummary(**slow), latency_ms=LatencySummary(**slow))
    assert judge_probe(result, cold, read_slo("p99 < 1s")).sustained


def test_what_was_achieved_counts_the_stretch_alone() -> None:
    assert achieved_rate(a_result(rps=100), STRETCH) == 100
    assert achieved_rate(a_result(rps=100, iterations=500), STRETCH) == 50  # two requests an iteration
    assert achieved_rate(a_result(rps=100, iterations=None), STRETCH) is None


def a_window(second: int, ms: float, *, failures: int = 0) -> Window:
    times = Histogram()
    times.record([ms * 1e6] * 20)
    return Window(second, requests={"home": RequestStats(20, failures, times, response=times)})


def test_halves_disagree_when_one_breaks_the_objective() -> None:
    fast, slow = [a_window(second, 10) for second in (2, 3)], [a_window(second, 90) for second in (4, 5)]
    assert not halves_agree([*fast, *slow], 2, 6, SLO)
    assert halves_agree(fast, 2, 4, SLO)
    assert halves_agree(slow, 4, 6, SLO)


def test_a_target_is_back_when_a_second_looks_as_before() -> None:
    assert recovered(a_window(0, 11), 10)
    assert not recovered(a_window(0, 40), 10)
    assert not recovered(a_window(0, 11, failures=1), 10)
    assert not recovered(Window(0), 10)


def test_a_target_that_only_fails_does_not_answer() -> None:
    assert answers([a_window(0, 90, failures=5), Window(1)])
    assert not answers([a_window(0, 10), a_window(1, 1, failures=20)])
    assert not answers([])


def test_recovery_is_watched_at_half_of_the_first_rate() -> None:
    assert (light_rate(100), light_rate(3), light_rate(1)) == (50, 2, 1)
