"""Functions that are measured: ordinary work, in proportion to its size."""

from __future__ import annotations

import json
import re

_RECORDS = [{"id": number, "name": f"item {number}", "price": number * 1.25} for number in range(1030)]
_TEXT = " ".join(f"user{number}@example.org" for number in range(1030))
_LINES = [_TEXT[start : start + 200] for start in range(0, 2060, 2)]
_PATTERN = re.compile(r"(\w+)@(\w+)\.org")


def encode(size: int) -> None:
    """JSON of each of some records."""
    for record in _RECORDS[:size]:
        json.dumps(record)


def search(size: int) -> None:
    """A pattern sought in each of some lines."""
    for line in _LINES[:size]:
        _PATTERN.search(line)


def count(size: int) -> dict[int, int]:
    """A dictionary filled by arithmetic."""
    counts: dict[int, int] = {}
    for number in range(8 * size):
        key = number * number % 97
        counts[key] = counts.get(key, 0) + 1
    return counts


def empty() -> None:
    """Nothing."""
