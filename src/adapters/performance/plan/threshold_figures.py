"""What a threshold may be on: each figure's name, the units it is written in, and what can be asked of it."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

STATISTICS = ("mean", "min", "max", "stdev", "p50", "p75", "p90", "p95", "p99", "p999")
"""What can be told of a distribution of times."""
TIMES = ("latency", "response", "ttfb", "connect", "tls", "lag")
"""Distributions of times; ``p95`` alone is ``latency.p95``."""
ERROR_KINDS = (
    "refused",
    "connect",
    "dns",
    "tls",
    "reset",
    "closed",
    "truncated",
    "timeout",
    "protocol",
    "surplus",
    "too_large",
    "decode",
    "redirects",
    "status",
    "check",
    "extract",
    "auth",
    "script",
    "other",
)
"""The kinds of failures, as every engine calls them."""
SPELT_DIFFERENTLY = {
    "avg": "mean",
    "average": "mean",
    "median": "p50",
    "p99.9": "p999",
    "rps": "throughput",
    "requests_per_second": "throughput",
}

_TIME_MS: Mapping[str | None, Decimal] = {
    "us": Decimal("0.001"),
    "µs": Decimal("0.001"),
    "μs": Decimal("0.001"),
    "ms": Decimal(1),
    "s": Decimal(1000),
    "m": Decimal(60_000),
}
_SHARE: Mapping[str | None, Decimal] = {"%": Decimal("0.01"), None: Decimal(1)}
_COUNT: Mapping[str | None, Decimal] = {None: Decimal(1)}
_RATE: Mapping[str | None, Decimal] = {"/s": Decimal(1), None: Decimal(1)}


@dataclass(frozen=True, slots=True)
class Kind:
    """What a figure is: ``units`` it may be written in, each with its factor, and the ``unit`` its values are kept in.

    ``by_request``: there is one for each request name; ``by_second``: there is one for each second.
    """

    what: str
    units: Mapping[str | None, Decimal]
    unit: str
    by_request: bool = True
    by_second: bool = True
    grows: bool = False


TIME = Kind("time", _TIME_MS, "ms")
LAG = Kind("time", _TIME_MS, "ms", by_request=False, by_second=False)
SHARE = Kind("share", _SHARE, "")
COUNT = Kind("count", _COUNT, "", grows=True)
RATE = Kind("rate", _RATE, "/s")
OF_RUN = Kind("count", _COUNT, "", by_request=False, by_second=False, grows=True)

SINGLE: Mapping[str, Kind] = {
    "error_rate": SHARE,
    "checks": SHARE,
    "throughput": RATE,
    "requests": COUNT,
    "failures": COUNT,
    "errors": COUNT,
    "status": COUNT,
    "iterations": OF_RUN,
    "dropped": OF_RUN,
    "interrupted": OF_RUN,
}
"""Figures that are one number; ``errors[…]`` and ``status[…]`` are shares too, when written in percent."""
SELECTED = ("errors", "status")


def kind_of(metric: str) -> Kind:
    """The kind of a figure by its canonical name, such as ``p95``, ``ttfb.p95`` or ``error_rate``."""
    if metric in SINGLE:
        return SINGLE[metric]
    return LAG if metric.startswith("lag.") else TIME


def family_of(metric: str) -> tuple[str, str] | None:
    """The distribution and the statistic of a figure that is a time: ``ttfb.p95`` is (ttfb, p95); else None."""
    if metric in SINGLE:
        return None
    family, _, statistic = metric.rpartition(".")
    return family or "latency", statistic


def canonical(name: str) -> str | None:
    """``p95`` for ``p95`` and ``latency.p95``, ``ttfb.p50`` for ``ttfb.median``; None when there is no such figure."""
    name = SPELT_DIFFERENTLY.get(name, name)
    if name in SINGLE or name in STATISTICS:
        return name
    family, _, statistic = name.partition(".")
    statistic = SPELT_DIFFERENTLY.get(statistic, statistic)
    if family not in TIMES or statistic not in STATISTICS:
        return None
    return statistic if family == "latency" else f"{family}.{statistic}"


def no_such_figure(name: str) -> str:
    """What to tell of a name that is none of a figure."""
    family, dot, statistic = name.partition(".")
    if family in TIMES and not dot:
        return f"{name} is many times: say which of them, such as {name}.p95"
    if family in TIMES:
        return f"{family} has no {statistic!r}{near(statistic, STATISTICS)}; it has {', '.join(STATISTICS)}"
    known = (*STATISTICS, *SINGLE)
    further = ", ".join(f"{family}.p95" for family in TIMES[1:])
    return f"no figure is called {name!r}{near(name, known)}; there are {', '.join(known)}, and {further} …"


def near(name: str, known: tuple[str, ...]) -> str:
    """The names most like one that is not known, as the end of a sentence; nothing when none is."""
    found = difflib.get_close_matches(name, known, n=2)
    return f"; did you mean {' or '.join(found)}?" if found else ""
