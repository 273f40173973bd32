"""The timed loops of async functions: one event loop, and the await inside the timed coroutine."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from itertools import repeat
from operator import length_hint
from time import perf_counter
from typing import Any

from .course import CoursePlan, Measured, course, go_on
from .kinds import WrongKind, check_awaitable
from .subject import Gc, Laps, Subject, garbage
from .timing import CallRaised, Look, Value, clock_resolution_s

_SLOW_CALL_S = 0.01


async def measure_async(subject: Subject, plan: CoursePlan, policy: Gc, laps: Laps) -> Measured:
    """Runs the course of an async subject on the running event loop."""
    steps, value = course(plan, clock_resolution_s()), None
    per_process = subject.setup_per == "process"
    given = await _set_up_async(subject) if per_process else ()
    try:
        with garbage(policy):
            while not isinstance(step := go_on(steps, value), Measured):
                mine = given if per_process else await _set_up_async(subject)
                value = laps.count(await _watched(subject, mine, step, laps))
                if not per_process:
                    await _maybe_await(subject.teardown, mine)
            return step
    finally:
        laps.rest()
        if per_process:
            await _maybe_await(subject.teardown, given)


async def _watched(subject: Subject, given: tuple[Any, ...], calls: int, laps: Laps) -> Value:
    """A value, and during slow calls one timer that tells whether it could fire."""
    loop = asyncio.get_running_loop()
    fired: list[float] = []
    timer = None
    if laps.call_s >= _SLOW_CALL_S:
        due = loop.time() + laps.call_s / 4
        timer = loop.call_at(due, lambda: fired.append(loop.time() - due))
    arguments, look = (*given, *subject.args), None if laps.calls else check_awaitable
    turns = laps.begin(calls, subject.concurrency)
    value = await time_awaits(subject.func, arguments, subject.kwargs, turns, look)
    if timer is not None:
        timer.cancel()
        laps.lags_s.append(min(fired[0] if fired else laps.call_s, laps.call_s))
    return value


async def _set_up_async(subject: Subject) -> tuple[Any, ...]:
    made = await _maybe_await(subject.setup, ())
    return () if made is None else (made,)


async def _maybe_await(func: Callable[..., Any] | None, given: tuple[Any, ...]) -> Any:
    made = func(*given) if func is not None else None
    return await made if inspect.isawaitable(made) else made


async def time_awaits(
    func: Callable[..., Awaitable[Any]],
    args: Sequence[Any],
    kwargs: Mapping[str, Any],
    turns: Sequence[repeat[None]],
    look: Look | None = None,
) -> Value:
    """Await a function once for each of several turns at once; CallRaised tells which call failed.

    ``look`` is told what the first call returned.
    """
    calls = sum(map(length_hint, turns))
    try:
        if len(turns) == 1:
            elapsed = await _await_each(func, args, kwargs, turns[0], look)
            return Value(calls, elapsed, elapsed)
        started = perf_counter()
        busy = await _together([_await_each(func, args, kwargs, mine, look) for mine in turns])
        return Value(calls, perf_counter() - started, sum(busy))
    except (KeyboardInterrupt, asyncio.CancelledError, WrongKind):
        raise
    except BaseException as error:
        raise CallRaised(calls - sum(map(length_hint, turns))) from error


async def _await_each(
    func: Callable[..., Awaitable[Any]],
    args: Sequence[Any],
    kwargs: Mapping[str, Any],
    turns: repeat[None],
    look: Look | None,
) -> float:
    started = perf_counter()
    if look is not None:
        next(turns)
        made = func(*args, **kwargs)
        look(made)
        await made
    if args or kwargs:
        for _ in turns:
            await func(*args, **kwargs)
    else:
        for _ in turns:
            await func()
    return perf_counter() - started


async def _together(coroutines: Sequence[Coroutine[Any, Any, float]]) -> list[float]:
    tasks = [asyncio.ensure_future(coroutine) for coroutine in coroutines]
    try:
        return await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
