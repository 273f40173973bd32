"""Where an axis has its ticks, and how figures on it are written."""

from __future__ import annotations

import math
import re

from .. import figures
from .model import Axis, Ticks, Unit

_TIME_STEPS_S = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400)
_ZEROS = re.compile(r"(\.\d*?)0+(?!\d)")


def written(value: float | None, unit: Unit) -> str:
    """A figure in its unit."""
    if value is None:
        return figures.UNKNOWN
    if unit == "ms":
        return _time(value)
    if unit == "rate":
        return figures.rate(value)
    if unit == "percent":
        return figures.percent(value)
    if unit == "time":
        return clock(value)
    if unit == "nines":
        return f"{100 * (1 - 10.0**-value):.{max(0, math.ceil(value) - 2)}f}%"
    if unit in ("change", "points"):
        return _signed(100 * value) + ("%" if unit == "change" else "pp")
    if unit == "shift":
        return shift(value)
    if unit == "count":
        return figures.count(round(value))
    return f"{value:,.4g}" + ("×" if unit == "ratio" else "")


def clock(second: float) -> str:
    """Seconds since the run began: ``45s``, ``12:30`` or ``1:02:30``."""
    whole = round(second)
    hours, minutes, seconds = whole // 3600, whole // 60 % 60, whole % 60
    if hours:
        return f"{hours}:{minutes:02}:{seconds:02}"
    return f"{minutes}:{seconds:02}" if minutes else f"{seconds}s"


def shift(ms: float) -> str:
    """By how much a time moved: ``+12.0ms``, ``-350µs``."""
    sign = "+" if ms > 0 else "-" if ms < 0 else ""
    return sign + _time(abs(ms))


def _time(ms: float) -> str:
    """Milliseconds in the unit that fits, nanoseconds among them."""
    return f"{ms * 1e6:.3g}ns" if 0 < ms < 0.0009995 else figures.latency(ms)


def _signed(value: float) -> str:
    return "0" if value == 0 else f"{value:+,.4g}"


def ticks(axis: Axis, low: float, high: float) -> Ticks:
    """The ticks between two ends."""
    if axis.ticks:
        return [(at, label) for at, label in axis.ticks if low <= at <= high]
    places = (
        _seconds(low, high) if axis.unit == "time" else _decades(low, high) if axis.log else _steps(low, high)
    )
    return [(place, _short(written(place, axis.unit))) for place in places]


def inner_ticks(axis: Axis, low: float, high: float) -> Ticks:
    """Ticks that lie between two ends which need not be round: four or so of them."""
    if axis.ticks or axis.log:
        return [(at, label) for at, label in ticks(axis, low, high) if low <= at <= high]
    step = _round_up((high - low) / 6)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [(step * number, _short(written(step * number, axis.unit))) for number in range(first, last + 1)]


def ends(axis: Axis, values: list[float]) -> tuple[float, float]:
    """Where an axis begins and ends: what it says itself, else round figures around the values."""
    low = min(values, default=0.0)
    high = max(values, default=1.0)
    if axis.log:
        low, high = _log_ends([value for value in values if value > 0])
    else:
        low = 0.0 if low >= 0 else low
        high = _steps(low, high)[-1] if high > low else low + 1.0
    return (low if axis.low is None else axis.low, high if axis.high is None else axis.high)


def _log_ends(values: list[float]) -> tuple[float, float]:
    """The nearest of 1, 2 and 5 times a power of ten beyond the values on either side."""
    low, high = min(values, default=1.0), max(values, default=10.0)
    return _round_down(low), _round_up(high * (1 + 1e-9) if high > low else high * 2)


def _round_down(value: float) -> float:
    power = 10.0 ** math.floor(math.log10(value))
    return max(factor * power for factor in (1, 2, 5) if factor * power <= value * (1 + 1e-9))


def _round_up(value: float) -> float:
    power = 10.0 ** math.floor(math.log10(value))
    return min(factor * power for factor in (1, 2, 5, 10) if factor * power >= value * (1 - 1e-9))


def _steps(low: float, high: float) -> list[float]:
    """Four steps or so of 1, 2 or 5 times a power of ten, the last at or above ``high``."""
    rough = (high - low) / 4
    if rough <= 0:
        return [low, low + 1.0]
    step = _round_up(rough)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [step * number for number in range(first, last + 1)]


def _decades(low: float, high: float) -> list[float]:
    """Powers of ten between two ends; with 2 and 5 times them where there are few."""
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    factors = (1,) if last - first > 3 else (1, 2, 5)
    places = [factor * 10.0**power for power in range(first, last + 1) for factor in factors]
    return [place for place in places if low * (1 - 1e-9) <= place <= high * (1 + 1e-9)]


def _seconds(low: float, high: float) -> list[float]:
    length = high - low
    step = next((step for step in _TIME_STEPS_S if length / step <= 8), max(1, math.ceil(length / 8)))
    return [float(at) for at in range(math.ceil(low / step) * step, math.floor(high) + 1, step)]


def _short(text: str) -> str:
    """Without zeros that say nothing: ``50.0ms`` on an axis is ``50ms``."""
    return _ZEROS.sub(lambda found: "" if found[1] == "." else found[1], text)
