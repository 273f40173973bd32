"""The charts of a page as JSON for its script: few characters, and nothing that could end the script element."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from .drawing import x_ends
from .model import MOST_POINTS, Axis, Heat, Mark, Page, Plot, Series, Value

_ESCAPED = {
    ord("<"): "\\u003c",
    ord(">"): "\\u003e",
    ord("&"): "\\u0026",
    0x2028: "\\u2028",
    0x2029: "\\u2029",
}


def page_json(page: Page) -> str:
    """What the script draws; no text in it can be markup."""
    plots = [block for section in page.sections for block in section.blocks if isinstance(block, Plot | Heat)]
    shared: list[list[Any]] = []
    charts = {plot.id: _chart(plot, shared) for plot in plots}
    data = {"started": page.started_s, "x": shared, "charts": charts}
    return json.dumps(data, separators=(",", ":"), ensure_ascii=False, allow_nan=False).translate(_ESCAPED)


def _chart(plot: Plot | Heat, shared: list[list[Any]]) -> dict[str, Any]:
    """A chart; the x of several charts is told once."""
    x = short(plot.x)
    if x not in shared:
        shared.append(x)
    chart = {
        "kind": plot.kind,
        "x": shared.index(x),
        "marks": [_mark(mark) for mark in plot.marks],
        "sync": plot.sync,
    }
    return {**chart, **(_heat(plot) if isinstance(plot, Heat) else _plot(plot))}


def _plot(plot: Plot) -> dict[str, Any]:
    if len(plot.x) > MOST_POINTS:
        raise ValueError(f"{plot.id}: {len(plot.x)} points; at most {MOST_POINTS} are drawn")
    return {
        "xAxis": {**_axis(plot.x_axis), "ends": short(x_ends(plot))},
        "yAxis": _axis(plot.y_axis),
        "series": [_series(series) for series in plot.series],
        "bands": plot.bands,
    }


def _heat(heat: Heat) -> dict[str, Any]:
    return {
        "xAxis": {**_axis(heat.x_axis), "ends": short([heat.x[0], heat.x[-1] + heat.width])},
        "yAxis": _axis(Axis(heat.unit, log=True)),
        "width": heat.width,
        "edges": short(heat.edges),
        "columns": [_column(column) for column in heat.columns],
    }


def _column(counts: Sequence[int]) -> list[int]:
    """Where the counts that are not 0 begin, and they and what is between them."""
    hit = [row for row, count in enumerate(counts) if count]
    return [hit[0], *counts[hit[0] : hit[-1] + 1]] if hit else []


def _axis(axis: Axis) -> dict[str, Any]:
    told = {"unit": axis.unit, "log": axis.log, "low": axis.low, "high": axis.high, "ticks": list(axis.ticks)}
    return {key: value for key, value in told.items() if value not in (None, False, [])}


def _series(series: Series) -> dict[str, Any]:
    styles = ("dashed", "filled", "stepped", "dots", "marked", "on")
    return {
        "label": series.label,
        "colour": series.colour,
        **{style: True for style in styles if getattr(series, style)},
        "values": short(series.values),
    }


def _mark(mark: Mark) -> dict[str, Any]:
    return {"at": mark.at, "label": mark.label, **({} if mark.until is None else {"until": mark.until})}


def short(values: Iterable[Value]) -> list[Any]:
    """Figures with four significant digits, whole where that loses nothing; None stays."""
    return [None if value is None else _short(value) for value in values]


def _short(value: float) -> float | int:
    rounded = float(f"{value:.4g}") if abs(value) < 1000 else round(value)
    return int(rounded) if rounded == int(rounded) else rounded
