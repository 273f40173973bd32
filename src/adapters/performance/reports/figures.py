"""Figures for people: a few significant digits, the unit that fits, and "–" for what is not known.

Rounding never turns some into none or all: an error rate of 0.001 % reads "<0.01%", never "0%".
"""

from __future__ import annotations

import math

from ..plan.quantity import format_duration

UNKNOWN = "–"

_TIME_UNITS = ((1000.0, "s"), (1.0, "ms"), (0.001, "µs"))
_SIZE_UNITS = ((1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB"))


def count(number: int | None) -> str:
    """A whole number, its thousands apart."""
    return UNKNOWN if number is None else f"{number:,}"


def percent(fraction: float | None) -> str:
    """A fraction in percent, with two decimals at most."""
    if fraction is None:
        return UNKNOWN
    if 0 < fraction < 0.00005:
        return "<0.01%"
    if 0.99995 < fraction < 1:
        return ">99.99%"
    return f"{100 * fraction:.2f}".rstrip("0").rstrip(".") + "%"


def share(part: int, whole: int) -> str:
    """A part of a whole in percent; unknown of nothing."""
    return percent(part / whole if whole else None)


def rate(per_second: float | None) -> str:
    """A number per second, three significant digits at least."""
    if per_second is None:
        return UNKNOWN
    if 0 < per_second < 10:
        return f"{per_second:.3g}/s"
    return f"{per_second:,.1f}/s" if 0 < per_second < 1000 else f"{per_second:,.0f}/s"


def size(octets: int | None) -> str:
    """A number of bytes, in units of 1000."""
    if octets is None:
        return UNKNOWN
    for factor, unit in _SIZE_UNITS:
        if octets >= factor:
            return f"{_three_digits(octets / factor)} {unit}"
    return f"{octets} B"


def duration(seconds: float | None) -> str:
    """How long something took: ``850ms``, ``10.03s``, ``2m5.2s``."""
    if seconds is None:
        return UNKNOWN
    if 0 < seconds < 1:
        return latency(seconds * 1000)
    return format_duration(round(seconds, 2 if seconds < 60 else 1))


def latency(ms: float | None, resolution_ms: float = 0.0) -> str:
    """Milliseconds in the unit that fits, with three significant digits, but none finer than the resolution."""
    if ms is None:
        return UNKNOWN
    if ms < resolution_ms:
        return f"<{resolution(resolution_ms)}"
    rounded = float(f"{ms:.3g}")
    factor, unit = next(
        (pair for pair in _TIME_UNITS if rounded >= pair[0]), _TIME_UNITS[-1] if ms else _TIME_UNITS[1]
    )
    return f"{_three_digits(rounded / factor, resolution_ms / factor)}{unit}"


def resolution(ms: float) -> str:
    """The smallest difference that an engine can show, as it declares it."""
    return f"{ms:g}ms" if ms >= 1 else f"{ms * 1000:g}µs" if ms >= 0.001 else f"{ms * 1e6:g}ns"


def exactly(value: float | None, unit: str | None = None) -> str:
    """A figure that a threshold was held against, with enough digits to see on which side of it."""
    return UNKNOWN if value is None else f"{value:.6g}{unit or ''}"


def _three_digits(value: float, resolution: float = 0.0) -> str:
    """At least three significant digits; decimals finer than the resolution are left out."""
    decimals = 0 if value >= 99.95 or value == 0 else 1 if value >= 9.995 else 2
    if 0 < value < 0.1:
        decimals = 3
    if resolution > 0:
        decimals = min(decimals, max(0, -math.floor(math.log10(resolution))))
    return f"{value:,.{decimals}f}"
