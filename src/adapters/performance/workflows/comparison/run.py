"""Running a comparison: configurations in turn, each run with a service of its own, and what they showed."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial

from ...errors import PolyloadError, UsageError
from ...metrics.result import RunResult
from ...metrics.window import Window
from ...plan.masking import public_dict
from ..entry import Entry
from ..measured import measured
from ..service import running
from .comparable import DELIBERATE, plan_differences, refusals
from .compare import compare_all
from .judging import CONFIDENCE
from .result import ComparisonResult
from .rules import Rules
from .schedule import interleaved, repeats_needed


@dataclass(frozen=True, slots=True)
class Turn:
    """The ``number``-th of ``total`` runs of a comparison, and whose it is."""

    number: int
    total: int
    configuration: str


@dataclass(frozen=True, slots=True)
class RunDone(Turn):
    """A run of a comparison that is done."""

    result: RunResult


OnWindow = Callable[[Turn, Window], None]


async def run_comparison(
    configurations: Mapping[str, Entry],
    rules: Rules,
    *,
    repeats: int | None = None,
    seed: int | None = None,
    stop: asyncio.Event | None = None,
    on_run: Callable[[RunDone], None] | None = None,
    on_window: OnWindow | None = None,
) -> ComparisonResult:
    """Runs each configuration ``repeats`` times, in turn, and holds each against the first.

    By default there are 5 repeats, or as many more as so many configurations and figures need. ``seed`` draws the order
    of the first round, which is turned around after each. Users, requests and options may differ, as configurations
    are written to be compared; for more see ``rules``. Setting ``stop`` ends the run under way: there is then no
    verdict; ``on_window`` gets each second of each run. UsageError before anything runs for what cannot be compared;
    ServiceFailed when a service does not start for the first run. What breaks later is told in the result, with the
    runs made until then.
    """
    rules = replace(rules, allow=rules.allow | set(DELIBERATE))
    _check(configurations, rules, repeats)
    count = repeats or repeats_needed(len(rules.metrics) * (len(configurations) - 1))
    seed = random.SystemRandom().randrange(2**31) if seed is None else seed
    order = interleaved(list(configurations), count, seed)
    stop = stop or asyncio.Event()
    runs: dict[str, list[RunResult]] = {name: [] for name in configurations}
    failure: PolyloadError | None = None
    number = 0
    for number, name in enumerate(order, 1):
        try:
            turn = Turn(number, len(order), name)
            result = await _run(turn, configurations[name], stop, on_window)
        except PolyloadError as error:
            if number == 1:
                raise
            failure = error
            break
        if result is not None:
            runs[name].append(result)
        if stop.is_set() or result is None:
            break
        if on_run is not None:
            on_run(RunDone(number, len(order), name, result))
    if stop.is_set() or failure is not None:
        return _cut_short(runs, rules, order, seed, number, failure)
    return compare_all(runs, rules).model_copy(update={"seed": seed, "order": tuple(order)})


def _check(configurations: Mapping[str, Entry], rules: Rules, repeats: int | None) -> None:
    """Everything that can be found wrong before anything is run."""
    if len(configurations) < 2:
        raise UsageError(
            f"a comparison needs two configurations, and there {'is one' if configurations else 'is none'}"
        )
    if repeats is not None and (type(repeats) is not int or repeats < 1):
        raise UsageError(
            f"repeats is a whole number from 1 on, not {repeats!r}", hint="5 or more give a verdict"
        )
    (first, entry), *others = configurations.items()
    for name, other in configurations.items():
        if other.plan.options.samples is not None:
            raise UsageError(
                f"the runs of {name!r} would overwrite each other's raw samples",
                hint="leave out options.samples",
            )
    for name, other in others:
        differences = plan_differences(public_dict(entry.plan), public_dict(other.plan))
        reasons = refusals(differences, rules.allow)
        if reasons:
            raise UsageError(
                f"{name!r} cannot be compared with {first!r}: {reasons[0]}",
                hint="make the loads alike, or allow this kind of difference where that is what you ask about",
            )


async def _run(turn: Turn, entry: Entry, stop: asyncio.Event, on_window: OnWindow | None) -> RunResult | None:
    """One run, with its service around it; None when it was stopped before it began."""
    told = None if on_window is None else partial(on_window, turn)
    if entry.service is None:
        return await measured(entry, stop, told)
    async with running(entry.service, turn.configuration, stop) as service:
        if stop.is_set():
            return None
        result = await measured(entry, stop, told)
        if not stop.is_set():
            await service.check("during a run")
        return result


def _cut_short(
    runs: Mapping[str, list[RunResult]],
    rules: Rules,
    order: list[str],
    seed: int,
    number: int,
    failure: PolyloadError | None,
) -> ComparisonResult:
    """What there is of a comparison that did not come to its end: its runs, and no verdict."""
    where = f"in run {number} of {len(order)}"
    reason = f"the comparison was interrupted {where}"
    if failure is not None:
        reason = f"the comparison broke {where}: {failure}"
    return ComparisonResult(
        passed=False,
        reason=reason,
        stopped="interrupted" if failure is None else "failed",
        pairs=(),
        open_gates_fail=rules.open_gates_fail,
        margin=rules.margins.share,
        error_margin=rules.margins.errors,
        confidence=CONFIDENCE,
        seed=seed,
        order=tuple(order),
        runs={name: tuple(found) for name, found in runs.items()},
    )
