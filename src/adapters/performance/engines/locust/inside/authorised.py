"""Requests that must prove who sends them: tokens are had before, signatures made, challenges answered."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING, Any

from gevent.event import AsyncResult

from ... import kinds
from ...program import runtime
from .answers import Reply
from .outgoing import Outgoing, UnsendableError
from .recorder import Recorder
from .steps import RequestStep, Time

if TYPE_CHECKING:
    from .people import Person


class UnprovableError(Exception):
    """What proves who sends a request could not be made; the message says why."""


class Login:
    """Has a token, or a session, for the users that need it: one user asks while others wait for what comes of it."""

    def __init__(self, entry: dict[str, Any], recorder: Recorder) -> None:
        self.failure: str = entry["failure"]
        self._entry = entry
        self._shared = runtime.Hold(entry) if entry["share"] == "run" else None
        self._steps = {
            way: [RequestStep(step, recorder, aside=True) for step in entry[way] or ()]
            for way in ("fetch", "refresh")
        }

    def number(self, person: Person, time: Time) -> int | None:
        """The number of the proof that the user now has; None if there is none, 0 if the load ended meanwhile."""
        hold = self.held_by(person.session)
        if not hold.good(person.session, perf_counter()):
            worked = self._ask(person, hold, time) if hold.flight is None else hold.flight.get()
            if not worked:
                return 0 if worked is None else None
        return hold.lend(person.session)

    def held_by(self, session: runtime.Session) -> runtime.Hold:
        """What a user has, or all have together."""
        if self._shared is not None:
            return self._shared
        hold: runtime.Hold = session.auth.setdefault(self._entry["number"], None) or runtime.Hold(self._entry)
        session.auth[self._entry["number"]] = hold
        return hold

    def _ask(self, person: Person, hold: runtime.Hold, time: Time) -> bool | None:
        """Whether there is a proof now; None if the load ended before one was asked for."""
        flight = hold.flight = AsyncResult()
        worked: bool | None = False
        try:
            worked = self._try(person, hold) if _may_ask(hold, time) else None
        finally:
            hold.flight = None
            flight.set(worked)
        return worked

    def _try(self, person: Person, hold: runtime.Hold) -> bool:
        """Asks in each way there is; what becomes of it is no failure of the user's own."""
        before = person.failures, person.failure, person.status
        try:
            return self._by_any_way(person, hold)
        finally:
            person.failures, person.failure, person.status = before

    def _by_any_way(self, person: Person, hold: runtime.Hold) -> bool:
        session = person.session
        for way in hold.ways(session):
            asked_at = perf_counter()
            for step in self._steps[way]:
                hold.begin(session)
                step.run(person)
                if not hold.done(session):
                    break
            if hold.take(session, asked_at):
                return True
            hold.refused(way)
        hold.failed(perf_counter())
        return False


def _may_ask(hold: runtime.Hold, time: Time) -> bool:
    """Waits until it may be asked for again; False when the load is over by then."""
    if not hold.not_before:
        return True
    time.wait(max(0.0, hold.not_before - perf_counter()))
    return perf_counter() < time.ends_at


def guards_of(program: dict[str, Any], recorder: Recorder) -> list[Guard]:
    """The guards of a program's auths, by their numbers."""
    return [Guard(entry, recorder) for entry in program["auths"]]


class Guard:
    """What an auth of a program does for the requests that need it: ``login`` before, ``proof`` in each."""

    def __init__(self, entry: dict[str, Any], recorder: Recorder) -> None:
        self.login = Login(entry, recorder) if entry["kind"] == "token" else None
        self.proof = runtime.compile_proof(entry)
        self.challenges = recorder.name(entry["name"], aside=True) if entry["kind"] == "digest" else -1


class AuthorisedStep(RequestStep):
    """A request that is sent only with what proves who sends it."""

    def __init__(
        self, step: dict[str, Any], recorder: Recorder, guard: Guard, time: Time, *, aside: bool
    ) -> None:
        super().__init__(step, recorder, aside=aside)
        self._guard = guard
        self._time = time

    def run(self, person: Person) -> int:
        """Sends the request once there is what it needs; a load that ended meanwhile is over."""
        login = self._guard.login
        if login is not None:
            number = login.number(person, self._time)
            if number == 0:
                return runtime.OVER
            person.proof = number or 0
        return super().run(person)

    def _send(self, person: Person) -> runtime.Failure | None:
        login = self._guard.login
        if login is not None and not person.proof:
            return self._unsent(person, kinds.AUTH, login.failure)
        try:
            return super()._send(person)
        except UnprovableError as error:
            person.asks = None
            return self._unsent(person, kinds.AUTH, str(error))

    def _exchange(self, person: Person, outgoing: Outgoing) -> Reply:
        guard = self._guard
        if not outgoing.proves:
            return super()._exchange(person, outgoing)
        reply = super()._exchange(person, self._proved(person, outgoing))
        if guard.login is not None and reply.failure is None:
            guard.login.held_by(person.session).answered(person.proof, reply.status)
        elif reply.status == 401 and self._challenged(person, outgoing, reply):
            return super()._exchange(person, self._proved(person, outgoing))
        return reply

    def _proved(self, person: Person, outgoing: Outgoing) -> Outgoing:
        proof = self._guard.proof
        if proof is None:
            return outgoing
        try:
            return outgoing.with_headers(proof.headers(person.session, _unsigned(outgoing)))
        except UnsendableError as error:
            raise UnprovableError(str(error)) from error
        except Exception as error:
            raise UnprovableError(f"{type(error).__name__}: {error}") from error

    def _challenged(self, person: Person, outgoing: Outgoing, reply: Reply) -> bool:
        """Whether an answer is a challenge that can be answered, which is measured apart."""
        proof = self._guard.proof
        if not isinstance(proof, runtime.Digest):
            return False
        if not proof.challenged(person.session, _unsigned(outgoing), list(reply.headers.items())):
            return False
        self._recorder.add(self._guard.challenges, reply.end, reply.latency_s, reply.status, None, aside=True)
        if not self.aside:
            self._recorder.started -= 1
        return True


def _unsigned(outgoing: Outgoing) -> runtime.Unsigned:
    return runtime.Unsigned(outgoing.method, outgoing.url, outgoing.headers, outgoing.body)
