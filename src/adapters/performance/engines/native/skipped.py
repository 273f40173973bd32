"""Steps that could not be done, since what the plan says of them came to nothing: counted by why."""

from __future__ import annotations

from collections import Counter

MOST_REASONS = 20
_OTHERS = "for further reasons, not told apart"


class Skipped:
    """How often steps were skipped, by why; ``counts`` has a bounded number of reasons."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()

    def note(self, why: str) -> None:
        """Steps were skipped."""
        known = why in self.counts or len(self.counts) < MOST_REASONS
        self.counts[why if known else _OTHERS] += 1
