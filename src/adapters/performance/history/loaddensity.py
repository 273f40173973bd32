"""`persist_records`, `list_runs` and `fetch_run_records`, as LoadDensity has them."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ..metrics.latest import latest
from ..metrics.result import RunResult
from .history import History
from .opening import Database
from .place import place_of
from .provenance import hardware, here
from .records import add_rows, begin, read
from .rows import of_records
from .writing import add_run, masked

RECORDS = "records"
"""The kind of a run of which there are only records."""


def persist_records(
    database_path: str | Path,
    label: str | None = None,
    metadata: Mapping[str, Any] | None = None,
    *,
    result: RunResult | None = None,
    records: Iterable[Mapping[str, Any]] | None = None,
) -> int:
    """Store what was measured, with a label and further facts, and return the number of the stored run.

    By default that is the latest run of this process, with each of its requests where it kept them (``samples``);
    ``result`` names another. ``records`` are requests as dictionaries with ``Method``, ``test_url``, ``name``,
    ``status_code``, ``response_time_ms``, ``response_length`` and, of failures, ``error``. Where nothing was measured
    yet, a run without figures is stored. A file, even an empty one, gets its tables when it is first used.
    """
    measured = result or (latest() if records is None else None)
    if measured is None:
        return _store_records(database_path, label, metadata or {}, list(records or ()))
    history = History(database_path)
    run = history.store(measured, label=label, metadata=metadata)
    samples = measured.resources.get("samples")
    if samples and Path(samples["file"]).is_file():
        history.store_requests(run, samples["file"])
    return history.run(run).number


def list_runs(database_path: str | Path, limit: int = 20) -> list[dict[str, Any]]:
    """The newest runs first, each with ``id``, ``started_at`` (UTC, ISO 8601), ``label`` and ``metadata_json``."""
    return [
        {
            "id": run.number,
            "started_at": run.started_at.isoformat(timespec="seconds"),
            "label": run.label,
            "metadata_json": json.dumps(dict(run.metadata), ensure_ascii=False),
        }
        for run in History(database_path).runs(limit=limit)
    ]


def fetch_run_records(database_path: str | Path, run_id: int | str) -> list[dict[str, Any]]:
    """Each stored request of a run; empty where only its figures were stored, or there is no such run.

    The keys are ``outcome`` (success or failure), ``method``, ``test_url``, ``name``, ``status_code`` (as text),
    ``response_time_ms``, ``response_length`` and ``error``; what is not known is None.
    """
    database = Database(place_of(database_path))
    number = run_id if isinstance(run_id, int) else History(database_path).run(run_id).number
    return [
        {
            "outcome": record.outcome,
            "method": record.method,
            "test_url": record.url,
            "name": record.name,
            "status_code": None if record.status is None else str(record.status),
            "response_time_ms": record.latency_ms,
            "response_length": record.bytes_received,
            "error": record.error,
        }
        for record in read(database, number)
    ]


def _store_records(
    database_path: str | Path,
    label: str | None,
    metadata: Mapping[str, Any],
    records: list[Mapping[str, Any]],
) -> int:
    source, now_us = here(), time.time_ns() // 1000
    row = {
        "kind": RECORDS,
        "started_us": now_us,
        "stored_us": now_us,
        "label": label,
        "hardware": hardware(source.environment),
        "environment": source.environment.model_dump_json(),
        "git_commit": None if source.commit is None else source.commit.sha,
        "git_dirty": None if source.commit is None else source.commit.dirty,
        "metadata": json.dumps(masked(metadata), ensure_ascii=False, default=str),
    }
    names, columns = of_records(records)
    with Database(place_of(database_path)).writing() as connection:
        number = add_run(connection, row, ())
        begin(connection, number, names, len(records))
        if records:
            add_rows(connection, number, columns, len(records))
    return number
