"""A plan's load: who is active when, which iteration is whose, and when it is over."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable
from math import inf
from time import perf_counter
from typing import Any

from gevent.event import Event
from locust.exception import StopUser

from ...program import runtime
from .people import Person, Sender
from .recorder import Recorder
from .schedule import changes
from .steps import compile_scenarios

STOP_GRACE_S = 0.5


class Load:
    """The state that all users of a run share; ``run`` is called in a greenlet of its own."""

    def __init__(self, program: dict[str, Any], sender: Sender, recorder: Recorder) -> None:
        load = program["load"]
        self._program = program
        self._options: dict[str, Any] = program["options"]
        self._sender = sender
        self._recorder = recorder
        self._scenarios = compile_scenarios(program, recorder, lambda: self.ends_at)
        self._choose = runtime.scenario_chooser(program)
        self._pacings: list[float] = [scenario["pacing_s"] or 0.0 for scenario in program["scenarios"]]
        self._late = 0
        self._iterations: float = load.get("iterations", inf)
        self._changes = changes(load["points"]) if "points" in load else [(0.0, int(load["users"]))]
        self._length_s: float = load.get("duration_s") or load.get("max_duration_s") or inf
        self._started = 0
        self._people: list[Person] = []
        self._active = 0
        self._spawning: deque[Person] = deque()
        self._over = Event()
        self._left = Event()
        self._grace_ends_at = inf
        self.ends_at = inf
        self.ending = Event()
        self.exhausted: str | None = None

    # The course of the load

    def run(self, version: str, spawn: Callable[[int], object]) -> None:
        """Runs the load to its end; ``spawn`` starts so many Locust users at once."""
        self._recorder.begin(version)
        epoch = self._recorder.epoch
        self.ends_at = min(self.ends_at, epoch + self._length_s)
        for at, change in self._changes:
            if self._over.wait(max(0.0, epoch + at - perf_counter())):
                break
            self._change(change, spawn)
        self._over.wait(None if self.ends_at == inf else max(0.0, self.ends_at - perf_counter()))
        ended = min(perf_counter(), self.ends_at)
        self._drain(ended)
        in_flight = self._recorder.started - self._recorder.finished
        names = Counter(person.asks for person in self._people if person.asks is not None)
        self._recorder.finish(
            ended=ended, interrupted=in_flight, in_flight=names, exhausted=self.exhausted, late=self._late
        )

    def end(self) -> None:
        """Ends the load now: no step starts any more."""
        self.ends_at = min(self.ends_at, perf_counter())
        self._over.set()

    def stop(self) -> None:
        """Ends the load now, on request: what is in flight has half a second."""
        self._grace_ends_at = perf_counter() + STOP_GRACE_S
        self.end()
        self._left.set()

    def _drain(self, ended: float) -> None:
        """Lets what is in flight end within the grace."""
        self.ends_at = ended
        self.ending.set()
        self._send_home(self._people)
        self._grace_ends_at = min(self._grace_ends_at, ended + self._options["graceful_stop_s"])
        while self._recorder.users and perf_counter() < self._grace_ends_at:
            self._left.wait(self._grace_ends_at - perf_counter())
            self._left.clear()

    # Users come and go

    def _change(self, change: int, spawn: Callable[[int], object]) -> None:
        while len(self._people) < self._active + change:
            seed = self._options["seed"]
            session = runtime.Session(len(self._people), self._program["variables"], seed)
            self._people.append(Person(session, self._sender, self._recorder, self._options, self.ending))
        low, high = sorted((self._active, self._active + change))
        if change < 0:
            self._send_home(self._people[low:high])
        else:
            for person in self._people[low:high]:
                person.leaving.clear()
            self._spawning.extend(person for person in self._people[low:high] if person.user is None)
            spawn(len(self._spawning))
        self._active += change

    def _send_home(self, people: list[Person]) -> None:
        for person in people:
            person.leaving.set()

    def arrive(self, user: Any) -> Person:
        """The person that a new Locust user plays."""
        person = self._spawning.popleft()
        person.user = user
        person.pacing_s = 0.0
        self._recorder.change_users(1)
        return person

    def leave(self, person: Person) -> None:
        """A Locust user is done."""
        self._sender.close(person.user)
        person.user = None
        self._recorder.change_users(-1)
        if self._iterations < inf and not self._recorder.users:
            self._over.set()
        self._left.set()

    # One iteration

    def iterate(self, person: Person) -> None:
        """One pass of a user through a scenario; StopUser when there is none left for it."""
        self._stop_if_done(person)
        if any(self._pacings):
            self._keep_pace(person)
            self._stop_if_done(person)
        session = person.session
        session.iteration = self._started
        self._started += 1
        if self._started == self._iterations:
            self._send_home(self._people)
        try:
            whole = self._draw(session) and self._pass(person, session)
        except Exception as error:
            self._recorder.exception(error)
            return
        if whole:
            self._recorder.iteration()

    def _stop_if_done(self, person: Person) -> None:
        if person.leaving.is_set() or self._started >= self._iterations or perf_counter() >= self.ends_at:
            raise StopUser

    def _keep_pace(self, person: Person) -> None:
        """Waits until the user's next iteration is due; one that is late begins now, and is counted."""
        now, due = perf_counter(), person.began + person.pacing_s
        if now < due:
            person.leaving.wait(due - now)
            person.began = due
        else:
            self._late += person.pacing_s > 0
            person.began = now

    def _pass(self, person: Person, session: runtime.Session) -> bool:
        if person.jar is not None and not person.cookies_last:
            person.jar.clear()
        scenario = self._choose(session)
        person.pacing_s = self._pacings[scenario]
        for step in self._scenarios[scenario]:
            if perf_counter() >= self.ends_at:
                return False
            if step.condition is None or step.condition(session):
                step.run(person)
        return True

    def _draw(self, session: runtime.Session) -> bool:
        self.exhausted = self.exhausted or runtime.draw_rows(self._program, session, session.iteration)
        if self.exhausted:
            self.end()
        return not self.exhausted
