"""Finding runs, and reading what is stored of one."""

from __future__ import annotations

import json
import zlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import fields
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, func, select

from ..errors import HistoryError
from ..metrics.recording import Recording
from .codec import decode
from .identity import ALPHABET, id_of, tidy
from .runs import Filter, StoredRun, moment
from .tables import DOCUMENTS, RECORDINGS, RUNS, TAGS

LATEST = "latest"
_SHOWN = 5
_FIELDS = [item.name for item in fields(StoredRun)]
_COLUMN_OF = {"schema": "schema_name", "started_at": "started_us", "stored_at": "stored_us"}
_COLUMNS = [RUNS.c[_COLUMN_OF.get(name, name)] for name in _FIELDS if name != "tags"]
_TAGS = _FIELDS.index("tags")
_PLACES = {column.name: place for place, column in enumerate(_COLUMNS)}
_NUMBER, _STARTED, _STORED = _PLACES["number"], _PLACES["started_us"], _PLACES["stored_us"]
_ENVIRONMENT, _METADATA, _PART_OF = _PLACES["environment"], _PLACES["metadata"], _PLACES["part_of"]
"""Where the columns that need more than being read stand in a row."""


def find_runs(connection: Connection, wanted: Filter) -> list[StoredRun]:
    """The runs that are wanted, newest first."""
    chosen = _chosen(select(*_COLUMNS), wanted).order_by(RUNS.c.started_us.desc(), RUNS.c.number.desc())
    rows = connection.execute(chosen.limit(wanted.limit)).all()
    return _stored(rows, _tags(connection, [row.number for row in rows]))


def find_run(connection: Connection, reference: str | int) -> StoredRun:
    """The run of this id, of an id that begins so, or ``latest``; HistoryError for none, or for several."""
    if reference == LATEST:
        newest = find_runs(connection, Filter(limit=1))
        if not newest:
            raise HistoryError("the history is empty", hint="'polyload run' stores its result in it")
        return newest[0]
    prefix = id_of(reference) if isinstance(reference, int) else tidy(reference)
    if prefix is None:
        raise HistoryError(f"{reference!r} is no id of a run", hint=_hint(connection))
    beyond = prefix + chr(ord(ALPHABET[-1]) + 1)
    chosen = select(*_COLUMNS).where(RUNS.c.id >= prefix, RUNS.c.id < beyond).order_by(RUNS.c.id)
    rows = connection.execute(chosen.limit(_SHOWN + 1)).all()
    if not rows:
        raise HistoryError(f"no run in the history has an id that begins {prefix!r}", hint=_hint(connection))
    if len(rows) > 1:
        ids = ", ".join(row.id for row in rows[:_SHOWN]) + (", …" if len(rows) > _SHOWN else "")
        raise HistoryError(f"several runs have an id that begins {prefix!r}", hint=f"there are {ids}")
    return _stored(rows, _tags(connection, [rows[0].number]))[0]


def read_document(connection: Connection, number: int) -> bytes | None:
    """The JSON of a run; None where only its records were stored."""
    chosen = select(DOCUMENTS.c.document).where(DOCUMENTS.c.run_number == number)
    data = connection.execute(chosen).scalar_one_or_none()
    return None if data is None else _unpacked(data)


def read_recording_bytes(connection: Connection, number: int) -> bytes | None:
    """The recording of a run as it is stored."""
    chosen = select(RECORDINGS.c.recording).where(RECORDINGS.c.run_number == number)
    data = connection.execute(chosen).scalar_one_or_none()
    return None if data is None else bytes(data)


def read_recording(connection: Connection, number: int) -> Recording | None:
    """The recording of a run, if it has one."""
    data = read_recording_bytes(connection, number)
    try:
        return None if data is None else decode(data)
    except ValueError as error:
        raise HistoryError(f"the recording of run {id_of(number)} cannot be read: {error}") from error


def _chosen(query: Select[Any], wanted: Filter) -> Select[Any]:
    same = {name: getattr(wanted, name) for name in ("label", "kind", "engine", "plan_hash")}
    conditions = [RUNS.c[name] == value for name, value in same.items() if value is not None]
    if wanted.since is not None:
        conditions.append(RUNS.c.started_us >= round(wanted.since.timestamp() * 1e6))
    if wanted.until is not None:
        conditions.append(RUNS.c.started_us < round(wanted.until.timestamp() * 1e6))
    if wanted.target is not None:
        conditions.append(func.lower(RUNS.c.target).contains(wanted.target.lower(), autoescape=True))
    for tag in wanted.tags:
        conditions.append(RUNS.c.number.in_(select(TAGS.c.run_number).where(TAGS.c.tag == tag)))
    if not wanted.parts:
        conditions.append(RUNS.c.part_of.is_(None))
    return query.where(and_(True, *conditions))


def _tags(connection: Connection, numbers: list[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    if numbers:
        chosen = select(TAGS.c.run_number, TAGS.c.tag).where(
            TAGS.c.run_number.between(min(numbers), max(numbers))
        )
        for number, tag in connection.execute(chosen.order_by(TAGS.c.tag)):
            found[number].append(tag)
    return found


def _stored(rows: Iterable[Row[Any]], tags: dict[int, list[str]]) -> list[StoredRun]:
    environments: dict[str | None, Any] = {None: {}}
    runs = []
    for row in rows:
        values = list(row)
        if row[_ENVIRONMENT] not in environments:
            environments[row[_ENVIRONMENT]] = json.loads(row[_ENVIRONMENT])
        values[_ENVIRONMENT] = environments[row[_ENVIRONMENT]]
        values[_METADATA] = {} if row[_METADATA] in (None, "{}") else json.loads(row[_METADATA])
        values[_STARTED], values[_STORED] = moment(row[_STARTED]), moment(row[_STORED])
        values[_PART_OF] = None if row[_PART_OF] is None else id_of(row[_PART_OF])
        values.insert(_TAGS, tuple(tags.get(row[_NUMBER], ())))
        runs.append(StoredRun(*values))
    return runs


def _unpacked(data: bytes) -> bytes:
    try:
        return zlib.decompress(data)
    except zlib.error as error:
        raise HistoryError(f"a stored result cannot be read: {error}") from error


def _hint(connection: Connection) -> str:
    newest = find_runs(connection, Filter(limit=3))
    return f"the newest are {', '.join(run.id for run in newest)}" if newest else "the history is empty"
