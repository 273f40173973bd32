"""Rules on how latency changes during a run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median

from .. import figures
from ..page.model import Finding
from ..page.ticks import clock
from ..run.slices import Slice
from .seen import Seen

_LEAST_SLICES = 20
_QUARTERS = 4
_GROWTH = 1.3
_SLOW = 2.0
_STILL_SLOW = 1.5
_LONGEST_BEGINNING = 0.3


def growing(seen: Seen) -> Iterator[Finding]:
    """Under the same load, latency rises from quarter to quarter of the run."""
    for name, word in (("p50", "The median"), ("p95", "The p95")):
        values = [value for part in seen.steady if (value := part.times_ms.get(name)) is not None]
        if len(values) < _LEAST_SLICES:
            continue
        quarters = [median(part) for part in _quarters(values)]
        rising = all(later > earlier for earlier, later in pairwise(quarters))
        if rising and quarters[-1] >= _GROWTH * quarters[0]:
            told = ", ".join(figures.latency(value) for value in quarters)
            yield Finding(
                "Latency grows while the load stays the same",
                f"{word}, by quarters of the time from {clock(seen.steady[0].start_s)} to "
                f"{clock(seen.steady[-1].end_s)}: {told}.",
                "Often something fills up: a queue, a table, memory. Watch those of the target, and run for longer to "
                "see where it ends.",
            )
            return


def _quarters(values: Sequence[float]) -> list[Sequence[float]]:
    edges = [len(values) * number // _QUARTERS for number in range(_QUARTERS + 1)]
    return [values[start:stop] for start, stop in pairwise(edges)]


def slow_beginning(seen: Seen) -> Iterator[Finding]:
    """The first seconds are slower than the rest, and no warm-up leaves them out."""
    known = [part for part in seen.parts if part.times_ms.get("p50") is not None]
    if seen.result.warm_up is not None or len(known) < _LEAST_SLICES:
        return
    usual = median(_p50(part) for part in known[len(known) // 3 :])
    slow = 0
    while slow < len(known) and _p50(known[slow]) > _STILL_SLOW * usual:
        slow += 1
    if not slow or slow > _LONGEST_BEGINNING * len(known) or _p50(known[0]) < _SLOW * usual:
        return
    end_s = round(known[slow - 1].end_s)
    yield Finding(
        f"The first {figures.duration(end_s)} were slower than the rest",
        f"The median began at {figures.latency(_p50(known[0]))}; later it is {figures.latency(usual)}.",
        f"If you want the figures of a warm target, leave the beginning out: warm_up: {figures.duration(end_s)} in the "
        "plan's load.",
        "plain",
    )


def _p50(part: Slice) -> float:
    return part.times_ms["p50"] or 0.0
