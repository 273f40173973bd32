"""What a user, or all users, hold of a token or a login: until when it is good, and when to ask for it anew.

Nothing here waits or looks at a clock: engines pass the time in, do the requests, and wait in their own ways.
"""

from __future__ import annotations

from math import inf
from typing import Any

from .session import Session
from .texts import compile_text, text_of

FIRST_DELAY_S = 1.0
LONGEST_DELAY_S = 30.0


class Hold:
    """One proof that a server hands out, as the ``entry`` of a program's ``auths`` says.

    ``flight`` is the engine's own: what others wait for while one user asks. ``not_before`` is when to ask again after
    that failed. Each proof has a number, by which an answer tells whether it was asked for with the present one.
    """

    __slots__ = (
        "_delay_s",
        "_distrusted",
        "_entry",
        "_expires_at",
        "_failed_at",
        "_iteration",
        "_refresh",
        "_values",
        "flight",
        "not_before",
        "number",
    )

    def __init__(self, entry: dict[str, Any]) -> None:
        self._entry = entry
        self._values: dict[str, Any] | None = None
        self._expires_at = inf
        self._failed_at: float | None = None
        self._iteration = -1
        self._refresh: str | None = None
        self._distrusted = False
        self._delay_s = FIRST_DELAY_S
        self.flight: Any = None
        self.not_before = 0.0
        self.number = 0

    def good(self, session: Session, now: float) -> bool:
        """Whether there is a proof that does not expire now, of this iteration where cookies last no longer."""
        if self._values is None or now >= self._expires_at:
            return False
        return not self._entry["per_iteration"] or self._iteration == session.iteration

    def ways(self, session: Session) -> list[str]:
        """How to come by one, in order: by the refresh token there is, else from the beginning."""
        entry = self._entry
        if self._refresh is None and not entry["fetch"]:
            self._refresh = text_of(compile_text(entry["refresh_token"]), session)
        ways = ["refresh"] if self._refresh is not None and entry["refresh"] else []
        return ways + (["fetch"] if entry["fetch"] else [])

    def begin(self, session: Session) -> None:
        """Before each request of a way: the user knows the refresh token, and nothing is done yet."""
        session.variables.pop(self._entry["done"], None)
        if self._refresh is not None:
            session.variables[self._entry["refresh_variable"]] = self._refresh

    def done(self, session: Session) -> bool:
        """Whether the request was answered as it should be."""
        return self._entry["done"] in session.variables

    def take(self, session: Session, asked_at: float) -> bool:
        """Takes what the answers of a way held; False when there is nothing that can be used."""
        if not self.done(session):
            return False
        variables, entry = session.variables, self._entry
        values = {name: variables[name] for name in entry["lends"]}
        if not all(isinstance(value, str) and value for value in values.values()):
            return False
        self._values = values
        self._iteration = session.iteration
        self._expires_at = asked_at + _life_s(variables.get(entry["expires_variable"]), entry["margin_s"])
        refresh = variables.get(entry["refresh_variable"])
        self._refresh = refresh if isinstance(refresh, str) and refresh else self._refresh
        self.number += 1
        self._delay_s = FIRST_DELAY_S
        self.not_before = 0.0
        return True

    def refused(self, way: str) -> None:
        """A way led nowhere; a refresh token that did not work is not tried again where there is another way."""
        if way == "refresh" and self._entry["fetch"]:
            self._refresh = None

    def failed(self, now: float) -> None:
        """No way led anywhere: the next try waits, longer each time."""
        self._values = None
        self._failed_at = now
        self.not_before = now + self._delay_s
        self._delay_s = min(2 * self._delay_s, LONGEST_DELAY_S)

    def told(self) -> dict[str, Any]:
        """All of it, for others that share it, as JSON data."""
        return {
            "number": self.number,
            "values": self._values,
            "expires_at": None if self._expires_at == inf else self._expires_at,
            "refresh": self._refresh,
            "failed_at": self._failed_at,
        }

    def learn(self, told: dict[str, Any], since: float) -> bool | None:
        """Takes what another told: True for a newer proof, False when it has failed since; None to ask oneself."""
        if told["number"] > self.number and told["values"] is not None:
            self.number, self._values = told["number"], told["values"]
            self._expires_at = inf if told["expires_at"] is None else told["expires_at"]
            self._refresh = told["refresh"]
            self._delay_s, self.not_before = FIRST_DELAY_S, 0.0
            return True
        self.number = max(self.number, told["number"])
        if told["failed_at"] is not None and told["failed_at"] >= since:
            self.failed(told["failed_at"])
            return False
        self._refresh = told["refresh"]
        return None

    def lend(self, session: Session) -> int:
        """Gives a user the values of the proof; its number."""
        if self._values is not None:
            session.variables.update(self._values)
        return self.number

    def answered(self, number: int, status: int) -> None:
        """A request with the proof of that number had such an answer: 401 throws it away, but not two in a row."""
        if number != self.number:
            return
        if status != 401:
            self._distrusted = False
        elif not self._distrusted:
            self._distrusted = True
            self._values = None


def _life_s(told: Any, margin_s: float) -> float:
    """For how long a token is used that says it lasts so many seconds; for ever when it does not say."""
    try:
        lasts_s = float(told)
    except (TypeError, ValueError):
        return inf
    if not 0 <= lasts_s < inf:
        return inf
    return max(lasts_s - margin_s, lasts_s / 2)
