"""What an engine is: it says what it can do, runs a plan or refuses it, and hands over what it measured."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from ..errors import UnsupportedFeature
from ..metrics.collector import MetricsCollector
from ..metrics.raw.sink import SampleSink
from ..metrics.result import ResultWarning, RunResult
from ..metrics.semantics import Semantics
from ..plan.model import Plan
from .features import FEATURES
from .steering import Steering
from .uses import used_features


@dataclass(frozen=True, slots=True)
class Availability:
    """Whether an engine is on this machine: its version and path, or the reason and the line that installs it."""

    available: bool
    version: str | None = None
    path: str | None = None
    reason: str | None = None
    install: str | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """A feature that an engine does not carry out exactly: where the plan uses it, and why not."""

    feature: str
    where: str
    why: str

    def __str__(self) -> str:
        return f"{FEATURES[self.feature]} ({self.where}): {self.why}"


@dataclass(frozen=True, slots=True)
class Support:
    """Whether an engine carries out a plan exactly.

    ``unsupported`` are features that the plan asks for; ``left_out`` are the plan's defaults that the engine cannot
    express and that become warnings; ``approximated`` are features it carries out nearly, if that is allowed.
    """

    unsupported: tuple[Refusal, ...] = ()
    left_out: tuple[Refusal, ...] = ()
    approximated: tuple[Refusal, ...] = ()

    @property
    def exact(self) -> bool:
        """Whether the plan runs as written without any consent."""
        return not self.unsupported and not self.approximated


@dataclass(slots=True, eq=False)
class RunContext:
    """What a run is given beside its plan.

    Setting ``stop`` ends the run early and cleanly; ``steering`` is where else it is changed while it runs.
    ``approximate`` allows named approximations. ``partial`` is the result of a run that was cancelled. ``samples`` is
    where raw samples go while a run is on whose plan asks for them; an engine that gives its samples to the collector
    need not know. ``warnings`` are told in the result before those of the run.
    """

    stop: asyncio.Event = field(default_factory=asyncio.Event)
    steering: Steering = field(default_factory=Steering)
    approximate: bool = False
    partial: RunResult | None = None
    samples: SampleSink | None = None
    warnings: Sequence[ResultWarning] = ()


Stopped = Literal["completed", "interrupted", "failed", "aborted"]


@dataclass(frozen=True, slots=True)
class EngineReport:
    """How a run went: ``duration_s`` is the measured window, None when nothing was measured.

    ``stopped`` is "failed" when the engine broke or did not do what the plan says, and ``reason`` says why; "aborted"
    is what `run_plan` makes of an interruption by a threshold.
    ``resources`` are figures about the generator itself; for the native engine see ``metrics/resources.py``.
    """

    version: str | None
    started_at: float
    duration_s: float | None
    stopped: Stopped = "completed"
    reason: str | None = None
    warnings: Sequence[ResultWarning] = ()
    resources: Mapping[str, Any] = field(default_factory=dict)


class EngineAdapter(ABC):
    """One load engine.

    ``cannot`` maps each feature that the engine refuses to the reason, ``nearly`` each that it approximates to how;
    every other feature of ``FEATURES`` is carried out exactly. The conformance suite holds an engine to that.
    ``settings`` are the keyword arguments of its constructor that the command line may give. ``cannot_steer`` says why
    a run cannot be changed while it goes on; None when the engine takes what ``ctx.steering`` is asked.
    """

    name: ClassVar[str]
    semantics: ClassVar[Semantics]
    cannot: Mapping[str, str] = {}
    nearly: Mapping[str, str] = {}
    settings: ClassVar[frozenset[str]] = frozenset()
    cannot_steer: ClassVar[str | None] = "it takes no changes while it runs"

    @abstractmethod
    def detect(self) -> Availability:
        """Whether the engine is on this machine, without importing it."""

    @abstractmethod
    async def run(self, plan: Plan, collector: MetricsCollector, ctx: RunContext) -> EngineReport:
        """Runs a plan that ``supports`` accepts; what is measured goes to the collector while it runs.

        Cancelling it, or setting ``ctx.stop``, leaves no process and no file behind.
        """

    def semantics_for(self, plan: Plan) -> Semantics:
        """What the engine's figures mean for this plan."""
        return self.semantics

    def note_for(self, plan: Plan) -> str | None:
        """What is to be told of how the engine carries out this plan, beside what its figures mean."""
        return None

    def supports(self, plan: Plan) -> Support:
        """Whether the engine carries out this plan exactly, feature by feature."""
        unsupported: list[Refusal] = []
        left_out: list[Refusal] = []
        approximated: list[Refusal] = []
        for use in used_features(plan):
            if use.feature in self.cannot:
                refusal = Refusal(use.feature, use.where, self.cannot[use.feature])
                (unsupported if use.explicit else left_out).append(refusal)
            elif use.feature in self.nearly:
                refusal = Refusal(use.feature, use.where, self.nearly[use.feature])
                (approximated if use.explicit else left_out).append(refusal)
        return Support(tuple(unsupported), tuple(left_out), tuple(approximated))

    async def is_available(self) -> bool:
        """Whether the engine is on this machine."""
        return (await asyncio.to_thread(self.detect)).available

    async def run_load_test(
        self,
        target_url: str,
        users: int = 10,
        duration: float | str = 60,
        ramp_up: float | str = 0,
        **request: Any,
    ) -> RunResult:
        """Loads one URL with ``users`` for ``duration``; ``request`` are fields of ``Plan.for_url``."""
        from .running import run_plan

        load = {"users": users, "duration": duration, "ramp_up": ramp_up}
        return await run_plan(self, Plan.for_url(target_url, load=load, **request))


def require(support: Support, engine: str, others: Sequence[str], *, approximate: bool = False) -> None:
    """Raises UnsupportedFeature unless the engine carries out the plan; ``others`` are engines that can."""
    refused = support.unsupported + (() if approximate else support.approximated)
    if not refused:
        return
    lines = "".join(f"\n  - {refusal}" for refusal in refused)
    hint = f"engines that can: {', '.join(others)}" if others else "no engine on this machine can"
    if support.approximated and not support.unsupported:
        hint += "; or allow approximations with --approximate (approximate=True)"
    raise UnsupportedFeature(f"{engine} cannot carry out this plan:{lines}", hint=hint)
