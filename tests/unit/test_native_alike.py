"""Requests that are alike are counted and kept as any others are: the same figures, and the same rows."""

from __future__ import annotations

import math
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from adapters.http.errors import WireError
from adapters.performance.engines.native import alike
from adapters.performance.engines.native.alike import AlikeRecorder
from adapters.performance.engines.native.recorder import WindowClock
from adapters.performance.engines.native.rows import _RECORD, Rows, SampledRecorder, read_records
from adapters.performance.engines.native.sender import Exchange
from adapters.performance.metrics.window import Window

Step = tuple[Exchange, str]


class Told:
    """A clock with a recorder of a class, its windows, and the rows handed over with them."""

    def __init__(self, kind: type[SampledRecorder], folder: Path) -> None:
        folder.mkdir()
        self.windows: list[Window] = []
        self.rows: list[dict[str, Any]] = []
        self._rows = Rows({"seed": 1, "ratio": 1.0, "folder": str(folder)}, 0)
        self.clock = WindowClock(self._emit, open_model=False, wire_bytes=True)
        self.clock.begin(0.0)
        self.recorder = kind(self.clock, self._rows, "home", wire_bytes=True)
        self.clock._names["home"] = self.recorder

    def _emit(self, window: Window) -> None:
        self.windows.append(window)
        told = self._rows.hand_over(window)
        if "file" in told:
            records = read_records(Path(told["file"]).read_bytes(), told)
            kinds = [*told["kinds"], None]
            for record in np.sort(records, order=["done_at", "started_at"]):
                row = dict(zip(_RECORD.names or (), record.tolist(), strict=True))
                unknown = {name: None for name in ("connect_s", "first_byte_at") if math.isnan(row[name])}
                self.rows.append({**row, **unknown, "error": kinds[row["error"]]})


def run(kind: type[SampledRecorder], steps: list[Step], folder: Path) -> Told:
    told = Told(kind, folder)
    for exchange, what in steps:
        if what == "broken":
            told.recorder.unanswered(exchange, WireError("reset", "the connection was reset"))
        else:
            told.recorder.answered(exchange)
        if what == "failed":
            told.recorder.failed("status", f"status {exchange.status}")
    told.clock.flush()
    return told


def steps_of(seed: int, count: int, *, sizes: int = 3) -> list[Step]:
    chance, steps, now = random.Random(seed), [], 0.0
    for _ in range(count):
        now += chance.expovariate(400)
        what = chance.choices(["plain", "pieces", "connected", "failed", "broken"], [80, 5, 5, 8, 2])[0]
        took = chance.expovariate(100)
        exchange = Exchange(
            started_at=now - took,
            first_byte_at=now - took / 2 if what == "pieces" else now,
            done_at=now,
            connect_s=0.001 if what == "connected" else None,
            tls_s=None,
            status=500 if what == "failed" else chance.choice([200, 200, 200, 304]),
            bytes_received=100 + chance.randrange(sizes),
            bytes_sent=50,
        )
        steps.append((exchange, what))
    return steps


@pytest.mark.parametrize("seed", range(8))
def test_figures_and_rows_are_those_of_requests_told_one_by_one(seed: int, tmp_path: Path) -> None:
    steps = steps_of(seed, 2000)
    cheap, plain = run(AlikeRecorder, steps, tmp_path / "a"), run(SampledRecorder, steps, tmp_path / "b")
    assert [window.to_dict() for window in cheap.windows] == [window.to_dict() for window in plain.windows]
    assert len(cheap.windows) > 2
    assert cheap.rows == plain.rows
    assert len(cheap.rows) == 2000


def test_answers_that_all_differ_are_kept_too(tmp_path: Path) -> None:
    steps = steps_of(1, 1000, sizes=10 * alike._MOST_KINDS)
    cheap, plain = run(AlikeRecorder, steps, tmp_path / "a"), run(SampledRecorder, steps, tmp_path / "b")
    assert cheap.rows == plain.rows
    assert [window.to_dict() for window in cheap.windows] == [window.to_dict() for window in plain.windows]


def test_a_failure_after_a_second_has_rolled_is_that_request_s(tmp_path: Path) -> None:
    exchanges = [
        Exchange(
            started_at=now - 0.01, first_byte_at=now, done_at=now, status=200, bytes_received=1, bytes_sent=1
        )
        for now in (0.5, 0.9, 1.1)
    ]
    told = run(
        AlikeRecorder,
        [(exchanges[0], "plain"), (exchanges[1], "failed"), (exchanges[2], "failed")],
        tmp_path / "a",
    )
    assert [window.requests["home"].failures for window in told.windows] == [1, 1]
    assert [row["error"] for row in told.rows] == [None, "status", "status"]
