"""The functions that a template may call, and what their arguments must be."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

from .moments import prepare_moment, prepare_timestamp

MAX_LENGTH = 10_000
"""The longest random text, in characters."""
_MAX_DECIMALS = 9
_NUMBER = re.compile(r"[+-]?\d{1,15}(?:\.\d{1,15})?", re.ASCII)
_LETTERS_AND_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_HEX = "0123456789abcdef"

Args = Sequence[str]


@dataclass(frozen=True, slots=True)
class Function:
    """A function: how it is written, and its arguments made those of a program; ValueError says what is wrong."""

    usage: str
    prepare: Callable[[Args], list[Any]]
    called: str = ""
    """What it is in a program, if not its own name."""


def objection(function: str, args: Args) -> str | None:
    """What is wrong with a call, None if nothing; whether Faker has a method is not looked at."""
    if function.startswith("faker."):
        return None
    known = FUNCTIONS.get(function)
    if known is None:
        return f"there is no function {function}{nearest(function, FUNCTIONS)}"
    try:
        known.prepare(args)
    except ValueError as error:
        return f"{error}; write {known.usage}"
    return None


def prepared(function: str, args: Args) -> tuple[str, list[Any]]:
    """A call as a program has it: the function's name and arguments that need no more thought."""
    known = FUNCTIONS[function]
    return known.called or function, known.prepare(args)


def nearest(name: str, names: Sequence[str] | dict[str, Any]) -> str:
    """``; did you mean …?`` when one of the names is near, or an empty text."""
    near = difflib.get_close_matches(name, list(names), n=1)
    return f"; did you mean {near[0]}?" if near else ""


def _none(args: Args) -> list[Any]:
    if args:
        raise ValueError("it takes no arguments")
    return []


def _options(args: Args) -> list[Any]:
    if not args:
        raise ValueError("there is nothing to choose from")
    return list(args)


def _integers(args: Args) -> list[Any]:
    _count(args, 2, 2)
    low, high = (_integer(arg) for arg in args)
    if low > high:
        raise ValueError(f"{low} is more than {high}")
    return [low, high]


def _floats(args: Args) -> list[Any]:
    """Bounds as floats; with decimals, the least value and the number of values as integers, and what divides them."""
    _count(args, 2, 3)
    if not all(_NUMBER.fullmatch(arg) for arg in args[:2]):
        raise ValueError("the bounds are numbers of at most 15 digits before and after the point")
    low, high = (Decimal(arg) for arg in args[:2])
    if low > high:
        raise ValueError(f"{args[0]} is more than {args[1]}")
    if len(args) == 2:
        return [float(low), float(high)]
    decimals = _integer(args[2])
    if not 0 <= decimals <= _MAX_DECIMALS or max(abs(low), abs(high)) * 10**decimals >= 2**52:
        raise ValueError(f"it has at most {_MAX_DECIMALS} decimals, and 15 digits in all")
    scale = 10**decimals
    least = int((low * scale).to_integral_value(ROUND_CEILING))
    most = int((high * scale).to_integral_value(ROUND_FLOOR))
    if least > most:
        raise ValueError("there is no such number between the bounds")
    return [least, most, scale]


def _text(args: Args) -> list[Any]:
    _count(args, 1, 2)
    alphabet = args[1] if len(args) == 2 else _LETTERS_AND_DIGITS
    if not 1 <= len(alphabet) <= 1000:
        raise ValueError("the alphabet has 1 to 1000 characters")
    return [_length(args[0]), list(alphabet)]


def _hexadecimal(args: Args) -> list[Any]:
    _count(args, 1, 1)
    return [_length(args[0]), list(_HEX)]


def _length(arg: str) -> int:
    length = _integer(arg)
    if not 0 <= length <= MAX_LENGTH:
        raise ValueError(f"the length is 0 to {MAX_LENGTH}")
    return length


def _integer(arg: str) -> int:
    if not re.fullmatch(r"[+-]?\d(?:_?\d){0,40}", arg, re.ASCII):
        raise ValueError(f"{arg[:40]!r} is no whole number")
    return int(arg)


def _count(args: Args, least: int, most: int) -> None:
    if not least <= len(args) <= most:
        raise ValueError(f"it takes {least if least == most else f'{least} or {most}'} arguments")


FUNCTIONS = {
    "uuid": Function("uuid()", _none),
    "now": Function("now(), now(%Y-%m-%d), now(iso, +1d), now(epoch_ms, utc)", prepare_moment),
    "timestamp": Function("timestamp() or timestamp(ms)", prepare_timestamp, "now"),
    "randint": Function("randint(1, 6)", _integers),
    "randfloat": Function("randfloat(0, 1) or randfloat(5, 99.95, 2)", _floats),
    "randstring": Function("randstring(8) or randstring(8, abc)", _text, "characters"),
    "randhex": Function("randhex(16)", _hexadecimal, "characters"),
    "choice": Function("choice(red, green, 'light blue')", _options),
    "seq": Function("seq()", _none),
}
"""Every function by its name."""
