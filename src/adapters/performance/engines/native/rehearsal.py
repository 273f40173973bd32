"""One user goes once through each scenario, and each request and answer is told: the native engine, looked at closely.

Requests are rendered, sent, judged and their values extracted by the very code that loads a target. Only the load is
another, pauses take no time, and every body is kept to be shown.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ...plan.load import IterationLoad
from ...plan.model import Plan
from ..process import workspace
from ..program import runtime
from .authorised import guards_of
from .by_httpx import why_httpx
from .iterations import Iterations
from .jobs import worker_jobs
from .scenarios import Aftertime, Compiler
from .sender import ConnectionCounts, Sender
from .senders import sender_factory
from .user import User
from .watched import Notes, Tell, WatchedClock, WatchedSender


@dataclass(frozen=True, slots=True)
class Ending:
    """How a rehearsal ended: the feed that ran out, why steps that are done once did not come to their end, and what
    else was not done, and why."""

    exhausted: str | None
    failure: str | None
    skipped: tuple[str, ...]


async def rehearse(plan: Plan, tell: Tell) -> Ending:
    """Sends what one user sends that goes once through each scenario; setup comes before it, teardown after it.

    ``tell`` is called with each attempt when all is known of it, and with each group that ended. PlanError for what
    cannot be sent at all.
    """
    once = plan.model_copy(update={"load": IterationLoad(iterations=len(plan.scenarios)), "thresholds": ()})
    sends_by = "httpx" if why_httpx(once) else "wire"
    with workspace() as folder:
        job = worker_jobs(once, 1, sender=sends_by, folder=folder)[0]
        program = job["program"] | {name: _without_waiting(part) for name, part in _parts(job["program"])}
        make_sender = sender_factory({**job, "program": program}, ConnectionCounts())
        return await _Rehearsal(program, tell, make_sender, wire=sends_by == "wire").run()


class _Rehearsal:
    """One user who takes the scenarios in turn."""

    def __init__(
        self, program: dict[str, Any], tell: Tell, make_sender: Callable[[], Sender], *, wire: bool
    ) -> None:
        self._program, self._make_sender, self._wire = program, make_sender, wire
        self._notes = Notes(tell, [part for _, part in _parts(program)])
        self._clock = WatchedClock(self._notes, wire_bytes=wire)
        self._skipped: list[str] = []
        self._exhausted: list[str] = []

    async def run(self) -> Ending:
        """Setup, each scenario, and teardown, as in a run."""
        user = self._user(self._program["variables"])
        failure = await self._once("setup", user)
        if failure is None:
            loaded = self._user(user.session.variables)
            failure = await self._load(loaded)
            await loaded.sender.close()
        after = await self._once("teardown", user)
        await user.sender.close()
        exhausted = self._exhausted[0] if self._exhausted else None
        return Ending(exhausted, failure or after, tuple(dict.fromkeys(self._skipped)))

    def _user(self, variables: dict[str, Any]) -> User:
        options = self._program["options"]
        session = runtime.Session(0, variables, options["seed"], self._program["pools"])
        sender = WatchedSender(self._make_sender(), self._notes)
        return User(session, sender, keeps_cookies=options["cookies"] != "off")

    async def _load(self, user: User) -> str | None:
        """Each scenario once; why the user did not go on, if so."""
        self._notes.variables = lambda: user.session.variables
        iterations = Iterations(
            self._program,
            self._clock,
            Aftertime(),
            self._exhausted.append,
            wire=self._wire,
            worker=0,
            workers=1,
        )
        for number, scenario in enumerate(self._program["scenarios"]):
            self._notes.begins(scenario["name"])
            await iterations.iterate(user, number)
            if user.stopped or self._exhausted:
                break
        await iterations.leave(user)
        self._notes.conclude()
        self._skipped += iterations.skipped
        return "a failure stopped the user" if user.stopped else None

    async def _once(self, part: str, user: User) -> str | None:
        """The steps of setup or teardown; why they did not come to their end, if so."""
        self._notes.begins(part)
        self._notes.variables = lambda: user.session.variables
        guards = guards_of(self._program, self._clock)
        compiler = Compiler(self._clock, self._skipped.append, self._wire, guards)
        block = compiler.block(self._program[part], Aftertime(), aside=True)
        if block is None:
            return None
        longest_s = self._program["options"]["setup_timeout_s"]
        try:
            async with asyncio.timeout(longest_s):
                follows = await block.run(user)
        except TimeoutError:
            return f"{part} was not done within {longest_s:g} s"
        finally:
            self._notes.conclude()
        if follows == runtime.GO_ON or user.failure is None:
            return None
        name, kind, message = user.failure
        return f"{part}: {name}: {message or kind}"


def _parts(program: dict[str, Any]) -> list[tuple[str, Any]]:
    """What of a program has steps."""
    return [(name, program[name]) for name in ("setup", "scenarios", "teardown") if name in program]


def _without_waiting(value: Any) -> Any:
    """Steps whose pauses take no time, and whose scenarios keep no pace."""
    match value:
        case {"kind": "pause"}:
            return {**value, "law": "uniform", "min_s": 0.0, "max_s": 0.0}
        case {"pacing_s": _}:
            return {name: _without_waiting(item) for name, item in {**value, "pacing_s": None}.items()}
        case dict():
            return {name: _without_waiting(item) for name, item in value.items()}
        case list():
            return [_without_waiting(item) for item in value]
    return value
