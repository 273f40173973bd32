"""What is written in place of a recorded value: a variable, an environment variable for a secret, or the value."""

from __future__ import annotations

import re
from typing import Any

from ...plan.secrets import MASK, is_secret, mask_text
from ..withheld import Withheld, literal
from .correlation import Correlated, Extraction, Sent
from .slots import Where
from .telling import TOKEN, WIDE_TOKEN

SCHEMES = frozenset(["basic", "digest", "aws4-hmac-sha256", "oauth", "hawk", "negotiate", "ntlm"])
"""Of Authorization headers that are no token: `steps` has other words for them, or none."""
_SCHEME = re.compile(r"([A-Za-z][\w-]{1,20}) +(\S.*)", re.DOTALL)
_ALL_BUT_A_SCHEME = re.compile(r"([A-Za-z][\w-]{1,20}[ :=] *)?(\$\{[\w.]+\})+")
_MAY_HOLD_SECRETS = re.compile(r"[=:@]|(?i:bearer|basic)")


class Rendering:
    """Writes the values of one recording; ``used`` are the variables with the first request that sends each."""

    def __init__(self, correlated: Correlated, sent: Sent, withheld: Withheld) -> None:
        self._correlated = correlated
        self._sent = sent
        self.withheld = withheld
        self.number = 0
        """Of the request whose values are written."""
        self.used: dict[int, dict[int, Extraction]] = {}
        """The extractions whose values a request sends, each under its own identity."""

    def __call__(self, value: Any, name: str, where: Where) -> Any:
        if where is Where.NAME:
            return literal(value)
        if where is not Where.TEXT and (found := self._correlated.whole(self.number, value, name, where)):
            return self._use(found)
        if name == "authorization" and isinstance(value, str) and value.partition(" ")[0].lower() in SCHEMES:
            return f"{value.partition(' ')[0]} …"
        if not isinstance(value, str):
            return self.withheld(str(value), name) if is_secret(name) and value else value
        shown = self._replaced(value)
        secret = is_secret(name) and where is not Where.PATH
        if secret and (shown == literal(value) or not _ALL_BUT_A_SCHEME.fullmatch(shown)):
            return self._secret(value, name)
        return self._without_secrets(shown)

    def comment(self, text: str) -> str:
        """A text about the recording without its secrets."""
        return self._replaced(text)

    def _use(self, found: Extraction) -> str:
        self.used.setdefault(self.number, {})[id(found)] = found
        return found.placeholder

    def _replaced(self, text: str) -> str:
        """The text with placeholders for what in it was handed out, or is a secret elsewhere."""
        return WIDE_TOKEN.sub(self._wide, literal(text))

    def _wide(self, match: re.Match[str]) -> str:
        token = match.group()
        return self._token(token) or TOKEN.sub(lambda one: self._token(one.group()) or one.group(), token)

    def _token(self, token: str) -> str | None:
        if found := self._correlated.within(self.number, token):
            return self._use(found)
        name = self._sent.secrets.get(token) if len(token) >= 8 else None
        return self.withheld(token, name) if name else None

    def _secret(self, value: str, name: str) -> str:
        """A placeholder; the scheme of an Authorization header stays."""
        scheme = _SCHEME.fullmatch(value) if name == "authorization" else None
        if scheme:
            return f"{scheme[1]} {self.withheld(scheme[2], self._sent.secrets.get(scheme[2], scheme[1]))}"
        return self.withheld(value, name)

    def _without_secrets(self, text: str) -> str:
        """The text with placeholders for what looks like a secret by what stands before it: ``password=…``."""
        if not _MAY_HOLD_SECRETS.search(text):
            return text
        pieces = mask_text(text).split(MASK)
        if len(pieces) == 1:
            return text
        shown, done = pieces[0], len(pieces[0])
        for number, piece in enumerate(pieces[1:], 2):
            after = (
                len(text) - len(piece)
                if number == len(pieces)
                else text.find(piece, done)
                if piece
                else len(text)
            )
            if after < done:
                return self.withheld(text, "secret")
            shown += self.withheld(text[done:after], "secret") + piece
            done = after + len(piece)
        return shown
