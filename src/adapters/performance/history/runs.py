"""A run as the history lists it, and what to look for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class StoredRun:
    """One stored result: what it was, where it comes from, and its main figures; None is unknown, or not of its kind.

    ``kind`` is run, stress, capacity, comparison, suite, http-benchmark, benchmark …; ``part_of`` the id of the
    comparison or suite that this run was made for. Of ``rows_expected`` single requests ``rows_stored`` are there;
    both are None where they were not asked for.
    """

    id: str
    number: int
    kind: str
    schema: str | None
    started_at: datetime
    stored_at: datetime
    duration_s: float | None
    success: bool | None
    stopped: str | None
    exit_code: int | None
    sentence: str | None
    label: str | None
    tags: tuple[str, ...]
    target: str | None
    plan_name: str | None
    plan_hash: str | None
    engine: str | None
    engine_version: str | None
    hardware: str | None
    environment: Mapping[str, Any]
    git_commit: str | None
    git_dirty: bool | None
    metadata: Mapping[str, Any]
    requests: int | None
    failures: int | None
    error_rate: float | None
    throughput_rps: float | None
    mean_ms: float | None
    p50_ms: float | None
    p95_ms: float | None
    p99_ms: float | None
    part_of: str | None
    rows_stored: int | None
    rows_expected: int | None

    @property
    def title(self) -> str:
        """What it is called: its label, else its plan's name, else its target, else its kind."""
        return self.label or self.plan_name or self.target or self.kind

    @property
    def series(self) -> tuple[str | None, ...]:
        """What runs must have in common for their figures to stand in one line."""
        return (self.kind, self.plan_hash or self.plan_name, self.engine, self.hardware)


@dataclass(frozen=True, slots=True)
class Filter:
    """Which runs: every condition that is given holds; ``limit`` keeps the newest.

    ``target`` is a part of the target, ``tags`` must all be there. ``parts`` adds the runs that were made for a
    comparison or a suite.
    """

    since: datetime | None = None
    until: datetime | None = None
    label: str | None = None
    target: str | None = None
    tags: tuple[str, ...] = ()
    kind: str | None = None
    engine: str | None = None
    plan_hash: str | None = None
    parts: bool = False
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """What a person says of a result that is stored: a label, tags, and further facts by name."""

    label: str | None = None
    tags: tuple[str, ...] = ()
    metadata: Mapping[str, Any] = field(default_factory=dict)


def moment(microseconds: int) -> datetime:
    """A time since 1970 in UTC."""
    return datetime.fromtimestamp(microseconds / 1e6, UTC)
