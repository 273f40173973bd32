"""Runs a program's load in one worker: closed, open, or a number of iterations."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from itertools import count
from math import inf
from operator import length_hint
from time import perf_counter
from typing import Any

from ..program import runtime
from .arrivals import Arrivals
from .crowd import Crowd, Stay
from .load_clock import LoadClock
from .pacing import Pacing
from .recorder import WindowClock
from .sender import Sender
from .shape import Schedule, constant_levels, poisson_levels, share
from .steps import PauseStep, RequestStep, User, compile_scenarios

_STOP_GRACE_S = 0.5


class Runner:
    """One worker's part of a run; ``worker`` of ``workers`` takes its exact share of users, arrivals and iterations.

    ``wire`` tells that the senders are those of our own wire code.
    """

    def __init__(
        self,
        program: dict[str, Any],
        clock: WindowClock,
        make_sender: Callable[[], Sender],
        *,
        worker: int = 0,
        workers: int = 1,
        wire: bool = False,
    ) -> None:
        self._program = program
        self._load: dict[str, Any] = program["load"]
        self._options: dict[str, Any] = program["options"]
        self._clock = clock
        self._make_sender = make_sender
        self._worker, self._workers = worker, workers
        self._time = LoadClock()
        self._scenarios = compile_scenarios(program, clock, lambda: self._time.ends_at, wire=wire)
        self._choose = runtime.scenario_chooser(program)
        self._only_scenario = self._scenarios[0] if len(self._scenarios) == 1 else None
        self._draw = runtime.compile_draw(program["feeds"]) if program["feeds"] else None
        self._forgets = self._options["cookies"] == "iteration"
        self._pacing = Pacing(program["scenarios"], self._time)
        same_each_time = not (self._draw or self._forgets or self._pacing)
        self._repeated = _repeated(self._only_scenario) if same_each_time else None
        self._users: dict[int, User] = {}
        self._numbers = count(worker, workers)
        self._stopped = asyncio.Event()
        self._grace_s: float = self._options["graceful_stop_s"]
        self.exhausted: str | None = None
        self.starved = 0
        self._work: Crowd | Arrivals = _LOADS[self._load["kind"]](self)

    def stop(self) -> None:
        """Ends the load now: no step starts any more, and requests in flight have half a second."""
        self._time.end()
        self._grace_s = min(self._grace_s, _STOP_GRACE_S)
        self._stopped.set()
        self._pacing.over.set()

    def change(self, what: str, value: float | None, at: float) -> bool:
        """Pauses, resumes, or sets the number of all workers' users, or their rate, at a moment (perf_counter).

        False if the load is over by then, and nothing is changed.
        """
        if self._time.over.is_set() or at >= self._time.ends_at:
            return False
        if what == "pause":
            self._time.pause(at)
        elif what == "resume":
            self._time.resume(at)
        elif value is not None:
            self._work.change(value, self._time.second(at))
        return True

    async def run(self, epoch: float) -> None:
        """Runs the load from ``epoch`` (perf_counter) to its end, and the requests then in flight to theirs."""
        self._clock.begin(epoch)
        self._time.begin(epoch, self._load.get("duration_s") or self._load.get("max_duration_s"))
        await asyncio.sleep(epoch - perf_counter())
        work = asyncio.ensure_future(self._work.run())
        await self._until_end(work)
        await self._drain(work)
        for user in self._users.values():
            await user.sender.close()

    async def _until_end(self, work: asyncio.Future[Any]) -> None:
        """Waits until the work is done, the time is over, or the run is stopped."""
        over: asyncio.Future[Any] = asyncio.ensure_future(self._time.over.wait())
        await asyncio.wait({work, over}, return_when=asyncio.FIRST_COMPLETED)
        over.cancel()

    async def _drain(self, work: asyncio.Future[Any]) -> None:
        """Lets what is in flight end within the grace, then cuts it off and counts it."""
        if not work.done():
            stopped: asyncio.Future[Any] = asyncio.ensure_future(self._stopped.wait())
            await asyncio.wait({work, stopped}, timeout=self._grace_s, return_when=asyncio.FIRST_COMPLETED)
            stopped.cancel()
            if not work.done() and self._stopped.is_set():
                await asyncio.wait({work}, timeout=self._grace_s)
        if not work.done():
            for user in self._users.values():
                user.cut_off = user.sender.busy
            work.cancel()
            await asyncio.wait({work})
        if not work.cancelled():
            work.result()

    def _user(self, number: int) -> User:
        user = self._users.get(number)
        if user is not None:
            return user
        session = runtime.Session.of(self._program, number)
        user = User(session, self._make_sender(), keeps_cookies=self._options["cookies"] != "off")
        self._users[number] = user
        return user

    @property
    def population(self) -> int:
        """How many users there have been."""
        return len(self._users)

    @property
    def missed(self) -> int:
        """How many arrivals were due before the end, and were not begun."""
        return self._work.missed if isinstance(self._work, Arrivals) else 0

    @property
    def late(self) -> int:
        """How many iterations took longer than their pacing."""
        return self._pacing.late

    async def _iterate(
        self, user: User, go_on: Callable[[float], bool], stay: Stay, left: Iterator[int] | None
    ) -> None:
        """One iteration after the other as long as ``go_on``, given the time, says so."""
        if self._pacing:
            await self._iterate_at_pace(user, go_on, stay, left)
            return
        repeated = self._repeated
        while go_on(perf_counter()):
            if repeated is None:
                if not await self._iteration(user) and self.exhausted is not None:
                    return
            else:
                await repeated.repeat(user, go_on)
                self._clock.iterations += 1

    async def _iterate_at_pace(
        self, user: User, go_on: Callable[[float], bool], stay: Stay, left: Iterator[int] | None
    ) -> None:
        began_s = self._time.second(perf_counter())
        while go_on(perf_counter()):
            if left is not None and not length_hint(left):
                self._pacing.over.set()
            scenario = self._choose(user.session)
            if not await self._iteration(user, scenario=scenario) and self.exhausted is not None:
                return
            began_s = await self._pacing.next(began_s, scenario, stay)

    async def _iteration(
        self, user: User, intended_at: float | None = None, scenario: int | None = None
    ) -> bool:
        """One pass through a scenario; False when it did not come to its end."""
        session = user.session
        session.iteration = next(self._numbers)
        steps = (
            self._only_scenario or self._scenarios[self._choose(session) if scenario is None else scenario]
        )
        if self._draw is not None and (feed := self._draw(session, session.iteration)) is not None:
            self._starve(feed)
            return False
        if self._forgets and user.jar is not None:
            user.jar.clear()
        for step in steps:
            if (
                step is not steps[0]
                and perf_counter() >= self._time.open_until
                and not await self._time.goes_on()
            ):
                return False
            if step.condition is None or step.condition(session):
                await step.run(user, intended_at)
                intended_at = None
        self._clock.iterations += 1
        return True

    def _starve(self, feed: str) -> None:
        """An iteration found no row: no other will, and those under way come to their end."""
        self.exhausted = feed
        self.starved += 1
        self._work.start_no_more()

    async def _live(
        self, number: int, go_on: Callable[[float], bool], stay: Stay, left: Iterator[int] | None = None
    ) -> None:
        """What a user does while it is there."""
        user = self._user(number)
        self._clock.user_begins()
        try:
            await self._iterate(user, go_on, stay, left)
        finally:
            self._clock.user_ends()

    def _closed(self) -> Crowd:
        def live(number: int, stay: Stay) -> Awaitable[None]:
            return self._live(number, stay.goes_on, stay)

        return Crowd(self._time, self._load["points"], live, worker=self._worker, workers=self._workers)

    def _iterations(self) -> Crowd:
        load = self._load
        left = iter(range(share(load["iterations"], self._worker, self._workers)))

        def live(number: int, stay: Stay) -> Awaitable[None]:
            def go_on(now: float) -> bool:
                return now < stay.until and next(left, None) is not None

            return self._live(number, go_on, stay, left)

        points = [(0.0, load["users"]), (load["max_duration_s"] or inf, load["users"])]
        return Crowd(
            self._time,
            points,
            live,
            lambda: length_hint(left) > 0,
            worker=self._worker,
            workers=self._workers,
        )

    def _open(self) -> Arrivals:
        load = self._load
        if load["arrivals"] == "poisson":
            levels = poisson_levels(self._worker, self._workers, self._options["seed"])
        else:
            levels = constant_levels(self._worker, self._workers)
        return Arrivals(
            self._time,
            self._clock,
            Schedule(load["points"], levels),
            self._serve,
            limit=share(load["users"], self._worker, self._workers),
            queue=load["when_exhausted"] == "queue",
        )

    async def _serve(self, slot: int, due: float) -> None:
        """What the user in a slot does for an arrival."""
        await self._iteration(self._user(self._worker + slot * self._workers), due)


def _repeated(scenario: list[RequestStep | PauseStep] | None) -> RequestStep | None:
    """The step of a scenario that sends the same request over and over."""
    match scenario:
        case [RequestStep() as step] if step.repeatable:
            return step
    return None


_LOADS: dict[str, Callable[[Runner], Crowd | Arrivals]] = {
    "closed": Runner._closed,
    "open": Runner._open,
    "iterations": Runner._iterations,
}
