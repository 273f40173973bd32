"""Gates: how much worse a figure may get, written ``p95 < +5%`` or ``error_rate <= +0.1pp``.

The limit is on the change from the first configuration to another: in percent of the former, or in percentage points
for an error rate. A gate fails when the whole interval of the change lies on the wrong side of the limit, holds when
the whole lies on the right side, and is open otherwise.
"""

from __future__ import annotations

import operator
import re
from dataclasses import dataclass

from ...errors import UsageError
from ...stats import Interval
from .figures import NAMES, Metric

_SPELT_DIFFERENTLY = {"avg": "mean", "average": "mean", "median": "p50", "p99.9": "p999", "rps": "throughput"}
_EXAMPLES = "write for example 'p95 < +5%', 'throughput > -3%', 'error_rate <= +0.1pp' or 'login: p95 < +10%'"
_HOLDS = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
_GATE = re.compile(
    r"""\s*(?:(?P<request>\S.*?)\s*:\s+)?
        (?P<metric>[A-Za-z_][\w.]*)\s*
        (?P<op><=|>=|<|>)\s*
        (?P<value>[+-]?\d+(?:\.\d+)?)\s*(?P<unit>%|pp)?\s*""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Gate:
    """A parsed gate; ``limit`` is a share (0.05 is 5 % more), or a difference of fractions for an error rate."""

    text: str
    metric: Metric
    op: str
    limit: float

    def holds(self, change: Interval) -> bool | None:
        """Whether the change is within the limit; None when the interval leaves that open. Same unit as the limit."""
        inside = [_HOLDS[self.op](end, self.limit) for end in (change.low, change.high)]
        return True if all(inside) else None if any(inside) else False


def parse_gate(text: str) -> Gate:
    """The gate that a text stands for; UsageError shows what is not understood."""
    match = _GATE.fullmatch(text)
    if match is None:
        raise UsageError(f"not a gate: {text!r}", hint=_EXAMPLES)
    name = _SPELT_DIFFERENTLY.get(match["metric"], match["metric"])
    if name not in NAMES:
        raise UsageError(
            f"the gate {text!r}: no figure is called {match['metric']!r}",
            hint=f"there are {', '.join(NAMES)}",
        )
    metric = Metric(name, match["request"])
    unit = "pp" if metric.by_difference else "%"
    if match["unit"] != unit:
        why = (
            "an error rate changes by percentage points, as it may be 0 before"
            if metric.by_difference
            else f"a change of {name} is in percent"
        )
        change = f"{match['op']} {match['value']}{unit}"
        raise UsageError(
            f"the gate {text!r}: {why}", hint=f"write {metric.label!r} {change}".replace("'", "")
        )
    limit = float(match["value"]) / 100
    if not metric.by_difference and limit <= -1:
        raise UsageError(f"the gate {text!r}: nothing can fall by 100 % or more", hint=_EXAMPLES)
    return Gate(text.strip(), metric, match["op"], limit)
