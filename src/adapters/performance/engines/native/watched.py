"""What a rehearsal sees of requests and answers: a user's connections, recorders and clock that take notes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from ....http.errors import WireError
from ...metrics.window import Window
from ..program.decoding import Undecodable, decoded
from .recorder import NameRecorder, WindowClock
from .sender import Exchange, Header, Outgoing, Sender
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


Tell = Callable[[Attempt | Ended], None]


class Notes:
    """Gathers what is told of the request under way, and tells of it when the next one begins.

    ``steps`` are those of the program; ``variables`` says what the user knows now.
    """

    def __init__(self, tell: Tell, steps: Any) -> None:
        self._tell = tell
        self._extracts = _extracts(steps)
        self._last: Attempt | None = None
        self._under_way = False
        self.scenario = ""
        self.variables: Callable[[], dict[str, Any]] = dict

    @property
    def last(self) -> Attempt:
        """The request sent last."""
        assert self._last is not None
        return self._last

    def begins(self, scenario: str) -> None:
        """From now on it is another scenario's."""
        self.conclude()
        self.scenario = scenario

    def ended(self, group: str, duration_s: float, *, failed: bool) -> None:
        """A group of steps came to its end."""
        self.conclude()
        self._tell(Ended(self.scenario, group, 1000 * duration_s, failed))

    def begin(self, attempt: Attempt) -> None:
        """A request is about to be sent."""
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


class WatchedSender:
    """A user's connections, with a note of all that goes over them."""

    def __init__(self, sender: Sender, notes: Notes) -> None:
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


class _WatchedRecorder(NameRecorder):
    """Notes of which step a request is, and why it failed."""

    def __init__(self, clock: WindowClock, notes: Notes, name: str, *, aside: bool, wire_bytes: bool) -> None:
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


class WatchedClock(WindowClock):
    """Notes of checks; its windows are not looked at."""

    def __init__(self, notes: Notes, *, wire_bytes: bool) -> None:
        super().__init__(_nothing, open_model=False, wire_bytes=wire_bytes)
        self._notes = notes
        self._recorders: dict[tuple[str, bool], _WatchedRecorder] = {}

    def recorder(self, name: str, *, aside: bool = False) -> NameRecorder:
        if (name, aside) not in self._recorders:
            made = _WatchedRecorder(self, self._notes, name, aside=aside, wire_bytes=self._wire_bytes)
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
