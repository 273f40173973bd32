"""Whether the generator itself was the limit: judged from figures alone, so that every rule can be tested.

GeneratorSaturated (open model): iterations began late, by more than a tenth of what requests took and by over 10 ms,
both at the same percentile; or over 1 % of the arrivals that were due were never started. The percentile is the highest
of p99, p90 and p50 that ten arrivals lie beyond, so that one hiccup in a short run is no alarm. Arrivals that found
every user busy are none of this: they may be the target's doing, and have a warning of their own.

GeneratorBusy: over a run of at least two seconds a worker used 95 % of a core or more (not in the open model, where it
looks at the clock until the next arrival is due), or the timers of its event loop were late on the mean by over 20 ms
and by more than a hundredth of what requests took; so answers waited for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ...metrics.histogram import Histogram
from ...metrics.resources import Arrivals, WorkerHealth
from ...metrics.result import ResultWarning

LAG_SHARE = 0.1
LAG_FLOOR_NS = 10e6
MISSED_SHARE = 0.01
MISSED_LEAST = 5
BUSY_PERCENT = 95.0
BUSY_LEAST_S = 2.0
LOOP_LAG_FLOOR_MS = 20.0
LOOP_LAG_SHARE = 0.01
FULL_PERCENT = 90.0
_BEYOND = 10
_PERCENTILES = (0.99, 0.9, 0.5)


@dataclass(frozen=True, slots=True)
class Signs:
    """What a run showed of its generator.

    ``lag`` and ``arrivals`` are None in other models than the open one, and where they are not known. ``processors`` is
    how many may be used, ``machine_percent`` how busy all those of the machine were; ``judged`` tells whether the plan
    has checks or extracts.
    """

    duration_s: float
    latency: Histogram
    lag: Histogram | None
    arrivals: Arrivals | None
    workers: Sequence[WorkerHealth]
    processors: int
    machine_percent: float | None
    judged: bool


def saturation(signs: Signs) -> list[ResultWarning]:
    """The warnings that these figures call for, each with the advice that helps."""
    found = []
    if reasons := [*_late(signs), *_missed(signs)]:
        advice = " or ".join([*_relief(signs), "a lower rate"])
        text = f"the generator could not keep up: {'; '.join(reasons)}; what helps: {advice}"
        found.append(ResultWarning(code="GeneratorSaturated", message=text))
    if busy := list(_busy(signs)):
        advice = " or ".join([*_relief(signs), "less load"])
        text = f"{', '.join(busy)}: latencies include waiting for the generator itself; what helps: {advice}"
        found.append(ResultWarning(code="GeneratorBusy", message=text))
    return found


def _late(signs: Signs) -> Iterator[str]:
    lag = signs.lag
    if lag is None:
        return
    for q in _PERCENTILES:
        if round(lag.count * (1 - q), 6) < _BEYOND:
            continue
        late, took = lag.quantile(q) or 0.0, signs.latency.quantile(q) or 0.0
        if late > max(LAG_FLOOR_NS, LAG_SHARE * took):
            name = f"p{q * 100:.0f}"
            both = _time(late / 1e6), _time(took / 1e6)
            yield f"iterations began late, lag {name} {both[0]} beside a latency {name} of {both[1]}"
        return


def _missed(signs: Signs) -> Iterator[str]:
    arrivals = signs.arrivals
    if arrivals is None or arrivals["missed"] < MISSED_LEAST:
        return
    missed, due = arrivals["missed"], arrivals["due"]
    if missed > MISSED_SHARE * due:
        reached = 100 * (due - missed) / due
        yield f"{missed:,} of {due:,} arrivals were never started, {reached:.1f}% of the rate was reached"


def _busy(signs: Signs) -> Iterator[str]:
    if signs.duration_s < BUSY_LEAST_S:
        return
    most_lag_ms = max(LOOP_LAG_FLOOR_MS, LOOP_LAG_SHARE * (signs.latency.mean_ns or 0.0) / 1e6)
    for worker in signs.workers:
        cpu, lag = worker["cpu_percent_mean"], worker["loop_lag_ms"]
        if cpu is not None and cpu >= BUSY_PERCENT and signs.lag is None:
            yield f"worker {worker['worker']} used {cpu:.0f}% of a core over the run"
        elif (lag["mean"] or 0.0) > most_lag_ms:
            yield (
                f"the event loop of worker {worker['worker']} was late, "
                f"by {_time(lag['mean'])} on the mean and {_time(lag['max'])} at most"
            )


def _relief(signs: Signs) -> Iterator[str]:
    """What takes work off a worker."""
    running, machine = len(signs.workers), signs.machine_percent
    if machine is not None and machine >= FULL_PERCENT:
        yield f"a machine with free processors (those of this one were {machine:.0f}% busy)"
    elif signs.processors > running:
        yield f"more processes ({running} of {signs.processors} processors have one; --processes {signs.processors})"
    if signs.judged:
        yield "fewer checks and extracts"


def _time(ms: float | None) -> str:
    if ms is None:
        return "an unknown time"
    return f"{ms:.3g} ms" if ms < 1000 else f"{ms / 1000:.3g} s"
