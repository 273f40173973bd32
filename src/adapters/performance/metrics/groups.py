"""Groups: how long several steps took together, counted as transactions apart from the requests in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .histogram import Histogram


@dataclass(slots=True)
class GroupStats:
    """The groups of one name that came to their end; ``failures`` those in which something failed."""

    count: int = 0
    failures: int = 0
    duration: Histogram = field(default_factory=Histogram)

    def merge(self, other: GroupStats) -> None:
        """Add another part, which is left as it is."""
        self.count += other.count
        self.failures += other.failures
        self.duration.merge(other.duration)

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON values."""
        return {"count": self.count, "failures": self.failures, "duration": self.duration.to_dict()}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> GroupStats:
        """What `to_dict` wrote; ValueError, KeyError or TypeError when it is something else."""
        count, failures = data["count"], data["failures"]
        if type(count) is not int or type(failures) is not int or not 0 <= failures <= count:
            raise ValueError(f"{failures!r} failures of {count!r} groups")
        return cls(count, failures, Histogram.from_dict(data["duration"]))


def merge_groups(total: dict[str, GroupStats], part: Mapping[str, GroupStats]) -> None:
    """Add the statistics of each group in ``part`` to those in ``total``."""
    for name, stats in part.items():
        total.setdefault(name, GroupStats()).merge(stats)
