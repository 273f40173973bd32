"""Runs a program's load in one worker: closed, open, or a number of iterations."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from math import inf
from operator import length_hint
from time import perf_counter
from typing import Any

from ..program import runtime
from .arrivals import Arrivals
from .crowd import Crowd, Stay
from .iterations import Iterations
from .load_clock import LoadClock
from .pacing import Pacing
from .recorder import WindowClock
from .sender import Sender
from .shape import Schedule, constant_levels, poisson_levels, share
from .turns import Turns
from .user import User

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
        turns: Turns | None = None,
    ) -> None:
        self._program = program
        self._load: dict[str, Any] = program["load"]
        self._options: dict[str, Any] = program["options"]
        self._clock = clock
        self._make_sender = make_sender
        self._worker, self._workers = worker, workers
        self._time = LoadClock()
        self._iterations = Iterations(
            program, clock, self._time, self._run_out, wire=wire, worker=worker, workers=workers, turns=turns
        )
        self._pacing = Pacing(program["scenarios"], self._time)
        self._repeated = None if self._pacing else self._iterations.repeated
        self._users: dict[int, User] = {}
        self._active_until = 0.0
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
        work = asyncio.ensure_future(self._all_work())
        await self._until_end(work)
        await self._drain(work)
        for user in self._users.values():
            await user.sender.close()

    async def _all_work(self) -> None:
        """The load, and what its users do when they leave; those of a closed load have done so by then."""
        await self._work.run()
        if isinstance(self._work, Arrivals):
            self._active_until = perf_counter()
            await asyncio.gather(*map(self._iterations.leave, self._users.values()))

    @property
    def ended_at(self) -> float:
        """When the load was over and its last step done, whatever users did when they left."""
        if not self._iterations.leavings:
            return perf_counter()
        return max(self._active_until, self._time.ends_at if self._time.ends_at != inf else 0.0)

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

    def _run_out(self, feed: str) -> None:
        """An iteration found no row: no other will, and those under way come to their end."""
        self.exhausted = feed
        self.starved += 1
        self._work.start_no_more()

    @property
    def skipped(self) -> dict[str, int]:
        """How often steps could not be done, by why."""
        return self._iterations.skipped

    @property
    def stopped_users(self) -> int:
        """How many users a failure stopped."""
        return self._iterations.stopped

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
        while not user.stopped and go_on(perf_counter()):
            if repeated is None:
                await self._iterations.iterate(user)
            else:
                await repeated.repeat(user, go_on)
                self._clock.iterations += 1

    async def _iterate_at_pace(
        self, user: User, go_on: Callable[[float], bool], stay: Stay, left: Iterator[int] | None
    ) -> None:
        began_s = self._time.second(perf_counter())
        while not user.stopped and go_on(perf_counter()):
            if left is not None and not length_hint(left):
                self._pacing.over.set()
            scenario = self._iterations.choose(user.session)
            coming_s = await self._iterations.iterate(user, scenario)
            if not user.stopped:
                began_s = await self._pacing.next(began_s + coming_s, scenario, stay)

    async def _live(
        self, number: int, go_on: Callable[[float], bool], stay: Stay, left: Iterator[int] | None = None
    ) -> None:
        """What a user does while it is there."""
        user = self._user(number)
        if user.stopped:
            return
        self._clock.user_begins()
        try:
            await self._iterate(user, go_on, stay, left)
        finally:
            self._active_until = perf_counter()
            self._clock.user_ends()
        await self._iterations.leave(user)

    def _closed(self) -> Crowd:
        def live(number: int, stay: Stay) -> Awaitable[None]:
            return self._live(number, stay.goes_on, stay)

        return Crowd(self._time, self._load["points"], live, worker=self._worker, workers=self._workers)

    def _counted(self) -> Crowd:
        load = self._load
        left = iter(range(share(load["iterations"], self._worker, self._workers)))
        here = share(load["users"], self._worker, self._workers)

        def live(number: int, stay: Stay) -> Awaitable[None]:
            def go_on(now: float) -> bool:
                return now < stay.until and next(left, None) is not None

            return self._live(number, go_on, stay, left)

        points = [(0.0, load["users"]), (load["max_duration_s"] or inf, load["users"])]
        return Crowd(
            self._time,
            points,
            live,
            lambda: length_hint(left) > 0 and self._iterations.stopped < here,
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

    async def _serve(self, slot: int, due: float) -> bool:
        """What the user in a slot does for an arrival; whether it serves further ones."""
        user = self._user(self._worker + slot * self._workers)
        user.due = due
        await self._iterations.iterate(user)
        return not user.stopped


_LOADS: dict[str, Callable[[Runner], Crowd | Arrivals]] = {
    "closed": Runner._closed,
    "open": Runner._open,
    "iterations": Runner._counted,
}
