"""Charts as static SVG: coordinates only, so that a template turns them into markup and the theme colours them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from .model import Axis, Heat, Mark, Plot, Series, Value
from .ticks import ends, ticks

WIDTH, HEIGHT = 960, 280
LEFT, RIGHT, TOP, BOTTOM = 66, 30, 12, 30
_MOST_BUCKETS = 160
HEAT_LEVELS = 7
_LETTER, _GAP = 6.3, 8
"""About how wide a letter of a label is, and the room around it."""


@dataclass(frozen=True, slots=True)
class Tick:
    """A place on an axis, in drawing units, and what stands there."""

    at: int
    label: str


@dataclass(frozen=True, slots=True)
class Line:
    """What is drawn of a series: a path, a closed surface (or nothing), or dots."""

    colour: str
    path: str = ""
    area: str = ""
    dashed: bool = False
    dots: Sequence[tuple[int, int]] = ()


@dataclass(frozen=True, slots=True)
class Stretch:
    """A mark in drawing units; ``width`` is 0 of a moment. Its label stands at ``at`` in a ``row`` of labels."""

    x: int
    width: int
    label: str
    at: int
    row: int
    anchor: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """Everything that a static drawing shows. ``cells`` are surfaces by level of heat, from the lowest."""

    lines: Sequence[Line]
    x_ticks: Sequence[Tick]
    y_ticks: Sequence[Tick]
    marks: Sequence[Stretch] = ()
    surfaces: Sequence[Line] = ()
    cells: Sequence[str] = ()


Place = Callable[[float], int]


def draw(plot: Plot) -> Drawing:
    """The drawing of a plot, its hidden series left out; every extreme of a series is in it, however many points."""
    shown = [series for series in plot.series if series.on]
    values = [value for series in shown for value in series.values if value is not None]
    y_low, y_high = ends(plot.y_axis, [*values, *_room(plot, values)])
    x_low, x_high = x_ends(plot)
    x = _place(plot.x_axis, x_low, x_high, LEFT, WIDTH - RIGHT)
    y = _place(plot.y_axis, y_low, y_high, HEIGHT - BOTTOM, TOP)
    return Drawing(
        lines=[_line(series, plot.x, x, y, plot.y_axis) for series in shown],
        surfaces=[
            Line(plot.series[upper].colour, area=_between(plot, upper, lower, x, y))
            for upper, lower in plot.bands
            if plot.series[upper].on and plot.series[lower].on
        ],
        x_ticks=[Tick(x(at), label) for at, label in ticks(plot.x_axis, x_low, x_high)],
        y_ticks=[Tick(y(at), label) for at, label in ticks(plot.y_axis, y_low, y_high)],
        marks=_stretches(plot.marks, x, x_low, x_high),
    )


def _room(plot: Plot, values: Sequence[float]) -> list[float]:
    """Room for the labels of marks above the values."""
    top = max(values, default=0.0)
    if not plot.marks or top <= 0:
        return []
    return [top * (1.8 if plot.y_axis.log else 1 + 0.07 * min(3, len(plot.marks)))]


def x_ends(plot: Plot) -> tuple[float, float]:
    """Where the x axis of a plot begins and ends."""
    if plot.x_axis.unit == "time":
        low, high = min(plot.x, default=0.0), max(plot.x, default=1.0)
    elif plot.x_axis.log:
        low, high = ends(plot.x_axis, list(plot.x))
    else:
        low, high = min(plot.x, default=0.0), max(plot.x, default=1.0)
    low = low if plot.x_axis.low is None else plot.x_axis.low
    high = high if plot.x_axis.high is None else plot.x_axis.high
    return (low, high) if high > low else (low, low + 1.0)


def draw_heat(heat: Heat) -> Drawing:
    """The drawing of a heat map, neighbours of a row with the same heat in one."""
    axis = Axis(heat.unit, log=True)
    low, high = heat.edges[0], heat.edges[-1]
    x_low, x_high = heat.x[0], heat.x[-1] + heat.width
    x = _place(heat.x_axis, x_low, x_high, LEFT, WIDTH - RIGHT)
    y = _place(axis, low, high, HEIGHT - BOTTOM, TOP)
    top = max(max(column) for column in heat.columns)
    cells = [""] * HEAT_LEVELS
    for row, (bottom, above) in enumerate(pairwise(heat.edges)):
        height = y(bottom) - y(above)
        for first, stop, level in _runs([heat_level(column[row], top) for column in heat.columns]):
            left = x(heat.x[first])
            right = x(heat.x[stop - 1] + heat.width)
            cells[level - 1] += f"M{left} {y(above)}h{right - left}v{height}h{left - right}z"
    return Drawing(
        lines=(),
        x_ticks=[Tick(x(at), label) for at, label in ticks(heat.x_axis, x_low, x_high)],
        y_ticks=[Tick(y(at), label) for at, label in ticks(axis, low, high)],
        marks=_stretches(heat.marks, x, x_low, x_high),
        cells=cells,
    )


def heat_level(count: int, top: int) -> int:
    """From 1 to `HEAT_LEVELS` by the square root of a count's share of the highest, 0 for none."""
    return math.ceil(HEAT_LEVELS * math.sqrt(count / top)) if count else 0


def _runs(levels: Sequence[int]) -> list[tuple[int, int, int]]:
    """Stretches of equal levels above 0, as first, one after the last, and the level."""
    edges = [0, *(n for n in range(1, len(levels)) if levels[n] != levels[n - 1]), len(levels)]
    return [(first, stop, levels[first]) for first, stop in pairwise(edges) if levels[first]]


def _place(axis: Axis, low: float, high: float, start: float, end: float) -> Place:
    if axis.log:
        low, high = math.log10(low), math.log10(high)

    def place(value: float) -> int:
        at = math.log10(value) if axis.log else value
        return round(start + (end - start) * (at - low) / (high - low))

    return place


Corner = tuple[int, int]


def _line(series: Series, xs: Sequence[float], x: Place, y: Place, axis: Axis) -> Line:
    runs = _unbroken(xs, series.values, axis)
    dots = [(x(at), y(value)) for run in runs for at, value in run] if series.dots or series.marked else []
    if series.dots:
        return Line(series.colour, dots=dots)
    corners = [_stairs(run, x, y) if series.stepped else _corners(run, x, y) for run in runs]
    floor = HEIGHT - BOTTOM
    areas = [_path([(run[0][0], floor), *run, (run[-1][0], floor)]) + "z" for run in corners]
    return Line(
        series.colour,
        path="".join(_path(run) + ("h.1" if len(run) == 1 else "") for run in corners),
        area="".join(areas) if series.filled else "",
        dashed=series.dashed,
        dots=dots,
    )


Run = list[tuple[float, float]]


def _unbroken(xs: Sequence[float], values: Sequence[Value], axis: Axis) -> list[Run]:
    runs: list[Run] = [[]]
    for at, value in zip(xs, values, strict=True):
        if value is None or (axis.log and value <= 0):
            runs.append([])
        else:
            runs[-1].append((at, value))
    return [run for run in runs if run]


def _corners(run: Run, x: Place, y: Place) -> list[Corner]:
    """The corners of a line; of many points, the least and the greatest of each few of them."""
    size = -(-len(run) // _MOST_BUCKETS)
    if size < 3:
        return [(x(at), y(value)) for at, value in run]
    kept: list[tuple[float, float]] = []
    for start in range(0, len(run), size):
        bucket = run[start : start + size]
        extremes = {min(bucket, key=_value), max(bucket, key=_value)}
        kept += sorted({*extremes, *([bucket[-1]] if bucket[-1] is run[-1] else [])})
    return [(x(at), y(value)) for at, value in kept]


def _value(point: tuple[float, float]) -> float:
    return point[1]


def _stairs(run: Run, x: Place, y: Place) -> list[Corner]:
    corners: list[Corner] = []
    for at, value in run:
        if corners:
            corners.append((x(at), corners[-1][1]))
        corners.append((x(at), y(value)))
    return corners


def _between(plot: Plot, upper: int, lower: int, x: Place, y: Place) -> str:
    both = [
        (at, high, low)
        for at, high, low in zip(plot.x, plot.series[upper].values, plot.series[lower].values, strict=True)
        if high is not None and low is not None and not (plot.y_axis.log and min(high, low) <= 0)
    ]
    if not both:
        return ""
    over = _corners([(at, high) for at, high, _ in both], x, y)
    under = _corners([(at, low) for at, _, low in both], x, y)
    return _path([*over, *reversed(under)]) + "z"


def _path(corners: Sequence[Corner]) -> str:
    """Corners as an SVG path in relative whole units, which takes few characters."""
    (x, y), *rest = corners
    told = [f"M{x} {y}"]
    for number, (at, high) in enumerate(rest):
        told.append(("l" if not number else " " if at >= x else "") + f"{at - x}" + _next(high - y))
        x, y = at, high
    return "".join(told)


def _next(number: int) -> str:
    return str(number) if number < 0 else f" {number}"


def _stretches(marks: Sequence[Mark], x: Place, low: float, high: float) -> list[Stretch]:
    found: list[tuple[int, int, str]] = []
    for mark in marks:
        start, stop = max(low, mark.at), min(high, mark.at if mark.until is None else mark.until)
        if start <= stop:
            found.append((x(start), x(stop) - x(start), mark.label))
    places = label_places([(left, label) for left, _, label in found])
    return [Stretch(*mark, *place) for mark, place in zip(found, places, strict=True)]


def label_places(labels: Sequence[tuple[int, str]]) -> list[tuple[int, int, str]]:
    """Where labels of marks stand: x, row and anchor of each, so that none covers another or leaves the drawing."""
    taken: list[list[tuple[int, int]]] = []
    places = []
    for x, label in labels:
        width = round(_LETTER * len(label)) + _GAP
        ends_here = x + width > WIDTH - RIGHT and x - width > LEFT
        left = x - width if ends_here else x
        row = next((n for n, row in enumerate(taken) if _free(row, left, left + width)), len(taken))
        if row == len(taken):
            taken.append([])
        taken[row].append((left, left + width))
        places.append((x - _GAP // 2 if ends_here else x + _GAP // 2, row, "end" if ends_here else "start"))
    return places


def _free(row: Sequence[tuple[int, int]], left: int, right: int) -> bool:
    return all(right <= start or left >= stop for start, stop in row)
