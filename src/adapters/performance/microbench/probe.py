"""One process's part of a benchmark, as the plain data that a worker answers with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .course import CoursePlan, Measured
from .kinds import WrongKind
from .subject import Gc, Laps, Subject, measure
from .timing import clock_resolution_s, empty_loop_s, reference_s
from .trouble import describe, timed_out

Answer = dict[str, Any]
"""``values`` and what else is known of a process, or one of ``{"trouble": …}``, ``{"out_of_reach": why}`` and
``{"wrong_kind": [what, hint]}``."""


def probe(subject: Subject, plan: CoursePlan, policy: Gc, laps: Laps) -> Answer:
    """Measures a subject in this process; an async one on an event loop of its own."""
    if subject.is_async:
        import asyncio  # which takes as long to import as all the rest

        return asyncio.run(probe_async(subject, plan, policy, laps))
    reference = reference_s()
    try:
        return _answer(measure(subject, plan, policy, laps), laps, reference)
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        return _no_answer(error, laps)
    finally:
        laps.close()


async def probe_async(
    subject: Subject, plan: CoursePlan, policy: Gc, laps: Laps, timeout_s: float | None = None
) -> Answer:
    """Measures an async subject on the event loop that runs, where it is cancelled when ``timeout_s`` are over."""
    import asyncio

    from .awaiting import measure_async
    from .place import place_of_tasks

    trouble: dict[str, Any] = {}

    def end() -> None:
        trouble.update(timed_out(timeout_s or 0, laps.call, place_of_tasks()))
        bound.reschedule(loop.time())

    loop, reference = asyncio.get_running_loop(), reference_s()
    timer = None if timeout_s is None else loop.call_later(timeout_s, end)
    try:
        async with asyncio.timeout(None) as bound:
            measured = await measure_async(subject, plan, policy, laps)
        return _answer(measured, laps, reference)
    except (KeyboardInterrupt, asyncio.CancelledError):
        raise
    except BaseException as error:
        return {"trouble": trouble} if bound.expired() else _no_answer(error, laps)
    finally:
        if timer is not None:
            timer.cancel()
        laps.close()


def _answer(measured: Measured, laps: Laps, reference: float) -> Answer:
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


def _no_answer(error: BaseException, laps: Laps) -> Answer:
    if isinstance(error, WrongKind):
        return {"wrong_kind": [error.message, error.hint]}
    return {"trouble": describe(error, laps.calls)}
