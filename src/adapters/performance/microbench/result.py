"""BenchmarkResult: how long a function takes, how sure that is, and what must be known before it is believed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from pydantic import AwareDatetime, Field

from ..metrics.document import Document, ResultModel
from ..metrics.result import ResultWarning
from .environment import Environment

Mode = Literal["processes", "in-process"]


class Failure(ResultModel):
    """Why nothing was measured.

    A call, setup or teardown ``raised``, a worker process ``died``, or its part ``timed-out``: then ``traceback`` is
    where it was. ``call`` counts from 1 in its ``process``, warm-up included; None when it was not a call, or is not
    known.
    """

    kind: Literal["raised", "died", "timed-out"]
    process: int
    call: int | None
    error: str | None
    message: str
    traceback: str

    @property
    def sentence(self) -> str:
        """What happened, in one sentence."""
        if self.kind != "raised":
            return f"{self.message} (process {self.process})"
        where = f"call {self.call}" if self.call is not None else "setup or teardown"
        told = f"{self.error}: {self.message}" if self.message else f"{self.error}"
        return f"{where} in process {self.process} raised {told}"


class MedianInterval(ResultModel):
    """The interval of the median over processes, in milliseconds, at the confidence it reached."""

    low_ms: float
    high_ms: float
    confidence: float


class Variance(ResultModel):
    """Where the spread comes from, in squared milliseconds; ``share_between`` is the processes' share of it all."""

    between_ms2: float
    within_ms2: float
    share_between: float | None


class TwoModes(ResultModel):
    """The means of the two groups that the values fall into, in milliseconds."""

    low_ms: float
    high_ms: float


class WarmUpInfo(ResultModel):
    """Calls before anything was measured, in all processes; and in how many of them the cap ended the warm-up.

    ``stable``: whether times had settled in every process; None when a number of calls was asked for.
    """

    calls: int
    stable: bool | None
    capped: int


class Settings(ResultModel):
    """How it was measured; figures are comparable only where these are the same."""

    is_async: bool
    concurrency: int
    gc: Literal["off", "on"]
    setup_per: Literal["process", "value"]
    iterations: int | None
    warmup_iterations: int | None
    values: int
    min_time_s: float


class BenchmarkResult(Document):
    """What a benchmark measured, frozen and typed; also a mapping of its JSON form. Times are milliseconds per call.

    A value is the mean of the calls in one timed block. ``median_ms`` is the median over processes of each one's
    median, ``interval`` its interval; ``avg_time`` (``mean_ms``) and ``throughput`` (per second) are over all calls;
    ``min_ms``, ``mad_ms``, ``p95_ms``, ``cv``, ``outliers`` and ``modes`` are of all values. Unknown is None.
    ``exploratory``: measured in one process, ``why``; no verdict is built on it. ``empty_loop_ms`` is in the figures,
    ``empty_loop_share`` of the median. ``waited_share``: of the time that passed, for how much a process was
    ready but had no processor: in no figure of a function that only computes, on one thread, on Linux. Elsewhere it is
    in them, and None.
    """

    also_keys = {"mean_ms": "avg_time"}

    schema_name: Literal["polyload.benchmark/1"] = Field(default="polyload.benchmark/1", alias="schema")
    name: str
    params: dict[str, Any] = Field(default_factory=dict)
    success: bool
    failure: Failure | None = None
    mode: Mode
    why: str | None = None
    started_at: AwareDatetime
    duration_s: float
    calls: int
    warm_up: WarmUpInfo
    processes: int
    avg_time: float | None = None
    throughput: float | None = None
    min_ms: float | None = None
    median_ms: float | None = None
    interval: MedianInterval | None = None
    mad_ms: float | None = None
    p95_ms: float | None = None
    cv: float | None = None
    variance: Variance | None = None
    outliers: int | None = None
    modes: TwoModes | None = None
    empty_loop_ms: float | None = None
    empty_loop_share: float | None = None
    clock_resolution_ms: float | None = None
    memory_growth_bytes_per_call: float | None = None
    waited_share: float | None = None
    warnings: tuple[ResultWarning, ...] = ()
    settings: Settings
    environment: Environment
    session: str
    seed: int
    order: tuple[int, ...] = ()
    reference_ms: tuple[float, ...] = ()
    values_ms: tuple[tuple[float, ...], ...] = ()

    def __repr_args__(self) -> Iterator[tuple[str, Any]]:
        yield "name", self.name
        if self.failure is not None:
            yield "failure", self.failure.sentence
        for name in ("avg_time", "median_ms", "throughput", "mode", "processes"):
            yield name, getattr(self, name)

    @property
    def mean_ms(self) -> float | None:
        """``avg_time`` under the name of its unit."""
        return self.avg_time

    @property
    def exploratory(self) -> bool:
        """Whether it was measured in one process, so that it carries no verdict."""
        return self.mode == "in-process"
