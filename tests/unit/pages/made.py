"""Results of every kind as they could have been, with the names and figures that a test asks for."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.unit.comparison.conftest import make_run
from tests.unit.microbench.made import answer, made

from adapters.performance.metrics import EngineInfo, LatencySummary, ResultWarning, Semantics
from adapters.performance.metrics.result import ThresholdResult
from adapters.performance.microbench.comparison import compare
from adapters.performance.microbench.document import BenchmarkSet
from adapters.performance.workflows.capacity.result import CapacityResult, Knee, Probe, Range
from adapters.performance.workflows.comparison.compare import compare_all
from adapters.performance.workflows.comparison.rules import Rules
from adapters.performance.workflows.http_benchmark.result import HttpBenchmarkResult, RequestRow
from adapters.performance.workflows.scalability import Law, Level, ScalabilityResult
from adapters.performance.workflows.stress.result import StressResult, StressStep
from adapters.performance.workflows.suite import EntryResult, SuiteResult

ENGINE = EngineInfo(
    name="native",
    version="1.0",
    semantics=Semantics(latency="send to last byte", resolution_ms=0.001, connections="kept", redirects="no"),
)
STARTED = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
NOTHING = LatencySummary(min=None, mean=None, stdev=None, p50=None, p75=None, p90=None, p95=None, p99=None)


def times(ms: float) -> LatencySummary:
    """A summary of latencies about these milliseconds."""
    return LatencySummary(
        min=ms / 2,
        mean=ms,
        stdev=ms / 10,
        p50=ms,
        p75=1.2 * ms,
        p90=1.4 * ms,
        p95=1.5 * ms,
        p99=2 * ms,
        p999=3 * ms,
        max=4 * ms,
    )


# Stress


def step(users, ms=10.0, verdict="held", **changes):
    fields = {
        "users": users,
        "verdict": verdict,
        "failing": ("p95 < 30ms: it was 60ms",) if verdict == "broke" else (),
        "judged_s": 9.0,
        "requests": 100 * users,
        "failures": 0,
        "error_rate": 0.0,
        "throughput_rps": 10.0 * users,
        "latency_ms": times(ms),
        "thresholds": (
            ThresholdResult(
                expression="p95 < 30ms", passed=verdict == "held", actual=1.5 * ms, unit="ms", reason=None
            ),
        ),
    }
    return StressStep(**{**fields, **changes})


def stress(**changes):
    fields = {
        "success": True,
        "outcome": "broke",
        "reason": "it broke at 30 users: p95 < 30ms: it was 60ms; the most it held is 20 users",
        "max_users_reached": 30,
        "max_users_held": 20,
        "break_point": 30,
        "steps": (step(10), step(20, 15.0, gain=0.9, gain_over_users=10), step(30, 40.0, "broke")),
        "repeated": step(30, 42.0, "broke"),
        "planned_users": (10, 20, 30, 40),
        "step_duration_s": 10.0,
        "settle_s": 1.0,
        "criteria": ("p95 < 30ms",),
        "runs": 2,
        "engine": ENGINE,
        "plan": {"name": "shop", "target": "http://127.0.0.1:1"},
        "started_at": STARTED,
        "duration_s": 40.0,
    }
    return StressResult(**{**fields, **changes})


# Capacity


def probe(number, rate, *, ms=10.0, criterion=None, **changes):
    fields = {
        "number": number,
        "phase": "bisect",
        "rate": rate,
        "achieved": rate,
        "duration_s": 10,
        "extended": False,
        "sustained": criterion is None,
        "criterion": criterion,
        "reason": None if criterion is None else f"it was {criterion}",
        "objectives": (),
        "requests": 5000,
        "error_rate": 0.0,
        "dropped": 0,
        "mean_ms": ms,
        "p50_ms": ms,
        "p95_ms": 1.5 * ms,
        "p99_ms": 2 * ms,
    }
    return Probe(**{**fields, **changes})


def capacity(**changes):
    fields = {
        "conclusion": "found",
        "sentence": "sustains 95/s (95% interval 90/s to 100/s) within p99 < 50ms; latency limits it",
        "ended": "converged",
        "rate": 95.0,
        "interval": Range(low=90.0, high=100.0, confidence=0.95),
        "verified_rate": 90.0,
        "limit": "latency",
        "limit_reason": "it was latency at 100/s",
        "softness": 0.02,
        "knee": Knee(rate=40.0, mean_ms=10.0, p50_ms=9.0),
        "recovery_s": 2.0,
        "slo": ("p99 < 50ms", "error_rate < 1%"),
        "slo_source": "given",
        "notes": ("one to know",),
        "probes": (
            probe(1, 10.0),
            probe(2, 40.0, ms=11.0),
            probe(3, 160.0, ms=900.0, criterion="latency", achieved=101.0, recovery_s=2.0),
            probe(4, 100.0, ms=60.0, criterion="latency"),
            probe(5, 90.0, ms=20.0),
            probe(6, 90.0, ms=22.0, phase="verify"),
        ),
        "settings": {"start_rate": 10.0, "max_rate": None, "growth": 2.0, "precision": 0.05, "probe_s": 10},
        "engine": ENGINE,
        "plan": {"name": "shop", "target": "http://127.0.0.1:1"},
        "started_at": STARTED,
        "duration_s": 100.0,
    }
    return CapacityResult(**{**fields, **changes})


# Scalability

LAW = Law(
    rate_of_one=50.0,
    contention=0.02,
    coherency=0.005,
    r_squared=0.99,
    peak_users=14.0,
    peak_throughput=310.0,
    doubts=("only few levels",),
)


def scalability(law=LAW, **changes):
    levels = [(1, 50.0), (4, 170.0), (8, 260.0), (16, 300.0)]
    fields = {
        "stopped": "completed",
        "levels": (
            *(
                Level(users=users, throughput=rate, mean_ms=20.0, p99_ms=40.0, error_rate=0.0)
                for users, rate in levels
            ),
            Level(
                users=32,
                throughput=200.0,
                mean_ms=90.0,
                p99_ms=200.0,
                error_rate=0.2,
                left_out="20% of the requests failed",
            ),
        ),
        "law": law,
        "law_reason": None if law else "too few levels",
        "probe_s": 10,
        "warm_up_s": 2,
        "engine": ENGINE,
        "plan": {"target": "http://127.0.0.1:1"},
        "started_at": STARTED,
        "duration_s": 60.0,
    }
    return ScalabilityResult(**{**fields, **changes})


# Comparison


def comparison(names=("old", "new"), *, gates=("p95 < +5%",), repeats=6):
    """The first configuration takes 10 ms, each further one a fifth more than the one before."""
    sides = {
        name: [make_run(10.0 * 1.2**number * (1 + 0.004 * run)) for run in range(repeats)]
        for number, name in enumerate(names)
    }
    return compare_all(sides, Rules.of(list(gates)))


# Suite


def suite(names=("fast", "slow"), error="no engine is called 'nosuch'\n  there are: native"):
    """A test for each name, of which the last broke before it had a result."""
    timeline = [
        {
            "t": second,
            "requests": 100,
            "failures": 0,
            "users": 4,
            "rps": 100.0,
            "p50_ms": 10.0,
            "p95_ms": 15.0,
            "p99_ms": 20.0,
        }
        for second in range(20)
    ]
    entries = [
        *(
            EntryResult(name=name, passed=True, exit_code=0, result=make_run(timeline=timeline))
            for name in names
        ),
        EntryResult(name="absent", passed=False, exit_code=3, error=error),
    ]
    return SuiteResult(
        overall_passed=False,
        exit_code=3,
        mode="sequence",
        started_at=STARTED,
        duration_s=60.0,
        entries=tuple(entries),
        warnings=(ResultWarning(code="GeneratorBusy", message="worker 0 used 99% of a core"),),
    )


# Benchmarks


def endpoint(rows=200, failure=None, **changes):
    """A benchmark of which these rows were kept; None is none."""
    kept = None if rows is None else tuple(_row(number, failure) for number in range(1, rows + 1))
    fields = {
        "success": failure is None,
        "reason": None if failure is None else f"20 of {rows} requests failed",
        "method": "GET",
        "url": "http://127.0.0.1:1/",
        "concurrency": 2,
        "requests": rows or 50,
        "failures": 0,
        "error_rate": 0.0,
        "started_at": STARTED,
        "duration_s": 2.0,
        "throughput": 100.0,
        "total_ms": times(10.0),
        "status_codes": {"200": rows or 50},
        "measured": "by the engine native: from sent to received",
        "rows": kept,
    }
    return HttpBenchmarkResult(**{**fields, **changes})


def _row(number, failure):
    broke = failure if number % 10 == 0 else None
    return RequestRow(
        number=number,
        at_s=number / 100,
        status=503 if broke else 200,
        failure=broke,
        total_ms=5.0 + number % 7,
        first_byte_ms=4.0 + number % 7,
        last_byte_ms=0.0,
        connect_ms=1.0 if number == 1 else None,
        bytes_received=100,
        tries=1,
    )


def function(name="f", ms=1.0, processes=6):
    """A benchmark of a function, a little slower in each further process."""
    answers = [
        answer([ms / 1000 * (1 + 0.002 * process + 0.001 * value) for value in range(8)])
        for process in range(processes)
    ]
    return made(name, [], answers=answers)


def functions(names=("f", "g", "h")):
    """Benchmarks, each a fifth slower than the one before, and how they compare with the first."""
    results = [function(name, 1.2**number) for number, name in enumerate(names)]
    return BenchmarkSet(benchmarks=tuple(results), compared=compare(results).compared)


def functions_compared(names=("f", "g")):
    return compare([function(name, 1.2**number) for number, name in enumerate(names)])


EVERY = {
    "stress": stress,
    "capacity": capacity,
    "scalability": scalability,
    "comparison": comparison,
    "suite": suite,
    "endpoint": endpoint,
    "functions": functions,
    "function": function,
    "functions-compared": functions_compared,
}
"""A result of each kind, by a name of it."""
