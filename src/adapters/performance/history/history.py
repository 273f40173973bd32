"""History: a database of results, from Python."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from sqlalchemy import delete

from ..errors import HistoryError, UsageError
from ..metrics.document import Document
from ..metrics.result import RunResult
from . import pruning, reading, records, transfer
from .figures import RUN
from .identity import id_of
from .opening import WAIT_S, Database
from .place import place_of
from .provenance import Provenance, here
from .records import StoredRequest
from .runs import Filter, Mark, StoredRun
from .tables import RUNS
from .writing import Draft, parts_of

D = TypeVar("D", bound=Document)


class History:
    """Results in a database: a file, by default ``.polyload/history.db``, or a PostgreSQL database given by its URL.

    Nothing is opened until it is used, and every call is a transaction of its own, so that one History may be used
    from several threads. Runs are named by their id, by the beginning of one that no other has, or as ``latest``.
    HistoryError says what went wrong and what to do.
    """

    def __init__(self, where: str | Path | None = None, *, wait_s: float = WAIT_S) -> None:
        self.place = place_of(where)
        self._database = Database(self.place, wait_s=wait_s)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the database; connections are closed after each call, so that there is nothing to lose."""

    def check(self) -> None:
        """HistoryError when it is known already that nothing can be stored here; makes no file that is not there."""
        self._database.check()

    def store(
        self,
        document: Document,
        *,
        label: str | None = None,
        tags: Iterable[str] = (),
        metadata: Mapping[str, Any] | None = None,
        provenance: Provenance | None = None,
    ) -> str:
        """Store a result of any kind with all that stands behind it, and return its id.

        The runs that it holds are stored as parts of it, where they have their recordings. ``provenance`` is that of
        this process, unless it is given. ``metadata`` are further facts; values of secret names are hidden.
        """
        mark = Mark(label, tuple(tags), metadata or {})
        source = provenance or here()
        whole = Draft(document, mark, source)
        parts = [] if isinstance(document, RunResult) else list(parts_of(document))
        drafts = [Draft(part, Mark(label, mark.tags), source) for part in parts]
        with self._database.writing() as connection:
            number = whole.write(connection)
            for draft in drafts:
                draft.write(connection, part_of=number)
        return id_of(number)

    def store_requests(self, run: str, samples: str | Path, *, expected: int | None = None) -> int:
        """Store each request of a run from the file of raw samples that it wrote; returns how many.

        ``expected`` is how many there should be, by default as many requests as the file was told of.
        """
        found = self.run(run)
        plan = self._data(found).get("plan") or {}
        return records.add_file(self._database, found.number, Path(samples), plan, expected)

    def runs(
        self,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        label: str | None = None,
        target: str | None = None,
        tags: Iterable[str] = (),
        kind: str | None = None,
        engine: str | None = None,
        plan_hash: str | None = None,
        parts: bool = False,
        limit: int | None = None,
    ) -> list[StoredRun]:
        """The runs for which all that is given holds, newest first; see `Filter`."""
        for bound in (since, until):
            if bound is not None and bound.tzinfo is None:
                raise UsageError(f"{bound} has no time zone", hint="give one: datetime(…, tzinfo=UTC)")
        wanted = Filter(since, until, label, target, tuple(tags), kind, engine, plan_hash, parts, limit)
        with self._database.reading() as connection:
            return [] if connection is None else reading.find_runs(connection, wanted)

    def run(self, run: str | int) -> StoredRun:
        """What the history knows of one run."""
        with self._database.reading() as connection:
            if connection is None:
                raise HistoryError(
                    f"there is no history in {self.place.shown}",
                    hint="'polyload run' stores its result in it",
                )
            return reading.find_run(connection, run)

    def load(self, run: str) -> RunResult:
        """The result of a run, with its recording."""
        found = self.run(run)
        if found.kind != RUN:
            raise HistoryError(
                f"{found.id} is a {found.kind}, not a run",
                hint="History.document reads results of every kind",
            )
        result = self.document(found.id, RunResult)
        with self._database.reading() as connection:
            assert connection is not None
            recording = reading.read_recording(connection, found.number)
        return result if recording is None else result.recorded(recording)

    def document(self, run: str, kind: type[D]) -> D:
        """A stored result as this class of results, such as StressResult; HistoryError when it is another."""
        found = self.run(run)
        try:
            return kind.from_json(self._text(found))
        except ValueError as error:
            first = str(error).splitlines()[0]
            raise HistoryError(f"{found.id} is not read as {kind.__name__}: {first}") from error

    def json(self, run: str) -> dict[str, Any]:
        """A stored result of any kind as its JSON."""
        return self._data(self.run(run))

    def records(self, run: str, *, failed: bool = False) -> Iterator[StoredRequest]:
        """Each request of a run, or those that failed, as they were stored; nothing where that was not asked for."""
        return records.read(self._database, self.run(run).number, failed=failed)

    def delete(self, *runs: str) -> list[str]:
        """Remove runs with all that belongs to them, and return their ids; none is removed if one is not there."""
        found = [self.run(run) for run in runs]
        self._remove([run.number for run in found])
        return [run.id for run in found]

    def prune(
        self, *, keep: int | None = None, before: datetime | None = None, dry: bool = False
    ) -> list[StoredRun]:
        """Remove all but the newest ``keep``, and of those that began ``before`` a moment; returns what is removed.

        With both, a run must be beyond both to go. With ``dry`` nothing is removed.
        """
        doomed = pruning.doomed(self.runs(), keep=keep, before=before)
        if not dry:
            self._remove([run.number for run in doomed])
        return doomed

    def export(self, *runs: str, requests: bool = False) -> Iterator[str]:
        """These runs, or all, oldest first, as lines of JSON; with ``requests`` also their single requests.

        A comparison or a suite comes before its parts.
        """
        found = [self.run(run) for run in runs] if runs else self.runs(parts=True)[::-1]
        found.sort(key=lambda run: run.part_of is not None)
        return transfer.export_lines(self._database, found, requests=requests)

    def take_in(self, lines: Iterable[str]) -> tuple[list[str], list[str]]:
        """Store what `export` wrote; returns the ids of runs that are new, and of those that were there already."""
        return transfer.import_lines(self._database, lines)

    def _remove(self, numbers: list[int]) -> None:
        with self._database.writing() as connection:
            for start in range(0, len(numbers), 500):
                some = numbers[start : start + 500]
                connection.execute(delete(RUNS).where(RUNS.c.number.in_(some)))

    def _text(self, run: StoredRun) -> bytes:
        with self._database.reading() as connection:
            text = None if connection is None else reading.read_document(connection, run.number)
        if text is None:
            raise HistoryError(f"{run.id} has no result: only its records were stored")
        return text

    def _data(self, run: StoredRun) -> dict[str, Any]:
        data: dict[str, Any] = json.loads(self._text(run))
        return data
