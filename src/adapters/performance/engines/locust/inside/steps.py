"""Steps of a program as objects that users run: rendered once where they are static."""

from __future__ import annotations

import base64
from collections.abc import Callable
from math import nan
from time import perf_counter
from typing import TYPE_CHECKING, Any, Protocol

from ... import kinds
from ...program import runtime
from ...program.decoding import Undecodable, reads_body
from .answers import Reply
from .outgoing import REDIRECTS, Outgoing, UnsendableError
from .recorder import Recorder

if TYPE_CHECKING:
    from .people import Person


class Step(Protocol):
    """What a user does next, if ``condition`` holds."""

    condition: Callable[[runtime.Session], bool] | None

    def run(self, person: Person) -> int:
        """Does the step, records what it measured, and says what follows: ``runtime.GO_ON`` or another."""


class Time(Protocol):
    """The time in which steps are done: none starts when it has ended."""

    ends_at: float

    def wait(self, seconds: float) -> None:
        """Waits, but not beyond the end."""


class PauseStep:
    """Think time, cut short when the load ends."""

    def __init__(self, step: dict[str, Any], time: Time) -> None:
        self.condition = runtime.compile_conditions(step)
        self._length = runtime.compile_pause(step)
        self._time = time

    def run(self, person: Person) -> int:
        """Waits."""
        length = self._length
        person.pause(length(person.session) if callable(length) else length, self._time)
        return runtime.GO_ON


class RequestStep:
    """A request: rendered, sent, its redirects followed, its answer judged, its values extracted.

    One that is measured ``aside`` is in no figure but those of its kind.
    """

    def __init__(self, step: dict[str, Any], recorder: Recorder, *, aside: bool = False) -> None:
        self.condition = runtime.compile_conditions(step)
        self._step = step
        self._recorder = recorder
        self.aside = aside
        self.name: str = step["name"]
        self._name = recorder.name(self.name, aside=aside)
        self._count_check = _uncounted if aside else recorder.check
        self._on_failure = runtime.ON_FAILURE[step["on_failure"]]
        self._redirects: int = step["redirects"]
        self._private: list[str] = step["private"]
        self._timeout_s: float = step["timeout_s"]
        self._judged = bool(step["checks"] or step["extract"])
        self._reads_body = reads_body(step)
        self._check, self._extract = runtime.compile_judge(step), runtime.compile_extract(step)
        self._url = runtime.compile_text(step["url"])
        self._headers = [(name, runtime.compile_text(text)) for name, text in step["headers"]]
        self._cookie = None if step["cookie"] is None else runtime.compile_text(step["cookie"])
        self._body = _compile_body(step["body"])
        texts = [self._url, self._body, self._cookie, *(text for _, text in self._headers)]
        self._static = not any(callable(text) for text in texts)
        self._once: Outgoing | None = None

    def run(self, person: Person) -> int:
        """Sends the request and records every hop; the last one is judged."""
        failure = self._send(person)
        if failure is None:
            return runtime.GO_ON
        person.failures += 1
        person.failure = (self.name, *failure)
        return self._on_failure

    def _send(self, person: Person) -> tuple[str, str] | None:
        person.sent += 1
        person.aside = self.aside
        try:
            outgoing = self._once or self._render(person.session)
        except UnsendableError as error:
            return self._unsent(person, kinds.PROTOCOL, str(error))
        hops = 0
        person.asks = self
        reply = self._exchange(person, outgoing)
        while following := self._next(outgoing, reply, hops):
            self._record(reply, None)
            outgoing, hops = following, hops + 1
            reply = self._exchange(person, outgoing)
        person.status = reply.status
        judged = reply.failure or self._judge(reply, person.session)
        self._record(reply, judged)
        person.asks = None
        return judged

    def _exchange(self, person: Person, outgoing: Outgoing) -> Reply:
        """Sends a request, or one that it was redirected to."""
        return person.exchange(outgoing, self._timeout_s)

    def _unsent(self, person: Person, kind: str, message: str) -> runtime.Failure:
        """A request that could not be sent: it counts, and has no time."""
        person.status = 0
        self._recorder.sending(aside=self.aside)
        self._recorder.add(self._name, perf_counter(), nan, 0, (kind, message), aside=self.aside)
        return kind, message

    def cut_off(self) -> None:
        """The request is in flight, and its time is over: no other figure would tell of one that is measured aside."""
        if self.aside:
            failure = (kinds.OTHER, runtime.CUT_OFF)
            self._recorder.add(self._name, perf_counter(), nan, 0, failure, aside=True)

    def _next(self, outgoing: Outgoing, reply: Reply, hops: int) -> Outgoing | None:
        """The request that an answer redirects to, if the step follows it."""
        if not self._redirects or reply.failure is not None or reply.status not in REDIRECTS:
            return None
        location = reply.location
        if location is None:
            return None
        if hops == self._redirects:
            reply.failure = (kinds.REDIRECTS, f"more than {self._redirects} redirects")
            return None
        try:
            return outgoing.redirected(reply.status, location, self._private)
        except UnsendableError as error:
            reply.failure = (kinds.REDIRECTS, str(error))
            return None

    def _record(self, reply: Reply, failure: tuple[str, str] | None) -> None:
        self._recorder.add(self._name, reply.end, reply.latency_s, reply.status, failure, aside=self.aside)

    def _judge(self, reply: Reply, session: runtime.Session) -> tuple[str, str] | None:
        if not self._judged:
            return (kinds.STATUS, f"status {reply.status}") if reply.status >= 400 else None
        if not self.aside:
            self._recorder.turn_to(reply.end)
        try:
            answer = reply.as_answer(with_body=self._reads_body)
            return self._check(answer, session, self._count_check) or self._extract(answer, session)
        except Undecodable as error:
            return error.kind, error.message
        except Exception as error:
            self._recorder.exception(error)
            return kinds.SCRIPT, f"{type(error).__name__}: {error}"

    def _render(self, session: runtime.Session) -> Outgoing:
        body = self._body
        outgoing = Outgoing(
            self._step["method"],
            runtime.text_of(self._url, session),
            [(name, runtime.text_of(text, session)) for name, text in self._headers],
            body if isinstance(body, bytes) else body(session).encode(),
            cookie=None if self._cookie is None else runtime.text_of(self._cookie, session),
        )
        if self._static:
            self._once = outgoing
        return outgoing


def _compile_body(body: dict[str, Any] | None) -> bytes | runtime.Render:
    if body is None:
        return b""
    if "base64" in body:
        return base64.b64decode(body["base64"])
    text = runtime.compile_text(body["text"])
    return text.encode() if isinstance(text, str) else text


def _uncounted(name: str, passed: bool) -> None:
    """Checks of what is measured aside are in no figure."""
