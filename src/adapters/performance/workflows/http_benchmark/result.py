"""HttpBenchmarkResult: how long an endpoint takes, and how many requests it takes in a second."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from pydantic import AwareDatetime, Field, computed_field

from ...metrics.document import Document, ResultModel
from ...metrics.result import ResultWarning, Stopped
from ...metrics.summary import ErrorCount, LatencySummary


class MedianInterval(ResultModel):
    """An interval of the median, in milliseconds: of the noise within this run, not of how another would differ."""

    low: float
    high: float
    confidence: float


class RequestRow(ResultModel):
    """One request, by the number in which it ended; ``at_s`` is when that was, in seconds of the benchmark.

    Times are in milliseconds, and defined as in the result; None is not known. ``failure`` is the kind of failure.
    """

    number: int
    at_s: float
    status: int | None
    failure: str | None
    total_ms: float | None
    first_byte_ms: float | None
    last_byte_ms: float | None
    connect_ms: float | None
    bytes_received: int | None
    tries: int | None


class HttpBenchmarkResult(Document):
    """The figures of ``requests`` to one endpoint, ``concurrency`` at once; times are in milliseconds, None is unknown.

    ``total_ms`` is from sending to the last byte, ``first_byte_ms`` from sending to the first byte, ``last_byte_ms``
    from the first byte to the last: all of requests that succeeded. ``failed_ms`` is the total of those that failed.
    ``throughput`` is requests finished per second, failures among them. ``warm_up`` requests were sent before and are
    in no figure. ``retries`` are further sends of the same requests. ``bytes_received`` are heads and bodies where an
    engine sent, encoded bodies where a client did. ``measured`` says from when to when times are, and by whom.
    A success ran to its end, and not one request failed.
    """

    schema_name: Literal["polyload.http-benchmark/1"] = Field("polyload.http-benchmark/1", alias="schema")
    success: bool
    reason: str | None = None
    stopped: Stopped = "completed"
    method: str
    url: str
    concurrency: int
    requests: int
    failures: int
    error_rate: float | None
    warm_up: int = 0
    retries: int | None = None
    started_at: AwareDatetime
    duration_s: float | None
    throughput: float | None
    total_ms: LatencySummary
    median_interval_ms: MedianInterval | None = None
    first_byte_ms: LatencySummary | None = None
    last_byte_ms: LatencySummary | None = None
    connect_ms: LatencySummary | None = None
    failed_ms: LatencySummary | None = None
    status_codes: dict[str, int]
    errors: tuple[ErrorCount, ...] = ()
    bytes_received: int | None = None
    measured: str
    warnings: tuple[ResultWarning, ...] = ()
    rows: tuple[RequestRow, ...] | None = None
    """Each request on its own, where that was asked for."""

    def __repr_args__(self) -> Iterator[tuple[str, Any]]:
        for name in ("method", "url", "requests", "failures", "avg_time", "throughput"):
            yield name, getattr(self, name)

    @computed_field  # type: ignore[prop-decorator]
    @property
    def avg_time(self) -> float | None:
        """The mean total time of the requests that succeeded, in milliseconds."""
        return self.total_ms.mean

    @computed_field  # type: ignore[prop-decorator]
    @property
    def min_time(self) -> float | None:
        """The shortest total time of those that succeeded, in milliseconds."""
        return self.total_ms.min

    @computed_field  # type: ignore[prop-decorator]
    @property
    def max_time(self) -> float | None:
        """The longest total time of those that succeeded, in milliseconds."""
        return self.total_ms.max

    @property
    def exit_code(self) -> int:
        """0 every request succeeded · 130 interrupted · 1 some failed, or the benchmark did."""
        return 0 if self.success else 130 if self.stopped == "interrupted" else 1
