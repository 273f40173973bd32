"""The result of benchmarks of functions: one, several, or how they compare."""

from __future__ import annotations

from rich.console import Console

from ...microbench.comparison import BenchmarkComparison, Compared
from ...microbench.document import BenchmarkSet
from ...microbench.result import BenchmarkResult
from ...reports import figures
from ...reports.benchmark import per_second, print_benchmarks, print_compared, time_text
from ...reports.cases import Case, Outcome, Suite
from ...reports.facts import Fact, Headline, Tone
from ...reports.grid import Column, Row, Table
from ...reports.overview import Overview
from ...reports.text import printable

Result = BenchmarkSet | BenchmarkResult | BenchmarkComparison

TONES: dict[str, Tone] = {"faster": "good", "slower": "bad", "inconclusive": "warn"}
_TITLES = ("median", "interval", "mean", "min", "p95", "CV", "per second", "processes")


def show(result: Result, console: Console) -> None:
    """Print the benchmarks and the verdicts on a terminal."""
    found = _set(result)
    if found.benchmarks:
        print_benchmarks(found.benchmarks, console)
    if found.compared:
        console.print()
        print_compared(found.compared, console)


def overview(result: Result) -> Overview:
    """The verdict, a row for each benchmark and for each comparison."""
    found = _set(result)
    first = found.benchmarks[0] if found.benchmarks else None
    return Overview(
        headline=_headline(found),
        subject=", ".join(benchmark.name for benchmark in found.benchmarks) or "comparison of benchmarks",
        tables=tuple(table for table in (_benchmarks(found), _compared(found)) if table.rows),
        warnings=tuple(_warnings(found)),
        about=() if first is None else tuple(_about(first)),
    )


def suites(result: Result) -> list[Suite]:
    """Each benchmark and each comparison; a comparison fails only where a limit was given for it."""
    found = _set(result)
    cases = [_case(benchmark) for benchmark in found.benchmarks]
    cases += [_comparison(one, found) for one in found.compared]
    properties = {
        f"{benchmark.name}.median_ms": benchmark.median_ms
        for benchmark in found.benchmarks
        if benchmark.median_ms is not None
    }
    return [Suite("benchmarks", cases, properties={"schema": result["schema"], **properties})]


def _set(result: Result) -> BenchmarkSet:
    if isinstance(result, BenchmarkResult):
        return BenchmarkSet(benchmarks=(result,))
    if isinstance(result, BenchmarkComparison):
        return BenchmarkSet(compared=result.compared)
    return result


def _headline(found: BenchmarkSet) -> Headline:
    broken = [benchmark.name for benchmark in found.benchmarks if not benchmark.success]
    if broken:
        return Headline("FAILED", "bad", f"{', '.join(broken)} could not be measured")
    bad = [one for one in found.compared if found.fails(one)]
    if bad:
        return Headline("FAILED", "bad", "; ".join(one.sentence for one in bad))
    if found.compared:
        return Headline("COMPARED", "plain", "; ".join(one.sentence for one in found.compared))
    count = len(found.benchmarks)
    return Headline("DONE", "good", "1 benchmark" if count == 1 else f"{count} benchmarks")


def _benchmarks(found: BenchmarkSet) -> Table:
    columns = (Column("benchmark", is_text=True), *map(Column, _TITLES))
    return Table("Benchmarks", columns, tuple(map(_row, found.benchmarks)))


def _row(result: BenchmarkResult) -> Row:
    interval = result.interval
    told = f"{time_text(interval.low_ms)} to {time_text(interval.high_ms)}" if interval else figures.UNKNOWN
    cells = (
        printable(result.name),
        time_text(result.median_ms),
        told,
        *(time_text(ms) for ms in (result.avg_time, result.min_ms, result.p95_ms)),
        figures.UNKNOWN if result.cv is None else f"{result.cv:.1%}",
        per_second(result.throughput),
        figures.count(result.processes),
    )
    return Row(cells, "plain" if result.success else "bad")


def _compared(found: BenchmarkSet) -> Table:
    limited = found.fail_if_slower is not None
    titles = ("verdict", "", "allowed") if limited else ("verdict", "")
    rows = []
    for one in found.compared:
        cells = (one.verdict, one.sentence, _allowed(one, found))[: len(titles)]
        rows.append(Row(cells, TONES.get(one.verdict, "plain")))
    return Table("Comparisons", tuple(Column(title, is_text=True) for title in titles), tuple(rows))


def _allowed(one: Compared, found: BenchmarkSet) -> str:
    """What was allowed, and whether it held; empty where nothing was said."""
    if found.fail_if_slower is None:
        return ""
    told = {True: "missed", False: "held", None: "open"}[found.exceeds(one)]
    return f"{found.fail_if_slower:.1%} slower at most: {told}"


def _case(result: BenchmarkResult) -> Case:
    if result.failure is not None:
        return Case("benchmark", result.name, "error", result.failure.sentence, result.failure.traceback)
    told = f"median {time_text(result.median_ms)}, mean {time_text(result.avg_time)}"
    return Case("benchmark", result.name, "passed", told, time_s=result.duration_s)


def _comparison(one: Compared, found: BenchmarkSet) -> Case:
    exceeds = found.exceeds(one)
    left_open: Outcome = "error" if found.fail_on_inconclusive else "skipped"
    outcome: Outcome = left_open if exceeds is None else "failed" if exceeds else "passed"
    told = "; ".join(filter(None, (one.sentence, _allowed(one, found))))
    return Case("comparison", f"{one.name} against {one.base}", outcome, told)


def _warnings(found: BenchmarkSet) -> list[Fact]:
    return [
        Fact(printable(warning.code), printable(f"{result.name}: {warning.message}"), "warn")
        for result in found.benchmarks
        for warning in result.warnings
    ]


def _about(result: BenchmarkResult) -> list[Fact]:
    """Where it was measured."""
    told = result.environment.model_dump(mode="json")
    return [
        Fact(name.replace("_", " "), printable(str(value)))
        for name, value in told.items()
        if isinstance(value, str | int | float) and not isinstance(value, bool)
    ]
