"""Results for tests, and a history file of schema 1 as the first version wrote it."""

from __future__ import annotations

import base64
import json
import sqlite3
import zlib
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from adapters.performance.metrics import (
    EngineInfo,
    Histogram,
    MetricsCollector,
    RequestStats,
    RunResult,
    Samples,
    Semantics,
    Window,
    build_result,
)
from adapters.performance.metrics.raw.sink import SampleSink
from adapters.performance.plan.samples import SamplesFile

BEGAN = datetime(2026, 5, 1, 12, tzinfo=UTC)
PLAN = {
    "target": "http://shop.test",
    "scenarios": [{"steps": [{"url": "/"}, {"name": "buy", "url": "/cart", "method": "POST"}]}],
    "load": {"users": 2, "duration": 2.0},
}
ENGINE = EngineInfo(
    name="native",
    version="1.0",
    semantics=Semantics(latency="send to last byte", resolution_ms=0.001, connections="kept", redirects="no"),
)


def stats(*times_ms: float, failures: int = 0, due_ms: float | None = None) -> RequestStats:
    """Requests that took so long, the first of them failed."""
    made = RequestStats(len(times_ms), failures, status_codes=Counter({200: len(times_ms) - failures}))
    made.latency.record([time * 1e6 for time in times_ms])
    if failures:
        made.errors["timeout", "after 30 s"] = failures
    if due_ms is not None:
        made.response = Histogram()
        made.response.record([(time + due_ms) * 1e6 for time in times_ms])
    made.bytes_received = 512 * len(times_ms)
    return made


def result(
    *,
    days: float = 0,
    p95_ms: float = 10.0,
    plan: dict | None = None,
    stopped: str = "completed",
    engine: EngineInfo = ENGINE,
    **more: object,
) -> RunResult:
    """A run of two seconds that began so many days after `BEGAN`, with its recording."""
    collector = MetricsCollector()
    for second in range(2):
        requests = {"GET /": stats(1.0, p95_ms, p95_ms), "buy": stats(2.0, failures=second, due_ms=0.5)}
        collector.add_window(Window(second, users=2, requests=requests, iterations=3, dropped=second))
    return build_result(
        plan=PLAN if plan is None else plan,
        engine=engine,
        started_at=BEGAN + timedelta(days=days),
        duration_s=2.0,
        stopped=stopped,
        collector=collector,
        **more,
    )


def samples(rows: int = 10) -> Samples:
    """Requests of which every third failed, and of every second the first byte is not known."""
    numbers = np.arange(rows)
    return Samples(
        names=("GET /", "buy"),
        errors=(("timeout", "after 30 s"),),
        name=numbers % 2,
        error=np.where(numbers % 3 == 0, 0, -1),
        end_s=numbers / 1000 + 0.001,
        latency_ns=numbers * 1000.0 + 1,
        status=np.where(numbers % 3 == 0, 0, 200),
        ttfb_ns=np.where(numbers % 2 == 0, np.nan, 500.0),
    )


def samples_file(path: Path, rows: int = 10, *, started_at: datetime | None = BEGAN) -> Path:
    """A file of raw samples."""
    sink = SampleSink(SamplesFile(file=path))
    sink.add(samples(rows))
    sink.close(started_at)
    return path


# What the first version wrote: schema 1, and a recording of version 1. Nothing here may follow later changes.

_SCHEMA_1 = """
CREATE TABLE polyload_schema (version INTEGER NOT NULL);
INSERT INTO polyload_schema (version) VALUES (1);
CREATE TABLE polyload_runs (
    id TEXT NOT NULL PRIMARY KEY, number BIGINT NOT NULL UNIQUE, kind TEXT NOT NULL, schema_name TEXT,
    started_us BIGINT NOT NULL, stored_us BIGINT NOT NULL, duration_s DOUBLE PRECISION, success BOOLEAN,
    stopped TEXT, exit_code INTEGER, sentence TEXT, label TEXT, target TEXT, plan_name TEXT, plan_hash TEXT,
    engine TEXT, engine_version TEXT, hardware TEXT, environment TEXT, git_commit TEXT, git_dirty BOOLEAN,
    metadata TEXT, requests BIGINT, failures BIGINT, error_rate DOUBLE PRECISION,
    throughput_rps DOUBLE PRECISION, mean_ms DOUBLE PRECISION, p50_ms DOUBLE PRECISION,
    p95_ms DOUBLE PRECISION, p99_ms DOUBLE PRECISION
);
CREATE INDEX polyload_runs_started ON polyload_runs (started_us);
CREATE TABLE polyload_tags (
    run_number BIGINT NOT NULL REFERENCES polyload_runs (number) ON DELETE CASCADE,
    tag TEXT NOT NULL, PRIMARY KEY (run_number, tag)
) WITHOUT ROWID;
CREATE TABLE polyload_documents (
    run_number BIGINT NOT NULL PRIMARY KEY REFERENCES polyload_runs (number) ON DELETE CASCADE,
    document BLOB NOT NULL
);
CREATE TABLE polyload_recordings (
    run_number BIGINT NOT NULL PRIMARY KEY REFERENCES polyload_runs (number) ON DELETE CASCADE,
    recording BLOB NOT NULL
);
"""
OLD_ID = "0gydhvhs00"
OLD_DOCUMENT = {
    "schema": "polyload.result/1",
    "success": True,
    "stopped": "completed",
    "engine": ENGINE.model_dump(mode="json"),
    "plan": {"target": "http://old.test", "load": {"users": 1, "duration": 1.0}},
    "started_at": "2025-01-01T00:00:00Z",
    "duration_s": 1.0,
    "summary": {
        "requests": 3,
        "failures": 0,
        "error_rate": 0.0,
        "throughput_rps": 3.0,
        "latency_ms": {"p95": 3.0},
    },
}
OLD_RECORDING = base64.b64decode(
    "AXgBhU9BCsIwEKziH7zvOYe0BQ/FH3jwASFIaNdaiGlNNkJRH+NP3bSK3tzAZjPMZGazbLG7gcdLxEABKnUDZ84IFR"
    "gQP3gp4Gg6Gz0ySQo4dYH61ptz0oA1hK4eQQsIZCiGxFKqkFKUmkH0vvcJ4tljjd0VG6hctJYF6GieH0mOde+aSc1a"
    "IcVE+rZfr6+B0smlNcOBxiGF38aC49d9dPSB7jFnyKJr6ZT+LzkaL9W1806KgY2cil3Tyd+vcr61+MvQj+c+W62Xc1"
    "9M9QKMlGal"
)
"""Three requests called "a", of 1, 2 and 3 ms, in second 0."""


def old_file(path: Path) -> None:
    """Writes a history of schema 1 with one run."""
    number = sum(
        "0123456789abcdefghjkmnpqrstvwxyz".index(letter) << 5 * (9 - place)
        for place, letter in enumerate(OLD_ID)
    )
    began_us = int(datetime(2025, 1, 1, tzinfo=UTC).timestamp()) * 1_000_000
    row = {
        "id": OLD_ID,
        "number": number,
        "kind": "run",
        "schema_name": "polyload.result/1",
        "started_us": began_us,
        "stored_us": began_us,
        "duration_s": 1.0,
        "success": True,
        "stopped": "completed",
        "label": "old",
        "target": "http://old.test",
        "environment": "{}",
        "metadata": '{"branch": "main"}',
        "requests": 3,
        "p95_ms": 3.0,
    }
    connection = sqlite3.connect(path)
    connection.executescript(_SCHEMA_1)
    names = ", ".join(row)
    connection.execute(
        f"INSERT INTO polyload_runs ({names}) VALUES ({', '.join('?' * len(row))})", list(row.values())
    )
    connection.execute("INSERT INTO polyload_tags VALUES (?, ?)", (number, "nightly"))
    document = zlib.compress(json.dumps(OLD_DOCUMENT).encode())
    connection.execute("INSERT INTO polyload_documents VALUES (?, ?)", (number, document))
    connection.execute("INSERT INTO polyload_recordings VALUES (?, ?)", (number, OLD_RECORDING))
    connection.commit()
    connection.close()
