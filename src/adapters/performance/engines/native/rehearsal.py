"""One user goes once through each scenario, and each request and answer is told: the native engine, looked at closely.

Requests are rendered, sent, judged and their values extracted by the very code that loads a target. Only the load is
another, pauses take no time, and every body is kept to be shown.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from ....http.errors import WireError
from ...metrics.window import Window
from ...plan.load import IterationLoad
from ...plan.model import Plan
from ..process import workspace
from ..program import runtime
from ..program.decoding import Undecodable, decoded
from .authorised import guards_of
from .by_httpx import why_httpx
from .iterations import Iterations
from .jobs import worker_jobs
from .recorder import NameRecorder, WindowClock
from .scenarios import Aftertime, Compiler
from .sender import ConnectionCounts, Exchange, Header, Outgoing, Sender
from .senders import sender_factory
from .user import User
from .volley import Volley
from .wire_form import WireForm

_MOST_KEPT = 1 << 30
"""Bytes of a body that the plan itself does not read."""


@dataclass(slots=True)
class Attempt:
    """One request as it was sent, and what came of it; times in milliseconds.

    ``name`` is that of the step, also for each redirect it follows. One that could not even be sent has no ``method``
    and no ``url``. ``answer`` is the decoded body, or as it came where that cannot be had. ``failures`` are (kind,
    message). ``aside`` is set for what is in no figure of a run.
    """

    scenario: str
    method: str
    url: str
    headers: list[Header]
    body: bytes
    name: str = ""
    aside: bool = False
    status: int | None = None
    answer_headers: list[Header] = field(default_factory=list)
    answer: bytes = b""
    latency_ms: float = 0.0
    first_byte_ms: float | None = None
    connect_ms: float | None = None
    checks: list[tuple[str, bool]] = field(default_factory=list)
    extracted: dict[str, Any] = field(default_factory=dict)
    failures: list[tuple[str, str]] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether it was a success."""
        return not self.failures


@dataclass(frozen=True, slots=True)
class Ended:
    """A group of steps that came to its end."""

    scenario: str
    group: str
    duration_ms: float
    failed: bool


@dataclass(frozen=True, slots=True)
class Ending:
    """How a rehearsal ended: the feed that ran out, why steps that are done once did not come to their end, and what
    else was not done, and why."""

    exhausted: str | None
    failure: str | None
    skipped: tuple[str, ...]


Tell = Callable[[Attempt | Ended], None]


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
        self._notes = _Notes(tell, program)
        self._clock = _Clock(self._notes, wire_bytes=wire)
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
        sender = _Watched(self._make_sender(), self._notes)
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


class _Notes:
    """Gathers what is told of the request under way, and tells of it when the next one begins."""

    def __init__(self, tell: Tell, program: dict[str, Any]) -> None:
        self._tell = tell
        self._extracts = _extracts([part for _, part in _parts(program)])
        self._last: Attempt | None = None
        self._under_way = False
        self.scenario = ""
        self.variables: Callable[[], dict[str, Any]] = dict

    @property
    def last(self) -> Attempt:
        assert self._last is not None
        return self._last

    def begins(self, scenario: str) -> None:
        """From now on it is another scenario's."""
        self.conclude()
        self.scenario = scenario

    def ended(self, group: str, duration_s: float, *, failed: bool) -> None:
        self.conclude()
        self._tell(Ended(self.scenario, group, 1000 * duration_s, failed))

    def begin(self, attempt: Attempt) -> None:
        self.conclude()
        self._last, self._under_way = attempt, True

    def recorded(self, name: str, *, aside: bool) -> None:
        """The request under way is this step's; when there is none, it is one that could not even be sent."""
        if not self._under_way:
            self.begin(Attempt(self.scenario, "", "", [], b""))
        self._under_way = False
        self.last.name, self.last.aside = name, aside

    def conclude(self) -> None:
        """All is known of the last request."""
        last, self._last = self._last, None
        if last is None:
            return
        if not any(kind == "extract" for kind, _ in last.failures) and last.status is not None:
            values = self.variables()
            last.extracted = {
                name: values[name] for name in self._extracts.get(last.name, ()) if name in values
            }
        self._tell(last)


class _Watched:
    """A user's connections, with a note of all that goes over them."""

    def __init__(self, sender: Sender, notes: _Notes) -> None:
        self._sender = sender
        self._notes = notes

    @property
    def busy(self) -> bool:
        return self._sender.busy

    async def send(self, request: Outgoing, cookie: str | None, volley: Volley | None = None) -> Exchange:
        seen = replace(request, keep_body=request.keep_body or _MOST_KEPT, reads_answer=True)
        attempt = Attempt(self._notes.scenario, request.method, request.url, [], request.body or b"")
        self._notes.begin(attempt)
        exchange = await self._sender.send(seen, cookie)
        _fill(attempt, seen, cookie, exchange)
        return exchange

    async def close(self) -> None:
        await self._sender.close()


def _fill(attempt: Attempt, request: Outgoing, cookie: str | None, exchange: Exchange) -> None:
    attempt.headers = _sent_headers(request, cookie)
    attempt.latency_ms = 1000 * (exchange.done_at - exchange.started_at)
    attempt.connect_ms = None if exchange.connect_s is None else 1000 * exchange.connect_s
    if exchange.error is not None:
        return
    attempt.status = exchange.status
    attempt.first_byte_ms = 1000 * (exchange.first_byte_at - exchange.started_at)
    attempt.answer_headers = list(exchange.headers)
    try:
        attempt.answer = decoded(exchange.body, exchange.headers)
    except Undecodable:  # a failure only where the plan reads the body
        attempt.answer = exchange.body


def _sent_headers(request: Outgoing, cookie: str | None) -> list[Header]:
    """The headers as they went out; those that httpx adds are not known."""
    beside = [] if cookie is None else [("Cookie", cookie)]
    if not isinstance(request.prepared, WireForm):
        return [*request.headers, *beside]
    lines = request.prepared.head.decode(errors="replace").split("\r\n")[1:]
    pairs = [line.partition(": ") for line in lines if line]
    return [*((name, value) for name, _, value in pairs), *beside]


class _Recorder(NameRecorder):
    """Notes of which step a request is, and why it failed."""

    def __init__(
        self, clock: WindowClock, notes: _Notes, name: str, *, aside: bool, wire_bytes: bool
    ) -> None:
        super().__init__(clock, wire_bytes=wire_bytes)
        self._notes, self._name, self._is_aside = notes, name, aside

    def answered(self, exchange: Exchange, intended_at: float | None = None) -> None:
        self._notes.recorded(self._name, aside=self._is_aside)
        super().answered(exchange, intended_at)

    def unanswered(self, exchange: Exchange, error: WireError, intended_at: float | None = None) -> None:
        self._notes.recorded(self._name, aside=self._is_aside)
        super().unanswered(exchange, error, intended_at)

    def failed(self, kind: str, message: str) -> None:
        self._notes.last.failures.append((kind, message))
        super().failed(kind, message)


class _Clock(WindowClock):
    """Notes of checks; its windows are not looked at."""

    def __init__(self, notes: _Notes, *, wire_bytes: bool) -> None:
        super().__init__(_nothing, open_model=False, wire_bytes=wire_bytes)
        self._notes = notes
        self._recorders: dict[tuple[str, bool], _Recorder] = {}

    def recorder(self, name: str, *, aside: bool = False) -> NameRecorder:
        if (name, aside) not in self._recorders:
            made = _Recorder(self, self._notes, name, aside=aside, wire_bytes=self._wire_bytes)
            self._recorders[name, aside] = made
        return self._recorders[name, aside]

    def check(self, name: str, passed: bool) -> None:
        self._notes.last.checks.append((name, passed))
        super().check(name, passed)

    def group_ended(self, name: str, ended_at: float, duration_s: float, *, failed: bool) -> None:
        self._notes.ended(name, duration_s, failed=failed)
        super().group_ended(name, ended_at, duration_s, failed=failed)


def _nothing(_: Window) -> None:
    pass


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


def _extracts(value: Any) -> dict[str, list[str]]:
    """The variables that the steps of each name extract, at any depth of a program."""
    found: dict[str, list[str]] = {}
    match value:
        case {"kind": "request", "name": str(name), "extract": list(entries)}:
            found[name] = [entry["var"] for entry in entries]
        case dict() | list():
            for item in value.values() if isinstance(value, dict) else value:
                for name, variables in _extracts(item).items():
                    found.setdefault(name, []).extend(variables)
    return found
