"""Steps of a program as objects that a user runs: rendered once where they are static."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Awaitable, Callable
from time import perf_counter
from typing import Any, Protocol

from ....http.cookies import cookie_pair
from ....http.errors import WireError
from .. import kinds
from ..program import runtime
from ..program.decoding import MAX_BODY, Undecodable, decoded, reads_body
from .recorder import NameRecorder, WindowClock
from .redirecting import location_of, redirected
from .sender import Exchange, Outgoing
from .user import User
from .volley import Volley
from .wire_template import UnsendableHead, WireTemplate


class Step(Protocol):
    """What a user does next, if ``condition`` holds."""

    condition: Callable[[runtime.Session], bool] | None

    async def run(self, user: User) -> int:
        """Does the step, records what it measured, and says what follows: ``runtime.GO_ON`` or another."""


class Time(Protocol):
    """The time in which steps are done: none starts from ``open_until`` on unless it ``goes_on``."""

    open_until: float
    ends_at: float

    async def goes_on(self) -> bool:
        """Waits while nothing may start; whether anything may start then."""


class PauseStep:
    """Think time, cut short when the load ends."""

    def __init__(self, step: dict[str, Any], time: Time) -> None:
        self.condition = runtime.compile_conditions(step)
        self._length = runtime.compile_pause(step)
        self._time = time

    async def run(self, user: User) -> int:
        """Waits; an arrival is then served from the next request on."""
        user.due = None
        length = self._length
        pause = length(user.session) if callable(length) else length
        await wait(user, pause, self._time)
        return runtime.GO_ON


async def wait(user: User, seconds: float, time: Time) -> None:
    """Think time, of which the user keeps account."""
    began = perf_counter()
    until = began + seconds
    # The end of the load moves when the load is paused meanwhile.
    while (left_s := min(until, time.ends_at) - perf_counter()) > 0:  # noqa: ASYNC110
        await asyncio.sleep(left_s)
    now = perf_counter()
    user.cut_short += now < until
    user.thought_s += now - began


class RequestStep:
    """A request: rendered, sent, its redirects followed, its answer judged, its values extracted.

    One that is measured ``aside`` is in no figure but those of its kind.
    """

    def __init__(
        self, step: dict[str, Any], clock: WindowClock, template: WireTemplate | None, *, aside: bool = False
    ) -> None:
        self.condition = runtime.compile_conditions(step)
        self._step = step
        self._template = template
        self._clock = clock
        self._aside = aside
        self._recorder: NameRecorder = clock.recorder(step["name"], aside=aside)
        self._count_check = _uncounted if aside else clock.check
        self._on_failure = runtime.ON_FAILURE[step["on_failure"]]
        self._redirects: int = step["redirects"]
        self._private: list[str] = step["private"]
        self._judged = bool(step["checks"] or step["extract"])
        self._concludes = self._judged or step["retry"] is not None
        self._reads_body = reads_body(step)
        self._keeps = MAX_BODY if self._reads_body else 0
        self._reads_answer = runtime.reads_more_than_the_status(step)
        self._check, self._extract = runtime.compile_judge(step), runtime.compile_extract(step)
        self._url = runtime.compile_text(step["url"])
        self._headers = [(name, runtime.compile_text(text)) for name, text in step["headers"]]
        self._cookie = None if step["cookie"] is None else runtime.compile_text(step["cookie"])
        self._body = _compile_body(step["body"])
        self._static = self._render_static()

    @property
    def repeatable(self) -> bool:
        """Whether it is the same request each time, of which nothing but the status matters."""
        only_sends = self._static is not None and self.condition is None and not self._concludes
        return only_sends and self._on_failure == runtime.GO_ON

    async def repeat(self, user: User, go_on: Callable[[float], bool]) -> None:
        """Does a repeatable step once, or many times over while ``go_on``; counts all iterations but the last."""
        assert self._static is not None
        if user.jar is not None:
            await self.run(user)
            return
        volley = Volley(self._clock, self._recorder, go_on)
        try:
            exchange = await user.sender.send(self._static, self._static.cookie, volley)
            await self._conclude(user, self._static, exchange, None)
        except asyncio.CancelledError:
            self._cancelled(user)
            raise

    async def run(self, user: User) -> int:
        """Sends it once, and follows it where it leads."""
        request = self._static or self._render(user.session)
        due = user.due
        if due is not None:
            user.due = None
        user.sent += 1
        if self._aside:
            user.asked_at = perf_counter()
        try:
            exchange = await self._send(user, request)
            if exchange.plain and due is None and not self._concludes:
                self._recorder.answered(exchange)
                return runtime.GO_ON
            failure = await self._conclude(user, request, exchange, due)
        except asyncio.CancelledError:
            self._cancelled(user)
            raise
        return runtime.GO_ON if failure is None else self._after(user, failure)

    def _after(self, user: User, failure: runtime.Failure) -> int:
        user.failures += 1
        user.failure = (self._step["name"], *failure)
        return self._on_failure

    def _send(self, user: User, request: Outgoing) -> Awaitable[Exchange]:
        """Sends a request, or one that it was redirected to, with the user's cookies."""
        jar = user.jar
        cookie = request.cookie if jar is None else jar.header_for(request.url, request.cookie)
        return user.sender.send(request, cookie)

    def _cancelled(self, user: User) -> None:
        if self._aside:  # which no other figure would tell
            cut_off = Exchange(started_at=user.asked_at, done_at=perf_counter())
            self._recorder.unanswered(cut_off, WireError(kinds.OTHER, runtime.CUT_OFF))
        elif user.cut_off:
            self._clock.cut_off(self._step["name"])

    async def _conclude(
        self, user: User, request: Outgoing, exchange: Exchange, intended_at: float | None
    ) -> runtime.Failure | None:
        """Records an exchange, follows its redirects, each recorded as well, and judges the last answer."""
        hops = self._redirects
        while True:
            self._record(exchange, intended_at)
            if exchange.error is not None:
                user.status = 0
                return exchange.error.kind, exchange.error.message
            if exchange.plain:
                break
            if exchange.set_cookies:
                user.store_cookies(request.url, exchange.set_cookies)
            location = self._redirects and location_of(exchange)
            if not location:
                break
            if not hops:
                user.status = exchange.status
                return self._failed(kinds.REDIRECTS, f"more than {self._redirects} redirects")
            hops -= 1
            intended_at = None
            request = redirected(request, exchange.status, location, self._private)
            exchange = await self._send(user, request)
        user.status = exchange.status
        return self._judge(exchange, user.session) if self._judged or exchange.status >= 400 else None

    def _record(self, exchange: Exchange, intended_at: float | None) -> None:
        if exchange.error is None:
            self._recorder.answered(exchange, intended_at)
        else:
            self._recorder.unanswered(exchange, exchange.error, intended_at)

    def _failed(self, kind: str, message: str) -> runtime.Failure:
        self._recorder.failed(kind, message)
        return kind, message

    def _judge(self, exchange: Exchange, session: runtime.Session) -> runtime.Failure | None:
        cookies = dict(map(cookie_pair, exchange.set_cookies))
        elapsed = exchange.done_at - exchange.started_at
        try:
            body = decoded(exchange.body, exchange.headers) if self._reads_body else b""
        except Undecodable as error:
            return self._failed(error.kind, error.message)
        answer = runtime.Answer(exchange.status, exchange.headers, body, elapsed, cookies)
        failure = self._check(answer, session, self._count_check) or self._extract(answer, session)
        return None if failure is None else self._failed(*failure)

    def _render_static(self) -> Outgoing | None:
        texts = [self._url, *(text for _, text in self._headers), self._cookie, self._body]
        if any(callable(text) for text in texts):
            return None
        return self._render_in_full(runtime.Session(0, {}, None), self._body)

    def _render(self, session: runtime.Session) -> Outgoing:
        if self._template is None:
            return self._render_in_full(session, self._body)
        made = self._template.render(session, self._body)
        step = self._step
        cookie = self._own_cookie(session)
        if isinstance(made, UnsendableHead):  # the sender says what is wrong with it
            return Outgoing(step["method"], made.url, (("", made.headers),), None, step["timeout_s"], 0)
        url, form, body = made
        sent = None if self._body is None else body
        return Outgoing(
            step["method"], url, (), sent, step["timeout_s"], self._keeps, cookie, self._reads_answer, form
        )

    def _own_cookie(self, session: runtime.Session) -> str | None:
        return None if self._cookie is None else runtime.text_of(self._cookie, session)

    def _render_in_full(self, session: runtime.Session, body: Any) -> Outgoing:
        return Outgoing(
            method=self._step["method"],
            url=runtime.text_of(self._url, session),
            headers=tuple((name, runtime.text_of(text, session)) for name, text in self._headers),
            body=body(session).encode() if callable(body) else body,
            timeout_s=self._step["timeout_s"],
            keep_body=self._keeps,
            reads_answer=self._reads_answer,
            cookie=self._own_cookie(session),
        )


def _compile_body(body: dict[str, Any] | None) -> bytes | runtime.Render | None:
    if body is None:
        return None
    if "base64" in body:
        return base64.b64decode(body["base64"])
    text = runtime.compile_text(body["text"])
    return text.encode() if isinstance(text, str) else text


def _uncounted(name: str, passed: bool) -> None:
    """Checks of what is measured aside are in no figure."""
