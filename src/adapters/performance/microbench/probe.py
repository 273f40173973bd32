"""One process's part of a benchmark, as the plain data that a worker answers with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .course import CoursePlan, Measured
from .subject import Gc, Laps, Subject, measure_blocking
from .timing import clock_resolution_s, empty_loop_s, reference_s
from .trouble import describe

Answer = dict[str, Any]
"""``values`` and what else is known of a process, or ``{"trouble": …}``, or ``{"out_of_reach": why}``."""


def probe(subject: Subject, plan: CoursePlan, policy: Gc) -> Answer:
    """Measures a subject in this process."""
    laps, reference = Laps(subject.concurrency), reference_s()
    try:
        return answer(measure_blocking(subject, plan, policy, laps), laps, reference)
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        return {"trouble": describe(error, laps.calls)}
    finally:
        laps.close()


async def probe_async(subject: Subject, plan: CoursePlan, policy: Gc) -> Answer:
    """Measures an async subject in this process, on the event loop that runs."""
    from asyncio import CancelledError

    from .awaiting import measure_async

    laps, reference = Laps(subject.concurrency), reference_s()
    try:
        return answer(await measure_async(subject, plan, policy, laps), laps, reference)
    except (KeyboardInterrupt, CancelledError):
        raise
    except BaseException as error:
        return {"trouble": describe(error, laps.calls)}
    finally:
        laps.close()


def answer(measured: Measured, laps: Laps, reference: float) -> Answer:
    """The values, and beside them what the clock, the loop and the machine were like."""
    around: Mapping[str, Any] = {
        "waited": laps.waited,
        "blocked_s": laps.blocked_s,
        "call_s": laps.call_s,
        "resolution_s": clock_resolution_s(),
        "empty_loop_s": empty_loop_s(),
        "reference_s": reference,
    }
    return {**measured.to_dict(), **around}
