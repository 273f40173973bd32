"""A result as Markdown, for pull requests and wikis: the verdict first, and what few look for folded away."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ..metrics.result import RunResult
from .facts import Fact, Tone
from .grid import Table
from .overview import Against, Overview, overview_of_run
from .text import printable

_SIGNS: dict[Tone, str] = {"good": "✅", "bad": "❌", "warn": "⚠️", "plain": ""}
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#|~!&@$])")


def render(result: RunResult, against: Against | None = None) -> str:
    """A run: the verdict, the figures and every table; text from outside is escaped."""
    return render_overview(overview_of_run(result, against))


def render_overview(overview: Overview) -> str:
    """An overview, GitHub-flavoured; GitLab shows it alike."""
    return "\n".join(_lines(overview)).rstrip("\n") + "\n"


def _lines(overview: Overview) -> Iterator[str]:
    headline = overview.headline
    yield f"## {_signed(headline.tone, headline.word)}: {_escaped(headline.sentence)}"
    yield ""
    yield _escaped(overview.subject)
    yield ""
    for table in overview.tables:
        yield from _titled(table)
    for against in overview.against:
        yield from _against(against)
    if overview.warnings:
        yield "### Warnings"
        yield ""
        yield from _list(overview.warnings)
        yield ""
    if overview.about:
        yield from _folded("What ran", [*_list(overview.about), ""])
    for table in overview.details:
        yield from _folded(_escaped(table.title), _table(table))


def _against(against: Against) -> Iterator[str]:
    yield f"### {_escaped(against.title)}"
    yield ""
    yield f"{_signed(against.tone, f'**{_escaped(against.word)}**')}: {_escaped(against.sentence)}"
    yield ""
    if against.table.rows:
        yield from _table(against.table)
    for note in against.notes:
        yield f"- {_escaped(note)}"
    if against.notes:
        yield ""


def _titled(table: Table) -> Iterator[str]:
    if table.title:
        yield f"### {_escaped(table.title)}"
        yield ""
    yield from _table(table)


def _folded(title: str, lines: Iterable[str]) -> Iterator[str]:
    yield f"<details><summary>{title}</summary>"
    yield ""
    yield from lines
    yield "</details>"
    yield ""


def _list(facts: Iterable[Fact]) -> Iterator[str]:
    for fact in facts:
        yield f"- **{_escaped(fact.label)}**: {_escaped(fact.text)}"


def _table(table: Table) -> Iterator[str]:
    yield _row(_escaped(column.title) for column in table.columns)
    yield _row(":-" if column.is_text else "-:" for column in table.columns)
    for row in table.rows:
        yield _row(map(_escaped, row.cells))
    yield ""
    if table.note:
        yield f"_{table.note}_"
        yield ""


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _signed(tone: Tone, text: str) -> str:
    return f"{_SIGNS[tone]} {text}".lstrip()


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", printable(text))
