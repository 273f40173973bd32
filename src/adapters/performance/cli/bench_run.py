"""A run of ``polyload bench``: measured with progress, compared, shown, saved, and judged."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from ..errors import UsageError
from ..microbench.baselines import against, load, path_of, save
from ..microbench.comparison import Compared, compare_pairs
from ..microbench.result import BenchmarkResult
from ..microbench.runner import BenchmarkRunner
from ..microbench.settings import MARGIN, Options
from ..microbench.settings import Progress as Tell
from ..reports.benchmark import print_benchmarks, print_compared
from ..reports.console import open_console
from ..reports.text import printable
from ..reports.write import STDOUT, Destination, check_destinations, write_text
from .bench_target import load_function, parse_params
from .exits import say_error
from .keeping import kept

GATE_FAILED = 99
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
        if given["json_file"] is not None:
            check_destinations([Destination("json", given["json_file"])])
        results = self._measure()
        compared = self._compare(results)
        missing: list[str] = []
        if baseline is not None:
            held, missing = against(baseline, given["against"], results, margin=self._margin)
            compared += held
        self._show(results, compared, missing)
        self._write(results, compared)
        code = kept(results, 0, quiet=given["quiet"])
        if any(not result.success for result in results):
            return 1
        self._save(results)
        return self._judge(compared, missing) or code

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

    def _show(
        self, results: Sequence[BenchmarkResult], compared: Sequence[Compared], missing: Sequence[str]
    ) -> None:
        if self._given["quiet"]:
            for result in results:
                if result.failure is not None:
                    say_error(f"{result.name}: {result.failure.sentence}", result.failure.traceback)
            return
        console = open_console(sys.stderr if self._given["json_file"] == STDOUT else sys.stdout)
        print_benchmarks(results, console)
        if compared:
            console.print()
            print_compared(compared, console)
        for name in missing:
            console.print(printable(f"baseline {self._given['against']!r} holds no {name}"))

    def _write(self, results: Sequence[BenchmarkResult], compared: Sequence[Compared]) -> None:
        if (file := self._given["json_file"]) is None:
            return
        document = {
            "schema": "polyload.bench/1",
            "benchmarks": [result.model_dump(mode="json", by_alias=True) for result in results],
            "compared": [one.model_dump(mode="json") for one in compared],
        }
        text = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
        if file == STDOUT:
            sys.stdout.write(text)
        else:
            write_text(Path(file), text)

    def _save(self, results: Sequence[BenchmarkResult]) -> None:
        if (name := self._given["save"]) is not None:
            path = save(name, results)
            if not self._given["quiet"]:
                print(f"saved as {path}", file=sys.stderr)

    def _judge(self, compared: Sequence[Compared], missing: Sequence[str]) -> int:
        limit = self._given["fail_if_slower"]
        if limit is None:
            return 0
        if missing and not compared:
            raise UsageError(f"baseline {self._given['against']!r} holds none of these functions")
        told = {one: one.exceeds(limit) for one in compared}
        slower = [one for one, exceeds in told.items() if exceeds]
        undecided = [one for one, exceeds in told.items() if exceeds is None]
        for one in slower:
            say_error(f"slower by more than {limit:.1%}: {one.sentence}")
        if self._given["fail_on_inconclusive"]:
            for one in undecided:
                say_error(f"not known to be within {limit:.1%}: {one.sentence}")
            slower += undecided
        return GATE_FAILED if slower else 0


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
