"""Markdown: verdict first, the change against a baseline, and names that another program shows as they are."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser

from markdown_it import MarkdownIt
from tests.unit.test_reports_formats import HOSTILE, make_result

from adapters.performance.reports import markdown
from adapters.performance.reports.grid import Column, Row, Table
from adapters.performance.reports.overview import Against
from adapters.performance.reports.text import printable

NAMES = (
    HOSTILE,
    "</details>",
    "<b>x</b>",
    "![x](http://e/x)",
    "[x](y)",
    "a|b",
    "`c`|",
    "| --",
    "# h",
    "&lt;",
    "~~s~~",
)


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)


def test_markdown_read_by_another_program_shows_every_name_as_it_is():
    text = markdown.render(make_result(NAMES, failures=1))
    rendered = MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(text)
    outline = _Tags()
    outline.feed(rendered)
    assert not outline.tags & {"script", "b", "img", "a", "code", "s", "h1"}
    assert rendered.count("<details>") == rendered.count("</details>")
    cells = re.findall(r"<td[^>]*>(.*?)</td>", rendered)
    assert {printable(name) for name in NAMES} <= {unescape(cell) for cell in cells}


def test_markdown_folds_away_what_few_look_for():
    text = markdown.render(make_result(thresholds=("p95 < 1ms",), failures=1))
    shown = text.partition("<details>")[0]
    assert "### Thresholds" in shown
    assert "### Errors" in shown
    assert "| 30 | 3 | 10% | 10.0/s |" in shown
    assert "first byte" not in shown
    assert text.count("<details>") == text.count("</details>") == 3


def test_markdown_holds_the_result_against_its_baseline():
    table = Table("", (Column("metric", is_text=True), Column("change")), (Row(("p95", "+5%")),))
    against = Against("Against the <baseline>", "worse", "bad", "p95 is *worse*", table, ("one run a side",))
    shown = markdown.render(make_result(), against).partition("<details>")[0]
    assert "### Against the \\<baseline\\>\n\n❌ **worse**: p95 is \\*worse\\*\n" in shown
    assert "| p95 | +5% |" in shown
    assert "- one run a side" in shown
