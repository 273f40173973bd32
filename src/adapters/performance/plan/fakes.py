"""Values that Faker makes: ``${faker.first_name}``, ``${faker.de_DE.city}``, ``${faker.pyint(1, 9)}``.

Only what Faker's own providers offer is called, by its name and with plain arguments.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from ..errors import PlanError
from .functions import nearest

POOL_SIZE = 1000
"""How many values are made for each placeholder."""
MAX_CHARACTERS = 8_000_000
"""When the values of a placeholder have so many characters together, no more are made."""
INSTALL = "pip install 'polyload[faker]'"

_KEYWORD = re.compile(r"([A-Za-z]\w*)\s*=\s*(.*)", re.DOTALL)
_WORDS = {"true": True, "false": False, "none": None}


@dataclass(frozen=True, slots=True)
class Faked:
    """Values, as JSON has them."""

    values: list[Any]


@dataclass(frozen=True, slots=True)
class NotFaked:
    """Why there are none."""

    why: str


@dataclass(frozen=True, slots=True)
class FakerMissing(NotFaked):
    """Faker is not installed."""

    def error(self) -> PlanError:
        """To be raised where a run needs it."""
        return PlanError(
            f"the plan has ${{faker.…}} placeholders, and {self.why}", hint=f"Install it: {INSTALL}"
        )


def fake(
    path: Sequence[str], args: Sequence[str] = (), *, seed: str | None = None, size: int = POOL_SIZE
) -> Faked | NotFaked:
    """Values of a method of Faker, which ``path`` names, after a locale if it has two names; or why there are none."""
    if len(path) > 2:
        return NotFaked("a method of Faker is named faker.method or faker.locale.method")
    *locale, method = path
    try:
        generator = _generator(locale[0] if locale else "en_US")
    except ImportError:
        return FakerMissing("Faker is not installed")
    except AttributeError:
        return NotFaked(f"Faker has no locale {locale[0]}, such as de_DE")
    methods = _methods(generator)
    if method not in methods:
        return NotFaked(f"Faker has no method {method}{nearest(method, methods)}")
    generator.seed_instance(seed)
    positional, named = _arguments(args)
    return _values(method, lambda: getattr(generator, method)(*positional, **named), size)


def _values(method: str, make: Callable[[], Any], size: int) -> Faked | NotFaked:
    values: list[Any] = []
    characters = 0
    while len(values) < size and characters < MAX_CHARACTERS:
        try:
            values.append(_plain(make()))
        except Exception as error:  # whatever a provider makes of its arguments
            return NotFaked(f"Faker's {method} does not work so: {type(error).__name__}: {error}")
        characters += len(str(values[-1]))
    return Faked(values)


@lru_cache(maxsize=16)
def _generator(locale: str) -> Any:
    from faker import Faker
    from faker.config import AVAILABLE_LOCALES

    if locale not in AVAILABLE_LOCALES:
        raise AttributeError(locale)
    return Faker(locale)._factories[0]


def _methods(generator: Any) -> dict[str, None]:
    """The public methods of all providers."""
    return {
        name: None
        for provider in generator.providers
        for name in dir(type(provider))
        if not name.startswith("_") and callable(getattr(type(provider), name))
    }


def _arguments(args: Sequence[str]) -> tuple[list[Any], dict[str, Any]]:
    positional: list[Any] = []
    named: dict[str, Any] = {}
    for arg in args:
        keyword = _KEYWORD.fullmatch(arg)
        if keyword is None:
            positional.append(_literal(arg))
        else:
            named[keyword[1]] = _literal(keyword[2])
    return positional, named


def _literal(text: str) -> Any:
    """A number, True, False or None, or the text."""
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    if re.fullmatch(r"[+-]?\d{1,18}", text, re.ASCII):
        return int(text)
    return float(text) if re.fullmatch(r"[+-]?\d{1,18}\.\d{1,18}", text, re.ASCII) else text


def _plain(value: Any) -> Any:
    """A value as JSON has it; TypeError for what has no such form."""
    match value:
        case None | bool() | str() | int() | float():
            return value
        case Decimal():
            return float(value)
        case datetime.date() | datetime.time():
            return value.isoformat()
        case datetime.timedelta():
            return value.total_seconds()
        case list() | tuple():
            return [_plain(item) for item in value]
        case set() | frozenset():
            return sorted((_plain(item) for item in value), key=str)
        case dict():
            return {str(name): _plain(item) for name, item in value.items()}
    raise TypeError(f"its values are {type(value).__name__}, which is neither text nor a number")
