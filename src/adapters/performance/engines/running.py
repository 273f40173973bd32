"""Running one plan on one engine: checked first, measured, judged, and reported even when it is cut short."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from ..errors import UnsupportedFeature, reword
from ..metrics.build import build_result
from ..metrics.changes import Change, in_words, paused_s
from ..metrics.collector import MetricsCollector
from ..metrics.latest import remember
from ..metrics.result import EngineInfo, ResultWarning, RunResult
from ..plan.logs import log, phase
from ..plan.masking import Secrets, public_dict
from ..plan.model import Plan
from ..plan.names import unknown_names
from .contract import EngineAdapter, EngineReport, RunContext, Support, require
from .recording import recorded, sample_figures, sample_warnings
from .registry import engines_that_can, engines_that_steer, require_installed
from .thresholds import Thresholds

_NAMES_TOLD = 5


async def run_plan(
    engine: EngineAdapter,
    plan: Plan,
    *,
    collector: MetricsCollector | None = None,
    ctx: RunContext | None = None,
    note: str | None = None,
) -> RunResult:
    """Runs a plan on an engine and returns its result; what cannot be carried out is refused before launch.

    When the calling task is cancelled, the engine is stopped, ``ctx.partial`` holds what was measured until then,
    and CancelledError goes on. ``note`` says why this engine was chosen.
    """
    ctx = ctx or RunContext()
    collector = collector or MetricsCollector()
    support = engine.supports(plan)
    if support.unsupported or (support.approximated and not ctx.approximate):
        require(support, engine.name, engines_that_can(plan, but=engine.name), approximate=ctx.approximate)
    availability = await asyncio.to_thread(require_installed, engine)
    log.debug("engine %s %s, %s: runs the plan", engine.name, availability.version, availability.path)
    if engine.cannot_steer is not None:
        ctx.steering.refuse(lambda: _not_steered(engine, plan))
    warm_up_s = int(getattr(plan.load, "warm_up", 0))
    thresholds = Thresholds(plan, collector, ctx)
    secrets = Secrets.of(plan)
    collector.words = secrets.hide
    with recorded(plan, collector, ctx):
        started = time.time()
        collector.start_collection(warm_up_s=warm_up_s)
        try:
            with phase("the run"):
                report = _without_secrets(thresholds.said_of(await engine.run(plan, collector, ctx)), secrets)
        except Exception as error:
            reword(error, secrets.hide)
            raise
        except asyncio.CancelledError:
            duration = time.time() - started
            report = EngineReport(
                availability.version, started, duration, "interrupted", "the run was cancelled"
            )
            ctx.partial = _result(engine, plan, collector, report, support, note, ctx, thresholds)
            raise
        log.debug("the engine says: %s%s", report.stopped, f", {report.reason}" if report.reason else "")
        with phase("the result"):
            result = _result(engine, plan, collector, report, support, note, ctx, thresholds)
    remember(result)
    return result


def _without_secrets(report: EngineReport, secrets: Secrets) -> EngineReport:
    """What an engine says of a run may quote what it was told to send."""
    warnings = tuple(
        warning.model_copy(update={"message": secrets.hide(warning.message)}) for warning in report.warnings
    )
    return replace(report, reason=report.reason and secrets.hide(report.reason), warnings=warnings)


def _result(
    engine: EngineAdapter,
    plan: Plan,
    collector: MetricsCollector,
    report: EngineReport,
    support: Support,
    note: str | None,
    ctx: RunContext,
    thresholds: Thresholds,
) -> RunResult:
    samples, changes = ctx.samples, ctx.steering.changes
    collector.stop_collection()
    started_at = datetime.fromtimestamp(report.started_at, UTC)
    if samples is not None:
        samples.close(started_at)
    results = thresholds.results(report, support.left_out)
    notes = [text for text in (note, engine.note_for(plan)) if text]
    return build_result(
        plan=public_dict(plan),
        engine=EngineInfo(
            name=engine.name,
            version=report.version,
            semantics=engine.semantics_for(plan),
            note="; ".join(notes) or None,
        ),
        started_at=started_at,
        duration_s=report.duration_s,
        stopped=report.stopped,
        stop_reason=report.reason,
        collector=collector,
        thresholds=results,
        error_threshold_given=thresholds.judged_errors(results),
        warnings=[
            *ctx.warnings,
            *_support_warnings(support),
            *_change_warnings(changes, report.duration_s),
            *report.warnings,
            *_redirect_warnings(plan, collector),
            *_name_warnings(plan),
            *sample_warnings(samples, collector),
        ],
        changes=changes,
        resources={**report.resources, **sample_figures(samples)},
    )


def _support_warnings(support: Support) -> list[ResultWarning]:
    left_out = [ResultWarning(code="LeftOut", message=str(refusal)) for refusal in support.left_out]
    return left_out + [
        ResultWarning(code="Approximated", message=str(refusal)) for refusal in support.approximated
    ]


def _change_warnings(changes: Sequence[Change], duration_s: float | None) -> list[ResultWarning]:
    if not changes:
        return []
    return [ResultWarning(code="ChangedByHand", message=in_words(changes, paused_s(changes, duration_s)))]


def _not_steered(engine: EngineAdapter, plan: Plan) -> UnsupportedFeature:
    others = ", ".join(engines_that_steer(plan)) or "none on this machine, for this plan"
    return UnsupportedFeature(
        f"a run of {engine.name} can be stopped, but not changed: {engine.cannot_steer}",
        hint=f"engines whose runs can be paused, resumed and changed: {others}",
    )


def _name_warnings(plan: Plan) -> list[ResultWarning]:
    unknown = unknown_names(plan)
    if not unknown:
        return []
    more = f"; and {len(unknown) - _NAMES_TOLD} more" if len(unknown) > _NAMES_TOLD else ""
    told = "; ".join(map(str, unknown[:_NAMES_TOLD]))
    return [ResultWarning(code="UnknownNames", message=Secrets.of(plan).hide(f"{told}{more}"))]


def _redirect_warnings(plan: Plan, collector: MetricsCollector) -> list[ResultWarning]:
    statuses = collector.totals().status_codes or Counter()
    redirects = sum(count for status, count in statuses.items() if 300 <= status < 400 and status != 304)
    follows = plan.options.redirects or any(step.redirects for step in plan.requests())
    if not redirects or follows:
        return []
    message = f"{redirects} answers were redirects, which the plan does not follow; options.redirects would"
    return [ResultWarning(code="RedirectsNotFollowed", message=message)]
