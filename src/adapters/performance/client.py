"""PerformanceClient: one front door to load tests, whatever tool runs them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, Unpack

from .engines.contract import EngineAdapter
from .errors import UsageError
from .metrics.result import ResultWarning, RunResult
from .metrics.window import Window
from .plan.model import Plan
from .plan.reading import with_samples
from .plan.threshold_fields import GivenThresholds
from .workflows.arguments import Given, Runner, plan_from
from .workflows.capacity.find import find_capacity
from .workflows.capacity.result import CapacityResult
from .workflows.comparison.rules import ERROR_MARGIN, MARGIN, Rules
from .workflows.entry import Entry
from .workflows.handle import RunHandle, started

if TYPE_CHECKING:
    import httpx

    from ..http import HTTPXClient
    from .settings.resolve import Resolved
    from .workflows.comparison.result import ComparisonResult
    from .workflows.comparison.run import OnWindow, RunDone
    from .workflows.http_benchmark.result import HttpBenchmarkResult
    from .workflows.scalability import Level, ScalabilityResult
    from .workflows.single import SingleFields
    from .workflows.stress.result import StressResult, StressStep
    from .workflows.suite import SuiteListener, SuiteResult


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
        self._settings: Resolved | None = None
        self._running: set[RunHandle] = set()
        self._stops: set[asyncio.Event] = set()

    @classmethod
    def from_config(
        cls,
        file: str | Path | None = None,
        profile: str | None = None,
        *,
        env_file: str | Path | None = None,
        http_client: HTTPXClient | None = None,
    ) -> Self:
        """A client with the settings of a file such as ``config/qa.yaml``, of the env file and of the environment.

        Without ``file`` and ``env_file``, those found in the working folder. The engine holds for all that the client
        does; target, load, profile, thresholds and timeout for ``load_test`` and ``start``, where their arguments and
        the plan say nothing else. ``docs/settings.md`` has all settings and their order. UsageError names everything
        that is wrong.
        """
        from .settings.resolve import load_settings
        from .workflows.configured import check_engines

        given = {} if profile is None else {"profile": (profile, "profile")}
        resolved = load_settings(file, env_file=env_file, given=given)
        check_engines(resolved)
        found = resolved.settings
        client = cls(found.tool, http_client, preference=found.preference, approximate=found.approximate)
        client._settings = resolved
        return client

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
        load: Mapping[str, Any] | None = None,
        plan: Plan | str | Path | None = None,
        on_window: Callable[[Window], None] | None = None,
        thresholds: GivenThresholds = (),
        options: Mapping[str, Any] | None = None,
        samples: str | Path | None = None,
        sample_ratio: float = 1.0,
        **request: Any,
    ) -> RunResult:
        """Loads one URL, or runs a whole plan (a Plan or the path of a file), and returns the result.

        For a URL: ``users`` (10) for ``duration`` (60 seconds, or "1m30s") with ``ramp_up``; or a ``rate`` of
        iterations per second with at most ``max_users``; or a number of ``iterations``; or any ``load`` of a plan, such
        as the shapes in ``adapters.performance.patterns``. The first ``warm_up`` seconds are left out of the figures.
        ``request`` are further fields of the request: ``method``, ``headers``, ``params``, ``body``, ``json``,
        ``form``, ``checks`` …
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
            load=load,
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
        load: Mapping[str, Any] | None = None,
        plan: Plan | str | Path | None = None,
        thresholds: GivenThresholds = (),
        options: Mapping[str, Any] | None = None,
        samples: str | Path | None = None,
        sample_ratio: float = 1.0,
        **request: Any,
    ) -> AsyncIterator[RunHandle]:
        """The load test of ``load_test`` as a handle on it while it runs: ``async with client.start(url) as run:``.

        The handle gives each second as it is complete and the result, and pauses, changes or stops the run. Leaving
        the block before the run has ended stops it.
        """
        given = {
            **request,
            "target_url": target_url,
            "users": users,
            "duration": duration,
            "ramp_up": ramp_up,
            "warm_up": warm_up,
            "rate": rate,
            "max_users": max_users,
            "iterations": iterations,
            "load": load,
            "plan": plan,
            "thresholds": thresholds,
            "options": options,
        }
        whole, warnings = await asyncio.to_thread(self._planned, given)
        if samples is not None:
            whole = with_samples(whole, samples, sample_ratio, source="load_test")
        elif sample_ratio != 1.0:
            raise UsageError("sample_ratio is the share of requests in samples, and no samples are asked for")
        async with self._started(whole, warnings) as run:
            yield run

    def _planned(self, given: Mapping[str, Any]) -> tuple[Plan, Sequence[ResultWarning]]:
        """The plan that arguments stand for, and what its result is to warn of."""
        if self._settings is None:
            return plan_from(given), ()
        from .workflows.configured import planned

        plan, warnings = planned(given, self._settings.settings)
        told = (ResultWarning(code="SettingWithoutEffect", message=text) for text in self._settings.remarks)
        return plan, (*told, *warnings)

    @asynccontextmanager
    async def _started(self, plan: Plan, warnings: Sequence[ResultWarning] = ()) -> AsyncIterator[RunHandle]:
        """Within this a whole plan runs, on the client's engine."""
        run: RunHandle | None = None
        try:
            async with started(
                plan,
                tool=self.tool,
                preference=self._preference,
                approximate=self._approximate,
                warnings=warnings,
            ) as run:
                self._running.add(run)
                yield run
        finally:
            if run is not None:
                self._running.discard(run)
                self.last_result = run.measured or self.last_result

    def stop(self) -> None:
        """Ends all that is under way of this client; each returns what it measured, as interrupted."""
        for run in self._running:
            run.stop()
        for stop in self._stops:
            stop.set()

    async def find_capacity(
        self, /, target: str | Path | Plan, slo: str | Sequence[str] = (), **settings: Any
    ) -> CapacityResult:
        """Finds the highest rate that a target sustains within an objective such as ``p99 < 50ms``.

        ``settings`` are those of `find_capacity`, but for the choice of the engine, which is this client's.
        """
        with self._stoppable() as stop:
            return await find_capacity(
                target,
                slo,
                tool=self.tool,
                preference=self._preference,
                approximate=self._approximate,
                stop=stop,
                **settings,
            )

    async def scalability(
        self,
        /,
        target: str | Path | Plan,
        users: Sequence[int] = (1, 2, 4, 8, 16, 32),
        *,
        probe: float | str = 10.0,
        warm_up: float | str = 2.0,
        on_level: Callable[[Level], None] | None = None,
        **request: Any,
    ) -> ScalabilityResult:
        """Measures throughput with each of these numbers of users, and fits the Universal Scalability Law to it.

        ``target`` is a URL, a plan, or the path of a plan file, whose load is replaced; ``request`` are further fields
        of the request to a URL. A level is measured for ``probe`` seconds after a ``warm_up``; ``on_level`` is called
        after each. The result says what contention and coherency cost, and where throughput peaks if that was measured.
        """
        from .workflows.scalability import measure_scalability, plan_to_scale

        plan = await asyncio.to_thread(plan_to_scale, target, request)
        entry = Entry(plan, self.tool, preference=self._preference, approximate=self._approximate)
        with self._stoppable() as stop:
            return await measure_scalability(
                entry, users, probe=probe, warm_up=warm_up, on_level=on_level, stop=stop
            )

    async def benchmark(
        self,
        /,
        target_url: str,
        requests: int = 1000,
        *,
        concurrency: int = 1,
        warm_up: int = 0,
        method: str = "GET",
        timeout: float | str | None = None,
        rows: bool = False,
        **request: Any,
    ) -> HttpBenchmarkResult:
        """Sends exactly so many requests to one endpoint, ``concurrency`` at once, and returns how long they took.

        Through ``http_client`` if there is one, with its base URL, authentication, retries and timing of phases; else
        by the client's engine, for which the URL is whole. ``warm_up`` further requests are sent before, and are in no
        figure. ``request`` are ``headers``, ``params``, and one of ``json``, ``body`` and ``form``. With ``rows`` the
        result has a row for each request. Failures are counted by kind and their times are told apart; UsageError
        before anything is sent for what makes no sense.
        """
        from .workflows.http_benchmark.by_client import benchmark_by_client
        from .workflows.http_benchmark.by_engine import benchmark_by_engine
        from .workflows.http_benchmark.request import Errand

        errand = Errand.of(target_url, requests, concurrency, warm_up, method, timeout, request)
        if self.http_client is not None:
            return await benchmark_by_client(self.http_client, errand, keep_rows=rows)
        return await benchmark_by_engine(errand, self._started, keep_rows=rows)

    async def request(self, method: str, url: str, /, **fields: Unpack[SingleFields]) -> httpx.Response:
        """Sends one request and returns its answer, whatever the status, with its timing: `timing_of(response)`.

        Through ``http_client`` if there is one, with its base URL, authentication, retries and cookies; else on a
        connection of its own, which waits 30 s at most, and with the target and the credentials of the settings.
        ``fields`` are ``headers``, ``params``, one of ``json``, ``body`` and ``form``, ``auth`` as in a plan or as
        httpx takes it, ``timeout`` and ``follow_redirects``. RequestFailed when no whole answer came.
        """
        from .workflows.single import DEFAULT_TIMEOUT_S, send_one

        if self.http_client is not None:
            return await send_one(self.http_client, method, url, fields)
        from ..http import HTTPXClient
        from .settings.defaults import request_fields, target_url

        given: dict[str, Any] = dict(fields)
        timeout: float | None = None
        if self._settings is not None:
            found = self._settings.settings
            url, timeout = target_url(found, url) or url, found.timeout
            given = request_fields(found, url, given)
        async with HTTPXClient(timeout=timeout or DEFAULT_TIMEOUT_S) as client:
            return await send_one(client, method, url, given)

    async def stress_test(
        self,
        /,
        target_url: str | None = None,
        start_users: int = 10,
        max_users: int = 200,
        step_users: int = 10,
        step_duration: float | str = 30,
        *,
        settle: float | str = 1,
        plan: Plan | str | Path | None = None,
        plateau: bool = True,
        on_step: Callable[[StressStep], object] | None = None,
        thresholds: GivenThresholds = (),
        options: Mapping[str, Any] | None = None,
        **request: Any,
    ) -> StressResult:
        """Raises the users from ``start_users`` by ``step_users`` up to ``max_users`` until the target breaks.

        Each step is held for ``step_duration``, of which the first ``settle`` seconds are not judged. It fails when a
        threshold (of its own figures; without one on errors, ``error_rate <= 5%``) does not hold, when nothing comes
        back, or, with ``plateau``, when throughput no longer grows with the users. The step that fails is repeated in a
        run of its own, and only when it fails again the test ends there. ``plan``, in place of a URL, says what is
        sent; its load is replaced by the steps. ``on_step`` is called with each step when it is judged.
        The result is a mapping too: ``max_users_reached``, ``break_point`` (None: it did not break), ``steps`` …
        """
        from .workflows.stress.engine import takes_stages
        from .workflows.stress.ladder import ladder
        from .workflows.stress.run import run_stress

        steps = ladder(start_users, max_users, step_users, step_duration, settle)
        amounts = {"users": start_users, "duration": step_duration} if plan is None else {}
        given = {
            **request,
            **amounts,
            "target_url": target_url,
            "plan": plan,
            "thresholds": thresholds,
            "options": options,
        }
        plan = await asyncio.to_thread(plan_from, given, source="stress_test")
        in_one_run = await asyncio.to_thread(
            takes_stages,
            plan,
            steps,
            tool=self.tool,
            preference=self._preference,
            approximate=self._approximate,
        )
        with self._stoppable() as stop:
            return await run_stress(
                plan,
                steps,
                self._started,
                in_one_run=in_one_run,
                plateau=plateau,
                on_step=on_step,
                stop=stop,
            )

    async def run_comparison(
        self,
        /,
        configurations: Mapping[str, Given],
        repeats: int | None = None,
        gates: Sequence[str] = (),
        *,
        margin: float = MARGIN,
        error_margin: float = ERROR_MARGIN,
        allow: Collection[str] = (),
        fail_on_inconclusive: bool = False,
        seed: int | None = None,
        on_run: Callable[[RunDone], None] | None = None,
        on_window: OnWindow | None = None,
    ) -> ComparisonResult:
        """Runs named configurations in turn, each against the first: better, worse, equivalent or inconclusive.

        A configuration is a Plan, the path of one, a URL, or a mapping of what ``load_test`` takes; in it ``tool`` is
        an engine of its own, and ``service`` says how a build is started before each run and ended after it (``start``
        and ``stop`` as lists of arguments, ``ready`` a URL or host:port). There are 5 ``repeats``, or as many more as
        so many configurations need; fewer give no verdict. ``gates`` such as 'p95 < +5%' decide on ``passed``; an open
        one fails only with ``fail_on_inconclusive``. ``margin`` is the share of a figure, ``error_margin`` the
        difference of error rates, that counts as no change. ``allow`` names what else may differ: rate, duration,
        latency. ``on_run`` is called after each run, ``on_window`` with each of its seconds. PolyloadError before
        anything runs for what cannot be compared.
        """
        from .workflows.comparison.run import run_comparison

        rules = Rules.of(
            gates,
            margin=margin,
            error_margin=error_margin,
            allow=allow,
            fail_on_inconclusive=fail_on_inconclusive,
        )
        entries = await asyncio.to_thread(self._entries, configurations)
        with self._stoppable() as stop:
            return await run_comparison(
                entries, rules, repeats=repeats, seed=seed, stop=stop, on_run=on_run, on_window=on_window
            )

    async def run_suite(
        self,
        /,
        entries: Mapping[str, Given],
        mode: str = "sequence",
        *,
        listener: SuiteListener | None = None,
    ) -> SuiteResult:
        """Runs named load tests in sequence or in parallel, with one verdict: ``overall_passed``.

        An entry is a Plan, the path of one, a URL, or a mapping of what ``load_test`` takes, and ``tool``.
        One that breaks does not keep the others from running. ``listener`` is told how each goes on.
        """
        from .workflows.suite import run_suite

        prepared = await asyncio.to_thread(self._entries, entries)
        for name, entry in prepared.items():
            if entry.service is not None:
                raise UsageError(f"{name}: a suite starts no service", hint="run_comparison does")
        with self._stoppable() as stop:
            return await run_suite(prepared, mode, stop=stop, listener=listener)

    def _entries(self, given: Mapping[str, Given]) -> dict[str, Entry]:
        return Runner(self.tool, self._preference, self._approximate).entries(given)

    @contextmanager
    def _stoppable(self) -> Iterator[asyncio.Event]:
        stop = asyncio.Event()
        self._stops.add(stop)
        try:
            yield stop
        finally:
            self._stops.discard(stop)

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
