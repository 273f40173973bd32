"""The names of runs: ten characters that sort by when a run began, and the number that they stand for.

Eight are the time since 2020 in hundredths of a second, two are drawn; in Crockford's base 32, without i, l, o and u.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
LENGTH = 10
_DRAWN = 2
_FIRST_US = int(datetime(2020, 1, 1, tzinfo=UTC).timestamp()) * 1_000_000
_TICK_US = 10_000
_CONFUSED = str.maketrans("ilo", "110")


def new_number(started_us: int) -> int:
    """A number for a run that began so many microseconds after 1970."""
    ticks = max(0, (started_us - _FIRST_US) // _TICK_US)
    return (ticks << 5 * _DRAWN) + secrets.randbelow(1 << 5 * _DRAWN)


def id_of(number: int) -> str:
    """The id that a number stands for."""
    return "".join(ALPHABET[number >> 5 * place & 31] for place in reversed(range(LENGTH)))


def tidy(text: str) -> str | None:
    """The id, or the beginning of one, as it is stored; None for what can be none."""
    prefix = text.strip().lower().translate(_CONFUSED)
    return prefix if prefix and len(prefix) <= LENGTH and set(prefix) <= set(ALPHABET) else None
