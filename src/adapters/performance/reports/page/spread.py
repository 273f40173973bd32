"""Rows of intervals, dots and distributions on one shared axis: where each part of them lies, in percent of its width.

Such a picture is a table that has a drawing in each row, so that it reads on a phone, in print and without a script.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .model import Axis, Spread, Spreads, Value
from .ticks import ends, inner_ticks

_FRINGE = 4.0


@dataclass(frozen=True, slots=True)
class Place:
    """A tick: where, in percent, what stands there, and whether its text begins, is centred or ends there."""

    at: float
    label: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Line:
    """A row as it is drawn, in percent; an end that lies beyond the axis is marked as going on."""

    row: Spread
    at: float | None
    low: float | None
    high: float | None
    goes_below: bool
    goes_above: bool
    dots: Sequence[float]


@dataclass(frozen=True, slots=True)
class Layout:
    """Everything that is drawn of such rows."""

    lines: Sequence[Line]
    ticks: Sequence[Place]
    band: tuple[float, float] | None
    rule: float | None

    @property
    def cut_off(self) -> bool:
        """Whether an interval goes on beyond the axis."""
        return any(line.goes_below or line.goes_above for line in self.lines)


def lay_out(block: Spreads) -> Layout:
    """Where everything lies."""
    low, high = ends(block.axis, list(_values(block)))
    scale = _Scale(block.axis, low, high)
    return Layout(
        lines=[_line(row, scale) for row in block.rows],
        ticks=[_place(scale.at(at), label) for at, label in inner_ticks(block.axis, low, high)],
        band=None if block.band is None else (scale.at(block.band[0]), scale.at(block.band[1])),
        rule=None if block.rule is None or not low <= block.rule <= high else scale.at(block.rule),
    )


class _Scale:
    """From values to percent of the axis, never beyond its ends."""

    def __init__(self, axis: Axis, low: float, high: float) -> None:
        self._log = axis.log
        self.low, self.high = low, high

    def at(self, value: float) -> float:
        value = min(self.high, max(self.low, value))
        low, high = self._on(self.low), self._on(self.high)
        return round(100 * (self._on(value) - low) / (high - low), 2)

    def _on(self, value: float) -> float:
        return math.log(value) if self._log else value


def _line(row: Spread, scale: _Scale) -> Line:
    def at(value: Value) -> float | None:
        return None if value is None else scale.at(value)

    return Line(
        row,
        at(row.at),
        at(row.low),
        at(row.high),
        goes_below=row.low is not None and row.low < scale.low,
        goes_above=row.high is not None and row.high > scale.high,
        dots=[scale.at(dot) for dot in row.dots],
    )


def _place(at: float, label: str) -> Place:
    anchor = "start" if at < _FRINGE else "end" if at > 100 - _FRINGE else "middle"
    return Place(at, label, anchor)


def _values(block: Spreads) -> Iterator[float]:
    for row in block.rows:
        yield from (value for value in (row.at, row.low, row.high, *row.dots) if value is not None)
    yield from block.band or ()
