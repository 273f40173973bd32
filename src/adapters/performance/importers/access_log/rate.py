"""How many requests a log has over its time, counted in bounded memory."""

from __future__ import annotations

_MOST_BUCKETS = 100_000
_MOST_STAGES = 30


class Rate:
    """Counts by the second, or by more seconds where a log is long."""

    def __init__(self) -> None:
        self.width_s = 1
        self._counts: dict[int, int] = {}
        self.first_s: int | None = None
        self.last_s = 0

    def add(self, at_s: int) -> None:
        """Count a request at a second."""
        if self.first_s is None or at_s < self.first_s:
            self.first_s = at_s
        self.last_s = max(self.last_s, at_s) if self._counts else at_s
        bucket = at_s // self.width_s
        self._counts[bucket] = self._counts.get(bucket, 0) + 1
        if len(self._counts) > _MOST_BUCKETS:
            self._widen()

    def _widen(self) -> None:
        self.width_s *= 2
        wider: dict[int, int] = {}
        for bucket, count in self._counts.items():
            wider[bucket // 2] = wider.get(bucket // 2, 0) + count
        self._counts = wider

    @property
    def total(self) -> int:
        """All that was counted."""
        return sum(self._counts.values())

    @property
    def duration_s(self) -> int:
        """From the first second to the last, both included."""
        return self.last_s - self.first_s + 1 if self.first_s is not None else 0

    @property
    def average(self) -> float:
        """Requests per second."""
        return self.total / self.duration_s if self.duration_s else 0.0

    def busiest(self, span_s: int) -> float | None:
        """Requests per second in the busiest span of so many seconds, beginning with a whole one; None when unknown."""
        if span_s < self.width_s or self.first_s is None:
            return None
        spans: dict[int, int] = {}
        for bucket, count in self._counts.items():
            span = bucket * self.width_s // span_s
            spans[span] = spans.get(span, 0) + count
        return max(spans.values()) / span_s

    def steps(self) -> list[tuple[int, float]]:
        """The whole time in equal parts, as seconds and requests per second of each."""
        first = self.first_s
        if first is None:
            return []
        step_s = max(self.width_s, -(-self.duration_s // _MOST_STAGES))
        counts = [0] * -(-self.duration_s // step_s)
        for bucket, count in self._counts.items():
            place = max(0, bucket * self.width_s - first) // step_s
            counts[min(place, len(counts) - 1)] += count
        lengths = [min(step_s, self.duration_s - number * step_s) for number in range(len(counts))]
        return [(length, count / length) for length, count in zip(lengths, counts, strict=True)]
