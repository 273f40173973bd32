"""The pictures of a search for capacity: the rate-latency curve, the probes in their order, achieved over asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import median_low

from ...reports import figures
from ...reports.page.model import Axis, Colour, Mark, Plot, Series, Value
from ...workflows.capacity.result import CapacityResult, Probe
from .fitting import thinned, thinning_note
from .parts import latency_limits, limit_series

_CURVES: dict[str, Colour] = {"p50": "c1", "p95": "c4", "p99": "c2"}


def interval_name(result: CapacityResult) -> str:
    """What the interval is called, with its confidence where there is one."""
    return "interval" if result.interval is None else f"{100 * result.interval.confidence:.0f}% interval"


def interval_text(result: CapacityResult) -> str:
    """Its ends, of which one may not be known."""
    interval = result.interval
    if interval is None or (interval.low is None and interval.high is None):
        return figures.UNKNOWN
    if interval.low is None:
        return f"at most {figures.rate(interval.high)}"
    if interval.high is None:
        return f"at least {figures.rate(interval.low)}"
    return f"{_three_digits(interval.low)} – {_three_digits(interval.high)}/s"


def _three_digits(rate: float) -> str:
    return f"{rate:,.0f}" if rate >= 100 else f"{rate:.3g}"


def curve(result: CapacityResult) -> Plot | None:
    """Latency over rate: a dot for each probe, lines through the middle probe of each rate."""
    if all(_time(probe, name) is None for probe in result.probes for name in _CURVES):
        return None
    probes = sorted(thinned(result.probes), key=lambda probe: (probe.rate, probe.number))
    judged = _judged_quantile(result)
    series: list[Series] = []
    for name, colour in _CURVES.items():
        series.append(Series(name, _middle(probes, name), colour, marked=name != judged))
    series += _dots(probes, lambda probe: _time(probe, judged), judged)
    series += limit_series(result.slo, len(probes))
    return Plot(
        "rate-latency",
        f"Latency over rate ({judged} as dots)",
        [probe.rate for probe in probes],
        series,
        Axis("ms", log=True, switch=True),
        _rates(result),
        marks=_marks(result),
        wide=True,
        summary=f"{judged} of {len(probes)} probes over their rates, on a logarithmic scale",
        note="Where a rate was probed more than once, the lines go through the middle one of its probes.",
    )


def _time(probe: Probe, name: str) -> Value:
    value: Value = getattr(probe, f"{name}_ms")
    return value


def _judged_quantile(result: CapacityResult) -> str:
    """The percentile that the objective bounds, among those that probes tell; else p99."""
    bounded = [limit.metric for limit in latency_limits(result.slo)]
    return next((name for name in bounded if name in _CURVES), "p99")


def _middle(probes: Sequence[Probe], name: str) -> list[Value]:
    """At the first probe of each rate the middle figure of those at that rate, None at the others."""
    values: list[Value] = []
    for place, probe in enumerate(probes):
        if place and probes[place - 1].rate == probe.rate:
            values.append(values[-1])
            continue
        known = [
            value
            for other in probes
            if other.rate == probe.rate and (value := _time(other, name)) is not None
        ]
        values.append(median_low(known) if known else None)
    return values


def _dots(probes: Sequence[Probe], figure: Callable[[Probe], Value], name: str = "") -> list[Series]:
    """A figure of the probes as dots by their outcome; those limited by the generator say nothing of the target."""
    outcomes: dict[str, tuple[str, Colour]] = {
        "held": ("held", "good"),
        "failed": ("failed", "bad"),
        "generator": ("the generator was the limit", "warn"),
    }
    found = []
    for outcome, (words, colour) in outcomes.items():
        values = [figure(probe) if _outcome(probe) == outcome else None for probe in probes]
        if any(value is not None for value in values):
            found.append(Series(f"{name}, {words}" if name else words, values, colour, dots=True))
    return found


def _outcome(probe: Probe) -> str:
    if probe.sustained:
        return "held"
    return "generator" if probe.criterion == "generator" else "failed"


def _rates(result: CapacityResult) -> Axis:
    rates = [probe.rate for probe in result.probes]
    low, high = min(rates), max(rates)
    wide = low > 0 and high / low > 30
    room = (high - low) * 0.04 or high * 0.1
    return Axis(
        "rate", "rate asked for", log=wide, low=low / 1.1 if wide else max(0.0, low - room), high=high + room
    )


def _marks(result: CapacityResult) -> list[Mark]:
    marks = []
    interval = result.interval
    if interval is not None and interval.low is not None and interval.high is not None:
        told = f"{interval_name(result)} {interval_text(result)}"
        marks.append(Mark(interval.low, told, interval.high))
    if result.knee is not None:
        marks.append(Mark(result.knee.rate, f"knee {figures.rate(result.knee.rate)}"))
    if result.verified_rate is not None:
        marks.append(Mark(result.verified_rate, f"verified {figures.rate(result.verified_rate)}"))
    return marks


def search(result: CapacityResult) -> Plot:
    """The probes in the order in which they were made."""
    probes = thinned(result.probes)
    series = [
        Series("order", [probe.rate for probe in probes], "soft"),
        *_dots(probes, lambda probe: probe.rate),
    ]
    if result.rate is not None and result.conclusion == "found":
        series.append(Series("capacity", [result.rate] * len(probes), "c1", dashed=True))
    return Plot(
        "search",
        "The search, probe by probe",
        [float(probe.number) for probe in probes],
        series,
        Axis("rate"),
        Axis("count", "probe", low=0.0, high=len(result.probes) + 1.0),
        summary=f"The rates of {len(probes)} probes in the order in which they were made",
        note=thinning_note(result.probes, "probe"),
    )


def achieved(result: CapacityResult) -> Plot | None:
    """What came back per second at each rate."""
    probes = sorted(thinned(result.probes), key=lambda probe: (probe.rate, probe.number))
    if all(probe.achieved is None for probe in probes):
        return None

    return Plot(
        "achieved",
        "Achieved over asked for",
        [probe.rate for probe in probes],
        [
            Series("as asked for", [probe.rate for probe in probes], "soft", dashed=True),
            *_dots(probes, lambda probe: probe.achieved),
        ],
        Axis("rate"),
        _rates(result),
        summary="Iterations finished per second over those asked for",
        note="Iterations finished per second.",
    )
