"""Thresholds: by window, by kind of error, on every time there is, and those that end the run."""

from __future__ import annotations

from typing import Any

import pytest

from ...metrics.result import RunResult, ThresholdResult
from ..server import RecordingServer
from .base import Topic, once

_TWO_USERS = {"users": 2, "duration": 4}
_LONG_S = 60
_NEVER = "p50 < 0.001ms"


class ThresholdTests(Topic):
    """Each is held against what was measured, or refused before anything is sent."""

    async def _held(self, plan: Any, *features: str) -> tuple[RunResult, dict[str, ThresholdResult]]:
        result = await self.run_or_refuse(plan, *features)
        return result, {threshold.expression: threshold for threshold in result.thresholds}

    @once
    async def _by_window(self) -> dict[str, ThresholdResult]:
        thresholds = [
            "p50 > 1ms for 2s",
            f"{_NEVER} for 2s",
            "error_rate < 1% for 2s",
            "throughput > 0.1/s for 3s",
            "p95 < 10s for 30s",
        ]
        plan = self.plan("/delay/30", load=_TWO_USERS, thresholds=thresholds)
        _, held = await self._held(plan, "threshold.window")
        return held

    async def test_a_threshold_with_a_window_must_hold_in_every_one(self) -> None:
        held = await self._by_window()
        for expression in ("p50 > 1ms for 2s", "error_rate < 1% for 2s", "throughput > 0.1/s for 3s"):
            assert held[expression].passed is True, held[expression]
        assert held["p50 > 1ms for 2s"].windows in (2, 3)  # a run may end just before its last second does
        missed = held[f"{_NEVER} for 2s"]
        assert (missed.passed, missed.actual is not None and missed.actual > 1) == (False, True)

    async def test_a_window_longer_than_the_run_cannot_be_evaluated(self) -> None:
        threshold = (await self._by_window())["p95 < 10s for 30s"]
        assert (threshold.passed, threshold.actual, threshold.windows) == (None, None, None)
        assert "30 s" in (threshold.reason or "") or "30 seconds" in (threshold.reason or "")

    @pytest.mark.parametrize("threshold", [f"{_NEVER} abort", f"{_NEVER} for 1s abort after 2s"])
    async def test_a_threshold_ends_the_run(self, threshold: str) -> None:
        load = {"users": 2, "duration": _LONG_S}
        thresholds = [threshold, "error_rate < 1%"]
        plan = self.plan("/delay/20", load=load, thresholds=thresholds)
        result, held = await self._held(plan, "threshold.abort")
        assert (result.stopped, result.success, result.exit_code) == ("aborted", False, 99)
        ended = held[threshold]
        assert (ended.passed, held["error_rate < 1%"].passed) == (False, True)
        assert ended.aborted_at_s is not None
        assert ended.aborted_at_s >= (2 if "after" in threshold else 1)
        assert result.duration_s is not None
        assert ended.aborted_at_s <= result.duration_s < _LONG_S / 2
        assert f"threshold '{threshold}' ended the run after {ended.aborted_at_s} s" in (result.reason or "")

    async def test_a_threshold_that_may_end_the_run_and_holds_does_not(self) -> None:
        thresholds = ["p50 < 30s abort", "error_rate < 50% abort after 1s"]
        plan = self.plan("/delay/20", load={"users": 2, "duration": 3}, thresholds=thresholds)
        result, held = await self._held(plan, "threshold.abort")
        assert (result.stopped, result.success, result.exit_code) == ("completed", True, 0), result.reason
        assert [threshold.aborted_at_s for threshold in held.values()] == [None, None]

    async def test_errors_count_by_their_kind(self) -> None:
        (kind,) = (word for word in sorted(self.kinds("status"))[:1])
        thresholds = [
            "errors < 20%",
            "errors == 2",
            f"errors[{kind}] == 2",
            f"errors[{kind}] <= 10%",
            "errors[refused] == 0",
        ]
        plan = self.plan("/fail-every/10", load={"iterations": 20, "users": 2}, thresholds=thresholds)
        result, held = await self._held(plan)
        counted = sum(error.count for error in result.summary.errors if error.kind == kind)
        for expression in ("errors < 20%", "errors == 2", "errors[refused] == 0"):
            assert held[expression].passed is True, held[expression]
        assert held[f"errors[{kind}] == 2"].actual == counted
        assert held[f"errors[{kind}] <= 10%"].actual == counted / 20

    async def test_statuses_count_one_by_one_and_by_their_class(self) -> None:
        thresholds = ["status[500] == 2", "status[5xx] <= 10%", "status[2xx] == 18", "status[404] == 0"]
        plan = self.plan(
            "/fail-every/10",
            load={"iterations": 20, "users": 2},
            thresholds=["error_rate <= 10%", *thresholds],
        )
        result, held = await self._held(plan)
        told = result.summary.status_codes is not None
        assert told or "status_codes" in self.unknown
        assert [held[text].passed for text in thresholds] == [True if told else None] * 4
        assert (result.success, result.exit_code) == ((True, 0) if told else (False, 99))

    @pytest.mark.parametrize("time", ["ttfb", "connect"])
    async def test_each_time_can_be_bounded(self, time: str) -> None:
        thresholds = [f"{time}.max < 20s", f"{time}.p50 < 0.001us"]
        plan = self.plan("/delay/5", load={"iterations": 10, "users": 2}, thresholds=thresholds)
        result, held = await self._held(plan, f"threshold.{time}")
        assert [threshold.passed for threshold in held.values()] == [True, False], result.reason

    async def test_the_time_of_tls_handshakes_can_be_bounded(self) -> None:
        with RecordingServer(tls=True) as server:
            plan = self.plan(
                f"{server.url}/",
                load={"iterations": 4},
                options={"tls": {"verify": False}},
                thresholds=["tls.max < 20s", "tls.min < 0.001us"],
            )
            await self.may_refuse(plan, "threshold.tls", "tls")
            result = await self.run_or_refuse(plan, servers=[server])
        assert [threshold.passed for threshold in result.thresholds] == [True, False], result.reason

    @pytest.mark.parametrize("time", ["response", "lag"])
    async def test_in_the_open_model_times_count_from_when_they_were_due(self, time: str) -> None:
        load = {"rate": 20, "duration": 1, "max_users": 10}
        plan = self.plan("/", load=load, thresholds=[f"{time}.max < 20s", f"{time}.max < 0.000001us"])
        result, held = await self._held(plan, f"threshold.{time}", "load.open")
        assert [threshold.passed for threshold in held.values()] == [True, False], result.reason

    async def test_what_cannot_be_evaluated_is_no_failure_when_it_is_optional(self) -> None:
        thresholds = ["nobody: p95 < 1s optional", "checks > 99% optional", "p95 < 30s"]
        result, held = await self._held(self.plan("/", load={"iterations": 5}, thresholds=thresholds))
        assert [threshold.passed for threshold in held.values()] == [None, None, True]
        assert (result.success, result.exit_code) == (True, 0), result.reason
