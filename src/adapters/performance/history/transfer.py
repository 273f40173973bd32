"""Exporting and importing: JSON lines, a line for each run, followed by lines with its single requests."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Connection, insert, select

from ..errors import HistoryError
from .codec import decode
from .figures import kind_of
from .identity import id_of
from .opening import Database
from .reading import read_document, read_recording_bytes
from .records import add_rows, begin
from .rows import COLUMNS
from .runs import StoredRun
from .tables import REQUEST_NAMES, REQUESTS, RUNS
from .writing import add_content, add_tags

FORMAT = "polyload.history/1"
_BATCH = 5_000


def export_lines(database: Database, runs: Iterable[StoredRun], *, requests: bool) -> Iterator[str]:
    """Each run as a line of JSON, and with ``requests`` those of single requests that belong to it."""
    for run in runs:
        with database.reading() as connection:
            assert connection is not None
            yield json.dumps(_run(connection, run), ensure_ascii=False)
        if requests and run.rows_stored is not None:
            yield from (json.dumps(line, ensure_ascii=False) for line in _requests(database, run))


def import_lines(database: Database, lines: Iterable[str]) -> tuple[list[str], list[str]]:
    """Store exported runs under the ids they have; returns those that are new, and those that were there already."""
    new: list[str] = []
    there: list[str] = []
    current: tuple[int, int] | None = None
    for place, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            data = json.loads(line)
            with database.writing() as connection:
                if data.get("format") == FORMAT:
                    added = _add(connection, data)
                    (new if added else there).append(data["run"]["id"])
                    current = (data["run"]["number"], 0) if added else None
                elif "names" in data and current is not None:
                    begin(connection, current[0], [tuple(name) for name in data["names"]], data["expected"])
                elif "rows" in data and current is not None:
                    stored = current[1] + len(data["rows"])
                    columns = [list(column) for column in zip(*data["rows"], strict=True)]
                    add_rows(connection, current[0], columns, stored)
                    current = current[0], stored
                elif not data.keys() & {"names", "rows"}:
                    raise ValueError("it is no run")
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise HistoryError(
                f"line {place} is none that 'polyload history export' wrote: {error}",
                hint="the runs before it were imported",
            ) from error
    return new, there


def _run(connection: Connection, run: StoredRun) -> dict[str, Any]:
    row = connection.execute(select(RUNS).where(RUNS.c.number == run.number)).mappings().one()
    text = read_document(connection, run.number)
    recording = read_recording_bytes(connection, run.number)
    return {
        "format": FORMAT,
        "run": {**row, "rows_stored": None, "rows_expected": None},
        "tags": run.tags,
        "document": None if text is None else json.loads(text),
        "recording": None if recording is None else base64.b64encode(recording).decode(),
    }


def _requests(database: Database, run: StoredRun) -> Iterator[dict[str, Any]]:
    names = REQUEST_NAMES.c
    with database.reading() as connection:
        assert connection is not None
        chosen = select(names.name, names.method, names.url).where(names.run_number == run.number)
        named = [list(row) for row in connection.execute(chosen.order_by(names.number))]
    yield {"names": named, "expected": run.rows_expected}
    last, count = -1, _BATCH
    while count == _BATCH:
        columns = [REQUESTS.c[name] for name in COLUMNS]
        page = select(*columns).where(REQUESTS.c.run_number == run.number, REQUESTS.c.number > last)
        with database.reading() as connection:
            assert connection is not None
            rows = [list(row) for row in connection.execute(page.order_by(REQUESTS.c.number).limit(_BATCH))]
        count = len(rows)
        if rows:
            yield {"rows": rows}
            last = rows[-1][0]


def _add(connection: Connection, data: dict[str, Any]) -> bool:
    row = data["run"]
    if id_of(row["number"]) != row["id"] or row.keys() != set(RUNS.c.keys()):
        raise ValueError("its columns are not those of a run")
    if connection.execute(select(RUNS.c.id).where(RUNS.c.id == row["id"])).first() is not None:
        return False
    document = data["document"]
    if document is not None and kind_of(document["schema"]) != row["kind"]:
        raise ValueError("its kind is not that of its result")
    recording = None if data["recording"] is None else base64.b64decode(data["recording"], validate=True)
    if recording is not None:
        decode(recording)
    part_of = row["part_of"]
    if (
        part_of is not None
        and connection.execute(select(RUNS.c.id).where(RUNS.c.number == part_of)).first() is None
    ):
        row = {**row, "part_of": None}
    connection.execute(insert(RUNS), row)
    add_tags(connection, row["number"], data["tags"])
    text = None if document is None else json.dumps(document, ensure_ascii=False).encode()
    add_content(connection, row["number"], text, recording)
    return True
