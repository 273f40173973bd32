"""A search as it happens: probe after probe, until the search, the budget, the target or the caller ends it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from time import perf_counter

from ...errors import PolyloadError
from ...metrics.result import EngineInfo
from ...plan.masking import public_dict
from .conclusion import conclude, knee
from .probe import achieved_rate, judge_probe, objectives
from .probing import Broken, Prober, Run
from .result import CapacityResult, Ending, Probe
from .search import Ask, Search
from .slo import times

_OVERHEAD_S = 1.0

OnAsk = Callable[[Ask], None]
OnProbe = Callable[[Probe], None]


class Searching:
    """One search under way."""

    def __init__(self, prober: Prober) -> None:
        self._prober, self._told, self._slo = prober, prober.told, prober.slo
        self._search = Search(self._told.terms)
        self._probes: list[Probe] = []
        self._info: EngineInfo | None = None
        self._base_p50_ms: float | None = None
        self._lengths = 0
        self._began, self._started_at = perf_counter(), datetime.now(UTC)

    async def run(self, on_ask: OnAsk, on_probe: OnProbe) -> CapacityResult:
        """Probes until there is no more to ask."""
        ended: Ending
        reason = None
        try:
            while (ask := self._search.ask(self._lengths_left())) is not None:
                on_ask(ask)
                await self._make(ask, on_probe)
            assert self._search.ended is not None
            ended = self._search.ended
        except Broken as broken:
            ended, reason = broken.ended, broken.reason
        except PolyloadError as error:
            if not self._probes:
                raise
            ended, reason = "failed", error.message
        return self._result(ended, reason)

    def _lengths_left(self) -> float:
        """How many probes the rest of the budget allows, each taking as long as they did on the mean so far."""
        spent_s = perf_counter() - self._began
        planned_s = self._told.warm_up_s + self._told.probe_s
        if not self._lengths:
            return max(1.0, self._told.budget_s / (planned_s + _OVERHEAD_S))
        return (self._told.budget_s - spent_s) / max(planned_s, spent_s / self._lengths)

    async def _make(self, ask: Ask, on_probe: OnProbe) -> None:
        """Make a probe, tell the search what it showed, and let the target recover if need be."""
        run = await self._prober.probe(ask, self._before(ask))
        self._info = self._info or run.result.engine
        self._lengths += ask.lengths
        probe = self._read(ask, run)
        self._search.tell(probe.sustained, by_generator=probe.criterion == "generator")
        try:
            if probe.sustained:
                self._base_p50_ms = self._base_p50_ms or probe.p50_ms
            elif self._base_p50_ms is not None:
                recovery_s = await self._prober.cool_down(run, self._base_p50_ms)
                probe = probe.model_copy(update={"recovery_s": recovery_s})
        finally:
            self._probes.append(probe)
            on_probe(probe)

    def _before(self, ask: Ask) -> tuple[float, float] | None:
        if ask.phase not in ("ramp", "confirm"):
            return None
        below = [probe for probe in self._probes if probe.sustained and probe.rate < ask.rate]
        last = below[-1] if below else None
        return None if last is None or last.achieved is None else (last.rate, last.achieved)

    def _read(self, ask: Ask, run: Run) -> Probe:
        result, stretch = run.result, run.stretch
        finding = judge_probe(result, stretch, self._slo)
        summary, took = result.summary, times(result.summary)
        return Probe(
            number=len(self._probes) + 1,
            phase=ask.phase,
            rate=ask.rate,
            achieved=achieved_rate(result, stretch),
            duration_s=stretch.length_s,
            extended=run.extended,
            sustained=finding.sustained,
            criterion=finding.criterion,
            reason=finding.reason,
            objectives=objectives(result, self._slo),
            requests=summary.requests,
            error_rate=summary.error_rate,
            dropped=summary.dropped,
            mean_ms=took["mean"],
            p50_ms=took["p50"],
            p95_ms=took["p95"],
            p99_ms=took["p99"],
            warnings=tuple(warning.code for warning in result.warnings),
        )

    def _result(self, ended: Ending, reason: str | None) -> CapacityResult:
        search, probes, told = self._search, self._probes, self._told
        concluded = conclude(search, probes, self._slo, ended, reason)
        recoveries = [probe.recovery_s for probe in probes if probe.recovery_s is not None]
        return CapacityResult(
            conclusion=concluded.conclusion,
            sentence=concluded.sentence,
            ended=ended,
            ended_reason=reason,
            rate=concluded.rate,
            interval=concluded.interval,
            verified_rate=search.verified_rate,
            limit=concluded.limit,
            limit_reason=concluded.limit_reason,
            softness=search.softness,
            knee=knee(probes),
            recovery_s=max(recoveries, default=None),
            slo=self._slo.expressions,
            slo_source=self._slo.source,
            notes=concluded.notes,
            probes=tuple(probes),
            settings=told.to_dict(),
            engine=self._info,
            plan=public_dict(self._prober.plan.model_copy(update={"thresholds": ()})),
            started_at=self._started_at,
            duration_s=perf_counter() - self._began,
        )
