"""Line charts as the coordinates of an SVG drawing; a template turns them into markup."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from . import figures
from .series import Point

WIDTH, HEIGHT = 960, 220
LEFT, RIGHT, TOP, BOTTOM = 64, 12, 10, 26
_PLOT_W, _PLOT_H = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
_ROUND = re.compile(r"\.0+(?=\D)")
_TIME_STEPS_S = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400)


@dataclass(frozen=True, slots=True)
class Tick:
    """A place on an axis, in drawing units, and what stands there."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Line:
    """A named line; ``path`` is an SVG path, broken where nothing is known, ``area`` closed down to the axis."""

    label: str
    css: str
    path: str
    area: str


@dataclass(frozen=True, slots=True)
class Band:
    """The strip over a point, for the browser's tooltip."""

    x: float
    width: float
    text: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Everything that is drawn of a chart."""

    title: str
    lines: tuple[Line, ...]
    y_ticks: tuple[Tick, ...]
    x_ticks: tuple[Tick, ...]
    bands: tuple[Band, ...]


@dataclass(frozen=True, slots=True)
class Curve:
    """A figure to draw: its label, its CSS class, and where it stands in a point."""

    label: str
    css: str
    figure: Callable[[Point], float | None]


Write = Callable[[float | None], str]


def draw(
    title: str, points: Sequence[Point], curves: Sequence[Curve], write: Write, label: Write | None = None
) -> Chart | None:
    """The chart of some figures over time, or None when none of them is known.

    ``write`` makes a figure text, and so does ``label`` on the axis, where they differ.
    """
    known = [curve for curve in curves if any(curve.figure(point) is not None for point in points)]
    if not known:
        return None
    values = [value for curve in known for point in points if (value := curve.figure(point)) is not None]
    steps = _steps(max(values))
    start_s, end_s = points[0].start_s, points[-1].end_s
    axes = _Axes(start_s, end_s, steps[-1])
    return Chart(
        title=title,
        lines=tuple(_line(curve, points, axes) for curve in known),
        y_ticks=tuple(Tick(axes.y(value), _ROUND.sub("", (label or write)(value))) for value in steps),
        x_ticks=tuple(Tick(axes.x(second), figures.duration(second)) for second in _seconds(start_s, end_s)),
        bands=tuple(_band(point, known, axes, write) for point in points),
    )


@dataclass(frozen=True, slots=True)
class _Axes:
    start_s: float
    end_s: float
    top: float

    def x(self, second: float) -> float:
        return round(LEFT + _PLOT_W * (second - self.start_s) / (self.end_s - self.start_s), 1)

    def y(self, value: float) -> float:
        return round(TOP + _PLOT_H * (1 - value / self.top), 1)


def _line(curve: Curve, points: Sequence[Point], axes: _Axes) -> Line:
    path, area = [], []
    for run in _unbroken(curve, points, axes):
        corners = " ".join(f"{x:g},{y:g}" for x, y in run)
        dot = " h.1" if len(run) == 1 else ""  # a lone point shows by its round line ends
        path.append(f"M{corners}{dot}")
        area.append(f"M{run[0][0]:g},{axes.y(0):g} L{corners} L{run[-1][0]:g},{axes.y(0):g}Z")
    return Line(curve.label, curve.css, " ".join(path), " ".join(area))


def _unbroken(curve: Curve, points: Sequence[Point], axes: _Axes) -> list[list[tuple[float, float]]]:
    """The stretches of consecutive points at which the figure is known."""
    runs: list[list[tuple[float, float]]] = [[]]
    for number, point in enumerate(points):
        value = curve.figure(point)
        if value is None or (number and points[number - 1].end_s != point.start_s):
            runs.append([])
        if value is not None:
            runs[-1].append((axes.x((point.start_s + point.end_s) / 2), axes.y(value)))
    return [run for run in runs if run]


def _band(point: Point, curves: Sequence[Curve], axes: _Axes, write: Write) -> Band:
    when = figures.duration(point.start_s)
    if point.end_s - point.start_s > 1:
        when += f" to {figures.duration(point.end_s)}"
    told = ", ".join(f"{curve.label} {write(curve.figure(point))}" for curve in curves)
    x = axes.x(point.start_s)
    return Band(x, round(axes.x(point.end_s) - x, 1), f"{when}: {told}")


def _steps(top: float) -> list[float]:
    """From 0 in four steps or so of 1, 2 or 5 times a power of ten, to what is above ``top``."""
    if top <= 0:
        return [0.0, 1.0]
    rough = top / 4
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * (1 - 1e-9))
    return [step * number for number in range(math.ceil(top / step - 1e-9) + 1)]


def _seconds(start_s: float, end_s: float) -> list[int]:
    length = end_s - start_s
    step = next((step for step in _TIME_STEPS_S if length / step <= 10), max(1, math.ceil(length / 10)))
    return list(range(math.ceil(start_s / step) * step, math.floor(end_s) + 1, step))
