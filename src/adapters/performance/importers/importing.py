"""An import from end to end: a file, its kind, its draft, and the plan that comes of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..plan.load import IterationLoad, Load
from ..plan.model import Plan
from ..plan.quantity import format_duration
from .draft import Draft
from .kinds import Kind, detect, kind_named
from .options import Options, patterns
from .source import MAX_BYTES, Source
from .streaming import FileSource
from .write import check, write


@dataclass(frozen=True)
class Imported:
    """What became of a file: the plan, its text, and what its reader is to know."""

    plan: Plan
    text: str
    notes: tuple[str, ...]


def opened(path: str | Path, *, max_bytes: int = MAX_BYTES) -> Source:
    """The file at a path, of which no more is read than is wanted, or all of standard input for ``-``."""
    if str(path) == "-":
        return Source.read(path, max_bytes=max_bytes)
    return FileSource(path, max_bytes=max_bytes)


def drafted(source: Source, kind: str | None = None, options: Options | None = None) -> tuple[Kind, Draft]:
    """The draft of a file of this kind, or of the kind that it looks like."""
    found = kind_named(kind) if kind else detect(source)
    return found, found.read(source, options or Options())


def finished(draft: Draft, kind: Kind, source: Source, *, schema: str | None = None) -> Imported:
    """A draft, written and found to be a valid plan; SourceError when it is none."""
    text = write(draft, heading=f"Made by polyload from {source.name}, {kind.summary}.", schema=schema)
    return Imported(check(text, draft, source=source.name), text, tuple(draft.notes))


def import_plan(
    path: str | Path,
    kind: str | None = None,
    *,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    load: Mapping[str, Any] | None = None,
    max_bytes: int = MAX_BYTES,
    **options: Any,
) -> Plan:
    """The plan made from a file that people already have: a HAR recording, another tool's file …

    ``kind`` is one of those that ``polyload import --list`` shows; by default the file is looked at. ``include`` and
    ``exclude`` are regular expressions found in URLs, ``load`` that of the plan, such as ``{"users": 5, "duration":
    "1m"}``; ``options`` are further fields of `Options`, such as ``target``. Secrets in the file become placeholders
    for environment variables. UsageError says what is wrong with the file or the wishes.
    """
    wishes = Options(include=patterns(include, "include"), exclude=patterns(exclude, "exclude"), **options)
    source = opened(path, max_bytes=max_bytes)
    found, draft = drafted(source, kind, wishes)
    if load is not None:
        draft.plan["load"] = dict(load)
    return finished(draft, found, source).plan


def load_fields(load: Load) -> dict[str, Any]:
    """A load as it is written in a plan: what was set, durations with their units."""
    fields = load.model_dump(mode="json", by_alias=True, exclude_unset=True)
    times = ("max_duration",) if isinstance(load, IterationLoad) else ("duration", "ramp_up", "warm_up")
    return {name: format_duration(value) if name in times else value for name, value in fields.items()}
