"""A result as Markdown, for pull requests and wikis."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ..metrics.result import RunResult
from .facts import Fact, about, headline, statuses, totals, warnings
from .grid import Table
from .tables import tables

_SIGNS = {"good": "✅", "bad": "❌", "warn": "⚠️", "plain": ""}
_MOST_ROWS = 200
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#|~!&@$])")


def render(result: RunResult) -> str:
    """The verdict, the figures and every table; text from outside is escaped."""
    return "\n".join(_lines(result)) + "\n"


def _lines(result: RunResult) -> Iterator[str]:
    verdict = headline(result)
    yield f"## {_SIGNS[verdict.tone]} {verdict.word}: {_escaped(verdict.sentence)}"
    yield ""
    yield from _list(about(result))
    yield ""
    yield from _table(_totals(result))
    for table in tables(result, most_rows=_MOST_ROWS):
        yield f"### {table.title}"
        yield ""
        yield from _table(_cells(table))
        if table.note:
            yield f"_{table.note}_"
            yield ""
    if found := warnings(result):
        yield "### Warnings"
        yield ""
        yield from _list(found)


def _list(facts: Iterable[Fact]) -> Iterator[str]:
    for fact in facts:
        yield f"- **{_escaped(fact.label)}**: {_escaped(fact.text)}"


Cells = list[tuple[str, ...]]


def _totals(result: RunResult) -> Cells:
    facts = [*totals(result), Fact("status codes", statuses(result.summary))]
    return [("", "total"), (":-", "-:"), *((_escaped(fact.label), _escaped(fact.text)) for fact in facts)]


def _cells(table: Table) -> Cells:
    return [
        tuple(column.title for column in table.columns),
        tuple(":-" if column.is_text else "-:" for column in table.columns),
        *(tuple(_escaped(cell) for cell in row.cells) for row in table.rows),
    ]


def _table(rows: Cells) -> Iterator[str]:
    for row in rows:
        yield f"| {' | '.join(row)} |"
    yield ""


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)
