"""What the fixture ``bench`` does, and what a session of pytest keeps of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Unpack

import pytest

from ..blocking import run_to_end
from ..errors import UsageError
from .baselines import FOLDER, against, load, path_of, save
from .kinds import WrongKind, check_returned, is_async_function
from .result import BenchmarkResult
from .runner import BenchmarkRunner
from .settings import Options
from .shares import parse_share
from .verdicts import Compared

IN_PARALLEL = "tests that run in parallel (pytest-xdist) disturb each other's times"


class BenchSession:
    """The results of a session of pytest, the baseline that they are held against, and where they are saved.

    UsageError for options that contradict each other or name a baseline that is not there. ``parallel``: tests run at
    the same time (pytest-xdist), so functions are called but not measured, and nothing can be saved or compared.
    """

    def __init__(
        self,
        *,
        save: str | None = None,
        against: str | None = None,
        fail_if_slower: str | None = None,
        folder: Path,
        parallel: bool = False,
    ) -> None:
        if fail_if_slower is not None and against is None:
            raise UsageError("--polyload-bench-fail-if-slower needs --polyload-bench-against")
        if parallel and (save is not None or against is not None):
            raise UsageError(
                f"benchmarks cannot be saved or compared: {IN_PARALLEL}",
                hint="run them by themselves, with -n 0",
            )
        self.parallel = parallel
        self.not_measured = 0
        self.results: list[BenchmarkResult] = []
        self.compared: list[Compared] = []
        self.missing: list[str] = []
        self._folder = folder / FOLDER
        self._save_as = save
        if save is not None:
            path_of(save)
        self._against = against
        self._baseline = None if against is None else load(against, self._folder)
        self._limit = None if fail_if_slower is None else _share(fail_if_slower)

    def add(self, result: BenchmarkResult) -> None:
        """Keeps a result; the test fails if it failed, or is slower than the baseline allows, with confidence."""
        if result.failure is not None:
            pytest.fail(
                f"{result.name}: {result.failure.sentence}\n{result.failure.traceback}", pytrace=False
            )
        self.results.append(result)
        if self._baseline is None or self._against is None:
            return
        compared, missing = against(self._baseline, self._against, [result])
        self.compared += compared
        self.missing += missing
        for one in compared:
            if self._limit is not None and one.exceeds(self._limit):
                pytest.fail(f"slower by more than {self._limit:.1%}: {one.sentence}", pytrace=False)

    def save(self) -> None:
        """Writes the baseline that was asked for."""
        if self._save_as is not None and self.results:
            save(self._save_as, self.results, self._folder)

    @property
    def has_something_to_say(self) -> bool:
        return bool(self.results) or self.not_measured > 0

    def describe(self) -> list[str]:
        """What to say beside the table."""
        told = [f"baseline {self._against!r} holds no {name}" for name in self.missing]
        if self._save_as is not None and self.results:
            told.append(f"saved as {path_of(self._save_as, self._folder)}")
        if self.not_measured:
            told.append(f"{self.not_measured} not measured: {IN_PARALLEL}; run them with -n 0")
        return told


class Bench:
    """The fixture. ``result`` is the `BenchmarkResult` of the last call, None before it and where none is measured."""

    def __init__(self, name: str, session: BenchSession) -> None:
        self._name = name
        self._session = session
        self._count = 0
        self.result: BenchmarkResult | None = None

    def __call__(self, func: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        """Calls a function, async or not, measures it, and returns what the call returned.

        That call is made in this process, without a bound; ``measure(func, timeout_s=…)`` only calls it in processes.
        """
        __tracebackhide__ = True
        returned = self._call(func, args, kwargs)
        if self._session.parallel:
            self._session.not_measured += 1
        else:
            self.measure(func, args=args, kwargs=kwargs)
        return returned

    def measure(
        self,
        func: Callable[..., Any],
        iterations: int | None = None,
        warmup_iterations: int | None = None,
        **options: Unpack[Options],
    ) -> BenchmarkResult:
        """Measures a function with the options of `BenchmarkRunner`, and returns the result.

        A test that runs in parallel with others is skipped here.
        """
        __tracebackhide__ = True
        if self._session.parallel:
            self._session.not_measured += 1
            pytest.skip(f"not measured: {IN_PARALLEL}")
        self._count += 1
        name = self._name if self._count == 1 else f"{self._name} ({self._count})"
        try:
            (self.result,) = BenchmarkRunner().measure_functions(
                func, iterations=iterations, warmup_iterations=warmup_iterations, names=[name], **options
            )
        except UsageError as error:
            raise pytest.fail.Exception(str(error)) from None
        self._session.add(self.result)
        return self.result

    def _call(self, func: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        __tracebackhide__ = True
        if is_async_function(func):
            return run_to_end(lambda: func(*args, **kwargs))
        returned = func(*args, **kwargs)
        try:
            check_returned(returned)
        except WrongKind as error:
            raise pytest.fail.Exception(f"{self._name}: {error.message}\n  {error.hint}") from None
        return returned


def _share(text: str) -> float:
    try:
        return parse_share(text)
    except ValueError as error:
        raise UsageError(f"--polyload-bench-fail-if-slower: {error}") from error
