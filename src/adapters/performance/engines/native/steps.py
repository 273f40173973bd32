"""Steps of a program as objects that a user runs: rendered once where they are static."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable
from time import perf_counter
from typing import Any, Protocol
from urllib.parse import urljoin, urlsplit

from ....http.cookies import CookieJar, cookie_pair
from .. import kinds
from ..program import runtime
from ..program.decoding import MAX_BODY, Undecodable, decoded, reads_body
from .recorder import NameRecorder, WindowClock
from .sender import Exchange, Outgoing, Sender
from .senders import USER_AGENT
from .volley import Volley
from .wire_template import WireTemplate, wire_template

_SAME_METHOD = (307, 308)
_REDIRECTS = (301, 302, 303, 307, 308)


class User:
    """One virtual user: its session, its connections, and its cookies once it has any.

    ``cut_off`` tells that it is about to be cancelled with a request under way that the server may have seen.
    """

    __slots__ = ("_keeps_cookies", "cut_off", "jar", "sender", "session")

    def __init__(self, session: runtime.Session, sender: Sender, *, keeps_cookies: bool) -> None:
        self.session = session
        self.sender = sender
        self.jar: CookieJar | None = None
        self.cut_off = False
        self._keeps_cookies = keeps_cookies

    def store_cookies(self, url: str, headers: list[str]) -> None:
        """Keeps the cookies of the Set-Cookie headers of an answer."""
        if self._keeps_cookies:
            jar = self.jar = CookieJar() if self.jar is None else self.jar
            for header in headers:
                jar.store(url, header)


class Step(Protocol):
    """What a user does next; ``intended_at`` is when a request of an arrival was due."""

    condition: Callable[[runtime.Session], bool] | None

    async def run(self, user: User, intended_at: float | None) -> None:
        """Does the step and records what it measured."""


class PauseStep:
    """Think time, cut short when the load ends."""

    def __init__(self, step: dict[str, Any], ends_at: Callable[[], float]) -> None:
        self.condition = runtime.compile_conditions(step)
        self._length = runtime.compile_pause(step)
        self._ends_at = ends_at

    async def run(self, user: User, intended_at: float | None) -> None:
        length = self._length
        pause = length(user.session) if callable(length) else length
        until = perf_counter() + pause
        # The end of the load moves when the load is paused meanwhile.
        while (left_s := min(until, self._ends_at()) - perf_counter()) > 0:  # noqa: ASYNC110
            await asyncio.sleep(left_s)


class RequestStep:
    """A request: rendered, sent, its redirects followed, its answer judged, its values extracted."""

    def __init__(self, step: dict[str, Any], clock: WindowClock, template: WireTemplate | None) -> None:
        self.condition = runtime.compile_conditions(step)
        self._step = step
        self._template = template
        self._clock = clock
        self._recorder: NameRecorder = clock.recorder(step["name"])
        self._redirects: int = step["redirects"]
        self._judged = bool(step["checks"] or step["extract"])
        self._reads_body = reads_body(step)
        self._keeps = MAX_BODY if self._reads_body else 0
        self._reads_answer = runtime.reads_more_than_the_status(step)
        self._check, self._extract = runtime.compile_judge(step), runtime.compile_extract(step)
        self._url = runtime.compile_text(step["url"])
        self._headers = [(name, runtime.compile_text(text)) for name, text in step["headers"]]
        self._body = _compile_body(step["body"])
        self._static = self._render_static()

    @property
    def repeatable(self) -> bool:
        """Whether it is the same request each time, of which nothing but the status matters."""
        return self._static is not None and self.condition is None and not self._judged

    async def repeat(self, user: User, go_on: Callable[[float], bool]) -> None:
        """Does a repeatable step once, or many times over while ``go_on``; counts all iterations but the last."""
        assert self._static is not None
        if user.jar is not None:
            await self.run(user, None)
            return
        volley = Volley(self._clock, self._recorder, go_on)
        try:
            exchange = await user.sender.send(self._static, None, volley)
            await self._conclude(user, self._static, exchange, None)
        except asyncio.CancelledError:
            self._cancelled(user)
            raise

    async def run(self, user: User, intended_at: float | None) -> None:
        request = self._static or self._render(user.session)
        jar = user.jar
        try:
            exchange = await user.sender.send(request, None if jar is None else jar.header_for(request.url))
            if exchange.plain and intended_at is None and not self._judged:
                self._recorder.answered(exchange)
            else:
                await self._conclude(user, request, exchange, intended_at)
        except asyncio.CancelledError:
            self._cancelled(user)
            raise

    def _cancelled(self, user: User) -> None:
        if user.cut_off:
            self._clock.cut_off(self._step["name"])

    async def _conclude(
        self, user: User, request: Outgoing, exchange: Exchange, intended_at: float | None
    ) -> None:
        """Records an exchange, follows its redirects, each recorded as well, and judges the last answer."""
        hops = self._redirects
        while True:
            self._record(exchange, intended_at)
            if exchange.error is not None:
                return
            if exchange.plain:
                break
            if exchange.set_cookies:
                user.store_cookies(request.url, exchange.set_cookies)
            location = self._redirects and exchange.status in _REDIRECTS and _location(exchange)
            if not location:
                break
            if not hops:
                self._recorder.failed(kinds.REDIRECTS, f"more than {self._redirects} redirects")
                return
            hops -= 1
            intended_at = None
            request = _redirected(request, exchange.status, location)
            jar = user.jar
            exchange = await user.sender.send(request, None if jar is None else jar.header_for(request.url))
        if self._judged or exchange.status >= 400:
            self._judge(exchange, user.session)

    def _record(self, exchange: Exchange, intended_at: float | None) -> None:
        if exchange.error is None:
            self._recorder.answered(exchange, intended_at)
        else:
            self._recorder.unanswered(exchange, exchange.error, intended_at)

    def _judge(self, exchange: Exchange, session: runtime.Session) -> None:
        cookies = dict(map(cookie_pair, exchange.set_cookies))
        elapsed = exchange.done_at - exchange.started_at
        try:
            body = decoded(exchange.body, exchange.headers) if self._reads_body else b""
        except Undecodable as error:
            self._recorder.failed(error.kind, error.message)
            return
        answer = runtime.Answer(exchange.status, exchange.headers, body, elapsed, cookies)
        failure = self._check(answer, session, self._clock.check) or self._extract(answer, session)
        if failure is not None:
            self._recorder.failed(*failure)

    def _render_static(self) -> Outgoing | None:
        texts = [self._url, *(text for _, text in self._headers), self._body]
        if any(callable(text) for text in texts):
            return None
        return self._render_in_full(runtime.Session(0, {}, None), self._body)

    def _render(self, session: runtime.Session) -> Outgoing:
        body = self._body if isinstance(self._body, bytes | None) else self._body(session).encode()
        made = None if self._template is None else self._template.render(session, body or b"")
        if made is None:
            return self._render_in_full(session, body)
        url, form = made
        step = self._step
        return Outgoing(
            step["method"], url, (), body, step["timeout_s"], self._keeps, None, self._reads_answer, form
        )

    def _render_in_full(self, session: runtime.Session, body: Any) -> Outgoing:
        digest = self._step.get("digest")
        return Outgoing(
            method=self._step["method"],
            url=runtime.text_of(self._url, session),
            headers=tuple((name, runtime.text_of(text, session)) for name, text in self._headers),
            body=body,
            timeout_s=self._step["timeout_s"],
            keep_body=self._keeps,
            reads_answer=self._reads_answer,
            digest=(digest["username"], digest["password"]) if digest else None,
        )


def _compile_body(body: dict[str, Any] | None) -> bytes | runtime.Render | None:
    if body is None:
        return None
    if "base64" in body:
        return base64.b64decode(body["base64"])
    text = runtime.compile_text(body["text"])
    return text.encode() if isinstance(text, str) else text


def _location(exchange: Exchange) -> str | None:
    return next((value for name, value in exchange.headers if name.lower() == "location"), None)


def _redirected(request: Outgoing, status: int, location: str) -> Outgoing:
    """The request that a redirect asks for: as a GET without a body unless the status keeps the method (RFC 9110)."""
    url = urljoin(request.url, location)
    same_host = urlsplit(url).netloc == urlsplit(request.url).netloc
    keeps = status in _SAME_METHOD or request.method in ("GET", "HEAD")
    dropped = set() if same_host else {"authorization", "cookie", "host"}
    dropped |= set() if keeps else {"content-type", "content-length", "transfer-encoding"}
    return Outgoing(
        method=request.method if keeps else "GET",
        url=url,
        headers=tuple(header for header in request.headers if header[0].lower() not in dropped),
        body=request.body if keeps else None,
        timeout_s=request.timeout_s,
        keep_body=request.keep_body,
        reads_answer=request.reads_answer,
        digest=request.digest if same_host else None,
    )


def compile_scenarios(
    program: dict[str, Any], clock: WindowClock, ends_at: Callable[[], float], *, wire: bool
) -> list[list[RequestStep | PauseStep]]:
    """The steps of every scenario of a program; ``wire`` when requests are sent by our own wire code."""

    def made(step: dict[str, Any]) -> RequestStep | PauseStep:
        if step["kind"] == "pause":
            return PauseStep(step, ends_at)
        follows = step["redirects"] > 0  # to a request made from the URL and the headers of this one
        return RequestStep(step, clock, wire_template(step, USER_AGENT) if wire and not follows else None)

    return [[made(step) for step in scenario["steps"]] for scenario in program["scenarios"]]
