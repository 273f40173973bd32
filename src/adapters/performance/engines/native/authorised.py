"""Requests that must prove who sends them: tokens are had before, signatures made, challenges answered."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from time import perf_counter
from typing import Any

from .. import kinds
from ..program import runtime
from .recorder import WindowClock
from .sender import Exchange, Outgoing
from .steps import RequestStep, Time
from .turns import Turns
from .user import User
from .wire_template import WireTemplate


class Unprovable(Exception):
    """What proves who sends a request could not be made; the message says why."""


class Login:
    """Has a token, or a session, for the users that need it: one user asks while others wait for what comes of it."""

    def __init__(self, entry: dict[str, Any], clock: WindowClock, turns: Turns | None) -> None:
        self.failure: str = entry["failure"]
        self._entry = entry
        self._shared = runtime.Hold(entry) if entry["share"] == "run" else None
        self._turns = None if self._shared is None else turns
        self._steps = {
            way: [RequestStep(step, clock, None, aside=True) for step in entry[way] or ()]
            for way in ("fetch", "refresh")
        }

    async def number(self, user: User, time: Time) -> int | None:
        """The number of the proof that the user now has; None if there is none, 0 if the load ended meanwhile."""
        session = user.session
        hold = self.held_by(session)
        if not hold.good(session, perf_counter()):
            worked = await (
                self._ask(user, hold, time) if hold.flight is None else asyncio.shield(hold.flight)
            )
            if not worked:
                return 0 if worked is None else None
        return hold.lend(session)

    def held_by(self, session: runtime.Session) -> runtime.Hold:
        """What a user has, or all have together."""
        if self._shared is not None:
            return self._shared
        hold: runtime.Hold = session.auth.setdefault(self._entry["number"], None) or runtime.Hold(self._entry)
        session.auth[self._entry["number"]] = hold
        return hold

    async def _ask(self, user: User, hold: runtime.Hold, time: Time) -> bool | None:
        """Whether there is a proof now; None if the load ended before one was asked for."""
        flight = hold.flight = asyncio.get_running_loop().create_future()
        worked: bool | None = False
        try:
            if await _may_ask(hold, time):
                worked = await (self._try(user, hold) if self._turns is None else self._in_turn(user, hold))
            else:
                worked = None
        finally:
            hold.flight = None
            flight.set_result(worked)
        return worked

    async def _in_turn(self, user: User, hold: runtime.Hold) -> bool:
        """The same where other processes share it: what came of their turns meanwhile holds for this one too."""
        assert self._turns is not None
        number: int = self._entry["number"]
        since = perf_counter()
        held = await self._turns.take(number)
        try:
            learnt = hold.learn(held, since) if held is not None else None
            return await self._try(user, hold) if learnt is None else learnt
        finally:
            self._turns.end(number, hold.told())

    async def _try(self, user: User, hold: runtime.Hold) -> bool:
        """Asks in each way there is; what becomes of it is no failure of the user's own, and serves no arrival."""
        before = user.due, user.failures, user.failure, user.status
        user.due = None
        try:
            return await self._by_any_way(user, hold)
        finally:
            user.due, user.failures, user.failure, user.status = before

    async def _by_any_way(self, user: User, hold: runtime.Hold) -> bool:
        session = user.session
        for way in hold.ways(session):
            asked_at = perf_counter()
            for step in self._steps[way]:
                hold.begin(session)
                await step.run(user)
                if not hold.done(session):
                    break
            if hold.take(session, asked_at):
                return True
            hold.refused(way)
        hold.failed(perf_counter())
        return False


async def _may_ask(hold: runtime.Hold, time: Time) -> bool:
    """Waits until it may be asked for again; False when the load is over by then."""
    if not hold.not_before:
        return True
    while (left_s := min(hold.not_before, time.ends_at) - perf_counter()) > 0:  # noqa: ASYNC110
        await asyncio.sleep(left_s)
    return perf_counter() < time.ends_at


class Guard:
    """What an auth of a program does for the requests that need it: ``login`` before, ``proof`` in each."""

    def __init__(self, entry: dict[str, Any], clock: WindowClock, turns: Turns | None) -> None:
        self.login = Login(entry, clock, turns) if entry["kind"] == "token" else None
        self.proof = runtime.compile_proof(entry)
        self.challenges = clock.recorder(entry["name"], aside=True) if entry["kind"] == "digest" else None


def guards_of(program: dict[str, Any], clock: WindowClock, turns: Turns | None = None) -> list[Guard]:
    """The guards of a program's auths, by their numbers; ``turns`` where there are several processes."""
    return [Guard(entry, clock, turns) for entry in program["auths"]]


class AuthorisedStep(RequestStep):
    """A request that is sent only with what proves who sends it."""

    def __init__(
        self,
        step: dict[str, Any],
        clock: WindowClock,
        template: WireTemplate | None,
        guard: Guard,
        time: Time,
        *,
        aside: bool,
    ) -> None:
        super().__init__(step, clock, template, aside=aside)
        self._guard = guard
        self._time = time

    @property
    def repeatable(self) -> bool:
        """Never: what proves it may change at any time."""
        return False

    async def run(self, user: User) -> int:
        """Sends it once there is what it needs."""
        login = self._guard.login
        if login is not None:
            number = await login.number(user, self._time)
            if number is None:
                return self._unsent(user, login.failure)
            if not number:
                return runtime.OVER
            user.proof = number
        try:
            return await super().run(user)
        except Unprovable as error:
            return self._unsent(user, str(error))

    def _unsent(self, user: User, message: str) -> int:
        user.status = 0
        self._recorder.unsent(kinds.AUTH, message)
        return self._after(user, (kinds.AUTH, message))

    async def _send(self, user: User, request: Outgoing) -> Exchange:
        guard = self._guard
        if not request.proves:
            return await super()._send(user, request)
        exchange = await super()._send(user, self._proved(user, request))
        if guard.login is not None and exchange.error is None:
            guard.login.held_by(user.session).answered(user.proof, exchange.status)
        elif exchange.status == 401 and self._challenged(user, request, exchange):
            return await super()._send(user, self._proved(user, request))
        return exchange

    def _proved(self, user: User, request: Outgoing) -> Outgoing:
        proof = self._guard.proof
        if proof is None:
            return request
        try:
            added = proof.headers(user.session, _unsigned(request))
        except Exception as error:
            raise Unprovable(f"{type(error).__name__}: {error}") from error
        headers = runtime.with_headers(request.headers, added)
        return replace(request, headers=tuple(headers), prepared=None)

    def _challenged(self, user: User, request: Outgoing, exchange: Exchange) -> bool:
        """Whether an answer is a challenge that can be answered, which is measured apart."""
        proof, recorder = self._guard.proof, self._guard.challenges
        if not isinstance(proof, runtime.Digest) or recorder is None:
            return False
        if not proof.challenged(user.session, _unsigned(request), exchange.headers):
            return False
        recorder.answered(exchange)
        return True


def _unsigned(request: Outgoing) -> runtime.Unsigned:
    return runtime.Unsigned(request.method, request.url, request.headers, request.body or b"")
