"""One virtual user of a worker: its session, its connections, its cookies, and what became of its steps so far."""

from __future__ import annotations

from ....http.cookies import CookieJar
from ..program import runtime
from .sender import Sender


class User:
    """One virtual user.

    ``cut_off`` tells that it is about to be cancelled with a request under way that the server may have seen;
    ``stopped`` that it does nothing more in this run. ``due`` is when the arrival was due that it serves, until its
    first request. ``begun`` are the scenarios, by number, that it has come to and not left; ``proof`` is the
    number of the token or login that its request is sent with.

    Of its steps it counts requests ``sent`` and ``failures``, seconds of think time (``thought_s``) and those in which
    the load stood still (``held_s``); ``cut_short`` is how many pauses the end of the load cut short. ``failure`` is
    the last there was: the step's name, the kind and what happened; ``status`` that of the last answer that was judged,
    and ``asked_at`` when the last request was sent that is measured aside.
    """

    __slots__ = (
        "_keeps_cookies",
        "asked_at",
        "begun",
        "cut_off",
        "cut_short",
        "due",
        "failure",
        "failures",
        "held_s",
        "jar",
        "proof",
        "sender",
        "sent",
        "session",
        "status",
        "stopped",
        "thought_s",
    )

    def __init__(self, session: runtime.Session, sender: Sender, *, keeps_cookies: bool) -> None:
        self.session = session
        self.sender = sender
        self.jar: CookieJar | None = None
        self.cut_off = self.stopped = False
        self.due: float | None = None
        self.proof = 0
        self.begun: set[int] = set()
        self.sent = self.failures = self.cut_short = self.status = 0
        self.thought_s = self.held_s = self.asked_at = 0.0
        self.failure: tuple[str, str, str] | None = None
        self._keeps_cookies = keeps_cookies

    def store_cookies(self, url: str, headers: list[str]) -> None:
        """Keeps the cookies of the Set-Cookie headers of an answer."""
        if self._keeps_cookies:
            jar = self.jar = CookieJar() if self.jar is None else self.jar
            for header in headers:
                jar.store(url, header)
