"""Single requests as rows of the database: from files of raw samples, or as dictionaries of LoadDensity's form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from ..metrics.raw.columns import SUCCESS, Array, Chunk
from ..plan.written import written_steps

COLUMNS = (
    "number",
    "ended_ns",
    "name_number",
    "outcome",
    "status",
    "error",
    "latency_ns",
    "response_ns",
    "ttfb_ns",
    "connect_ns",
    "bytes_received",
    "bytes_sent",
    "worker",
)
Columns = Sequence[Sequence[Any]]
Name = tuple[str, str | None, str | None]
"""A request's name, method and URL."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def of_chunk(chunk: Chunk, first: int, kinds: Sequence[str], started_at: str | None) -> Columns:
    """The columns of a chunk of raw samples whose first row has this number."""
    count = len(chunk["end_s"])
    failed = chunk["error"] != SUCCESS
    return [
        range(first, first + count),
        _ended_ns(chunk["end_s"], started_at),
        chunk["name"].tolist(),
        ["failure" if bad else "success" for bad in failed.tolist()],
        _whole(chunk["status"]),
        [None if kind == SUCCESS else kinds[kind] for kind in chunk["error"].tolist()],
        *(_whole(chunk[name]) for name in COLUMNS[6:]),
    ]


def of_records(records: Iterable[Mapping[str, Any]]) -> tuple[list[Name], Columns]:
    """The names and the columns of records with Method, test_url, name, status_code, response_time_ms …"""
    numbers: dict[Name, int] = {}
    rows = [_row(number, record, numbers) for number, record in enumerate(records)]
    return list(numbers), [list(column) for column in zip(*rows, strict=True)]


def urls_of(plan: Mapping[str, Any]) -> dict[str, tuple[str | None, str | None]]:
    """The method and the URL of each request name in a plan; None where requests of one name differ in it."""
    found: dict[str, tuple[str | None, str | None]] = {}
    for name, method, url in _requests(plan):
        known = found.get(name, (method, url))
        found[name] = (method if known[0] == method else None, url if known[1] == url else None)
    return found


def _requests(plan: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    target = str(plan.get("target") or "").rstrip("/")
    for step in written_steps(plan):
        if url := step.get("url"):
            method = step.get("method", "GET")
            whole = target + url if target and url.startswith("/") else url
            yield step.get("name") or f"{method} {url}", method, whole


def _ended_ns(end_s: Array, started_at: str | None) -> Sequence[int | None]:
    if started_at is None:
        return [None] * len(end_s)
    since = (datetime.fromisoformat(started_at) - _EPOCH) // timedelta(microseconds=1) * 1000
    return [None if ns is None else since + ns for ns in _whole(end_s * 1e9)]


def _whole(values: Array) -> Sequence[int | None]:
    """Whole numbers, and None for NaN."""
    unknown = np.isnan(values)
    if not unknown.any():
        return np.rint(values).astype(np.int64).tolist()  # type: ignore[no-any-return]
    if unknown.all():
        return [None] * len(values)
    known = np.rint(np.where(unknown, 0, values)).astype(np.int64).astype(object)
    known[unknown] = None
    return known.tolist()  # type: ignore[no-any-return]


def _row(number: int, record: Mapping[str, Any], numbers: dict[Name, int]) -> tuple[Any, ...]:
    method, url = record.get("Method", record.get("method")), record.get("test_url")
    name = numbers.setdefault((str(record.get("name") or url or ""), method, url), len(numbers))
    error = record.get("error")
    outcome = record.get("outcome") or ("success" if error in (None, "") else "failure")
    took_ms = record.get("response_time_ms")
    return (
        number,
        None,
        name,
        outcome,
        _status(record.get("status_code")),
        None if error in (None, "") else str(error),
        None if took_ms is None else round(float(took_ms) * 1e6),
        None,
        None,
        None,
        record.get("response_length"),
        None,
        None,
    )


def _status(value: Any) -> int | None:
    text = str(value)
    return int(text) if text.isdecimal() else None
