"""Runs a program's load in one worker: closed, open, or a number of iterations."""

from __future__ import annotations

import asyncio
import heapq
from collections import deque
from collections.abc import Callable, Iterator
from itertools import chain, count, takewhile
from math import inf
from operator import length_hint
from time import perf_counter
from typing import Any

from ....http.wire.signal import Signal
from ..program import runtime
from .alarm import make_alarm
from .pacing import Pacing
from .recorder import WindowClock
from .sender import Sender
from .shape import active_spans, constant_arrivals, poisson_arrivals, share
from .steps import PauseStep, RequestStep, User, compile_scenarios

_STOP_GRACE_S = 0.5
_TURN_S = 0.001
"""For so long overdue arrivals are started before other tasks have their turn."""


class Runner:
    """One worker's part of a run; ``worker`` of ``workers`` takes its exact share of users, arrivals and iterations."""

    def __init__(
        self,
        program: dict[str, Any],
        clock: WindowClock,
        make_sender: Callable[[], Sender],
        *,
        worker: int = 0,
        workers: int = 1,
    ) -> None:
        self._program = program
        self._load: dict[str, Any] = program["load"]
        self._options: dict[str, Any] = program["options"]
        self._clock = clock
        self._make_sender = make_sender
        self._worker, self._workers = worker, workers
        self._scenarios = compile_scenarios(program, clock, lambda: self._ends_at)
        self._choose = runtime.scenario_chooser(program)
        self._only_scenario = self._scenarios[0] if len(self._scenarios) == 1 else None
        self._draws = bool(program["feeds"])
        self._forgets = self._options["cookies"] == "iteration"
        same_each_time = not (self._draws or self._forgets)
        self._pacing = Pacing(program["scenarios"], lambda: self._ends_at)
        same_each_time = same_each_time and not self._pacing
        self._repeated = _repeated(self._only_scenario) if same_each_time else None
        self._users: list[User] = []
        self._numbers = count(worker, workers)
        self._epoch = 0.0
        self._ends_at = inf
        self._ended = asyncio.Event()
        self._grace_s: float = self._options["graceful_stop_s"]
        self.exhausted: str | None = None

    def stop(self) -> None:
        """Ends the load now: no step starts any more, and requests in flight have half a second."""
        self._ends_at = min(self._ends_at, perf_counter())
        self._grace_s = min(self._grace_s, _STOP_GRACE_S)
        self._ended.set()
        self._pacing.over.set()

    async def run(self, epoch: float) -> None:
        """Runs the load from ``epoch`` (perf_counter) to its end, and the requests then in flight to theirs."""
        self._epoch = epoch
        self._clock.begin(epoch)
        await asyncio.sleep(epoch - perf_counter())
        duration = self._load.get("duration_s") or self._load.get("max_duration_s")
        if duration is not None:
            self._ends_at = min(self._ends_at, epoch + duration)
        work = asyncio.ensure_future(_LOADS[self._load["kind"]](self))
        await self._until_end(work)
        await self._drain(work)
        for user in self._users:
            await user.sender.close()

    @property
    def resent(self) -> int:
        """How many requests were sent again because the server had closed the kept connection."""
        return sum(user.sender.resent for user in self._users)

    async def _until_end(self, work: asyncio.Future[Any]) -> None:
        """Waits until the time is over, or the run is stopped; iterations that are counted may be done before."""
        ended: asyncio.Future[Any] = asyncio.ensure_future(self._ended.wait())
        await asyncio.wait({work, ended}, timeout=self._left_s(), return_when=asyncio.FIRST_COMPLETED)
        if work.done() and not work.exception() and "duration_s" in self._load:
            await asyncio.wait({ended}, timeout=self._left_s())
        ended.cancel()

    def _left_s(self) -> float | None:
        return None if self._ends_at == inf else max(0.0, self._ends_at - perf_counter())

    async def _drain(self, work: asyncio.Future[Any]) -> None:
        """Lets what is in flight end within the grace, then cuts it off and counts it."""
        if not work.done():
            stopped: asyncio.Future[Any] = asyncio.ensure_future(self._ended.wait())
            await asyncio.wait({work, stopped}, timeout=self._grace_s, return_when=asyncio.FIRST_COMPLETED)
            stopped.cancel()
            if not work.done() and self._ended.is_set():
                await asyncio.wait({work}, timeout=self._grace_s)
        if not work.done():
            for user in self._users:
                user.cut_off = user.sender.busy
            work.cancel()
            await asyncio.wait({work})
        if not work.cancelled():
            work.result()

    def _new_user(self, number: int) -> User:
        session = runtime.Session(number, self._program["variables"], self._options["seed"])
        user = User(session, self._make_sender(), keeps_cookies=self._options["cookies"] != "off")
        self._users.append(user)
        return user

    @property
    def late(self) -> int:
        """How many iterations took longer than their pacing."""
        return self._pacing.late

    async def _iterate(
        self,
        user: User,
        go_on: Callable[[float], bool],
        *,
        leaves: Callable[[], float] = lambda: inf,
        left: Iterator[int] | None = None,
    ) -> None:
        """One iteration after the other as long as ``go_on``, given the time, says so."""
        if self._pacing:
            await self._iterate_at_pace(user, go_on, leaves, left)
            return
        repeated = self._repeated
        while go_on(perf_counter()):
            if repeated is None:
                await self._iteration(user)
            else:
                await repeated.repeat(user, go_on)
                self._clock.iterations += 1

    async def _iterate_at_pace(
        self,
        user: User,
        go_on: Callable[[float], bool],
        leaves: Callable[[], float],
        left: Iterator[int] | None,
    ) -> None:
        began = perf_counter()
        while go_on(perf_counter()):
            if left is not None and not length_hint(left):
                self._pacing.over.set()
            scenario = self._choose(user.session)
            await self._iteration(user, scenario=scenario)
            began = await self._pacing.next(began, scenario, leaves)

    async def _iteration(
        self, user: User, intended_at: float | None = None, scenario: int | None = None
    ) -> bool:
        """One pass through a scenario; False when it did not come to its end."""
        session = user.session
        session.iteration = next(self._numbers)
        if self._draws and not self._draw(session):
            return False
        if self._forgets and user.jar is not None:
            user.jar.clear()
        steps = (
            self._only_scenario or self._scenarios[self._choose(session) if scenario is None else scenario]
        )
        for step in steps:
            if step is not steps[0] and perf_counter() >= self._ends_at:
                return False
            if step.condition is None or step.condition(session):
                await step.run(user, intended_at)
                intended_at = None
        self._clock.iterations += 1
        return True

    def _draw(self, session: runtime.Session) -> bool:
        feed = runtime.draw_rows(self._program, session, session.iteration)
        if feed is not None:
            self.exhausted = feed
            self.stop()
        return feed is None

    async def _closed(self) -> None:
        users = range(self._worker, self._load["users"], self._workers)
        await _all(self._closed_user(number) for number in users)

    async def _closed_user(self, number: int) -> None:
        user: User | None = None
        for start, end in active_spans(self._load["points"], number):
            starts_at, until = self._epoch + start, self._epoch + end
            await asyncio.sleep(starts_at - perf_counter())
            user = user or self._new_user(number)
            self._clock.user_begins()
            try:
                await self._iterate(
                    user,
                    lambda now: now < until and now < self._ends_at,  # noqa: B023
                    leaves=lambda: until,  # noqa: B023
                )
            finally:
                self._clock.user_ends()

    async def _iterations(self) -> None:
        left = iter(range(share(self._load["iterations"], self._worker, self._workers)))
        users = range(self._worker, self._load["users"], self._workers)
        await _all(self._iterating_user(number, left) for number in users)

    async def _iterating_user(self, number: int, left: Iterator[int]) -> None:
        user = self._new_user(number)
        self._clock.user_begins()
        try:
            await self._iterate(
                user, lambda now: now < self._ends_at and next(left, None) is not None, left=left
            )
        finally:
            self._clock.user_ends()

    async def _open(self) -> None:
        load = self._load
        if load["arrivals"] == "poisson":
            times = poisson_arrivals(load["points"], self._worker, self._workers, self._options["seed"])
        else:
            times = constant_arrivals(load["points"], self._worker, self._workers)
        limit = share(load["users"], self._worker, self._workers)
        await _Arrivals(self, limit, queue=load["when_exhausted"] == "queue").run(times)


def _repeated(scenario: list[RequestStep | PauseStep] | None) -> RequestStep | None:
    """The step of a scenario that sends the same request over and over."""
    match scenario:
        case [RequestStep() as step] if step.repeatable:
            return step
    return None


_LOADS = {"closed": Runner._closed, "open": Runner._open, "iterations": Runner._iterations}


class _Arrivals:
    """The open model: each arrival takes an idle user, or a new one up to the limit, or is dropped or queued.

    What is due before the end is started, however late; what a stop, or the end of the grace, prevents is dropped.
    """

    def __init__(self, runner: Runner, limit: int, *, queue: bool) -> None:
        self._runner = runner
        self._limit = limit
        self._idle: list[tuple[int, User]] = []
        self._made = 0
        self._waiting: deque[tuple[float, float]] | None = deque() if queue else None
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self, times: Iterator[float]) -> None:
        runner = self._runner
        rung = Signal(asyncio.get_running_loop(), on_cancel=lambda: None)
        alarm = make_alarm(rung.set)
        turned_at = perf_counter()
        try:
            for time in times:
                due = runner._epoch + time
                while due > perf_counter():
                    alarm.set(due)
                    await rung
                    turned_at = perf_counter()
                if due >= runner._ends_at or runner._ended.is_set():
                    times = chain([time], times)
                    break
                self._arrive(due)
                if perf_counter() - turned_at > _TURN_S:
                    await asyncio.sleep(0)
                    turned_at = perf_counter()
            while self._tasks:
                await asyncio.wait(self._tasks)
        finally:
            alarm.close()
            runner._clock.dropped += len(self._waiting or ()) + self._due_before_end(times)
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def _due_before_end(self, times: Iterator[float]) -> int:
        last = self._runner._ends_at - self._runner._epoch
        return sum(1 for _ in takewhile(lambda time: time < last, times))

    def _arrive(self, due: float) -> None:
        if self._idle:
            number, user = heapq.heappop(self._idle)
        elif self._made < self._limit:
            number = self._made
            user = self._runner._new_user(self._runner._worker + number * self._runner._workers)
            self._made += 1
        elif self._waiting is not None:
            self._waiting.append((due, _late(due)))
            return
        else:
            self._runner._clock.dropped += 1
            return
        task = asyncio.ensure_future(self._serve(number, user, due))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, number: int, user: User, due: float) -> None:
        """Iterations of a user until nothing waits; the time spent waiting for a user is not the scheduler's lag."""
        clock = self._runner._clock
        clock.user_begins()
        lag = _late(due)
        try:
            while True:
                clock.lag.append(lag)
                await self._runner._iteration(user, due)
                if not self._waiting or perf_counter() >= self._runner._ends_at:
                    break
                due, lag = self._waiting.popleft()
        finally:
            clock.user_ends()
            heapq.heappush(self._idle, (number, user))


def _late(due: float) -> float:
    """For how long something has been due."""
    return max(0.0, perf_counter() - due)


async def _all(users: Any) -> None:
    async with asyncio.TaskGroup() as group:
        for user in users:
            group.create_task(user)
