"""Data feeds: rows that users draw, one per iteration, and refer to as ``${feed.column}``."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    GetJsonSchemaHandler,
    PrivateAttr,
    field_validator,
    model_validator,
)
from pydantic_core import CoreSchema

from .base import Model
from .spool import Spool

Format = Literal["csv", "json", "jsonl", "sqlite"]

_FORMATS: dict[str, Format] = {
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".db": "sqlite",
    ".sqlite": "sqlite",
    ".sqlite3": "sqlite",
}
_OTHER_WORDS = {
    "circular": "sequential",
    "shuffle": "shuffled",
    "per_vu": "per_user",
    "user_based": "per_user",
}
_TAKEN = ("env", "var", "csv", "faker")
_OF_CSV = ("delimiter", "quote", "columns")


def _strategy(given: Any) -> Any:
    """The words that other tools have for the same are taken too, with a hyphen or an underscore."""
    if not isinstance(given, str):
        return given
    word = given.strip().lower().replace("-", "_")
    return _OTHER_WORDS.get(word, word)


def _feed_name(name: str) -> str:
    if not name.isidentifier() or not name.isascii():
        raise ValueError(f"{name!r} cannot stand in ${{feed.column}}: use letters, digits and _")
    if name in _TAKEN:
        raise ValueError(f"${{{name}.…}} means something else: give the feed another name")
    return name


def _character(given: str) -> str:
    if len(given) != 1 or given in "\r\n\0":
        raise ValueError("is one character, such as ';' or a tab, and no line break")
    return given


class _OrShort:
    """That a path or a list of rows may stand for a feed, as editors are to know it."""

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> Any:
        rows = {"type": "array", "items": {"type": "object"}, "minItems": 1}
        return {"anyOf": [handler(schema), {"type": "string", "format": "path"}, rows]}


FeedName = Annotated[str, AfterValidator(_feed_name)]
Strategy = Annotated[
    Literal["sequential", "random", "shuffled", "unique", "per_user"], BeforeValidator(_strategy)
]
Character = Annotated[str, AfterValidator(_character)]


class Feed(Model):
    """Rows from a file (CSV, JSON, JSON Lines, a query of SQLite) or written in the plan, and how they are handed out.

    Iterations are numbered over all users, and draw one row of each feed. ``sequential``: iteration i has row i, again
    from the start when they run out. ``shuffled``: so, in a random order. ``random``: any row each time. ``unique``:
    each row once; ``on_end`` says what happens then. ``per_user``: one row for each user, kept.
    See docs/data-feeds.md.
    """

    file: Path | None = None
    rows: tuple[dict[str, Any], ...] | None = None
    strategy: Strategy = "sequential"
    on_end: Literal["stop", "recycle", "fail"] = "stop"
    """What happens when ``unique`` rows run out. ``stop``: a user that finds none is done, and the load ends when the
    iterations that have rows do. ``fail``: so, but the run has failed. ``recycle``: they are used again."""
    format: Format | None = None
    """What the file is; by default as its name ends, CSV if that says nothing."""
    encoding: str | None = None
    """Of a text file; by default UTF-8, or what its byte order mark says."""
    delimiter: Character | None = None
    """Between the fields of a CSV file; by default a comma, in a ``.tsv`` file a tab."""
    quote: Character | Literal[False] = '"'
    """Around fields of a CSV file that hold delimiters or line breaks; false where quotes mean nothing."""
    columns: tuple[str, ...] | None = Field(None, min_length=1)
    """The names of a CSV file's columns, where it does not begin with a line that names them."""
    query: str | None = Field(None, min_length=1)
    """A SELECT that is read from an SQLite file once, before the run."""

    _spool: Spool | None = PrivateAttr(None)

    @classmethod
    def from_rows(cls, rows: Iterable[Any], *, columns: Sequence[str] | None = None, **more: Any) -> Self:
        """A feed of the rows of any iterable: mappings, or sequences of values with ``columns`` that name them.

        A generator is read to its end, here and once, into a private temporary file that lives as long as the feed, so
        that rows need not fit into memory and stand in no result. A DataFrame (pandas, Polars) is taken by its records.
        ``more`` are further fields of the feed, such as ``strategy``. PlanError names the row that is none.
        """
        spool = Spool(rows, columns)
        feed = cls(file=spool.path, format="jsonl", **more)
        feed._spool = spool
        return feed

    @property
    def kind(self) -> Format | Literal["rows"]:
        """What the rows are read from."""
        if self.file is None:
            return "rows"
        if self.query is not None:
            return "sqlite"
        return self.format or _FORMATS.get(self.file.suffix.lower(), "csv")

    @property
    def runs_out(self) -> bool:
        """Whether there is an end of its rows."""
        return self.strategy == "unique" and self.on_end != "recycle"

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, given: Any) -> Any:
        """A path stands for a file, a list for rows."""
        if isinstance(given, str | Path):
            return {"file": given}
        return {"rows": given} if isinstance(given, list | tuple) else given

    @field_validator("rows", mode="before")
    @classmethod
    def _plain(cls, given: Any) -> Any:
        """Dates, which YAML knows and JSON does not, as they were written."""
        if not isinstance(given, list | tuple):
            return given
        return [
            {key: value.isoformat() if hasattr(value, "isoformat") else value for key, value in row.items()}
            if isinstance(row, Mapping)
            else row
            for row in given
        ]

    @field_validator("encoding")
    @classmethod
    def _known_encoding(cls, given: str | None) -> str | None:
        if given is None:
            return None
        try:
            "".encode(given)
            return codecs.lookup(given).name
        except (LookupError, ValueError):
            raise ValueError(
                f"there is no text encoding {given!r}; common ones are utf-8, latin-1, cp1252, utf-16"
            ) from None

    @field_validator("columns")
    @classmethod
    def _different_columns(cls, given: tuple[str, ...] | None) -> tuple[str, ...] | None:
        if given is not None and len(set(given)) < len(given):
            raise ValueError("columns must differ")
        return given

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.file is None) == (self.rows is None):
            raise ValueError("a feed needs either a file or rows")
        if self.rows is not None and not self.rows:
            raise ValueError("a feed needs at least one row")
        if "on_end" in self.model_fields_set and self.strategy != "unique":
            raise ValueError(f"on_end is for strategy: unique; {self.strategy} rows do not run out")
        return self._nothing_without_effect()

    def _nothing_without_effect(self) -> Self:
        given, kind = self.model_fields_set, self.kind
        if (kind == "sqlite") != (self.query is not None) or (
            self.query and self.format not in (None, "sqlite")
        ):
            raise ValueError("an SQLite file needs a query, and no other file has one")
        of_csv = [name for name in _OF_CSV if name in given]
        if kind != "csv" and of_csv:
            raise ValueError(f"{', '.join(of_csv)}: only a CSV file has that, and this is {kind}")
        if kind in ("rows", "sqlite") and "encoding" in given:
            raise ValueError(f"encoding: only a text file has one, and this is {kind}")
        if kind == "rows" and "format" in given:
            raise ValueError("format: only a file has one")
        if self.quote and self.quote == self.delimiter:
            raise ValueError("delimiter and quote are the same character")
        return self


Feeds = dict[FeedName, Annotated[Feed, _OrShort()]]
