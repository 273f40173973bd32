"""Values that an answer handed out and a later request sent back, in time that grows as the recording does.

What requests send is noted first, each value and each token in it with the first and the last request that has it;
then every value of every answer is looked up there. What was sent before it was handed out is not of that answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from ...plan.secrets import is_secret
from .entries import Exchange
from .handed_out import HandedOut, as_text, handed_out
from .names import Names
from .slots import Where
from .telling import LONGEST, SHORTEST, TOKEN, WIDE_TOKEN, is_id, is_telling, noun

_MOST_TOKENS = 2_000_000
_LONGEST_ID = 24
_WITHIN = 8
"""Shorter values count only where they are all of a value."""

Span = list[int]
"""The numbers of the first and of the last request."""
Id = tuple[str, str]
"""What an identifier is of, and its value."""


@dataclass
class Sent:
    """What requests send: each value and token with the first and last request that has it."""

    values: dict[str, Span] = field(default_factory=dict)
    ids: dict[Id, Span] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    """Values of secret names, and the name."""
    full: bool = False
    """There were too many tokens, and some of long bodies were not looked at."""

    def note(self, number: int, value: Any, name: str, where: Where) -> Any:
        """Note a value of a request; returns it."""
        text = as_text(value) if isinstance(value, str | int) else ""
        if text and where is not Where.NAME:
            self._note(number, value, text, name, where)
        return value

    def _note(self, number: int, value: str | int, text: str, name: str, where: Where) -> None:
        if len(text) <= _LONGEST_ID and (where is Where.PATH or is_id(name)):
            _extend(self.ids, (noun(name), text), number)
        if SHORTEST <= len(text) <= LONGEST:
            _extend(self.values, text, number)
            if is_secret(name) and where is not Where.PATH:
                self.secrets.setdefault(text, name)
                scheme, _, token = text.partition(" ")
                if name == "authorization" and token:
                    self.secrets.setdefault(token.strip(), scheme if scheme.lower() != "bearer" else "token")
        for token in self._tokens(text) if isinstance(value, str) else ():
            _extend(self.values, token, number)

    def _tokens(self, text: str) -> Iterator[str]:
        if len(self.values) > _MOST_TOKENS:
            self.full = True
            return
        for wide in WIDE_TOKEN.finditer(text):
            found = wide.group()
            yield found
            if not found.isalnum():
                yield from (one.group() for one in TOKEN.finditer(found))


def _extend(spans: dict[Any, Span], key: Any, number: int) -> None:
    if key in spans:
        spans[key][1] = number
    else:
        spans[key] = [number, number]


@dataclass
class Extraction:
    """A value that goes into a variable: from the answer to one request, sent back by later ones."""

    variable: str
    value: str | int
    source: int
    extractor: dict[str, Any]
    span: Span

    @property
    def placeholder(self) -> str:
        return "${" + self.variable + "}"


class Correlated:
    """The extractions of a recording, to be looked up by the values that are sent."""

    def __init__(self, kept: Iterable[Exchange], sent: Sent, names: Names) -> None:
        self.extractions: list[Extraction] = []
        self._values: dict[str, Extraction] = {}
        self._ids: dict[Id, Extraction] = {}
        for one in kept:
            for found in handed_out(one):
                self._consider(one, found, sent, names)

    def _consider(self, one: Exchange, found: HandedOut, sent: Sent, names: Names) -> None:
        text = as_text(found.value)
        span = sent.values.get(text)
        if (
            span is not None
            and text not in self._values
            and span[0] > one.number
            and is_telling(text, found.name)
        ):
            self._add(one, found, span, names, self._values, text)
        elif len(text) <= _LONGEST_ID and one.method == "POST" and one.status < 300 and is_id(found.name):
            key = (_subject(one, found), text)
            id_span = sent.ids.get(key)
            if id_span is not None and key not in self._ids and id_span[0] > one.number:
                self._add(one, found, id_span, names, self._ids, key)

    def _add(
        self, one: Exchange, found: HandedOut, span: Span, names: Names, into: dict[Any, Extraction], key: Any
    ) -> None:
        extractor = found.extractor()
        if extractor is None or ("[" in str(extractor.get("json", "")) and into is self._ids):
            return
        variable = names.free(found.name, found.around or _asked_for(one), one.number, span[1])
        into[key] = extraction = Extraction(variable, found.value, one.number, extractor, span)
        self.extractions.append(extraction)

    def whole(self, number: int, value: str | int, name: str, where: Where) -> Extraction | None:
        """The extraction of a value that a request sends as it is."""
        text = as_text(value)
        found = self._values.get(text)
        if found is None and len(text) <= _LONGEST_ID and (where is Where.PATH or is_id(name)):
            found = self._ids.get((noun(name), text))
        if found is None or found.source >= number:
            return None
        same_type = where is not Where.JSON or type(found.value) is type(value)
        return found if same_type else None

    def within(self, number: int, token: str) -> Extraction | None:
        """The extraction of a token in a longer text."""
        found = self._values.get(token) if len(token) >= _WITHIN else None
        return found if found is not None and found.source < number else None


def _subject(one: Exchange, found: HandedOut) -> str:
    """What an identifier in an answer is of: by its own name, by what holds it, or by the path that was asked for."""
    own = noun(found.name)
    return own or noun(found.around) or _asked_for(one)


def _asked_for(one: Exchange) -> str:
    """What a path is about: ``order`` for ``/api/orders/17``."""
    words = [word for word in urlsplit(one.url).path.split("/") if word and not word.isdigit()]
    return noun(words[-1]) if words else ""
