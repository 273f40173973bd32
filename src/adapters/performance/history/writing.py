"""Storing a document: one transaction with all that belongs to it, so that it is there whole or not at all."""

from __future__ import annotations

import json
import time
import zlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pydantic import BaseModel
from sqlalchemy import Connection, insert, select

from ..errors import UsageError
from ..metrics.document import Document
from ..metrics.recording import Recording
from ..metrics.result import RunResult
from ..plan.masking import public_data
from .codec import encode
from .figures import columns, kind_of, started_us
from .identity import new_number
from .provenance import Provenance, hardware
from .runs import Mark
from .tables import DOCUMENTS, RECORDINGS, RUNS, TAGS

_LEVEL = 1


class Draft:
    """A document made ready to be stored, so that the transaction is short."""

    def __init__(self, document: Document, mark: Mark, provenance: Provenance) -> None:
        self.text = document.to_json(indent=None).encode()
        self.recording = _encoded(document)
        self.tags = _checked_tags(mark.tags)
        data = json.loads(self.text)
        now_us = time.time_ns() // 1000
        began_us = started_us(data)
        commit = provenance.commit
        self.row: dict[str, Any] = {
            "kind": kind_of(data["schema"]),
            "started_us": now_us if began_us is None else began_us,
            "stored_us": now_us,
            "exit_code": getattr(document, "exit_code", None),
            "label": mark.label,
            "hardware": hardware(provenance.environment),
            "environment": provenance.environment.model_dump_json(),
            "git_commit": None if commit is None else commit.sha,
            "git_dirty": None if commit is None else commit.dirty,
            "metadata": json.dumps(masked(mark.metadata), ensure_ascii=False, default=str),
            **columns(data),
        }

    def write(self, connection: Connection, *, part_of: int | None = None) -> int:
        """Insert it all, and return the number of the run."""
        number = add_run(connection, {**self.row, "part_of": part_of}, self.tags)
        add_content(connection, number, self.text, self.recording)
        return number


def parts_of(document: Document) -> Iterator[RunResult]:
    """The results of runs that a document holds and that have their recordings, at any depth."""
    for name in type(document).model_fields:
        yield from _results_in(getattr(document, name))


def add_run(connection: Connection, row: Mapping[str, Any], tags: Iterable[str]) -> int:
    """A row of the table of runs under a number, and so an id, that is not taken."""
    from .identity import id_of

    number = new_number(row["started_us"])
    while connection.execute(select(RUNS.c.number).where(RUNS.c.number == number)).first() is not None:
        number = new_number(row["started_us"])
    told = {name: storable(value) for name, value in row.items()}
    connection.execute(insert(RUNS), {**told, "id": id_of(number), "number": number})
    add_tags(connection, number, tags)
    return number


def add_tags(connection: Connection, number: int, tags: Iterable[str]) -> None:
    """The tags of a run."""
    if rows := [{"run_number": number, "tag": storable(tag)} for tag in sorted(set(tags))]:
        connection.execute(insert(TAGS), rows)


def add_content(connection: Connection, number: int, text: bytes | None, recording: bytes | None) -> None:
    """The JSON of a run, and its recording."""
    if text is not None:
        connection.execute(insert(DOCUMENTS), {"run_number": number, "document": zlib.compress(text, _LEVEL)})
    if recording is not None:
        connection.execute(insert(RECORDINGS), {"run_number": number, "recording": recording})


def masked(metadata: Mapping[str, Any]) -> dict[str, Any]:
    """Further facts with the values of secret names hidden."""
    shown: dict[str, Any] = public_data(metadata)
    return shown


def storable(value: Any) -> Any:
    """A value for a column; NUL, which PostgreSQL takes in no text, is written as an escape."""
    return value.replace("\0", "\\x00") if isinstance(value, str) else value


def _encoded(document: Document) -> bytes | None:
    recording: Recording | None = getattr(document, "recording", None)
    return None if recording is None else encode(recording)


def _checked_tags(tags: Iterable[str]) -> tuple[str, ...]:
    kept = tuple(dict.fromkeys(tag.strip() for tag in tags))
    if "" in kept:
        raise UsageError("a tag has no text", hint="write for example --tag nightly")
    return kept


def _results_in(value: Any) -> Iterator[RunResult]:
    if isinstance(value, RunResult):
        if value.recording is not None:
            yield value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _results_in(getattr(value, name))
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _results_in(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _results_in(item)
