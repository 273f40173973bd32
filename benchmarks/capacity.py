"""Searches for a capacity that is set by construction: how often the interval covers it, and how far off they end.

    python -m benchmarks.capacity [--rounds 20] [--simulated 300] [--parallel 4] [--methods ours bisection ramp]

Real: servers of 8 to 24 slots with a fixed service time, so that capacity = slots / service time; probes of 3 s after a
warm-up of 1 s; quiet, and with stalls of 500 ms in about a tenth of the probes. Simulated: M/M/1 queues, whose limit
is where the long-run p99 = -ln(0.01) / (μ - λ) is 50 ms, which probes of 10 s flatter, and probes that are tosses of
a coin near the limit.

Beside polyload's search: a plain ramp in steps of 40/s, each probed once, until one fails; and bisection with single
probes down to a bracket of 5 %, after doubling until one fails. Their interval is between the last rates that held and
failed.
"""

from __future__ import annotations

import argparse
import asyncio
import math
import multiprocessing
import sys
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from statistics import median
from typing import Protocol

import numpy as np
import numpy.typing as npt

from adapters.performance import NativeAdapter, find_capacity
from adapters.performance.testing.queueing import QueueServer
from adapters.performance.workflows.capacity.plans import base_plan
from adapters.performance.workflows.capacity.probe import judge_probe
from adapters.performance.workflows.capacity.probing import Prober
from adapters.performance.workflows.capacity.search import Ask, Search, Terms
from adapters.performance.workflows.capacity.settings import read_settings
from adapters.performance.workflows.capacity.slo import read_slo

START_RATE = 40.0
SLO = "p99 < 150ms"  # of the real servers
SLO_S = 0.05  # of the simulated queues
PROBE_S, WARM_UP_S = 3, 1
STALL_S = 0.5
METHODS = ("ours", "bisection", "ramp")
_BASE_MS = 80.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a search came to, beside the truth; rates per second."""

    truth: float
    estimate: float
    low: float
    high: float
    probes: float  # in lengths of a probe
    conclusion: str = "found"

    @property
    def covers(self) -> bool:
        return self.low <= self.truth <= self.high

    @property
    def error(self) -> float:
        return abs(self.estimate / self.truth - 1)


class Method(Protocol):
    """What decides on probes: ``ask`` for a rate until there is none, ``tell`` whether it held."""

    def ask(self) -> Ask | None: ...

    def tell(self, sustained: bool) -> None: ...

    def found(self) -> tuple[float, float, float]:
        """The estimate and the interval."""


class Ramp:
    """Steps of the same size, until one fails."""

    def __init__(self) -> None:
        self._rate, self._done = START_RATE, False

    def ask(self) -> Ask | None:
        return None if self._done else Ask(self._rate, "ramp")

    def tell(self, sustained: bool) -> None:
        self._done = not sustained
        self._rate += START_RATE if sustained else 0

    def found(self) -> tuple[float, float, float]:
        held = self._rate - START_RATE
        return held, held, self._rate


class SingleBisection:
    """Twice the rate until one fails, then half way between on the logarithmic scale, every answer believed."""

    def __init__(self) -> None:
        self._low, self._high = START_RATE / 2, math.inf

    def ask(self) -> Ask | None:
        if self._high <= 1.05 * self._low:
            return None
        return Ask(2 * self._low if math.isinf(self._high) else math.sqrt(self._low * self._high), "bisect")

    def tell(self, sustained: bool) -> None:
        asked = self.ask()
        assert asked is not None
        if sustained:
            self._low = asked.rate
        else:
            self._high = asked.rate

    def found(self) -> tuple[float, float, float]:
        return math.sqrt(self._low * self._high), self._low, self._high


class Ours:
    """polyload's search."""

    def __init__(self) -> None:
        self._search = Search(Terms(START_RATE))
        self._left = 200.0

    def ask(self) -> Ask | None:
        asked = self._search.ask(self._left)
        self._left -= asked.lengths if asked else 0
        return asked

    def tell(self, sustained: bool) -> None:
        self._search.tell(sustained)

    def found(self) -> tuple[float, float, float]:
        interval = self._search.interval
        assert interval is not None
        return interval.estimate, interval.low, interval.high


def make(method: str) -> Method:
    return {"ours": Ours, "bisection": SingleBisection, "ramp": Ramp}[method]()


async def search(method: Method, probe: Callable[[Ask], Awaitable[bool]], truth: float) -> Outcome:
    """Let a method make its probes."""
    lengths = 0
    while (ask := method.ask()) is not None:
        method.tell(await probe(ask))
        lengths += ask.lengths
    return Outcome(truth, *method.found(), lengths)


# Real servers


def real(method: str, number: int, stalls: bool, budget_s: float) -> Outcome:
    """One search against a server of its own, in this process."""
    rng = np.random.default_rng(1000 + number)
    slots, service_s = int(rng.integers(8, 25)), float(rng.uniform(0.06, 0.1))
    every_s = 10 * (PROBE_S + WARM_UP_S) if stalls else None
    with QueueServer(
        slots=slots, service_s=service_s, stall_every_s=every_s, stall_s=STALL_S, seed=number
    ) as server:
        if method == "ours":
            return asyncio.run(_ours(server, budget_s))
        return asyncio.run(_other(method, server))


async def _ours(server: QueueServer, budget_s: float) -> Outcome:
    result = await find_capacity(
        server.url,
        SLO,
        start_rate=START_RATE,
        probe=PROBE_S,
        warm_up=WARM_UP_S,
        budget=budget_s,
        tool="native",
    )
    interval = result.interval
    low = (interval.low if interval else None) or 0.0
    high = (interval.high if interval else None) or math.inf
    lengths = sum(probe.duration_s for probe in result.probes) / PROBE_S
    return Outcome(server.capacity, result.rate or math.nan, low, high, lengths, result.conclusion)


async def _other(method: str, server: QueueServer) -> Outcome:
    told = read_settings(
        start_rate=START_RATE,
        max_rate=None,
        probe=PROBE_S,
        warm_up=WARM_UP_S,
        budget=3600,
        precision=0.05,
        growth=2,
        max_users=None,
        recover_within=10,
    )
    slo = read_slo(SLO)
    prober = Prober(base_plan(server.url, {}), slo, told, NativeAdapter(), False, asyncio.Event())

    async def probe(ask: Ask) -> bool:
        run = await prober.probe(ask, None)
        finding = judge_probe(run.result, run.stretch, slo)
        if not finding.sustained:
            await prober.cool_down(run, _BASE_MS)
        return finding.sustained

    return await search(make(method), probe, server.capacity)


def _shown(outcome: Outcome) -> Outcome:
    """Each real search takes minutes: what it came to is told at once."""
    told = f"{outcome.conclusion} {outcome.estimate:.1f} ({outcome.low:.1f} to {outcome.high:.1f})"
    print(f"{outcome.truth:.1f}/s: {told}", file=sys.stderr, flush=True)
    return outcome


# Simulated targets

FloatArray = npt.NDArray[np.float64]
Simulated = tuple[float, Callable[[Ask], bool]]


def coin(rng: np.random.Generator, softness: float, stalls: float) -> Simulated:
    """A target whose probes are tosses of a coin near its limit."""
    limit = math.exp(rng.uniform(math.log(50), math.log(1000)))

    def probe(ask: Ask) -> bool:
        holds = rng.random() < 1 / (1 + (ask.rate / limit) ** (1 / softness))
        return bool(holds and rng.random() >= stalls)

    return limit, probe


def queue(rng: np.random.Generator, stalls: float) -> Simulated:
    """An M/M/1 queue, first come first served; probes of 10 s after 2 s, made longer if their halves disagree."""
    mu = rng.uniform(200, 1000)
    limit = mu + math.log(0.01) / SLO_S

    def responses(rate: float, length_s: float) -> tuple[FloatArray, FloatArray]:
        """When requests are done, and how long they took."""
        arrivals = np.cumsum(rng.exponential(1 / rate, int(rate * (2 + length_s) * 1.3) + 50))
        arrivals = arrivals[arrivals < 2 + length_s]
        work = rng.exponential(1 / mu, len(arrivals))
        if rng.random() < stalls:
            work[np.searchsorted(arrivals, rng.uniform(2, 2 + length_s)) - 1] += 0.5
        done = np.cumsum(work)
        leaves = done + np.maximum.accumulate(arrivals - (done - work))
        return leaves, leaves - arrivals

    def probe(ask: Ask) -> bool:
        length_s = 10.0 * ask.lengths
        leaves, took = responses(ask.rate, length_s)
        middle_s = 2 + length_s / 2
        halves = [_holds(took[(leaves >= 2) & (leaves < middle_s)]), _holds(took[leaves >= middle_s])]
        if ask.lengths == 1 and halves[0] != halves[1]:
            leaves, took = responses(ask.rate, 2 * length_s)
        return _holds(took[leaves >= 2])

    return limit, probe


def _holds(took: FloatArray) -> bool:
    return bool(np.quantile(took, 0.99) < SLO_S)


def simulated(
    method: str, make_target: Callable[[np.random.Generator], Simulated], rounds: int
) -> list[Outcome]:
    outcomes = []
    for number in range(rounds):
        truth, probe = make_target(np.random.default_rng(number))

        async def answer(ask: Ask, probe: Callable[[Ask], bool] = probe) -> bool:
            return probe(ask)

        outcomes.append(asyncio.run(search(make(method), answer, truth)))
    return outcomes


def targets() -> Iterator[tuple[str, Callable[[np.random.Generator], Simulated]]]:
    for stalls in (0.0, 0.05, 0.1):
        yield f"coin 1%, stalls {stalls:.0%}", lambda rng, s=stalls: coin(rng, 0.01, s)
        yield f"coin 4%, stalls {stalls:.0%}", lambda rng, s=stalls: coin(rng, 0.04, s)
        yield f"M/M/1, stalls {stalls:.0%}", lambda rng, s=stalls: queue(rng, s)


# The tables


def head() -> None:
    print(
        f"{'target':<24}{'method':<11}{'rounds':>7}{'covers':>8}{'median off':>12}{'> 10% off':>11}{'probes':>8}"
    )


def row(target: str, method: str, outcomes: list[Outcome]) -> None:
    errors = [outcome.error for outcome in outcomes]
    covers = sum(outcome.covers for outcome in outcomes) / len(outcomes)
    far = sum(not error <= 0.1 for error in errors) / len(errors)
    other = [outcome.conclusion for outcome in outcomes if outcome.conclusion != "found"]
    print(
        f"{target:<24}{method:<11}{len(outcomes):>7}{covers:>8.0%}{median(errors):>12.1%}{far:>11.0%}"
        f"{median(outcome.probes for outcome in outcomes):>8.0f}"
        + (f"   {len(other)} {'/'.join(sorted(set(other)))}" if other else ""),
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=20, help="of real searches; 0: none")
    parser.add_argument("--simulated", type=int, default=300, help="of simulated searches; 0: none")
    parser.add_argument("--parallel", type=int, default=4, help="real searches at once")
    parser.add_argument("--budget", type=float, default=300, help="of a real search, in seconds")
    parser.add_argument("--methods", nargs="+", choices=METHODS, default=METHODS)
    given = parser.parse_args()
    head()
    if given.rounds:
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(given.parallel, mp_context=context) as pool:
            for method in given.methods:
                for stalls in (False, True):
                    runs = [
                        pool.submit(real, method, number, stalls, given.budget)
                        for number in range(given.rounds)
                    ]
                    row(
                        f"server, {'stalls' if stalls else 'quiet'}",
                        method,
                        [_shown(run.result()) for run in runs],
                    )
    if given.simulated:
        for name, make_target in targets():
            for method in given.methods:
                row(name, method, simulated(method, make_target, given.simulated))
    print("\ngoal for ours: covers ≥ 90 %, median off ≤ 5 %")


if __name__ == "__main__":
    main()
