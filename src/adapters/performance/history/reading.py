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
_MADE = ("environment", "metadata", "part_of")
_DIRECT = [item.name for item in fields(StoredRun) if item.name in RUNS.c and item.name not in _MADE]


def find_runs(connection: Connection, wanted: Filter) -> list[StoredRun]:
    """The runs that are wanted, newest first."""
    chosen = _chosen(select(RUNS), wanted).order_by(RUNS.c.started_us.desc(), RUNS.c.number.desc())
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
    chosen = select(RUNS).where(RUNS.c.id >= prefix, RUNS.c.id < beyond).order_by(RUNS.c.id)
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
        if row.environment not in environments:
            environments[row.environment] = json.loads(row.environment)
        runs.append(
            StoredRun(
                **{name: getattr(row, name) for name in _DIRECT},
                schema=row.schema_name,
                started_at=moment(row.started_us),
                stored_at=moment(row.stored_us),
                tags=tuple(tags.get(row.number, ())),
                environment=environments[row.environment],
                metadata={} if row.metadata in (None, "{}") else json.loads(row.metadata),
                part_of=None if row.part_of is None else id_of(row.part_of),
            )
        )
    return runs


def _unpacked(data: bytes) -> bytes:
    try:
        return zlib.decompress(data)
    except zlib.error as error:
        raise HistoryError(f"a stored result cannot be read: {error}") from error


def _hint(connection: Connection) -> str:
    newest = find_runs(connection, Filter(limit=3))
    return f"the newest are {', '.join(run.id for run in newest)}" if newest else "the history is empty"
