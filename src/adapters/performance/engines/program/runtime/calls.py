"""The functions that templates call, each compiled with its arguments."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .chance import compile_below
from .moments import compile_moment
from .session import Session

Value = Callable[[Session], Any]


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
        digits = f"{session.random.getrandbits(128):032x}"
        variant = "89ab"[int(digits[16], 16) & 3]
        return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"

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
