"""A virtual user of a plan: its session, its cookies, and the Locust user whose client it sends with."""

from __future__ import annotations

from time import perf_counter
from typing import Any, Protocol

from gevent import Timeout
from gevent.event import Event

from .....http.cookies import CookieJar
from ... import kinds
from ...program.runtime import Session
from .answers import Reply
from .failures import describe
from .outgoing import Outgoing
from .recorder import Recorder
from .steps import RequestStep, Time


class Sender(Protocol):
    """How a request leaves through the client of a Locust user."""

    user_class: type[Any]
    attributes: dict[str, Any]

    def prepare(self, user: Any) -> None:
        """To be called before the user makes its client."""

    def send(self, user: Any, outgoing: Outgoing, cookie: str | None, reply: Reply) -> None:
        """Sends a request and reads the whole answer into ``reply``."""

    def close(self, user: Any) -> None:
        """Closes the user's connections."""


class Person:
    """One virtual user; it stays the same when it leaves and comes back, its connections do not.

    ``leaving`` is set when it is to start no iteration any more. ``began`` is when its last iteration did, or should
    have, and ``pacing_s`` how long after that the next begins. ``asks`` is its request under way, and ``aside`` whether
    that is measured aside. ``idle`` tells that it starts no iteration any more, ``stopped`` that it does nothing more
    in this run; ``begun`` are the scenarios, by number, that it has come to and not left; ``proof`` is the number of
    the token or login that its request is sent with.

    Of its steps it counts requests ``sent``, ``failures``, pauses ``cut_short`` by the end, and seconds of think time.
    ``failure`` is the last there was: the step's name, the kind and what happened; ``status`` that of the last answer.
    """

    def __init__(self, session: Session, sender: Sender, recorder: Recorder, options: dict[str, Any]) -> None:
        self.session = session
        self.stopped = self.aside = self.idle = False
        self.begun: set[int] = set()
        self.sent = self.failures = self.cut_short = self.status = 0
        self.thought_s = 0.0
        self.failure: tuple[str, str, str] | None = None
        self.leaving = Event()
        self.asks: RequestStep | None = None
        self.proof = 0
        self.began = 0.0
        self.pacing_s = 0.0
        self.user: Any = None
        self.jar = None if options["cookies"] == "off" else CookieJar()
        self.cookies_last = options["cookies"] == "user"
        self._sender = sender
        self._recorder = recorder
        self._keep_alive: bool = options["keep_alive"]

    def pause(self, seconds: float, time: Time) -> None:
        """Think time, but not beyond the end of the load."""
        began = perf_counter()
        time.wait(seconds)
        now = perf_counter()
        self.cut_short += now >= time.ends_at
        self.thought_s += now - began

    def close(self) -> None:
        """Closes its connections."""
        self._sender.close(self.user)

    def exchange(self, outgoing: Outgoing, timeout_s: float) -> Reply:
        """Sends a request and waits for its whole answer, or for what went wrong."""
        reply = Reply()
        jar = self.jar
        cookie = outgoing.cookie if jar is None else jar.header_for(outgoing.url, outgoing.cookie)
        self._recorder.sending(aside=self.aside)
        start = perf_counter()
        timer = Timeout(timeout_s)
        timer.start()
        try:
            self._sender.send(self.user, outgoing, cookie, reply)
        except Timeout as fired:
            if fired is not timer:
                raise
            reply.failure = (kinds.TIMEOUT, f"no whole answer within {timeout_s:g} s")
        except Exception as error:
            reply.failure = describe(error, in_answer=reply.headers is not None)
        finally:
            timer.close()
        reply.end = perf_counter()
        reply.latency_s = reply.end - start
        if reply.failure is not None:
            reply.status = 0
            self._sender.close(self.user)
            return reply
        if jar is not None:
            for header in reply.set_cookies:
                jar.store(outgoing.url, header)
        if not self._keep_alive:
            self._sender.close(self.user)
        return reply
