"""Verdicts: a run is a success only when it is one, and the exit code says so."""

from __future__ import annotations

from ...engines.features import FEATURES
from ...metrics.result import RunResult
from ..behaviours import DOCUMENT
from ..messages import Reply
from .base import Topic, once

TEN_PERCENT = "/fail-every/10"


class VerdictTests(Topic):
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
    async def _checked(self) -> RunResult:
        checks = [
            {"status": ["2xx", 404]},
            {"body": {"contains": "polyload"}},
            {"body": {"matches": '"id": \\d+'}},
            {"json": "$.owner.name", "equals": "Ada"},
            {"json": "tags", "type": "array"},
            {"header": "content-type", "contains": "json"},
            {"time_under": "10s"},
            {"size": {"min": 100, "max": 5000}},
        ]
        failing = [
            {"status": [404, "5xx"]},
            {"body": {"not_contains": "polyload"}},
            {"body": {"matches": "^nothing$"}},
            {"json": "$.owner.name", "equals": "Bob"},
            {"json": "absent"},
            {"header": "x-absent"},
            {"time_under": "1ms"},
            {"size": {"max": 10}},
        ]
        plain = {"name": "plain", "url": "/json", "checks": checks}
        packed = {"name": "packed", "url": "/gzip", "checks": checks[1:6]}
        none = [
            {"name": f"failing {n}", "url": "/slow-json", "checks": [check]}
            for n, check in enumerate(failing)
        ]
        self.server.route("/slow-json", lambda request: _late_document())
        features = [f"check.{kind}" for kind in ("status", "body", "regex", "json", "header", "time", "size")]
        plan = self.plan(plain, packed, *none, load={"iterations": 2}, thresholds=["failures == 16"])
        return await self.run_or_refuse(plan, *features, "steps")

    async def test_checks_that_hold_make_no_failures(self) -> None:
        result = await self._checked()
        assert (result.requests["plain"].failures, result.requests["packed"].failures) == (0, 0)
        passed = [check for check in result.checks if check.name.startswith(("plain: ", "packed: "))]
        assert [(check.passed, check.failed) for check in passed] == [(2, 0)] * 13

    async def test_a_check_that_does_not_hold_fails_its_request(self) -> None:
        result = await self._checked()
        failing = {name: part for name, part in result.requests.items() if name.startswith("failing")}
        assert [(part.requests, part.failures) for part in failing.values()] == [(2, 2)] * 8
        assert {error.kind for error in result.summary.errors} <= self.kinds("check")
        failed = [check for check in result.checks if check.name.startswith("failing")]
        assert [(check.passed, check.failed) for check in failed] == [(0, 2)] * 8

    async def test_a_status_that_a_check_accepts_is_a_success(self) -> None:
        step = {"url": "/status/404", "checks": [{"status": 404}]}
        result = await self.run_or_refuse(self.plan(step, load={"iterations": 3}), "check.status")
        self.figures(result.summary, failures=0, status_codes={"404": 3})
        assert result.success, result.reason

    async def test_what_is_declared_is_a_feature_with_a_reason(self) -> None:
        assert set(self.engine.cannot) | set(self.engine.nearly) <= set(FEATURES)
        assert not set(self.engine.cannot) & set(self.engine.nearly)
        assert all([*self.engine.cannot.values(), *self.engine.nearly.values()]), "a reason is missing"


def _late_document() -> Reply:
    reply = Reply.json(DOCUMENT)
    reply.delay_s = 0.02
    return reply
