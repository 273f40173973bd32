"""The k6 engine as the rest of polyload sees it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import ClassVar

from ...errors import UsageError
from ...metrics.collector import MetricsCollector
from ...metrics.semantics import Semantics
from ...plan.model import Plan
from ..contract import Availability, EngineAdapter, EngineReport, RunContext, Support
from ..registry import require_installed
from .detect import detect
from .refusals import CANNOT, CANNOT_WITH_SCRIPT, further_refusals
from .semantics import OF_COUNTS, OF_PLAN, OF_SCRIPT, only_counts


class K6Adapter(EngineAdapter):
    """Grafana k6, version 1 or 2, as an external program.

    A plan is run by one fixed script, which interprets it. With ``script`` a k6 script of the user's own runs as it
    is: it finds the plan's URL in ``__ENV.TARGET_URL``, the URL's scheme and host in ``__ENV.BASE_URL``, and the
    plan's load replaces its own. ``binary`` names the k6 to use; by default that is $POLYLOAD_K6, or the k6 beside the
    running Python or on PATH.
    """

    name: ClassVar[str] = "k6"
    semantics = OF_PLAN
    cannot = CANNOT
    cannot_steer = "k6 takes a run's load from its options, before the run begins"

    def __init__(self, script: str | Path | None = None, *, binary: str | None = None) -> None:
        self._script = None if script is None else Path(script).absolute()
        self._binary = binary
        if self._script is None:
            return
        if not self._script.is_file():
            raise UsageError(f"there is no k6 script at {script}")
        self.cannot = CANNOT_WITH_SCRIPT
        self.semantics = OF_SCRIPT  # type: ignore[misc]

    def semantics_for(self, plan: Plan) -> Semantics:
        """What its figures mean for a plan: where answers are only counted, times do not include connecting."""
        return OF_COUNTS if self._script is None and only_counts(plan) else self.semantics

    def detect(self) -> Availability:
        """Where k6 is, by asking for its version once."""
        return detect(self._binary)

    def supports(self, plan: Plan) -> Support:
        """Feature by feature, and for some by their values."""
        support = super().supports(plan)
        if self._script is not None:
            return replace(support, left_out=())
        return replace(support, unsupported=(*support.unsupported, *further_refusals(plan)))

    async def run(self, plan: Plan, collector: MetricsCollector, ctx: RunContext) -> EngineReport:
        """Runs a plan, or the script under the plan's load."""
        found = require_installed(self)
        if self._script is not None:
            from .script_run import run_own_script

            return await run_own_script(found, self._script, plan, collector, ctx)
        from .plan_run import run_with_script

        return await run_with_script(found, plan, collector, ctx)
