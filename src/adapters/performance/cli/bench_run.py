"""A run of ``polyload bench``: measured with progress, compared, shown, saved, and judged."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any, cast

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from ..errors import UsageError
from ..microbench.baselines import against, load, path_of, save
from ..microbench.comparison import Compared, compare_pairs
from ..microbench.document import BenchmarkSet
from ..microbench.result import BenchmarkResult
from ..microbench.runner import BenchmarkRunner
from ..microbench.settings import MARGIN, Options
from ..microbench.settings import Progress as Tell
from ..reports.console import open_console
from ..reports.text import printable
from .bench_target import load_function, parse_params
from .documents import deliver, output_of
from .exits import say_error
from .kinds import KINDS
from .views.functions import show

_OPTIONS = ("processes", "values", "min_time_s", "gc", "setup_per", "seed", "mode")


class Bench:
    """One invocation: its targets and what was given on the command line."""

    def __init__(self, targets: Sequence[str], given: Mapping[str, Any]) -> None:
        self._targets = targets
        self._given = given
        self._margin: float = MARGIN if given["margin"] is None else given["margin"]

    def run(self) -> int:
        """Everything; the exit code is 0, 1 when a function failed, or 99 when it is slower than allowed."""
        given = self._given
        baseline = None if given["against"] is None else load(given["against"])
        if given["save"] is not None:
            path_of(given["save"])
        output = output_of(given, KINDS["polyload.bench/1"])
        results = self._measure()
        compared = self._compare(results)
        missing: list[str] = []
        if baseline is not None:
            held, missing = against(baseline, given["against"], results, margin=self._margin)
            compared += held
        measured = BenchmarkSet(
            benchmarks=tuple(results),
            compared=tuple(compared),
            fail_if_slower=given["fail_if_slower"],
            fail_on_inconclusive=given["fail_on_inconclusive"],
        )
        code = deliver(measured, output, show=partial(self._show, measured, missing))
        if any(not result.success for result in results):
            self._say_failures(results)
            return code
        self._save(results)
        self._judge(measured, missing)
        return code

    def _measure(self) -> list[BenchmarkResult]:
        given = self._given
        functions = [load_function(target) for target in self._targets]
        chosen: dict[str, Any] = {name: given[name] for name in _OPTIONS if given[name] is not None}
        for role in ("setup", "teardown"):
            if given[role] is not None:
                chosen[role] = load_function(given[role])
        with _progress(quiet=given["quiet"] or given["no_progress"]) as tell:
            return BenchmarkRunner(on_progress=tell).measure_functions(
                *functions,
                iterations=given["iterations"],
                warmup_iterations=given["warmup"],
                concurrency=given["concurrency"] or 1,
                params=parse_params(given["params"]),
                names=self._targets,
                **cast(Options, chosen),
            )

    def _compare(self, results: Sequence[BenchmarkResult]) -> list[Compared]:
        """Each further function with the first, at the same parameters; those of a grid do different work."""
        points = len(results) // len(self._targets)
        pairs = [(results[index % points], results[index]) for index in range(points, len(results))]
        return compare_pairs(pairs, margin=self._margin)

    def _show(self, measured: BenchmarkSet, missing: Sequence[str], console: Console) -> None:
        show(measured, console)
        for name in missing:
            console.print(printable(f"baseline {self._given['against']!r} holds no {name}"))

    def _say_failures(self, results: Sequence[BenchmarkResult]) -> None:
        """Where nothing is shown, at least why nothing was measured."""
        for result in results if self._given["quiet"] else ():
            if result.failure is not None:
                say_error(f"{result.name}: {result.failure.sentence}", result.failure.traceback)

    def _save(self, results: Sequence[BenchmarkResult]) -> None:
        if (name := self._given["save"]) is not None:
            path = save(name, results)
            if not self._given["quiet"]:
                print(f"saved as {path}", file=sys.stderr)

    def _judge(self, measured: BenchmarkSet, missing: Sequence[str]) -> None:
        """Say what fails; UsageError when there was nothing to hold against the limit."""
        limit = measured.fail_if_slower
        if limit is None:
            return
        if missing and not measured.compared:
            raise UsageError(f"baseline {self._given['against']!r} holds none of these functions")
        for one in filter(measured.fails, measured.compared):
            told = "slower by more than" if measured.exceeds(one) else "not known to be within"
            say_error(f"{told} {limit:.1%}: {one.sentence}")


@contextmanager
def _progress(*, quiet: bool) -> Iterator[Tell | None]:
    """A progress bar on a terminal, else nothing."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed}/{task.total}"))
    console: Console = open_console(sys.stderr)
    with Progress(*columns, TimeRemainingColumn(), console=console, transient=True) as bar:
        task = bar.add_task("", total=None)

        def show(done: int, total: int, name: str) -> None:
            bar.update(task, completed=done, total=total, description=printable(name)[:40])

        yield show
