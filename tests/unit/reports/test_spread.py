"""Where intervals and distributions lie on their shared axis, and where labels of marks stand."""

from __future__ import annotations

import pytest

from adapters.performance.reports.page.drawing import LEFT, RIGHT, WIDTH, draw, label_places
from adapters.performance.reports.page.model import Axis, Mark, Plot, Series, Spread, Spreads
from adapters.performance.reports.page.spread import lay_out
from adapters.performance.reports.page.ticks import shift, written


def laid_out(*rows: Spread, axis: Axis, **changes):
    return lay_out(Spreads("s", "S", rows, axis, **changes))


def test_values_lie_in_percent_of_the_axis():
    found = laid_out(Spread("a", 5, 0, 10), axis=Axis("ms", low=-10, high=10), band=(-5, 5), rule=0)
    (line,) = found.lines
    assert (line.low, line.at, line.high) == (50, 75, 100)
    assert (found.band, found.rule) == ((25, 75), 50)
    assert not found.cut_off


def test_on_a_logarithmic_axis_they_lie_by_their_ratio():
    (line,) = laid_out(Spread("a", 10), axis=Axis("ms", log=True, low=1, high=100)).lines
    assert line.at == 50


def test_an_interval_that_goes_on_beyond_the_axis_says_so():
    found = laid_out(Spread("a", 0, -20, 5), axis=Axis("ms", low=-10, high=10))
    (line,) = found.lines
    assert (line.low, line.goes_below, line.goes_above, found.cut_off) == (0, True, False, True)


def test_what_is_not_known_is_not_drawn():
    (line,) = laid_out(Spread("a"), axis=Axis("ms", low=0, high=1)).lines
    assert (line.low, line.at, line.high) == (None, None, None)


@pytest.mark.parametrize("reach", [0.015, 0.04, 0.15, 0.459, 0.9, 7.0])
def test_ticks_are_within_the_axis_and_several(reach):
    found = laid_out(Spread("a", 0), axis=Axis("change", low=-reach, high=reach))
    assert 3 <= len(found.ticks) <= 7
    assert all(0 <= tick.at <= 100 for tick in found.ticks)
    assert "0%" in [tick.label for tick in found.ticks]


@pytest.mark.parametrize(
    ("value", "unit", "told"),
    [
        (0.05, "change", "+5%"),
        (-0.125, "change", "-12.5%"),
        (0.001, "points", "+0.1pp"),
        (0.000004, "ms", "4ns"),
        (-12.0, "shift", "-12.0ms"),
        (None, "change", "–"),
    ],
)
def test_figures_have_their_sign_and_unit(value, unit, told):
    assert written(value, unit) == told


def test_a_shift_of_nothing_has_no_sign():
    assert shift(0.0) == "0ms"


def test_labels_of_marks_neither_cover_one_another_nor_leave_the_drawing():
    labels = [
        (400, "knee 190.1/s"),
        (405, "verified 190.1/s"),
        (410, "interval"),
        (WIDTH - RIGHT - 5, "at the end"),
    ]
    placed = label_places(labels)
    assert [row for _, row, _ in placed] == [0, 1, 2, 0]
    assert [anchor for *_, anchor in placed] == ["start", "start", "start", "end"]
    assert all(LEFT < x < WIDTH - RIGHT for x, *_ in placed)


def test_above_the_values_there_is_room_for_labels_of_marks():
    def top(*marks):
        dots = Series("s", [1.0, 10.0], dots=True)
        (line,) = draw(Plot("p", "P", [0, 1], [dots], Axis("rate"), Axis("count"), marks=marks)).lines
        return min(y for _, y in line.dots)

    assert top(Mark(1, "a"), Mark(1, "b")) > top() + 14
