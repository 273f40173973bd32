"""BenchmarkRunner: how long a Python function takes, and whether another is faster.

A worker imports this with the script that it finds a function in: what is heavy is imported where it is used.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Unpack, overload

from ..errors import UsageError
from . import guard
from .cases import Case, make_cases, name_of
from .kinds import is_async_function
from .settings import MARGIN, Effort, Options, Progress, check_options

if TYPE_CHECKING:
    from .result import BenchmarkResult
    from .session import Session
    from .verdicts import BenchmarkComparison

Function = Callable[..., Any]
Grid = Mapping[str, Sequence[Any]]


class BenchmarkRunner:
    """Measures functions, each in processes of its own where they can be had there, and compares them.

    ``on_progress(done, total, name)`` is called before each process. `Options` says what the ``options`` of every
    method are. A function that fails gives a result that says so (``success``, ``failure``); UsageError is raised for
    what cannot be measured as asked.
    """

    def __init__(self, *, on_progress: Progress | None = None) -> None:
        self._on_progress = on_progress

    @overload
    def benchmark_sync(
        self,
        func: Function,
        iterations: int | None = None,
        warmup_iterations: int | None = None,
        *,
        params: None = None,
        **options: Unpack[Options],
    ) -> BenchmarkResult: ...

    @overload
    def benchmark_sync(
        self,
        func: Function,
        iterations: int | None = None,
        warmup_iterations: int | None = None,
        *,
        params: Grid,
        **options: Unpack[Options],
    ) -> list[BenchmarkResult]: ...

    def benchmark_sync(
        self,
        func: Function,
        iterations: int | None = None,
        warmup_iterations: int | None = None,
        *,
        params: Grid | None = None,
        **options: Unpack[Options],
    ) -> BenchmarkResult | list[BenchmarkResult]:
        """Measures a function; with ``params``, such as ``{"n": [10, 100]}``, a result for each combination.

        ``iterations``: exactly so many measured calls in all, divided over the processes, after
        ``warmup_iterations`` in each process (a tenth of its share unless given). Without ``iterations`` their number
        follows from how long a call takes, and warm-up goes on until times have settled.
        """
        effort = check_options(options, iterations, warmup_iterations)
        cases = make_cases(func, options, params, is_async=False, concurrency=1)
        results = self._session(cases, effort, options).run()
        return results[0] if params is None else results

    @overload
    async def benchmark_async(
        self,
        func: Function,
        iterations: int | None = None,
        warmup_iterations: int | None = None,
        *,
        concurrency: int = 1,
        params: None = None,
        **options: Unpack[Options],
    ) -> BenchmarkResult: ...

    @overload
    async def benchmark_async(
        self,
        func: Function,
        iterations: int | None = None,
        warmup_iterations: int | None = None,
        *,
        concurrency: int = 1,
        params: Grid,
        **options: Unpack[Options],
    ) -> list[BenchmarkResult]: ...

    async def benchmark_async(
        self,
        func: Function,
        iterations: int | None = None,
        warmup_iterations: int | None = None,
        *,
        concurrency: int = 1,
        params: Grid | None = None,
        **options: Unpack[Options],
    ) -> BenchmarkResult | list[BenchmarkResult]:
        """Measures an async function like `benchmark_sync`, awaited on one event loop in each process.

        ``concurrency`` calls are under way at once: ``avg_time`` is how long one of them takes, ``throughput`` counts
        all. In-process, the caller's event loop is the one.
        """
        effort = check_options(options, iterations, warmup_iterations, concurrency)
        cases = make_cases(func, options, params, is_async=True, concurrency=concurrency)
        results = await self._session(cases, effort, options).run_async()
        return results[0] if params is None else results

    def compare_functions(
        self,
        *functions: Function,
        iterations: int | None = None,
        warmup_iterations: int | None = None,
        concurrency: int = 1,
        margin: float = MARGIN,
        **options: Unpack[Options],
    ) -> BenchmarkComparison:
        """Measures functions in turns, process by process, and holds each against the first.

        Async functions are awaited, also where an event loop runs already, which waits until all is measured; all must
        be of one kind. ``margin``: the share that counts as no difference.
        `measure_functions` gives the results themselves.
        """
        from .comparison import check_comparison

        check_comparison(len(functions), margin)
        results = self.measure_functions(
            *functions,
            iterations=iterations,
            warmup_iterations=warmup_iterations,
            concurrency=concurrency,
            **options,
        )
        return self.compare_benchmarks(results, margin=margin)

    compare = compare_functions

    def measure_functions(
        self,
        *functions: Function,
        iterations: int | None = None,
        warmup_iterations: int | None = None,
        concurrency: int = 1,
        params: Grid | None = None,
        names: Sequence[str] | None = None,
        **options: Unpack[Options],
    ) -> list[BenchmarkResult]:
        """The results of functions that took turns, for `compare_benchmarks`.

        ``params`` go to each of them, one function's after the other's; ``names`` are instead of their own.
        """
        if "name" in options:
            raise UsageError("functions that are measured together have names, not a name")
        if names is not None and len(names) != len(functions):
            raise UsageError(f"{len(names)} names cannot stand for {len(functions)} functions")
        effort = check_options(options, iterations, warmup_iterations, concurrency)
        cases = cases_of(
            functions, names or [name_of(func) for func in functions], options, params, concurrency
        )
        return self._session(cases, effort, options).run()

    def compare_benchmarks(
        self, results: Sequence[BenchmarkResult], *, margin: float = MARGIN
    ) -> BenchmarkComparison:
        """Holds each result against the first; results measured one after the other are judged with more caution."""
        from .comparison import compare

        return compare(results, margin=margin)

    def _session(self, cases: Sequence[Case], effort: Effort, options: Options) -> Session:
        guard.stop_in_worker()
        from .session import Session

        return Session(cases, effort, options.get("on_progress", self._on_progress))


def cases_of(
    functions: Sequence[Function],
    names: Sequence[str],
    options: Options,
    params: Grid | None,
    concurrency: int,
) -> list[Case]:
    """The cases of functions that are measured together: all async, or none."""
    if not functions:
        raise UsageError("at least one function is needed")
    kinds = {is_async_function(func) for func in functions}
    if len(kinds) > 1:
        raise UsageError("async and other functions cannot be compared", hint="wrap one kind in the other")
    is_async = kinds.pop()
    if concurrency != 1 and not is_async:
        raise UsageError("concurrency is for async functions", hint="leave it out")
    return [
        case
        for func, name in zip(functions, names, strict=True)
        for case in make_cases(
            func, {**options, "name": name}, params, is_async=is_async, concurrency=concurrency
        )
    ]
