"""Verdicts: a run is a success only when it is one, and the exit code says so."""

from __future__ import annotations

from typing import Any

import pytest

from ...engines.features import FEATURES
from ...metrics.result import RunResult
from ..behaviours import DOCUMENT
from ..messages import Reply
from .base import once
from .cases import Case, Cases, CasesTopic

TEN_PERCENT = "/fail-every/10"
CHECKS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "status": ({"status": ["2xx", 404]}, {"status": [404, "5xx"]}),
    "body": ({"body": {"contains": "polyload"}}, {"body": {"not_contains": "polyload"}}),
    "regex": ({"body": {"matches": '"id": \\d+'}}, {"body": {"matches": "^nothing$"}}),
    "json": ({"json": "$.owner.name", "equals": "Ada"}, {"json": "$.owner.name", "equals": "Bob"}),
    "json-type": ({"json": "tags", "type": "array"}, {"json": "tags", "type": "string"}),
    "json-exists": ({"json": "absent", "exists": False}, {"json": "absent"}),
    "header": ({"header": "content-type", "contains": "json"}, {"header": "x-absent"}),
    "time": ({"time_under": "10s"}, {"time_under": "1ms"}),
    "size": ({"size": {"min": 100, "max": 5000}}, {"size": {"max": 10}}),
}
"""Checks of ``/document`` that hold, and that do not."""


class VerdictTests(CasesTopic):
    """Success, reason, exit code, thresholds and checks."""

    async def test_one_failure_without_a_threshold_is_no_success(self) -> None:
        result = await self.run_or_refuse(self.plan(TEN_PERCENT, load={"iterations": 10}))
        assert (result.summary.requests, result.summary.failures) == (10, 1)
        assert (result.success, result.exit_code) == (False, 1)
        assert "1 of 10 requests failed" in (result.reason or "")

    async def test_a_threshold_may_allow_errors(self) -> None:
        thresholds = ["error_rate < 20%", "p95 < 10s", "requests == 20", "throughput > 0.1/s"]
        plan = self.plan(TEN_PERCENT, load={"iterations": 20, "users": 2}, thresholds=thresholds)
        result = await self.run_or_refuse(plan)
        assert [threshold.passed for threshold in result.thresholds] == [True] * 4
        assert result.thresholds[0].actual == 0.1
        assert (result.success, result.exit_code, result.reason) == (True, 0, None)

    @once
    async def _failed_thresholds(self) -> RunResult:
        thresholds = ["error_rate < 5%", "p50 < 0.001ms", "max < 10s", "none such: p95 < 1s"]
        plan = self.plan(TEN_PERCENT, load={"iterations": 20, "users": 2}, thresholds=thresholds)
        return await self.run_or_refuse(plan)

    async def test_thresholds_that_do_not_hold_fail_the_run(self) -> None:
        result = await self._failed_thresholds()
        assert [threshold.passed for threshold in result.thresholds] == [False, False, True, None]
        assert (result.success, result.exit_code) == (False, 99)
        assert "error_rate < 5%" in (result.reason or "")

    async def test_a_threshold_that_cannot_be_evaluated_is_no_success(self) -> None:
        plan = self.plan("/", load={"iterations": 5}, thresholds=["checks > 90%"])
        result = await self.run_or_refuse(plan)
        assert [threshold.passed for threshold in result.thresholds] == [None]
        assert (result.success, result.exit_code) == (False, 99)

    async def test_a_threshold_may_be_on_one_request(self) -> None:
        steps = [{"name": "slow", "url": "/delay/60"}, {"name": "quick", "url": "/"}]
        thresholds = ["slow: p50 > 50ms", "quick: p50 < 50ms"]
        result = await self.run_or_refuse(
            self.plan(*steps, load={"iterations": 5}, thresholds=thresholds), "steps"
        )
        assert [threshold.passed for threshold in result.thresholds] == [True, True]

    @once
    async def _checked(self) -> Cases:
        self.server.route("/document", lambda request: _late_document())
        holding = {f"holds-{name}": {"checks": [holds]} for name, (holds, _) in CHECKS.items()}
        failing = {f"fails-{name}": {"checks": [fails]} for name, (_, fails) in CHECKS.items()}
        packed = {"packed": {"url": "/gzip", "checks": [CHECKS["json"][0]]}}
        every: dict[str, dict[str, Any]] = {**holding, **failing, **packed}
        steps = {name: {"url": "/document", **step} for name, step in every.items()}
        return await self.together(steps, iterations=2)

    @pytest.mark.parametrize("name", [*(f"holds-{name}" for name in CHECKS), "packed"])
    async def test_a_check_that_holds_makes_no_failure(self, name: str) -> None:
        case = (await self._checked())[name]
        assert (case.summary.requests, case.summary.failures) == (2, 0)
        assert _counts(case, name) == [(2, 0)]

    @pytest.mark.parametrize("name", [f"fails-{name}" for name in CHECKS])
    async def test_a_check_that_does_not_hold_fails_its_request(self, name: str) -> None:
        case = (await self._checked())[name]
        assert (case.summary.requests, case.summary.failures) == (2, 2)
        assert set(case.kinds) <= self.kinds("check")
        assert _counts(case, name) == [(0, 2)]

    async def test_a_status_that_a_check_accepts_is_a_success(self) -> None:
        step = {"url": "/status/404", "checks": [{"status": 404}]}
        result = await self.run_or_refuse(self.plan(step, load={"iterations": 3}), "check.status")
        self.figures(result.summary, failures=0, status_codes={"404": 3})
        assert result.success, result.reason

    async def test_what_is_declared_is_a_feature_with_a_reason(self) -> None:
        assert set(self.engine.cannot) | set(self.engine.nearly) <= set(FEATURES)
        assert not set(self.engine.cannot) & set(self.engine.nearly)
        assert all([*self.engine.cannot.values(), *self.engine.nearly.values()]), "a reason is missing"


def _counts(case: Case, name: str) -> list[tuple[int, int]]:
    """How often each check of a case passed and failed."""
    return [
        (check.passed, check.failed) for check in case.result.checks if check.name.startswith(f"{name}: ")
    ]


def _late_document() -> Reply:
    """The document of ``/json``, late enough for a millisecond to be too short."""
    reply = Reply.json(DOCUMENT)
    reply.delay_s = 0.02
    return reply
