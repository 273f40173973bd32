"""The tables as the newest schema has them; `migrations` makes them.

A run has an ``id`` for people and a ``number``, the same written in decimal, by which other tables refer to it. Times
are microseconds (``_us``) or nanoseconds (``_ns``) since 1970 UTC, figures of a run in milliseconds.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Double, Integer, LargeBinary, MetaData, Table, Text

metadata = MetaData()


def _number(name: str) -> Column[int]:
    return Column(name, BigInteger, nullable=True)


def _figure(name: str) -> Column[float]:
    return Column(name, Double, nullable=True)


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=True)


SCHEMA = Table("polyload_schema", metadata, Column("version", Integer, nullable=False))

RUNS = Table(
    "polyload_runs",
    metadata,
    Column("id", Text, primary_key=True),
    Column("number", BigInteger, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    _text("schema_name"),
    Column("started_us", BigInteger, nullable=False),
    Column("stored_us", BigInteger, nullable=False),
    _figure("duration_s"),
    Column("success", Boolean, nullable=True),
    _text("stopped"),
    Column("exit_code", Integer, nullable=True),
    _text("sentence"),
    _text("label"),
    _text("target"),
    _text("plan_name"),
    _text("plan_hash"),
    _text("engine"),
    _text("engine_version"),
    _text("hardware"),
    _text("environment"),
    _text("git_commit"),
    Column("git_dirty", Boolean, nullable=True),
    _text("metadata"),
    _number("requests"),
    _number("failures"),
    _figure("error_rate"),
    _figure("throughput_rps"),
    _figure("mean_ms"),
    _figure("p50_ms"),
    _figure("p95_ms"),
    _figure("p99_ms"),
    _number("part_of"),
    _number("rows_stored"),
    _number("rows_expected"),
)

TAGS = Table(
    "polyload_tags",
    metadata,
    Column("run_number", BigInteger, primary_key=True),
    Column("tag", Text, primary_key=True),
)

DOCUMENTS = Table(
    "polyload_documents",
    metadata,
    Column("run_number", BigInteger, primary_key=True),
    Column("document", LargeBinary, nullable=False),
)

RECORDINGS = Table(
    "polyload_recordings",
    metadata,
    Column("run_number", BigInteger, primary_key=True),
    Column("recording", LargeBinary, nullable=False),
)

REQUEST_NAMES = Table(
    "polyload_request_names",
    metadata,
    Column("run_number", BigInteger, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    _text("method"),
    _text("url"),
)

REQUESTS = Table(
    "polyload_requests",
    metadata,
    Column("run_number", BigInteger, primary_key=True),
    Column("number", BigInteger, primary_key=True),
    _number("ended_ns"),
    Column("name_number", Integer, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("status", Integer, nullable=True),
    _text("error"),
    _number("latency_ns"),
    _number("response_ns"),
    _number("ttfb_ns"),
    _number("connect_ns"),
    _number("bytes_received"),
    _number("bytes_sent"),
    Column("worker", Integer, nullable=True),
)

OF_A_RUN = (TAGS, DOCUMENTS, RECORDINGS, REQUEST_NAMES, REQUESTS)
"""What belongs to a run and goes with it."""
