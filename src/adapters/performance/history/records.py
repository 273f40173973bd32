"""Storing and reading single requests, in batches that are transactions of their own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from ..metrics.raw.reading import stream_samples
from .opening import Database
from .rows import COLUMNS, Columns, Name, of_chunk, urls_of
from .tables import REQUEST_NAMES, REQUESTS, RUNS
from .writing import storable

_BATCH = 10_000
_NAMES = "run_number", *COLUMNS


@dataclass(frozen=True, slots=True)
class StoredRequest:
    """One request: when it ended (nanoseconds since 1970 UTC), what it was and how it went; None is not known.

    ``outcome`` is success or failure, ``error`` the kind of failure. ``method`` and ``url`` are those of the plan's
    requests of that name, before placeholders are filled in. Times are milliseconds.
    """

    number: int
    ended_ns: int | None
    name: str
    method: str | None
    url: str | None
    outcome: str
    status: int | None
    error: str | None
    latency_ms: float | None
    response_ms: float | None
    ttfb_ms: float | None
    connect_ms: float | None
    bytes_received: int | None
    bytes_sent: int | None
    worker: int | None


def add_file(
    database: Database, run_number: int, path: Path, plan: Mapping[str, Any], expected: int | None
) -> int:
    """Store what a file of raw samples holds, in place of what was stored of the run; returns how many rows.

    ``rows_stored`` is in each batch's transaction, so that it is true whatever happens on the way.
    """
    meta, chunks = stream_samples(path)
    urls = urls_of(plan)
    names = [(name, *urls.get(name, (None, None))) for name in meta["names"]]
    with database.writing() as connection:
        begin(connection, run_number, names, meta["requests"] if expected is None else expected)
    stored = 0
    for chunk in chunks:
        columns = of_chunk(chunk, stored, meta["errors"], meta["started_at"])
        stored += len(columns[0])
        with database.writing() as connection:
            add_rows(connection, run_number, columns, stored)
    return stored


def begin(connection: Connection, run_number: int, names: Sequence[Name], expected: int) -> None:
    """Nothing is stored of a run yet, and so many rows are to come."""
    for table in (REQUESTS, REQUEST_NAMES):
        connection.execute(delete(table).where(table.c.run_number == run_number))
    rows = [
        {"run_number": run_number, "number": number, "name": storable(name), "method": method, "url": url}
        for number, (name, method, url) in enumerate(names)
    ]
    if rows:
        connection.execute(insert(REQUEST_NAMES), rows)
    _count(connection, run_number, rows_stored=0, rows_expected=expected)


def add_rows(connection: Connection, run_number: int, columns: Columns, stored: int) -> None:
    """A batch of rows, with which so many of the run are stored."""
    rows = zip([run_number] * len(columns[0]), *columns, strict=True)
    driver: Any = connection.connection.driver_connection
    names = ", ".join(_NAMES)
    if connection.dialect.name == "postgresql":
        with (
            driver.cursor() as cursor,
            cursor.copy(f"COPY polyload_requests ({names}) FROM STDIN") as copy,
        ):
            for row in rows:
                copy.write_row(row)
    else:
        marks = ", ".join("?" * len(_NAMES))
        driver.executemany(f"INSERT INTO polyload_requests ({names}) VALUES ({marks})", rows)  # noqa: S608
    _count(connection, run_number, rows_stored=stored)


def read(database: Database, run_number: int, *, failed: bool = False) -> Iterator[StoredRequest]:
    """The single requests of a run, or those that failed, in the order in which they were stored."""
    last = -1
    while True:
        with database.reading() as connection:
            rows = [] if connection is None else _page(connection, run_number, last, failed)
        yield from rows
        if len(rows) < _BATCH:
            return
        last = rows[-1].number


def _page(connection: Connection, run_number: int, after: int, failed: bool) -> list[StoredRequest]:
    requests, names = REQUESTS.c, REQUEST_NAMES.c
    joined = REQUESTS.join(
        REQUEST_NAMES, (names.run_number == requests.run_number) & (names.number == requests.name_number)
    )
    chosen = (
        select(*(requests[name] for name in COLUMNS), names.name, names.method, names.url)
        .select_from(joined)
        .where(requests.run_number == run_number, requests.number > after)
    )
    if failed:
        chosen = chosen.where(requests.outcome == "failure")
    return [
        StoredRequest(
            number=row.number,
            ended_ns=row.ended_ns,
            name=row.name,
            method=row.method,
            url=row.url,
            outcome=row.outcome,
            status=row.status,
            error=row.error,
            latency_ms=_ms(row.latency_ns),
            response_ms=_ms(row.response_ns),
            ttfb_ms=_ms(row.ttfb_ns),
            connect_ms=_ms(row.connect_ns),
            bytes_received=row.bytes_received,
            bytes_sent=row.bytes_sent,
            worker=row.worker,
        )
        for row in connection.execute(chosen.order_by(requests.number).limit(_BATCH))
    ]


def _count(connection: Connection, run_number: int, **counts: int) -> None:
    connection.execute(update(RUNS).where(RUNS.c.number == run_number).values(**counts))


def _ms(nanoseconds: int | None) -> float | None:
    return None if nanoseconds is None else nanoseconds / 1e6
