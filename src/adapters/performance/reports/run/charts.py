"""The charts of a run over time, each None where the result does not carry what it would show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from ...metrics.result import RunResult
from .. import figures
from ..page.model import Axis, Colour, Mark, Plot, Series, Value
from ..text import cut, printable
from .planned import Planned
from .slices import QUANTILES, Slice, ms

SYNC = "time"
_MOST_KINDS = 7
_COLOURS: tuple[Colour, ...] = ("c2", "c4", "c5", "c6", "c1", "c3", "bad", "soft")


class Clock:
    """What the charts over time of a run have in common: their slices, axis and marks."""

    def __init__(self, result: RunResult, parts: Sequence[Slice]) -> None:
        self.parts = parts
        self.x = [float(part.start_s) for part in parts]
        self.axis = Axis("time", low=0.0 if result.warm_up else self.x[0], high=parts[-1].end_s)
        self.marks = marks(result)
        step_s = round(parts[0].end_s - parts[0].start_s)
        self.lead = (
            "" if step_s <= 1 else f"Each point of a chart over time stands for {figures.duration(step_s)}."
        )

    def plot(self, id: str, title: str, series: Iterable[Series], y: Axis, **more: object) -> Plot | None:
        """A chart of those series in which anything is known; None when there are none."""
        known = [one for one in series if any(value is not None for value in one.values)]
        if not known:
            return None
        told: dict[str, object] = {"marks": self.marks, "sync": SYNC, **more}
        return Plot(id, title, self.x, known, y, self.axis, **told)  # type: ignore[arg-type]


def marks(result: RunResult) -> list[Mark]:
    """The warm-up, and what was changed by hand."""
    found = [Mark(0.0, "warm-up", float(result.warm_up.duration_s))] if result.warm_up else []
    for change in result.changes[:20]:
        value = "" if change.value is None else f" {change.value:g}"
        found.append(
            Mark(change.t, {"rate": f"rate{value}", "users": f"users{value}"}.get(change.what, change.what))
        )
    return found


def load(clock: Clock, plan: Planned | None) -> Plot | None:
    """What the plan asked for beside what was done."""
    if plan is None or plan.of == "users":
        wanted = _target(clock, plan, "users planned")
        active = Series("users active", [part.users for part in clock.parts], "c1", filled=True)
        known = any(value is not None for value in active.values)
        title = "Active users" if plan is None else "Users, planned and active" if known else "Users planned"
        return clock.plot("load", title, [active, *wanted], Axis("count"))
    done = Series(
        "iterations finished", [part.rate(part.iterations) for part in clock.parts], "c1", filled=True
    )
    known = any(value is not None for value in done.values)
    return clock.plot(
        "load",
        "Arrivals, planned and achieved" if known else "Arrivals planned",
        [done, *_dropped(clock), *_target(clock, plan, "arrivals planned")],
        Axis("rate"),
        note=None if known else "How many iterations finished in each second is not known.",
    )


def _target(clock: Clock, plan: Planned | None, label: str) -> list[Series]:
    if plan is None:
        return []
    return [
        Series(label, [plan.at((part.start_s + part.end_s) / 2) for part in clock.parts], "soft", dashed=True)
    ]


def _dropped(clock: Clock) -> list[Series]:
    if not any(part.dropped for part in clock.parts):
        return []
    return [Series("dropped", [part.rate(part.dropped) for part in clock.parts], "bad")]


def users(clock: Clock, plan: Planned | None) -> Plot | None:
    """Users at work in the open model, where they are not the load but follow from it."""
    if plan is None or plan.of == "users":
        return None
    active = Series("users active", [part.users for part in clock.parts], "c3", filled=True)
    if all(value is None for value in active.values):
        return None
    limit = f"At most {figures.count(plan.user_limit)} may be at work at once."
    return clock.plot("users", "Users at work", [active], Axis("count"), note=limit)


def throughput(clock: Clock) -> Plot | None:
    """Requests per second, and failures among them."""
    series = [Series("requests", [part.rate(part.requests) for part in clock.parts], "c1", filled=True)]
    if any(part.failures for part in clock.parts):
        series.append(
            Series("failures", [part.rate(part.failures) for part in clock.parts], "bad", filled=True)
        )
    return clock.plot("throughput", "Requests per second", series, Axis("rate"))


def errors(clock: Clock) -> Plot | None:
    """Failures per second by kind."""
    total: Counter[str] = Counter()
    for part in clock.parts:
        total.update(part.errors)
    if not total:
        return None
    kept = [kind for kind, _ in total.most_common(_MOST_KINDS)]
    series = [
        Series(cut(printable(kind), 40), [part.rate(part.errors[kind]) for part in clock.parts], colour)
        for kind, colour in zip(kept, ("bad", *_COLOURS), strict=False)
    ]
    if rest := set(total) - set(kept):
        values = [part.rate(sum(part.errors[kind] for kind in rest)) for part in clock.parts]
        series.append(Series(f"{len(rest)} more kinds", values, "soft"))
    return clock.plot("errors-over-time", "Failures per second, by kind", series, Axis("rate"))


def statuses(clock: Clock) -> Plot | None:
    """Answers per second by status code."""
    if all(part.status_codes is None for part in clock.parts):
        return None
    total: Counter[int] = Counter()
    for part in clock.parts:
        total.update(part.status_codes or {})
    kept = sorted(code for code, _ in total.most_common(_MOST_KINDS + 1) if code)
    if not kept:
        return None
    series = [
        Series(str(code), [_of_status(part, code) for part in clock.parts], colour)
        for code, colour in zip(kept, _status_colours(kept), strict=True)
    ]
    return clock.plot("statuses", "Answers per second, by status", series, Axis("rate", switch=True))


def _status_colours(codes: Sequence[int]) -> list[Colour]:
    """Green and blues for what is well, warm colours for 4xx and 5xx."""
    palettes: dict[bool, list[Colour]] = {True: ["c3", "c1", "c6", "soft"], False: ["c2", "c4", "c5", "bad"]}
    seen: Counter[bool] = Counter()
    colours: list[Colour] = []
    for code in codes:
        well = code < 400
        colours.append(palettes[well][seen[well] % 4])
        seen[well] += 1
    return colours


def _of_status(part: Slice, code: int) -> Value:
    return None if part.status_codes is None else part.rate(part.status_codes[code])


def percentiles(clock: Clock) -> Plot | None:
    """Percentiles of latency over time, as lines with bands between them."""
    colours: dict[str, Colour] = {"p50": "c1", "p90": "c3", "p95": "c5", "p99": "c2", "max": "soft"}
    names = [name for name in colours if any(part.times_ms.get(name) is not None for part in clock.parts)]
    series = [
        Series(name, [part.times_ms.get(name) for part in clock.parts], colours[name], on=name != "max")
        for name in names
    ]
    shown = [number for number, name in enumerate(names) if name != "max"]
    bands = list(zip(shown[1:], shown, strict=False))
    slowest = "Of each point, the slowest second is shown, for percentiles cannot be averaged."
    note = slowest if clock.lead and clock.parts[0].latency is None else None
    return clock.plot(
        "percentiles",
        "Latency percentiles",
        series,
        Axis("ms", switch=True),
        bands=bands,
        wide=True,
        note=note,
        summary="Percentiles of latency over the run",
    )


def response(clock: Clock) -> Plot | None:
    """Response time (from when a request was due) beside service time (from when it was sent)."""
    if all(part.response is None for part in clock.parts):
        return None
    named: dict[str, Colour] = {"p50": "c1", "p99": "c2"}
    series = []
    for name, colour in named.items():
        due = [
            None if part.response is None else ms(part.response.quantile(QUANTILES[name]))
            for part in clock.parts
        ]
        sent = [part.times_ms.get(name) for part in clock.parts]
        series.append(Series(f"response {name}", due, colour))
        series.append(Series(f"service {name}", sent, colour, dashed=True))
    return clock.plot(
        "response",
        "Response time beside service time",
        series,
        Axis("ms", switch=True),
        note="Response counts from when a request was due, service from when it was sent.",
    )
