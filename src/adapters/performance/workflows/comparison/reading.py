"""A comparison written in a file: configurations by name, and the rules."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from ...errors import PlanError
from ...plan.base import Model
from ...plan.reading import read_fields, validated
from ..entry import Entry, WrittenEntry, with_plans_alone
from ..service import Service


class WrittenConfiguration(WrittenEntry):
    """A configuration in a file: an entry, and the service it is run against."""

    service: Service | None = None


class WrittenComparison(Model):
    """A comparison as it stands in a file; each configuration is a plan's path, or an entry."""

    configurations: Annotated[dict[str, WrittenConfiguration], BeforeValidator(with_plans_alone)] = Field(
        min_length=2
    )
    repeats: int | None = Field(None, ge=1)
    gates: tuple[str, ...] = ()
    margin: float | None = None
    error_margin: float | None = None
    allow: tuple[str, ...] = ()
    seed: int | None = None


@dataclass(frozen=True, slots=True)
class ComparisonFile:
    """A comparison that was read, its plans with it."""

    configurations: dict[str, Entry]
    written: WrittenComparison


def read_comparison(path: str | Path, *, tool: str = "auto", approximate: bool = False) -> ComparisonFile:
    """The comparison in a YAML or JSON file; PlanError names the file, the field and what is wrong with it.

    Paths of plans, and the folder in which a service is started, are looked up beside the file. ``tool`` is for
    entries that name none, ``approximate`` for all.
    """
    path = Path(path)
    written = validated(WrittenComparison, read_fields(path, "a comparison"), source=str(path))
    return ComparisonFile(
        {
            name: Entry(
                plan=entry.read_plan(path.parent, source=f"{path}: configurations.{name}"),
                tool=entry.tool or tool,
                service=_beside(entry.service, path.parent),
                approximate=entry.approximate or approximate,
            )
            for name, entry in written.configurations.items()
        },
        written,
    )


def holds_comparison(path: str | Path) -> bool:
    """Whether a file is a comparison rather than a plan."""
    return "configurations" in read_fields(path)


def service_from(fields: Any, *, source: str) -> Service:
    """The service that a dictionary stands for; PlanError says what is wrong with it."""
    if not isinstance(fields, dict):
        raise PlanError(f"{source}: a service is a mapping with start and ready, not {type(fields).__name__}")
    return validated(Service, fields, source=source)


def _beside(service: Service | None, folder: Path) -> Service | None:
    return None if service is None else service.model_copy(update={"cwd": folder / (service.cwd or ".")})
