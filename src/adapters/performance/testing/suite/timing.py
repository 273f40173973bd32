"""What the times in a log say: when users came and went, and how evenly requests arrived."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

from ..messages import SeenRequest


def starts(seen: Sequence[SeenRequest]) -> list[float]:
    """When each request came, in seconds after the first."""
    return [request.received_s - seen[0].received_s for request in seen]


def gaps(seen: Sequence[SeenRequest]) -> list[float]:
    """The seconds from each request to the next."""
    return [two.received_s - one.received_s for one, two in pairwise(seen)]


def busy(seen: Sequence[SeenRequest]) -> Iterator[tuple[float, int]]:
    """How many requests were in the server's hands, from each moment at which that changed."""
    ends = [math.inf if request.answered_s is None else request.answered_s for request in seen]
    changes = [(request.received_s, 1) for request in seen] + [(end, -1) for end in ends]
    count = 0
    for moment, change in sorted(changes):
        count += change
        yield moment - seen[0].received_s, count


def peak(seen: Sequence[SeenRequest]) -> int:
    """The most requests at once."""
    return max(count for _, count in busy(seen))


def reached(seen: Sequence[SeenRequest], users: int) -> float:
    """When there were first so many requests at once, in seconds after the first; infinity when never."""
    return next((moment for moment, count in busy(seen) if count >= users), math.inf)


def most_after(seen: Sequence[SeenRequest], moment: float) -> int:
    """The most requests at once among those that came after a moment, in seconds after the first."""
    later = [request for request, start in zip(seen, starts(seen), strict=True) if start >= moment]
    return peak(later) if later else 0
