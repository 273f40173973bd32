"""What the generator and its target used, as a table: read from the plain data of ``metrics/resources.py``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..metrics.result import RunResult
from . import figures
from .grid import Column, Row, Table

_TITLES = ("CPU mean", "CPU max", "memory max", "open files", "loop lag p99", "max")


def generator(result: RunResult) -> Table:
    """One row for each worker, and one for the target when it was watched; CPU in percent of one core."""
    columns = (Column("process", is_text=True), *map(Column, _TITLES))
    rows = [_row(f"worker {use.get('worker')}", use) for use in _uses(result.resources.get("health"))]
    rows += [_row("target", use) for use in _uses([result.resources.get("target")])]
    return Table("Generator", columns, tuple(rows))


def _uses(found: Any) -> list[Mapping[str, Any]]:
    """The mappings in a list; other engines may put anything else there."""
    return [use for use in found if isinstance(use, Mapping)] if isinstance(found, list | tuple) else []


def _row(name: str, use: Mapping[str, Any]) -> Row:
    lag = use.get("loop_lag_ms") or {}
    cells = (
        f"{name} (pid {use.get('pid')})",
        _percent(use.get("cpu_percent_mean")),
        _percent(use.get("cpu_percent_max")),
        figures.size(use.get("rss_max_bytes")),
        figures.count(use.get("open_files_max")),
        *(figures.latency(lag.get(key)) for key in ("p99", "max")),
    )
    return Row(cells)


def _percent(value: float | None) -> str:
    return figures.UNKNOWN if value is None else f"{value:.0f}%"
