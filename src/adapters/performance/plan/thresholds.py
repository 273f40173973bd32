"""Thresholds: what must hold of a run, written ``p95 < 500ms`` or ``login: error_rate <= 1%``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator

LATENCY_METRICS = ("mean", "min", "max", "stdev", "p50", "p75", "p90", "p95", "p99", "p999")
_SPELT_DIFFERENTLY = {"avg": "mean", "average": "mean", "median": "p50", "p99.9": "p999", "rps": "throughput"}
_TIME_MS = {"us": 0.001, "µs": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}
_EXPRESSION = re.compile(
    r"""\s*(?:(?P<request>\S.*?)\s*:\s+)?
        (?P<metric>[A-Za-z_][\w.]*)\s*
        (?P<op><=|>=|==|<|>)\s*
        (?P<value>-?\d+(?:\.\d+)?)\s*(?P<unit>%|/s|us|µs|ms|s|m)?\s*""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Threshold:
    """A parsed threshold; ``value`` is in ms for latencies, a fraction for rates, 1/s for throughput."""

    expression: str
    request: str | None
    metric: str
    op: str
    value: float
    unit: str

    @property
    def on_errors(self) -> bool:
        """Whether it says how many failures are allowed."""
        return self.metric in ("error_rate", "failures")


def parse_threshold(text: str) -> Threshold:
    """The threshold that a text stands for; ValueError says what is not understood."""
    match = _EXPRESSION.fullmatch(text)
    if match is None:
        raise ValueError(f"not a threshold: {text!r}; write for example 'p95 < 500ms' or 'error_rate < 1%'")
    metric = _SPELT_DIFFERENTLY.get(match["metric"], match["metric"])
    value, unit = _value(text, metric, float(match["value"]), match["unit"])
    return Threshold(text.strip(), match["request"], metric, match["op"], value, unit)


def _value(text: str, metric: str, value: float, unit: str | None) -> tuple[float, str]:
    if metric in LATENCY_METRICS:
        if unit not in _TIME_MS:
            raise ValueError(f"{text!r}: a latency needs a unit, such as 500ms or 1.5s")
        return value * _TIME_MS[unit], "ms"
    allowed: dict[str, tuple[str | None, ...]] = {
        "error_rate": ("%", None),
        "checks": ("%", None),
        "throughput": ("/s", None),
        "requests": (None,),
        "failures": (None,),
    }
    if metric not in allowed:
        raise ValueError(
            f"{text!r}: no figure is called {metric!r}; there are {', '.join((*LATENCY_METRICS, *allowed))}"
        )
    if unit not in allowed[metric]:
        raise ValueError(f"{text!r}: {metric} is not measured in {unit}")
    if unit == "%":
        return value / 100, ""
    return value, "/s" if metric == "throughput" else ""


def _checked(text: str) -> str:
    parse_threshold(text)
    return text.strip()


ThresholdText = Annotated[str, AfterValidator(_checked)]
