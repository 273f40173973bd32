"""The engines there are: names to classes, imported when used, and the choice among them."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from ..errors import EngineError, EngineNotInstalled, UnknownEngine, UnsupportedFeature
from ..metrics.collector import MetricsCollector
from ..plan.logs import log
from ..plan.model import Plan
from .contract import Availability, EngineAdapter, EngineReport, RunContext, Support

ENTRY_POINTS = "polyload.engines"
PREFERENCE = ("native", "k6", "locust", "httpx", "ab")
"""Fidelity first, then capacity: full distributions at the finest resolution, then what each can send."""

_PACKAGE = __name__.rpartition(".")[0]
_BUILT_IN = {
    "native": f"{_PACKAGE}.native.adapter:NativeAdapter",
    "k6": f"{_PACKAGE}.k6:K6Adapter",
    "locust": f"{_PACKAGE}.locust:LocustAdapter",
    "httpx": f"{_PACKAGE}.native.adapter:HttpxAdapter",
    "ab": f"{_PACKAGE}.ab:ApacheBenchAdapter",
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """An engine considered for a plan, and what speaks against it; ``lack`` names a setting that it has not."""

    engine: EngineAdapter
    availability: Availability
    support: Support
    lack: str | None = None

    def objection(self, *, approximate: bool = False) -> str | None:
        """Why this engine cannot take the plan, or None when it can."""
        if not self.availability.available:
            return f"not installed ({self.availability.reason})"
        refused = self.support.unsupported + (() if approximate else self.support.approximated)
        reasons = [self.lack] if self.lack else []
        return "; ".join([*reasons, *(str(refusal) for refusal in refused)]) or None


@dataclass(frozen=True, slots=True)
class Choice:
    """The engine chosen for a plan, and the candidates considered until then, in order of preference."""

    engine: EngineAdapter
    candidates: tuple[Candidate, ...]

    @property
    def explanation(self) -> str:
        """Why this engine, in one sentence."""
        before = [f"{candidate.engine.name}: {candidate.objection()}" for candidate in self.candidates[:-1]]
        reason = "the first in order of preference that carries out the whole plan"
        return f"{self.engine.name} is {reason}" + (f" ({'; '.join(before)})" if before else "")


@cache
def _third_party() -> dict[str, EntryPoint]:
    return {point.name: point for point in entry_points(group=ENTRY_POINTS) if point.name not in _BUILT_IN}


def engine_names() -> list[str]:
    """Every registered name, in order of preference, third parties last."""
    return [*PREFERENCE, *sorted(_third_party())]


def engine_class(name: str) -> type[EngineAdapter]:
    """The class behind a name; UnknownEngine lists the names there are and the nearest."""
    if name in _BUILT_IN:
        module, _, attribute = _BUILT_IN[name].partition(":")
        found: type[EngineAdapter] = getattr(import_module(module), attribute)
        return found
    if name in _third_party():
        return _load(_third_party()[name])
    near = difflib.get_close_matches(name, engine_names(), n=1)
    raise UnknownEngine(
        f"no engine is called {name!r}" + (f"; did you mean {near[0]!r}?" if near else ""),
        hint=f"there are: auto, {', '.join(engine_names())}",
    )


def create_engine(name: str, settings: Mapping[str, Any] | None = None) -> EngineAdapter:
    """An engine with its default settings but for these; UnsupportedFeature names the engines that have them."""
    found, given = engine_class(name), settings or {}
    if not found.settings.issuperset(given):
        text = ", ".join(setting for setting in given if setting not in found.settings)
        others = [other for other in engine_names() if _has_settings(other, given)]
        hint = f"engines that have: {', '.join(others)}" if others else None
        raise UnsupportedFeature(f"{name} has no setting {text}", hint=hint)
    return found(**given)


def _has_settings(name: str, settings: Mapping[str, Any]) -> bool:
    try:
        return engine_class(name).settings.issuperset(settings)
    except EngineError:  # a third party's that cannot be loaded
        return False


def require_installed(engine: EngineAdapter) -> Availability:
    """How the engine was found; EngineNotInstalled says how to install it."""
    availability = engine.detect()
    if not availability.available:
        hint = f"install it with: {availability.install}" if availability.install else None
        raise EngineNotInstalled(f"{engine.name} is not installed: {availability.reason}", hint=hint)
    return availability


def candidates(
    plan: Plan, preference: Sequence[str] = (), settings: Mapping[str, Any] | None = None
) -> Iterator[Candidate]:
    """The engines held against a plan, in order of preference: those named first, then the others."""
    for name in (*preference, *(name for name in engine_names() if name not in preference)):
        lack = None
        try:
            try:
                engine = create_engine(name, settings)
            except UnsupportedFeature as error:
                engine, lack = create_engine(name), error.message
        except EngineError as error:
            engine = _BrokenEngine(name, error)
        yield Candidate(engine, engine.detect(), engine.supports(plan), lack)


def choose_engine(
    plan: Plan,
    preference: Sequence[str] = (),
    *,
    approximate: bool = False,
    settings: Mapping[str, Any] | None = None,
) -> Choice:
    """The first engine in order of preference that is here and carries out the whole plan; else UnsupportedFeature.

    With ``settings``, only engines that have them.
    """
    considered: list[Candidate] = []
    for candidate in candidates(plan, preference, settings):
        considered.append(candidate)
        objection = candidate.objection(approximate=approximate)
        log.debug("engine %s: %s", candidate.engine.name, objection or "takes the plan")
        if objection is None:
            return Choice(candidate.engine, tuple(considered))
    lines = [f"{c.engine.name}: {c.objection(approximate=approximate)}" for c in considered]
    raise UnsupportedFeature("no engine on this machine carries out this plan", hint="\n  ".join(lines))


def engines_that_can(plan: Plan, *, but: str) -> list[str]:
    """The names of the other engines on this machine that carry out the plan."""
    return [c.engine.name for c in candidates(plan) if c.engine.name != but and c.objection() is None]


def engines_that_steer(plan: Plan) -> list[str]:
    """The names of the engines on this machine that carry out the plan and can change it while it runs."""
    able = (c.engine for c in candidates(plan) if c.engine.cannot_steer is None and c.objection() is None)
    return [engine.name for engine in able]


class _BrokenEngine(EngineAdapter):
    """Stands for a third party's engine that cannot be loaded, so that the others can still be chosen."""

    def __init__(self, name: str, error: EngineError) -> None:
        self.name = name  # type: ignore[misc]  # a name of this instance alone
        self._error = error

    def detect(self) -> Availability:
        return Availability(False, reason=self._error.message)

    async def run(self, plan: Plan, collector: MetricsCollector, ctx: RunContext) -> EngineReport:
        raise self._error


def _load(point: EntryPoint) -> type[EngineAdapter]:
    try:
        found = point.load()
    except Exception as error:
        raise EngineError(f"engine {point.name!r} ({point.value}) cannot be loaded: {error}") from error
    if not (isinstance(found, type) and issubclass(found, EngineAdapter)):
        raise EngineError(f"engine {point.name!r}: {point.value} is not an EngineAdapter class")
    return found
