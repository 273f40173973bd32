"""Reads k6's CSV output of a script of the user's own and feeds it to a collector."""

from __future__ import annotations

import csv
import io
import math

import numpy as np

from ...metrics.collector import MetricsCollector
from ...metrics.samples import FloatArray, Samples
from .. import kinds
from .failures import failure_of
from .told import tell

SYSTEM_TAGS = "check,error,error_code,expected_response,name,status"
_PARTS = (
    8  # http_reqs, then of the same request: duration, blocked, connecting, tls, sending, waiting, receiving
)
_COUNTED = ("iterations", "checks", "vus", "dropped_iterations")
_MS_NS = 1e6
_US_S = 1e6

Row = list[str]


class CsvRows:
    """The rows so far. k6 writes the rows of one request one after the other; text may hold commas and line breaks."""

    def __init__(self, collector: MetricsCollector) -> None:
        self._collector = collector
        self._rest = b""
        self._rows: list[Row] = []
        self._columns: dict[str, int] = {}
        self._names: dict[str, int] = {}
        self._errors: dict[tuple[str, str], int] = {}
        self.began_us: float | None = None
        self.last_us = 0.0

    def feed(self, chunk: bytes) -> None:
        """Takes what came, which may end inside a row, or inside a quoted line break."""
        data = self._rest + chunk
        end = _end_of_rows(data)
        self._rest = data[end:]
        self._rows += csv.reader(io.StringIO(data[:end].decode("utf-8", "replace"), newline=""))
        if self._rows and not self._columns:
            self._columns = {name: number for number, name in enumerate(self._rows.pop(0))}

    def tick(self) -> None:
        """Passes on every request that is whole, and says how far the run is."""
        self._pass(self._whole())
        if self.began_us is not None:
            self._collector.advance((self.last_us - self.began_us) / _US_S - 1.5)

    def finish(self) -> None:
        """Passes on the rest: no more will come."""
        self._pass(len(self._rows))

    @property
    def duration_s(self) -> float | None:
        """Seconds from the beginning of the first request to the last thing that was told."""
        return None if self.began_us is None else (self.last_us - self.began_us) / _US_S

    def _whole(self) -> int:
        """How many of the rows hold whole requests only."""
        for back in range(1, min(_PARTS, len(self._rows) + 1)):
            if self._rows[-back][0] == "http_reqs":
                return len(self._rows) - back
        return len(self._rows)

    def _pass(self, count: int) -> None:
        rows, self._rows = self._rows[:count], self._rows[count:]
        starts = [number for number, row in enumerate(rows) if row[0] == "http_reqs"]
        complete = [number for number in starts if number + _PARTS <= len(rows)]
        if complete:
            self._pass_requests(rows, complete)
        for row in rows:
            if row[0] in _COUNTED:
                self._count(row)

    def _pass_requests(self, rows: list[Row], starts: list[int]) -> None:
        ended = np.array([float(rows[start][1]) for start in starts])
        figures = np.array([[float(row[2]) for row in rows[start + 1 : start + _PARTS]] for start in starts])
        duration, blocked, connecting, handshaking, _, _, receiving = figures.T
        latency = duration + blocked
        latency[latency == 0] = math.nan
        if self.began_us is None:
            self.began_us = float(np.min(ended - np.nan_to_num(latency) * 1000))
        self.last_us = max(self.last_us, float(ended.max()))
        status = np.array([int(rows[start][self._columns["status"]] or 0) for start in starts])
        tell(
            self._collector,
            Samples(
                name=np.array([self._name(rows[start]) for start in starts]),
                error=np.array([self._error(rows[start]) for start in starts]),
                names=list(self._names),
                errors=list(self._errors),
                end_s=(ended - self.began_us) / _US_S,
                latency_ns=latency * _MS_NS,
                status=status,
                ttfb_ns=np.where(status > 0, latency - receiving, math.nan) * _MS_NS,
                connect_ns=_if_any(connecting) * _MS_NS,
                tls_ns=_if_any(handshaking) * _MS_NS,
            ),
        )

    def _name(self, row: Row) -> int:
        return self._names.setdefault(row[self._columns["name"]], len(self._names))

    def _error(self, row: Row) -> int:
        """The number of a request's failure, by the script's own rule of success, or -1."""
        status, expected = row[self._columns["status"]], row[self._columns["expected_response"]]
        error, code = row[self._columns["error"]], row[self._columns["error_code"]]
        if status not in ("", "0"):
            if expected == "true" or (expected == "" and int(status) < 400):
                return -1
            failure = kinds.STATUS, f"status {status}"
        else:
            failure = failure_of(int(code or 0), error)
        return self._errors.setdefault(failure, len(self._errors))

    def _count(self, row: Row) -> None:
        moment, value = float(row[1]), int(float(row[2]))
        if self.began_us is None:
            self.began_us = moment
        self.last_us = max(self.last_us, moment)
        second = max(0, int((moment - self.began_us) // _US_S))
        match row[0]:
            case "iterations":
                self._collector.add_counts(second, iterations=value)
            case "dropped_iterations":
                self._collector.add_counts(second, dropped=value)
            case "vus":
                self._collector.add_counts(second, users=value)
            case _:
                counts = {row[self._columns["check"]]: (value, 1 - value)}
                self._collector.add_counts(second, checks=counts)


def _if_any(times_ms: FloatArray) -> FloatArray:
    """The times, unknown where there was nothing to be timed: k6 says 0 then."""
    return np.where(times_ms > 0, times_ms, math.nan)


def _end_of_rows(data: bytes) -> int:
    """Where the last whole row ends: after a line break outside quotes, that is behind an even number of quotes."""
    end = data.rfind(b"\n") + 1
    while end and data.count(b'"', 0, end) % 2:
        end = data.rfind(b"\n", 0, end - 1) + 1
    return end
