"""What every page holds to: one file that needs nothing else, text that stays text, and charts that invent nothing."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html.parser import HTMLParser

import pytest

from adapters.performance.reports.facts import Fact
from adapters.performance.reports.grid import Column, Row, Table
from adapters.performance.reports.page.data import page_json, short
from adapters.performance.reports.page.drawing import HEAT_LEVELS, draw, draw_heat, heat_level
from adapters.performance.reports.page.model import (
    MOST_POINTS,
    Axis,
    Cell,
    Code,
    Facts,
    Finding,
    Findings,
    Grid,
    Heat,
    Listing,
    Mark,
    Page,
    Paragraph,
    Plot,
    Section,
    Series,
)
from adapters.performance.reports.page.render import render_page
from adapters.performance.reports.page.ticks import clock, ends, ticks

HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\"'`{{7*7}}<!--"


def a_plot(values=(1, 2, None, 4), **changes) -> Plot:
    fields = {"id": "p", "title": "P", "x": list(range(len(values))), "y_axis": Axis("rate")}
    return Plot(**{**fields, "series": [Series("s", list(values))], **changes})


def a_page(*blocks, **changes) -> Page:
    fields = {"title": "shop", "word": "PASSED", "sentence": "it held", "tone": "good"}
    return Page(**{**fields, "sections": [Section("s", "Section", blocks, "S")], **changes})


def every_block(text: str) -> list:
    table = Table(text, (Column(text, is_text=True), Column(text)), (Row((text, "1")),))
    return [
        a_plot(
            title=text, series=[Series(text, [1, 2, 3, 4])], marks=[Mark(1, text)], note=text, summary=text
        ),
        Heat("h", text, [0, 1], 1, [1, 10, 100], [[0, 3], [1, 0]], marks=[Mark(1, text)], fallback=table),
        Facts([Fact(text, text)], 2, text),
        Grid(table),
        Listing("l", text, [text, "n"], [[Cell(text), Cell("1", 1.0, "bad", [0.5, 1])]], text),
        Findings([Finding(text, text, text)], text),
        Findings([], text),
        Paragraph(text),
        Code(text, text),
    ]


class Outline(HTMLParser):
    """The elements of a page, their attributes, and the text of its scripts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.scripts: list[str] = []
        self._in_script = False
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        self._in_script = tag == "script"
        if self._in_script:
            self.scripts.append("")

    def handle_endtag(self, tag):
        self._in_script = False

    def handle_data(self, data):
        if self._in_script:
            self.scripts[-1] += data


@pytest.mark.parametrize("hostile", [HOSTILE, "javascript:alert(1)", "\u2028\u2029&amp;&lt;b&gt;"])
def test_text_from_outside_stays_text_wherever_it_stands(hostile):
    page = a_page(*every_block(hostile), title=hostile, sentence=hostile, about=[Fact(hostile, hostile)])
    text = "x" * len(hostile)
    harmless = a_page(*every_block(text), title=text, sentence=text, about=[Fact(text, text)])
    found, expected = Outline(render_page(page)), Outline(render_page(harmless))
    assert found.tags == expected.tags
    assert [name for name, _ in found.attributes] == [name for name, _ in expected.attributes]
    assert len(found.scripts) == 3


def test_a_page_asks_for_nothing_from_outside():
    found = Outline(render_page(a_page(*every_block("x"))))
    assert not set(found.tags) & {"link", "img", "iframe", "object", "embed", "base", "form"}
    assert not {name for name, _ in found.attributes} & {"src", "style", "action", "background", "srcset"}
    assert {value[0] for name, value in found.attributes if name == "href"} == {"#"}


def test_the_policy_allows_the_scripts_that_are_there_and_no_other():
    text = render_page(a_page(a_plot()))
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)[1].replace("&#39;", "'")
    digests = [
        base64.b64encode(hashlib.sha256(s.encode()).digest()).decode() for s in Outline(text).scripts[1:]
    ]
    assert "default-src 'none'" in policy
    assert re.findall(r"sha256-([^']*)", policy) == digests
    assert "unsafe" not in policy.replace("style-src 'unsafe-inline'", "")


def test_an_axis_says_what_it_is_unless_it_is_time():
    assert '<p class="axis">users</p>' in render_page(a_page(a_plot(x_axis=Axis("count", "users"))))
    assert 'class="axis"' not in render_page(a_page(a_plot()))


def test_the_licence_of_the_chart_library_is_in_the_page():
    text = render_page(a_page())
    assert "Copyright (c) 2022 Leon Sorokin" in text
    assert "WITHOUT WARRANTY OF ANY KIND" in text


def test_json_in_the_page_is_what_was_given_and_ends_no_script():
    text = page_json(a_page(a_plot(title=HOSTILE, series=[Series(HOSTILE, [1, 2, 3, 4])])))
    assert "<" not in text
    assert json.loads(text)["charts"]["p"]["series"][0]["label"] == HOSTILE


def test_charts_over_the_same_x_tell_it_once():
    data = json.loads(page_json(a_page(a_plot(id="a"), a_plot(id="b"), a_plot(id="c", x=[5, 6, 7, 8]))))
    assert data["x"] == [[0, 1, 2, 3], [5, 6, 7, 8]]
    assert [chart["x"] for chart in data["charts"].values()] == [0, 0, 1]


def test_more_points_than_a_chart_takes_are_refused():
    with pytest.raises(ValueError, match="601 points"):
        page_json(a_page(a_plot(range(MOST_POINTS + 1))))


def test_figures_in_json_are_short_and_unknown_stays_unknown():
    assert short([1.0, 0.123456, 12345.678, None, 999.96]) == [1, 0.1235, 12346, None, 1000]


# Static drawings


def test_a_line_is_broken_where_nothing_is_known():
    assert draw(a_plot([1, 2, None, 4])).lines[0].path.count("M") == 2


def test_a_hidden_series_is_not_drawn():
    assert draw(a_plot(series=[Series("s", [1, 2, 3, 4], on=False)])).lines == []


def test_zero_has_no_place_on_a_logarithmic_axis():
    assert draw(a_plot([1, 0, 10, 100], y_axis=Axis("ms", log=True))).lines[0].path.count("M") == 2


def test_of_many_points_every_extreme_is_drawn():
    flat = draw(a_plot([5.0] * 600)).lines[0].path
    spiked = draw(a_plot([5.0] * 300 + [50.0] + [5.0] * 299, y_axis=Axis("rate", high=50))).lines[0].path
    assert len(flat) < 3000
    assert min(_heights(spiked)) == 12


def _heights(path: str) -> list[int]:
    numbers = [int(number) for number in re.findall(r"-?\d+", path)]
    high, heights = numbers[1], [numbers[1]]
    for step in numbers[3::2]:
        high += step
        heights.append(high)
    return heights


def test_a_surface_between_two_series_is_drawn_when_both_are():
    lines = [Series("low", [1, 2, 3, 4]), Series("high", [2, 3, 4, 5])]
    assert draw(a_plot(series=lines, bands=[(1, 0)])).surfaces[0].area.endswith("z")
    lines[0] = Series("low", [1, 2, 3, 4], on=False)
    assert draw(a_plot(series=lines, bands=[(1, 0)])).surfaces == []


def test_heat_has_a_level_for_every_count_but_none():
    assert heat_level(0, 1000) == 0
    levels = [heat_level(count, 1000) for count in (1, 10, 100, 1000)]
    assert levels == sorted(levels)
    assert (levels[0], levels[-1]) == (1, HEAT_LEVELS)


def test_cells_of_heat_that_are_alike_are_drawn_as_one():
    drawn = draw_heat(Heat("h", "H", [0, 1, 2], 1, [1, 10, 100], [[5, 0], [5, 0], [0, 0]]))
    assert sum(cell.count("M") for cell in drawn.cells) == 1


# Axes


def test_axes_begin_at_zero_and_have_round_steps():
    axis = Axis("rate")
    low, high = ends(axis, [3, 1380])
    assert [label for _, label in ticks(axis, low, high)] == ["0/s", "500/s", "1,000/s", "1,500/s"]


def test_an_axis_of_times_has_no_zeros_that_say_nothing():
    assert [label for _, label in ticks(Axis("ms"), 0, 100)] == ["0ms", "50ms", "100ms"]


def test_a_logarithmic_axis_ends_at_round_figures_beyond_the_values():
    assert ends(Axis("ms", log=True), [0.0, 3, 420]) == (2, 500)
    assert [at for at, _ in ticks(Axis("ms", log=True), 0.001, 1000)] == [
        pytest.approx(10.0**power) for power in range(-3, 4)
    ]


def test_an_axis_of_nothing_is_still_an_axis():
    assert ends(Axis("ms"), []) == (0, 1)
    assert ends(Axis("ms"), [0.0, 0.0]) == (0, 1)
    assert ends(Axis("ms", log=True), []) == (1, 20)


@pytest.mark.parametrize(("second", "told"), [(0, "0s"), (59, "59s"), (60, "1:00"), (3725, "1:02:05")])
def test_clock(second, told):
    assert clock(second) == told
