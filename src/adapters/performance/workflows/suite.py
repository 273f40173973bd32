"""A suite: several load tests in sequence or in parallel, and one verdict on all of them.

Its exit code is that of its worst entry. From the worst: 130 interrupted, 1 a run failed or broke, 3 an engine is
missing or refused a plan, 2 a usage or plan error, 99 a threshold failed, 0 all passed.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from time import perf_counter
from typing import Literal

from pydantic import AwareDatetime, Field

from ..errors import PolyloadError, UsageError
from ..metrics.document import Document, ResultModel
from ..metrics.result import ResultWarning, RunResult
from ..metrics.window import Window
from .entry import Entry
from .measured import measured

Mode = Literal["sequence", "parallel"]
MODES: tuple[Mode, ...] = ("sequence", "parallel")
WORST_FIRST = (130, 1, 3, 2, 99, 0)

_SHARED = (
    "the entries ran at the same time and shared this machine: each one's figures are those beside the others"
)


class EntryResult(ResultModel):
    """What became of an entry: its ``result``, or the ``error`` that kept it from one; neither if it never began."""

    name: str
    passed: bool
    exit_code: int
    result: RunResult | None = None
    error: str | None = None


class SuiteResult(Document):
    """The results of a suite in the order of its entries, frozen and typed; also a mapping of its JSON form.

    ``overall_passed``: every entry passed. ``exit_code``: that of the worst. ``warnings`` are of the suite as a whole
    and, by entry, of the generator.
    """

    schema_name: Literal["polyload.suite/1"] = Field(default="polyload.suite/1", alias="schema")
    overall_passed: bool
    exit_code: int
    mode: Mode
    started_at: AwareDatetime
    duration_s: float
    entries: tuple[EntryResult, ...]
    warnings: tuple[ResultWarning, ...] = ()

    def entry(self, name: str) -> EntryResult:
        """What became of the entry of that name; KeyError if there is none."""
        for entry in self.entries:
            if entry.name == name:
                return entry
        raise KeyError(name)


@dataclass(slots=True)
class SuiteListener:
    """Who wants to know how a suite goes on: of an entry's beginning, its seconds, and its end."""

    on_start: Callable[[str], None] = lambda name: None
    on_window: Callable[[str, Window], None] = lambda name, window: None
    on_end: Callable[[EntryResult], None] = lambda result: None


async def run_suite(
    entries: Mapping[str, Entry],
    mode: str = "sequence",
    *,
    stop: asyncio.Event | None = None,
    listener: SuiteListener | None = None,
) -> SuiteResult:
    """Runs every entry and gives one verdict on all; one that breaks does not keep the others from running.

    Entries in parallel begin together and share the machine. Setting ``stop`` ends those under way early and begins no
    other. UsageError for an empty suite, an unknown mode, and entries that would write to the same file.
    """
    chosen = _check(entries, mode)
    stop, listener = stop or asyncio.Event(), listener or SuiteListener()
    started_at, began = datetime.now(UTC), perf_counter()
    if chosen == "parallel":
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(_run_entry(name, entry, stop, listener)) for name, entry in entries.items()
            ]
        results = [task.result() for task in tasks]
    else:
        results = [await _run_entry(name, entry, stop, listener) for name, entry in entries.items()]
    return SuiteResult(
        overall_passed=all(result.passed for result in results),
        exit_code=min((result.exit_code for result in results), key=_rank),
        mode=chosen,
        started_at=started_at,
        duration_s=perf_counter() - began,
        entries=tuple(results),
        warnings=_warnings(results, chosen),
    )


def _check(entries: Mapping[str, Entry], mode: str) -> Mode:
    if not entries:
        raise UsageError("a suite without an entry tests nothing", hint="give at least one plan")
    files = Counter(
        entry.plan.options.samples.file.resolve() for entry in entries.values() if entry.plan.options.samples
    )
    for file, count in files.items():
        if count > 1:
            raise UsageError(
                f"{count} entries would write their raw samples to {file}", hint="give each its own file"
            )
    for known in MODES:
        if mode == known:
            return known
    raise UsageError(f"no mode is called {mode!r}", hint=f"there are {' and '.join(MODES)}")


async def _run_entry(name: str, entry: Entry, stop: asyncio.Event, listener: SuiteListener) -> EntryResult:
    if stop.is_set():
        return EntryResult(name=name, passed=False, exit_code=130, error="interrupted before it began")
    listener.on_start(name)
    try:
        result = await measured(entry, stop, partial(listener.on_window, name))
        ended = EntryResult(name=name, passed=result.success, exit_code=result.exit_code, result=result)
    except PolyloadError as error:
        ended = EntryResult(name=name, passed=False, exit_code=error.exit_code, error=str(error))
    except Exception as error:  # whatever an engine of someone else raises: the others go on
        ended = EntryResult(name=name, passed=False, exit_code=1, error=f"{type(error).__name__}: {error}")
    listener.on_end(ended)
    return ended


def _warnings(results: list[EntryResult], mode: Mode) -> tuple[ResultWarning, ...]:
    told = [
        ResultWarning(code=warning.code, message=f"{entry.name}: {warning.message}")
        for entry in results
        if entry.result is not None
        for warning in entry.result.warnings
        if warning.code.startswith("Generator")
    ]
    if mode == "parallel" and len(results) > 1:
        told.insert(0, ResultWarning(code="SharedMachine", message=_SHARED))
    return tuple(told)


def _rank(code: int) -> int:
    return WORST_FIRST.index(code) if code in WORST_FIRST else 1
