"""The functions that templates call, each compiled with its arguments."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .chance import compile_below
from .moments import compile_moment
from .session import Session

Value = Callable[[Session], Any]
NUMBERS = ("randint", "seq")
"""Functions whose values are whole numbers, which look the same in every text."""

_VARIANT = dict(zip("0123456789abcdef", "89ab" * 4, strict=True))
"""The digit that holds the variant of a UUID, by what was drawn for it: two of its bits are not random."""


def compile_call(function: str, args: list[Any]) -> Value:
    """The value of a call as a function of the session."""
    return _FUNCTIONS[function](*args)


def _randint(low: int, high: int) -> Value:
    draw = compile_below(high - low + 1)
    return lambda session: low + draw(session.random)


def _randfloat(low: Any, high: Any, scale: int | None = None) -> Value:
    if scale is None:
        return lambda session: low + (high - low) * session.random.random()
    draw = compile_below(high - low + 1)
    return lambda session: (low + draw(session.random)) / scale


def _characters(length: int, alphabet: list[str]) -> Value:
    return lambda session: "".join(session.random.choices(alphabet, k=length))


def _choice(*options: Any) -> Value:
    draw = compile_below(len(options))
    return lambda session: options[draw(session.random)]


def _now(pattern: str, offset_ms: int, utc: bool) -> Value:
    moment = compile_moment(pattern, offset_ms, utc)
    return lambda session: moment()


def _uuid() -> Value:
    """Version 4 (RFC 9562) from 128 random bits."""

    def draw(session: Session) -> str:
        x = session.random.getrandbits(128).to_bytes(16, "big").hex()
        return f"{x[:8]}-{x[8:12]}-4{x[13:16]}-{_VARIANT[x[16]]}{x[17:20]}-{x[20:]}"

    return draw


def _seq() -> Value:
    def count(session: Session) -> int:
        session.sequence += 1
        return session.sequence

    return count


_FUNCTIONS: dict[str, Callable[..., Value]] = {
    "uuid": _uuid,
    "now": _now,
    "randint": _randint,
    "randfloat": _randfloat,
    "characters": _characters,
    "choice": _choice,
    "seq": _seq,
}
