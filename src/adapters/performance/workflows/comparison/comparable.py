"""Whether runs may be held against each other: what differs between them, and what of that forbids it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

from ...errors import UsageError
from ...metrics.result import RunResult

Kind = Literal["model", "rate", "users", "duration", "requests", "options", "target", "engine"]
Plan = Mapping[str, Any]

ALLOWABLE = ("rate", "users", "duration", "requests", "options", "latency")
"""What a caller may allow to differ; ``latency``: that engines define it differently."""
DELIBERATE = ("users", "requests", "options")
"""What may differ between configurations that were written to be compared."""

_ALWAYS = ("target", "engine")
_UNHEALTHY = ("GeneratorSaturated", "GeneratorBusy", "ChangedByHand")
_IGNORED = re.compile(r"(name|thresholds|options\.(samples|seed))(\.|$)")
_ORIGIN = re.compile(r"^\w+://[^/?#]*")
_LONGEST = 60
_WHY = {
    "model": "users who wait for their answers and arrivals at a rate are different questions",
    "rate": "times under different rates say nothing of what was changed",
    "users": "times and rates under different numbers of users say nothing of what was changed",
    "duration": "loads of a different length or course are not alike",
    "requests": "different requests were sent",
    "options": "requests were sent or counted differently",
}


@dataclass(frozen=True, slots=True)
class Difference:
    """A place where two plans, or what ran them, are not the same."""

    kind: Kind
    where: str
    a: str
    b: str

    def __str__(self) -> str:
        return f"{self.where}: {self.a} and {self.b}"


def check_allowed(allow: Collection[str]) -> frozenset[str]:
    """What may differ; UsageError for what cannot be allowed."""
    for kind in allow:
        if kind not in ALLOWABLE:
            raise UsageError(
                f"{kind!r} is nothing that can be allowed to differ", hint=f"there are {', '.join(ALLOWABLE)}"
            )
    return frozenset(allow)


def plan_differences(a: Plan, b: Plan) -> list[Difference]:
    """Where two plans differ in their public form; names, thresholds, seeds and raw samples aside."""
    kinds = _model(a), _model(b)
    if kinds[0] != kinds[1]:
        return [Difference("model", "load", *kinds)]
    left, right = dict(_leaves(a)), dict(_leaves(b))
    places = [place for place in {**left, **right} if left.get(place) != right.get(place)]
    return [
        Difference(_kind(place), place, _shown(left.get(place)), _shown(right.get(place))) for place in places
    ]


def refusals(differences: Sequence[Difference], allow: Collection[str]) -> list[str]:
    """Why plans that differ in this way are not compared: a sentence for each kind that is not allowed."""
    forbidden: dict[str, list[Difference]] = {}
    for difference in differences:
        if difference.kind not in (*_ALWAYS, *allow):
            forbidden.setdefault(difference.kind, []).append(difference)
    return [f"{'; '.join(map(str, found[:3]))}: {_WHY[kind]}" for kind, found in forbidden.items()]


def unusable(name: str, runs: Sequence[RunResult]) -> list[str]:
    """Why no verdict can be built on the runs of one side."""
    return [*_broken(name, runs), *_no_repeats(name, runs)]


def _broken(name: str, runs: Sequence[RunResult]) -> Iterator[str]:
    for number, run in enumerate(runs, 1):
        where = f"run {number} of {name}"
        if run.stopped != "completed":
            yield f"{where} did not come to its end: {run.reason}"
        elif not run.summary.requests:
            yield f"{where} measured nothing"
        for warning in run.warnings:
            if warning.code in _UNHEALTHY:
                yield f"{where}: {warning.message}"


def _no_repeats(name: str, runs: Sequence[RunResult]) -> Iterator[str]:
    for number, (one, other) in enumerate(pairwise(runs), 2):
        differences = [*plan_differences(one.plan, other.plan), *engine_differences(one, other)]
        if differences:
            yield f"the runs of {name} are not of one plan: run {number} differs in {differences[0]}"
            return


def seen_twice(runs: Sequence[RunResult]) -> list[str]:
    """That the same run is given more than once, which would count its luck twice."""
    counts = Counter((run.started_at, run.duration_s, run.summary.requests) for run in runs)
    return [
        f"the run of {started_at:%Y-%m-%d %H:%M:%S} is given {count} times"
        for (started_at, _, _), count in counts.items()
        if count > 1
    ]


def engine_differences(a: RunResult, b: RunResult) -> list[Difference]:
    """Where what ran two plans is not the same."""
    pairs = {"engine": (a.engine.name, b.engine.name), "engine version": (a.engine.version, b.engine.version)}
    return [
        Difference("engine", where, str(one), str(other))
        for where, (one, other) in pairs.items()
        if one != other and (where == "engine" or a.engine.name == b.engine.name)
    ]


def latency_defined_differently(a: RunResult, b: RunResult) -> str | None:
    """Why latencies of these runs are not the same figure; None when they are."""
    one, other = a.engine.semantics.latency, b.engine.semantics.latency
    if one == other:
        return None
    return f"it is defined differently: {a.engine.name}: {one}; {b.engine.name}: {other}"


def notes(a: str, runs_a: Sequence[RunResult], b: str, runs_b: Sequence[RunResult]) -> list[str]:
    """What is to be known of a comparison that may be made."""
    found = []
    for first, one, then, other in ((a, runs_a, b, runs_b), (b, runs_b, a, runs_a)):
        last = max(run.started_at for run in one)
        if len(one) > 1 and last < min(run.started_at for run in other):
            found.append(
                f"every run of {first} was made before those of {then}: what time alone changed is in the difference"
            )
    if any(run.summary.failures for run in (*runs_a, *runs_b)):
        found.append("requests failed: times are those of failed requests too")
    left, right = runs_a[0].engine, runs_b[0].engine
    if left.name != right.name:
        for what in ("connections", "redirects"):
            told = getattr(left.semantics, what), getattr(right.semantics, what)
            if told[0] != told[1]:
                found.append(f"{what} are not handled alike: {left.name}: {told[0]}; {right.name}: {told[1]}")
    if any(run.summary.dropped for run in (*runs_a, *runs_b)):
        found.append("arrivals were dropped, as every user was busy: times are of those that were sent")
    return found


def _model(plan: Plan) -> str:
    load = plan.get("load") or {}
    if "iterations" in load:
        return "a number of iterations"
    if "rate" in load or any("rate" in stage for stage in load.get("stages", ())):
        return "an arrival rate"
    return "users"


def _leaves(value: Any, place: str = "") -> Iterator[tuple[str, Any]]:
    """Every value by its place, URLs in two parts: where they lead, and the rest."""
    if isinstance(value, Mapping) and value:
        for key, item in value.items():
            yield from _leaves(item, f"{place}.{key}" if place else str(key))
    elif isinstance(value, list | tuple) and value:
        for index, item in enumerate(value):
            yield from _leaves(item, f"{place}.{index}")
    elif _IGNORED.match(place):
        return
    elif isinstance(value, str) and place.rpartition(".")[2] in ("url", "target"):
        origin = _ORIGIN.match(value)
        if origin is not None:
            yield f"{place} (host)", origin[0]
        rest = value[origin.end() :] if origin else value
        if rest not in ("", "/"):
            yield place, rest
    else:
        yield place, value


def _kind(place: str) -> Kind:
    if place.endswith(" (host)"):
        return "target"
    first, _, rest = place.partition(".")
    if first == "load":
        if rest in ("rate", "arrivals", "when_exhausted"):
            return "rate"
        return "users" if rest in ("users", "max_users") else "duration"
    return "options" if first == "options" else "requests"


def _shown(value: Any) -> str:
    text = "nothing" if value is None else str(value)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
