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
from .authorised import guards_of
from .blocks import Block
from .once import STOPPED, Once
from .people import Person, Sender
from .recorder import Recorder
from .scenarios import Compiler, LoadTime
from .schedule import changes

STOP_GRACE_S = 0.5


class Load:
    """The state that all users of a run share; ``run`` is called in a greenlet of its own."""

    def __init__(self, program: dict[str, Any], sender: Sender, recorder: Recorder) -> None:
        load = program["load"]
        self._program = program
        self._options: dict[str, Any] = program["options"]
        self._sender = sender
        self._recorder = recorder
        self.time = LoadTime()
        self._skipped: Counter[str] = Counter()
        compiler = Compiler(recorder, self._skip, guards_of(program, recorder))
        self._scenarios = compiler.scenarios(program, self.time)
        self._once = Once(program, compiler, self._person)
        self._choose = runtime.scenario_chooser(program)
        self._draw = runtime.compile_draw(program["feeds"])
        self._pacings: list[float] = [scenario["pacing_s"] or 0.0 for scenario in program["scenarios"]]
        self._late = 0
        self._iterations: float = load.get("iterations", inf)
        self._changes = changes(load["points"]) if "points" in load else [(0.0, int(load["users"]))]
        self._length_s: float = load.get("duration_s") or load.get("max_duration_s") or inf
        self._started = 0
        self._about: dict[str, Any] = {}
        self._people: list[Person] = []
        self._active = self._present = 0
        self._spawning: deque[Person] = deque()
        self._over = Event()
        self._left = Event()
        self._grace_ends_at = inf
        self.starved: Counter[str] = Counter()
        """How many iterations found no row, by the feed that had run out."""

    # The course of the load

    def run(self, version: str, spawn: Callable[[int], object], user: Callable[[], Any]) -> None:
        """Runs the load to its end; ``spawn`` starts so many Locust users at once, ``user`` makes one that is alone."""
        failure = self._once.do("setup", user, self._over)
        self._recorder.begin(version)
        if failure is None:
            self._load(spawn)
            failed = self._once.do("teardown", user, None)
            self._recorder.finish(**self._about, teardown=failed)
        else:
            told = None if failure == STOPPED else failure
            self._recorder.finish(ended=perf_counter(), interrupted=0, setup=told)

    def _load(self, spawn: Callable[[int], object]) -> None:
        time, epoch = self.time, self._recorder.epoch
        time.ends_at = min(time.ends_at, epoch + self._length_s)
        for at, change in self._changes:
            if self._over.wait(max(0.0, epoch + at - perf_counter())):
                break
            self._change(change, spawn)
        self._over.wait(None if time.ends_at == inf else max(0.0, time.ends_at - perf_counter()))
        ended = min(perf_counter(), time.ends_at)
        self._drain(ended)
        self._recorder.close()
        in_flight = [person.asks for person in self._people if person.asks is not None]
        for step in in_flight:
            step.cut_off()
        self._about = {
            "ended": ended,
            "interrupted": self._recorder.started - self._recorder.finished,
            "in_flight": Counter(step.name for step in in_flight if not step.aside),
            "starved": self.starved,
            "late": self._late,
            "skipped": self._skipped,
            "stopped_users": sum(person.stopped for person in self._people) - self.starved.total(),
        }

    def _skip(self, why: str) -> None:
        self._skipped[why] += 1

    def end(self) -> None:
        """Ends the load now: no step starts any more."""
        self.time.ends_at = min(self.time.ends_at, perf_counter())
        self._over.set()

    def stop(self) -> None:
        """Ends the load now, on request: what is in flight has half a second."""
        self._grace_ends_at = perf_counter() + STOP_GRACE_S
        self.end()
        self._left.set()

    def _drain(self, ended: float) -> None:
        """Lets what is in flight end within the grace."""
        self.time.ends_at = ended
        self.time.ending.set()
        self._send_home(self._people)
        self._grace_ends_at = min(self._grace_ends_at, ended + self._options["graceful_stop_s"])
        while self._present and perf_counter() < self._grace_ends_at:
            self._left.wait(self._grace_ends_at - perf_counter())
            self._left.clear()

    # Users come and go

    def _change(self, change: int, spawn: Callable[[int], object]) -> None:
        while len(self._people) < self._active + change:
            session = runtime.Session.of(self._program, len(self._people))
            self._people.append(self._person(session))
        low, high = sorted((self._active, self._active + change))
        if change < 0:
            self._send_home(self._people[low:high])
        else:
            for person in self._people[low:high]:
                person.leaving.clear()
            coming = self._people[low:high]
            self._spawning.extend(person for person in coming if person.user is None and not person.stopped)
            spawn(len(self._spawning))
        self._active += change

    def _person(self, session: runtime.Session) -> Person:
        return Person(session, self._sender, self._recorder, self._options)

    def _send_home(self, people: list[Person]) -> None:
        for person in people:
            person.leaving.set()

    def arrive(self, user: Any) -> Person:
        """The person that a new Locust user plays."""
        person = self._spawning.popleft()
        person.user = user
        person.idle = False
        person.pacing_s = 0.0
        self._present += 1
        self._recorder.change_users(1)
        return person

    def leave(self, person: Person) -> None:
        """A Locust user is done."""
        person.close()
        person.user = None
        self._present -= 1
        if not person.idle:
            self._idle(person)
        self._left.set()

    def _idle(self, person: Person) -> None:
        """A user starts no iteration any more."""
        person.idle = True
        self._recorder.change_users(-1)
        if (self._iterations < inf or self.starved) and not self._recorder.users:
            self._over.set()

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
            scenario = self._choose(session)
            feed = self._draw(session, session.iteration)
            whole = feed is None and self._pass(person, session, scenario)
        except Exception as error:
            self._recorder.exception(error)
            return
        if feed is not None:
            self.starved[feed] += 1
            person.stopped = True
        if whole:
            self._recorder.iteration()

    def _stop_if_done(self, person: Person) -> None:
        done = person.stopped or person.leaving.is_set() or self._started >= self._iterations
        if done or perf_counter() >= self.time.ends_at:
            self._idle(person)
            for number in sorted(person.begun):
                if (after := self._scenarios[number].after) is not None:
                    after.run(person)
            person.begun.clear()
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

    def _pass(self, person: Person, session: runtime.Session, number: int) -> bool:
        if person.jar is not None and not person.cookies_last:
            person.jar.clear()
        person.pacing_s = self._pacings[number]
        scenario = self._scenarios[number]
        if number not in person.begun:
            person.begun.add(number)
            if scenario.before is not None:
                self._come(person, scenario.before)
        if person.stopped or perf_counter() >= self.time.ends_at:
            return False
        follows = scenario.steps.run(person)
        person.stopped = follows == runtime.STOP_USER
        return follows != runtime.OVER

    def _come(self, person: Person, before: Block) -> None:
        """What a user does before its first iteration of a scenario, which is no part of its pace."""
        began = perf_counter()
        person.stopped = before.run(person) == runtime.STOP_USER
        person.began += perf_counter() - began
