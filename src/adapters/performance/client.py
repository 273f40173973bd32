"""PerformanceClient: one front door to load tests, whatever tool runs them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from .engines.contract import EngineAdapter
from .errors import NotYetAvailable, UsageError
from .metrics.result import RunResult
from .metrics.window import Window
from .plan.model import Plan
from .plan.reading import with_samples
from .workflows.capacity.find import find_capacity
from .workflows.capacity.result import CapacityResult
from .workflows.handle import RunHandle, started

if TYPE_CHECKING:
    from ..http import HTTPXClient


class PerformanceClient:
    """Runs load tests on Locust, k6, Apache Bench or polyload's own engine; the results mean the same on each.

    ``tool`` is an engine's name, an engine, or "auto": the best on this machine that carries out the whole plan, those
    named in ``preference`` first. ``http_client`` is what ``benchmark`` measures through; it is closed with the client.
    """

    def __init__(
        self,
        tool: str | EngineAdapter = "auto",
        http_client: HTTPXClient | None = None,
        *,
        preference: Sequence[str] = (),
        approximate: bool = False,
    ) -> None:
        self.tool = tool
        self.http_client = http_client
        self.last_result: RunResult | None = None
        """The result of the last run, also of one that was cancelled."""
        self._preference = tuple(preference)
        self._approximate = approximate
        self._running: set[RunHandle] = set()
        self._searches: set[asyncio.Event] = set()

    async def load_test(
        self,
        /,
        target_url: str | None = None,
        users: int | None = None,
        duration: float | str | None = None,
        ramp_up: float | str | None = None,
        *,
        warm_up: float | str | None = None,
        rate: float | None = None,
        max_users: int | None = None,
        iterations: int | None = None,
        plan: Plan | str | Path | None = None,
        on_window: Callable[[Window], None] | None = None,
        thresholds: Sequence[str] = (),
        options: Mapping[str, Any] | None = None,
        samples: str | Path | None = None,
        sample_ratio: float = 1.0,
        **request: Any,
    ) -> RunResult:
        """Loads one URL, or runs a whole plan (a Plan or the path of a file), and returns the result.

        For a URL: ``users`` (10) for ``duration`` (60 seconds, or "1m30s") with ``ramp_up``; or a ``rate`` of
        iterations per second with at most ``max_users``; or a number of ``iterations``. The first ``warm_up`` seconds
        are left out of the figures. ``request`` are further fields of the request: ``method``, ``headers``, ``params``,
        ``body``, ``json``, ``form``, ``checks`` …
        ``on_window`` is called about once a second with what was measured. ``samples`` is a file (.npz or .parquet)
        for a row of each request, or of ``sample_ratio`` of them; ``read_samples`` reads it. Raises PolyloadError
        before anything is sent if the plan is not valid or the engine cannot carry it out.
        """
        async with self.start(
            target_url,
            users,
            duration,
            ramp_up,
            warm_up=warm_up,
            rate=rate,
            max_users=max_users,
            iterations=iterations,
            plan=plan,
            thresholds=thresholds,
            options=options,
            samples=samples,
            sample_ratio=sample_ratio,
            **request,
        ) as run:
            if on_window is not None:
                async for window in run:
                    on_window(window)
            return await run

    @asynccontextmanager
    async def start(
        self,
        /,
        target_url: str | None = None,
        users: int | None = None,
        duration: float | str | None = None,
        ramp_up: float | str | None = None,
        *,
        warm_up: float | str | None = None,
        rate: float | None = None,
        max_users: int | None = None,
        iterations: int | None = None,
        plan: Plan | str | Path | None = None,
        thresholds: Sequence[str] = (),
        options: Mapping[str, Any] | None = None,
        samples: str | Path | None = None,
        sample_ratio: float = 1.0,
        **request: Any,
    ) -> AsyncIterator[RunHandle]:
        """The load test of ``load_test`` as a handle on it while it runs: ``async with client.start(url) as run:``.

        The handle gives each second as it is complete and the result, and pauses, changes or stops the run. Leaving
        the block before the run has ended stops it.
        """
        if plan is None:
            load = _load(users, duration, ramp_up, warm_up, rate, max_users, iterations)
            plan = _plan_for(target_url, load, request, thresholds, options)
        else:
            given = (target_url, users, duration, ramp_up, warm_up, rate, max_users, iterations, options)
            if any(value is not None for value in given) or thresholds or request:
                raise UsageError(
                    "a plan says everything: give either a plan or a target_url with its settings"
                )
            plan = plan if isinstance(plan, Plan) else await asyncio.to_thread(Plan.from_file, plan)
        if samples is not None:
            plan = with_samples(plan, samples, sample_ratio, source="load_test")
        elif sample_ratio != 1.0:
            raise UsageError("sample_ratio is the share of requests in samples, and no samples are asked for")
        run: RunHandle | None = None
        try:
            async with started(
                plan, tool=self.tool, preference=self._preference, approximate=self._approximate
            ) as run:
                self._running.add(run)
                yield run
        finally:
            if run is not None:
                self._running.discard(run)
                self.last_result = run.measured or self.last_result

    def stop(self) -> None:
        """Ends everything of this client that is under way; each returns what it measured, as interrupted."""
        for run in self._running:
            run.stop()
        for search in self._searches:
            search.set()

    async def find_capacity(
        self, /, target: str | Path | Plan, slo: str | Sequence[str] = (), **settings: Any
    ) -> CapacityResult:
        """Finds the highest rate that a target sustains within an objective such as ``p99 < 50ms``.

        ``settings`` are those of `find_capacity`, but for the choice of the engine, which is this client's.
        """
        stop = asyncio.Event()
        self._searches.add(stop)
        try:
            return await find_capacity(
                target,
                slo,
                tool=self.tool,
                preference=self._preference,
                approximate=self._approximate,
                stop=stop,
                **settings,
            )
        finally:
            self._searches.discard(stop)

    async def benchmark(self, /, target_url: str, requests: int = 1000, **settings: Any) -> Any:
        """Not built yet: measures one endpoint through ``http_client``."""
        raise NotYetAvailable(
            "benchmark is not available yet", hint="load_test(url, iterations=…) counts requests"
        )

    async def stress_test(self, /, target_url: str, **settings: Any) -> Any:
        """Not built yet: raises the load step by step until the target breaks."""
        raise NotYetAvailable(
            "stress_test is not available yet", hint="load_test with a plan that has stages ramps up"
        )

    async def run_comparison(self, /, configurations: Any, **settings: Any) -> Any:
        """Not built yet: compares configurations over several runs."""
        raise NotYetAvailable(
            "run_comparison is not available yet", hint="run load_test once for each configuration"
        )

    async def close(self) -> None:
        """Stops what is under way and closes the HTTP client."""
        self.stop()
        if self.http_client is not None:
            await self.http_client.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()


def _load(
    users: int | None,
    duration: float | str | None,
    ramp_up: float | str | None,
    warm_up: float | str | None,
    rate: float | None,
    max_users: int | None,
    iterations: int | None,
) -> dict[str, Any]:
    fields = {
        "rate": rate,
        "max_users": max_users,
        "iterations": iterations,
        "users": users,
        "ramp_up": ramp_up,
        "warm_up": warm_up,
    }
    load: dict[str, Any] = {name: value for name, value in fields.items() if value is not None}
    if iterations is not None:
        load |= {"max_duration": duration} if duration is not None else {}
        load.setdefault("users", min(10, iterations))
        return load
    load["duration"] = 60 if duration is None else duration
    if rate is None:
        load.setdefault("users", 10)
    return load


def _plan_for(
    target_url: str | None,
    load: dict[str, Any],
    request: Mapping[str, Any],
    thresholds: Sequence[str],
    options: Mapping[str, Any] | None,
) -> Plan:
    if target_url is None:
        raise UsageError("load_test needs a target_url or a plan")
    steps = [{"url": target_url, **request}]
    plan: dict[str, Any] = {"scenarios": [{"steps": steps}], "load": load, "thresholds": list(thresholds)}
    return Plan.from_dict({**plan, "options": dict(options or {})}, source="load_test")
