"""What is said of requests that were in flight at the end and did not come to theirs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

_MOST_NAMES = 5


def in_flight(count: int, names: Mapping[str, int]) -> str:
    """How many there were, and of which names, as far as those are known: ``…: GET /a × 2, GET /b × 1``."""
    text = f"{count} requests in flight at the end were cut off after the graceful stop, uncounted"
    ranked = Counter(names).most_common()
    told = [f"{name} × {number}" for name, number in ranked[:_MOST_NAMES]]
    others = sum(number for _, number in ranked[_MOST_NAMES:])
    return f"{text}: {', '.join(told + ([f'others × {others}'] if others else []))}" if told else text
