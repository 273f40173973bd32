"""Raw samples on their way from a worker to the parent: fixed records, a file of them for each window.

A worker only appends to a buffer, and writes it to a file in the run's temporary folder when a window is over; the
parent reads the file and removes it, when there is time for that. So neither waits for the other, nothing grows in
memory with the length of the run, and what is not read yet waits on the disk.
"""

from __future__ import annotations

import math
import os
import random
import struct
import sys
import threading
from array import array
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ....http.errors import WireError
from ...metrics.samples import FloatArray, Samples
from ...metrics.window import Window
from .recorder import NameRecorder, WindowClock
from .sender import Exchange

if TYPE_CHECKING:
    from ...metrics.raw.sink import SampleSink

_FIELDS = (
    ("done_at", "<f8"),
    ("started_at", "<f8"),
    ("first_byte_at", "<f8"),
    ("connect_s", "<f8"),
    ("due_at", "<f8"),
    ("received", "<i8"),
    ("sent", "<i8"),
    ("name", "<i4"),
    ("status", "<i2"),
    ("error", "<i2"),
)
_RECORD = np.dtype(list(_FIELDS))
_pack = struct.Struct("<5d2qi2h").pack
_pack_error = struct.Struct("<h").pack_into
_ERROR_BYTES = 2
_SUCCESS = -1
_NAN = math.nan
_NS = 1e9
_MOST_WAITING = 4_000_000  # rows, of 66 bytes


class Rows:
    """The rows of a worker's current window; ``settings`` are the job's ``samples``.

    For each request chance is asked first: ``kept`` is whether ``chance()`` was under ``ratio``.
    """

    def __init__(self, settings: dict[str, Any], worker: int) -> None:
        seed = settings["seed"]
        self.chance = random.Random(None if seed is None else seed * 1_000_003 + worker).random
        self.ratio: float = settings["ratio"]
        self.all = self.ratio >= 1
        self._folder = Path(settings["folder"])
        self._worker = worker
        self._data = bytearray()
        self._alike: list[tuple[dict[str, int], array[float], array[float]]] = []
        self.kept = False
        self._names: list[str] = []
        self._kinds: list[str] = []
        self._files = 0

    def name(self, name: str) -> int:
        """The number of one more request name."""
        self._names.append(name)
        return len(self._names) - 1

    def keep(
        self, exchange: Exchange, name: int, first_byte_at: float, status: int, intended_at: float | None
    ) -> None:
        """Appends the row of a request."""
        connect_s, started_at = exchange.connect_s, exchange.started_at
        self._data += _pack(
            exchange.done_at,
            started_at,
            first_byte_at,
            _NAN if connect_s is None else connect_s,
            intended_at or started_at,
            exchange.bytes_received,
            exchange.bytes_sent,
            name,
            status,
            _SUCCESS,
        )

    def keep_alike(
        self, ends: array[float], starts: array[float], *, name: int, status: int, received: int, sent: int
    ) -> None:
        """Appends the rows of successes that differ in nothing but their times; `_expanded` makes them."""
        shared = {"name": name, "status": status, "received": received, "sent": sent}
        self._alike.append((shared, ends, starts))

    def failed(self, kind: str) -> None:
        """The request just told of was a failure."""
        if self.kept:
            if kind not in self._kinds:
                self._kinds.append(kind)
            _pack_error(self._data, len(self._data) - _ERROR_BYTES, self._kinds.index(kind))

    def hand_over(self, window: Window) -> dict[str, Any]:
        """Writes the rows to a file and says what is in it; ``lost`` says why they could not be written."""
        told: dict[str, Any] = {"of": sum(stats.requests for stats in window.requests.values())}
        if self._data or self._alike:
            path = self._folder / f"{self._worker}-{self._files}"
            self._files += 1
            try:
                with path.open("wb") as file:
                    file.write(self._data)
                    for _, ends, starts in self._alike:
                        file.write(ends)
                        file.write(starts)
                told |= {
                    "file": str(path),
                    "worker": self._worker,
                    "names": self._names,
                    "kinds": self._kinds,
                    "rows": len(self._data) // _RECORD.itemsize,
                    "alike": [{**shared, "rows": len(ends)} for shared, ends, _ in self._alike],
                }
            except OSError as error:
                told["lost"] = f"{path}: {error.strerror}"
            self._data.clear()
            self._alike = []
        return told


class SampledRecorder(NameRecorder):
    """A recorder that keeps a row of each request as well."""

    def __init__(self, clock: WindowClock, rows: Rows, name: str, *, wire_bytes: bool) -> None:
        super().__init__(clock, wire_bytes=wire_bytes)
        self._rows = rows
        self._number = rows.name(name)

    def answered(self, exchange: Exchange, intended_at: float | None = None) -> None:
        """One request whose whole answer came; ``intended_at`` is when it was due, if not when it was sent."""
        NameRecorder.answered(self, exchange, intended_at)
        rows = self._rows
        rows.kept = kept = rows.all or rows.chance() < rows.ratio
        if kept:
            rows.keep(exchange, self._number, exchange.first_byte_at, exchange.status, intended_at)

    def unanswered(self, exchange: Exchange, error: WireError, intended_at: float | None = None) -> None:
        """One request that failed without a whole answer."""
        if exchange.done_at >= self._clock.window_end:
            self._clock.roll(exchange.done_at)
        rows = self._rows
        rows.kept = rows.all or rows.chance() < rows.ratio
        if rows.kept:
            rows.keep(exchange, self._number, math.nan, 0, intended_at)
        super().unanswered(exchange, error, intended_at)

    def failed(self, kind: str, message: str) -> None:
        """The request just told of was a failure."""
        super().failed(kind, message)
        self._rows.failed(kind)


class RowTaker:
    """Passes what workers hand over on to the sink, one after the other: after the load, as far as the disk may wait.

    What is more than that goes there during the load, in a thread that runs when nothing else does.
    """

    def __init__(self, sink: SampleSink, epoch: float, *, open_model: bool, wire_bytes: bool) -> None:
        self._take = partial(take_rows, sink=sink, epoch=epoch, open_model=open_model, wire_bytes=wire_bytes)
        self._thread = ThreadPoolExecutor(1, "polyload-rows", initializer=_give_way)
        self._waiting: deque[dict[str, Any]] = deque()
        self._waiting_rows = 0
        self._taken: list[Future[None]] = []

    def take(self, told: dict[str, Any]) -> None:
        """Takes what one worker handed over with a window; does not wait for it."""
        self._waiting.append(told)
        self._waiting_rows += told["of"]
        while self._waiting_rows > _MOST_WAITING:
            self._pass_on()

    def end(self) -> None:
        """Says that nothing more comes."""
        while self._waiting:
            self._pass_on()

    def wait(self) -> None:
        """Waits until all is with the sink; may be called from any thread, once it is said that nothing more comes."""
        self._thread.shutdown()
        for future in self._taken:
            future.result()

    def _pass_on(self) -> None:
        told = self._waiting.popleft()
        self._waiting_rows -= told["of"]
        self._taken = [future for future in self._taken if not future.done() or future.exception()]
        self._taken.append(self._thread.submit(self._take, told))


def _give_way() -> None:
    """Has this thread run when nothing else does, where threads have a schedule of their own."""
    if sys.platform == "linux":
        os.sched_setscheduler(threading.get_native_id(), os.SCHED_IDLE, os.sched_param(0))


def take_rows(
    told: dict[str, Any], *, sink: SampleSink, epoch: float, open_model: bool, wire_bytes: bool
) -> None:
    """Passes what a worker handed over on to the sink; seconds count from ``epoch``."""
    if "lost" in told:
        sink.lose(told["of"], told["lost"])
        return
    if "file" not in told:
        sink.count(told["of"])
        return
    path = Path(told["file"])
    try:
        data = path.read_bytes()
        path.unlink()
    except OSError as error:
        sink.lose(told["of"], f"{path}: {error.strerror}")
        return
    records = read_records(data, told)
    in_order = records[np.argsort(records["done_at"], kind="stable")]
    sink.write(_samples(in_order, told, epoch, open_model, wire_bytes), of=told["of"])


def read_records(data: bytes, told: dict[str, Any]) -> np.ndarray[Any, Any]:
    """The rows in a file, those that were alike last."""
    parts = [np.frombuffer(data, _RECORD, told["rows"])]
    place = told["rows"] * _RECORD.itemsize
    for shared in told["alike"]:
        count = shared["rows"]
        ends, starts = np.frombuffer(data, "f8", 2 * count, place).reshape(2, count)
        place += ends.nbytes + starts.nbytes
        parts.append(_expanded(ends, starts, shared))
    return np.concatenate(parts)


def _expanded(ends: FloatArray, starts: FloatArray, shared: dict[str, int]) -> np.ndarray[Any, Any]:
    records = np.zeros(len(ends), _RECORD)
    records["done_at"] = records["first_byte_at"] = ends
    records["started_at"] = records["due_at"] = starts
    records["connect_s"], records["error"] = math.nan, _SUCCESS
    for name in ("received", "sent", "name", "status"):
        records[name] = shared[name]
    return records


def _samples(
    records: np.ndarray[Any, Any], told: dict[str, Any], epoch: float, open_model: bool, wire_bytes: bool
) -> Samples:
    done_at, started_at = records["done_at"], records["started_at"]
    return Samples(
        names=told["names"],
        errors=[(kind, "") for kind in told["kinds"]],
        name=records["name"].astype(np.int64),
        error=records["error"].astype(np.int64),
        end_s=done_at - epoch,
        latency_ns=(done_at - started_at) * _NS,
        status=records["status"].astype(np.int64),
        ttfb_ns=(records["first_byte_at"] - started_at) * _NS,
        connect_ns=records["connect_s"] * _NS,
        response_ns=(done_at - records["due_at"]) * _NS if open_model else None,
        bytes_received=records["received"] if wire_bytes else None,
        bytes_sent=records["sent"] if wire_bytes else None,
        worker=np.full(len(records), told["worker"]),
    )
