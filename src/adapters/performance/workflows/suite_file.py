"""A suite written in a file: a mode, and tests by name."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field

from ..plan.base import Model
from ..plan.reading import read_fields, validated
from .entry import Entry, WrittenEntry, with_plans_alone
from .suite import Mode


class WrittenSuite(Model):
    """A suite as it stands in a file; each entry is a plan's path, or a mapping with ``plan`` and ``tool``."""

    mode: Mode = "sequence"
    tests: Annotated[dict[str, WrittenEntry], BeforeValidator(with_plans_alone)] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class SuiteFile:
    """A suite that was read, its plans with it."""

    mode: Mode
    entries: dict[str, Entry]


def read_suite(path: str | Path, *, tool: str = "auto") -> SuiteFile:
    """The suite in a YAML or JSON file; PlanError names the file, the field and what is wrong, in its plans too.

    Paths of plans are looked up beside the file. ``tool`` is for entries that name none.
    """
    path = Path(path)
    written = validated(WrittenSuite, read_fields(path, "a suite"), source=str(path))
    return SuiteFile(
        written.mode,
        {
            name: Entry(
                plan=entry.read_plan(path.parent, source=f"{path}: tests.{name}"),
                tool=entry.tool or tool,
                approximate=entry.approximate,
            )
            for name, entry in written.tests.items()
        },
    )
