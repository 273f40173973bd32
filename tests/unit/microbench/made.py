"""Results made by hand, with the process medians that a test wants."""

from __future__ import annotations

from datetime import UTC, datetime

from adapters.performance.microbench.cases import Case
from adapters.performance.microbench.environment import Environment
from adapters.performance.microbench.settings import check_options
from adapters.performance.microbench.subject import Subject
from adapters.performance.microbench.summary import Origin, make_result

HERE = Environment(
    machine="here",
    system="Linux 6",
    cpu="a cpu",
    processors=2,
    python="CPython 3.12.1",
    optimized=False,
    polyload="0",
)


def answer(times_s, *, reference_s=0.001, **changed):
    """What a process answers whose values took so long."""
    values = [{"calls": 1000, "elapsed_s": time_s * 1000, "busy_s": time_s * 1000} for time_s in times_s]
    plain = {
        "values": values,
        "warmup_calls": 10,
        "stable": True,
        "memory": [10_000_000] * 3,
        "waited": 0.0,
        "blocked_s": None,
        "call_s": times_s[0],
        "resolution_s": 1e-7,
        "empty_loop_s": 1e-8,
        "reference_s": reference_s,
    }
    return {**plain, **changed}


def made(name, medians_s, *, session="s", environment=HERE, why=None, answers=None, **options):
    """A result whose processes have these medians."""
    answers = answers or [answer([time_s] * 3) for time_s in medians_s]
    origin = Origin(
        session=session,
        started_at=datetime(2026, 1, 1, tzinfo=UTC),
        duration_s=1.0,
        environment=environment,
        effort=check_options({"seed": 1, **options}, None, None),
        why=why,
    )
    return make_result(Case(name, Subject(len), {}), answers, range(len(answers)), origin)
