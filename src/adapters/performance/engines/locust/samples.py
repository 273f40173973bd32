"""The stream from Locust, taken apart and handed to the collector while Locust runs."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from ...errors import EngineFailed
from ...metrics.collector import MetricsCollector
from ...metrics.samples import Samples
from ..apart import tell_apart
from .inside.frames import (
    ASIDE,
    BEGIN,
    COUNTS,
    ERROR,
    EXCEPTION,
    FINISH,
    GROUP,
    HEAD,
    NAME,
    SAMPLE_FIELDS,
    SAMPLES,
)

_RECORD = np.dtype(SAMPLE_FIELDS)


class SampleStream:
    """What Locust has told so far; see ``inside.frames`` for the format.

    ``heard`` is whether it said anything; ``begun`` and ``finished`` are None until it says so. ``last_s`` is the last
    moment something is known of.
    """

    def __init__(self, collector: MetricsCollector) -> None:
        self._collector = collector
        self._rest = bytearray()
        self._names: list[str] = []
        self._aside: set[int] = set()
        self._groups: set[int] = set()
        self._errors: list[tuple[str, str]] = []
        self.heard = False
        self.begun: dict[str, Any] | None = None
        self.finished: dict[str, Any] | None = None
        self.exceptions: list[str] = []
        self.last_s = 0.0

    def feed(self, data: bytes) -> None:
        """Takes the next bytes, wherever they are cut."""
        rest = self._rest
        rest += data
        self.heard = True
        position = 0
        while position + HEAD.size <= len(rest):
            kind, length = HEAD.unpack_from(rest, position)
            start, end = position + HEAD.size, position + HEAD.size + length
            if end > len(rest):
                break
            self._take(kind, bytes(rest[start:end]))
            position = end
        del rest[:position]

    def _take(self, kind: bytes, payload: bytes) -> None:
        if kind == SAMPLES:
            self._add_samples(np.frombuffer(payload, _RECORD))
        elif kind == COUNTS:
            self._add_counts(json.loads(payload))
        elif kind in (NAME, ASIDE, GROUP):
            self._name(kind, payload.decode())
        elif kind == ERROR:
            failure, message = json.loads(payload)
            self._errors.append((failure, message))
        elif kind == EXCEPTION:
            self.exceptions.append(payload.decode())
        elif kind == BEGIN:
            self.begun = json.loads(payload)
        elif kind == FINISH:
            self._finish(json.loads(payload))
        else:
            raise EngineFailed(f"Locust sent a frame of an unknown kind {kind!r}")

    def _name(self, kind: bytes, name: str) -> None:
        if kind != NAME:
            (self._aside if kind == ASIDE else self._groups).add(len(self._names))
        self._names.append(name)

    def _add_samples(self, records: np.ndarray[Any, Any]) -> None:
        samples = Samples(
            names=self._names,
            errors=self._errors,
            name=records["name"].astype(np.int64),
            error=records["error"].astype(np.int64),
            end_s=records["end_s"],
            latency_ns=records["latency_ns"],
            status=records["status"].astype(np.int64),
        )
        requests = tell_apart(self._collector, samples, aside=self._aside, groups=self._groups)
        self._collector.add_samples(requests)
        self.last_s = max(self.last_s, float(records["end_s"].max()))

    def _add_counts(self, counts: dict[str, Any]) -> None:
        self._collector.add_counts(
            counts["second"],
            users=counts["users"],
            iterations=counts["iterations"],
            checks={name: (passed, failed) for name, (passed, failed) in counts["checks"].items()},
        )
        self._collector.advance(counts["now_s"])
        self.last_s = max(self.last_s, counts["now_s"])

    def _finish(self, report: dict[str, Any]) -> None:
        self.finished = report
        if report["interrupted"] is not None:
            self._collector.add_counts(None, interrupted=report["interrupted"])
