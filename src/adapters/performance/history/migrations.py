"""The schema, version by version: a step that was released never changes, and a new file goes through all of them."""

from __future__ import annotations

from sqlalchemy import Connection, inspect, text

from ..errors import HistoryError

_PLACEHOLDERS = {
    "sqlite": {"bytes": "BLOB", "clustered": " WITHOUT ROWID"},
    "postgresql": {"bytes": "BYTEA", "clustered": ""},
}

_VERSION_1 = (
    "CREATE TABLE polyload_schema (version INTEGER NOT NULL)",
    "INSERT INTO polyload_schema (version) VALUES (0)",
    """
    CREATE TABLE polyload_runs (
        id TEXT NOT NULL PRIMARY KEY,
        number BIGINT NOT NULL UNIQUE,
        kind TEXT NOT NULL,
        schema_name TEXT,
        started_us BIGINT NOT NULL,
        stored_us BIGINT NOT NULL,
        duration_s DOUBLE PRECISION,
        success BOOLEAN,
        stopped TEXT,
        exit_code INTEGER,
        sentence TEXT,
        label TEXT,
        target TEXT,
        plan_name TEXT,
        plan_hash TEXT,
        engine TEXT,
        engine_version TEXT,
        hardware TEXT,
        environment TEXT,
        git_commit TEXT,
        git_dirty BOOLEAN,
        metadata TEXT,
        requests BIGINT,
        failures BIGINT,
        error_rate DOUBLE PRECISION,
        throughput_rps DOUBLE PRECISION,
        mean_ms DOUBLE PRECISION,
        p50_ms DOUBLE PRECISION,
        p95_ms DOUBLE PRECISION,
        p99_ms DOUBLE PRECISION
    )
    """,
    "CREATE INDEX polyload_runs_started ON polyload_runs (started_us)",
    """
    CREATE TABLE polyload_tags (
        run_number BIGINT NOT NULL REFERENCES polyload_runs (number) ON DELETE CASCADE,
        tag TEXT NOT NULL,
        PRIMARY KEY (run_number, tag)
    ){clustered}
    """,
    """
    CREATE TABLE polyload_documents (
        run_number BIGINT NOT NULL PRIMARY KEY REFERENCES polyload_runs (number) ON DELETE CASCADE,
        document {bytes} NOT NULL
    )
    """,
    """
    CREATE TABLE polyload_recordings (
        run_number BIGINT NOT NULL PRIMARY KEY REFERENCES polyload_runs (number) ON DELETE CASCADE,
        recording {bytes} NOT NULL
    )
    """,
)

_VERSION_2 = (
    "ALTER TABLE polyload_runs ADD COLUMN part_of BIGINT REFERENCES polyload_runs (number) ON DELETE CASCADE",
    "ALTER TABLE polyload_runs ADD COLUMN rows_stored BIGINT",
    "ALTER TABLE polyload_runs ADD COLUMN rows_expected BIGINT",
    "CREATE INDEX polyload_runs_part_of ON polyload_runs (part_of)",
    """
    CREATE TABLE polyload_request_names (
        run_number BIGINT NOT NULL REFERENCES polyload_runs (number) ON DELETE CASCADE,
        number INTEGER NOT NULL,
        name TEXT NOT NULL,
        method TEXT,
        url TEXT,
        PRIMARY KEY (run_number, number)
    ){clustered}
    """,
    "CREATE INDEX polyload_request_names_name ON polyload_request_names (name)",
    """
    CREATE TABLE polyload_requests (
        run_number BIGINT NOT NULL REFERENCES polyload_runs (number) ON DELETE CASCADE,
        number BIGINT NOT NULL,
        ended_ns BIGINT,
        name_number INTEGER NOT NULL,
        outcome TEXT NOT NULL,
        status INTEGER,
        error TEXT,
        latency_ns BIGINT,
        response_ns BIGINT,
        ttfb_ns BIGINT,
        connect_ns BIGINT,
        bytes_received BIGINT,
        bytes_sent BIGINT,
        worker INTEGER,
        PRIMARY KEY (run_number, number)
    ){clustered}
    """,
)

STEPS = (_VERSION_1, _VERSION_2)
NEWEST = len(STEPS)

_LOCK = 0x706F6C79  # "poly"


def version_of(connection: Connection) -> int:
    """The version of the schema in a database, 0 where there is none."""
    if not inspect(connection).has_table("polyload_schema"):
        return 0
    return int(connection.execute(text("SELECT version FROM polyload_schema")).scalar_one())


def refuse_newer(version: int, where: str) -> None:
    """HistoryError when a database was written by a version of polyload that is newer than this one."""
    if version > NEWEST:
        raise HistoryError(
            f"{where}: this history has schema {version}, and this polyload knows schemas up to {NEWEST}",
            hint="use the polyload that wrote it, or a newer one, or give another place with --history",
        )


def upgrade(connection: Connection, where: str, to: int = NEWEST) -> None:
    """Bring a database to the newest schema, within the transaction of a connection that may write."""
    dialect = connection.dialect.name
    if dialect == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
    version = version_of(connection)
    refuse_newer(version, where)
    for number in range(version, to):
        for statement in STEPS[number]:
            connection.execute(text(statement.format(**_PLACEHOLDERS[dialect])))
        connection.execute(text("UPDATE polyload_schema SET version = :version"), {"version": number + 1})
