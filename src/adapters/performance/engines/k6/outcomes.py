"""Rows of requests as the script packs them, and what their outcomes stand for."""

from __future__ import annotations

import base64
from collections.abc import Iterable

import numpy as np

from ...metrics.samples import FloatArray, IntArray, Samples
from .. import kinds
from ..program import runtime
from .job import FIRST_GROUP, Numbers

CUT_OFF = 3
"""The outcome of a request that was in flight at the end."""
MS_NS = 1e6
_COLUMNS = 8
_BAD_STATUS, _TOO_MANY_REDIRECTS = 1, 2
_FIRST_MESSAGE = 1000


def table_of(rows: Iterable[bytes]) -> FloatArray:
    """Rows of requests as the script packs them."""
    data = b"".join(base64.b64decode(packed) for packed in rows)
    return np.frombuffer(data, dtype=np.float64).reshape(-1, _COLUMNS)


class Outcomes:
    """What numbers in rows stand for; ``messages`` are k6's own, by number, as they came to be known."""

    def __init__(self, numbers: Numbers) -> None:
        self._numbers = numbers
        self.messages: dict[int, tuple[str, str]] = {}
        self._errors: dict[tuple[str, str], int] = {}

    def samples(self, table: FloatArray, began_ms: float | None) -> Samples:
        """The rows of a table, groups of steps among them, their ends in seconds after the load began."""
        numbers = self._numbers
        request = table[:, 0].astype(np.int64)
        request = np.where(request < FIRST_GROUP, request, request - FIRST_GROUP + len(numbers.requests))
        errors = self._errors_of(table)
        return Samples(
            names=[*numbers.requests, *numbers.groups],
            errors=list(self._errors),
            name=request,
            error=errors,
            end_s=(table[:, 1] - (began_ms or 0.0)) / 1000,
            latency_ns=table[:, 2] * MS_NS,
            status=table[:, 6].astype(np.int64),
            ttfb_ns=table[:, 3] * MS_NS,
            connect_ns=table[:, 4] * MS_NS,
            tls_ns=table[:, 5] * MS_NS,
        )

    def _errors_of(self, table: FloatArray) -> IntArray:
        """For each row the index of its failure, -1 for a success."""
        errors = np.full(len(table), -1, dtype=np.int64)
        failed = np.flatnonzero(table[:, 7])
        if len(failed):
            causes, which = np.unique(table[failed][:, (7, 6, 0)], axis=0, return_inverse=True)
            failures = [self.failure(*(int(part) for part in cause)) for cause in causes]
            indexes = [self._errors.setdefault(failure, len(self._errors)) for failure in failures]
            errors[failed] = np.array(indexes)[which.ravel()]
        return errors

    def failure(self, outcome: int, status: int, request: int) -> tuple[str, str]:
        """The kind and the message of a failure that is told by an outcome."""
        if request >= FIRST_GROUP:
            return kinds.CHECK, "a request of the group failed"
        if outcome == CUT_OFF:
            return kinds.OTHER, runtime.CUT_OFF
        if outcome < 0:
            return self._numbers.failures[-1 - outcome]
        if outcome == _BAD_STATUS:
            return kinds.STATUS, f"status {status}"
        if outcome == _TOO_MANY_REDIRECTS:
            return kinds.REDIRECTS, f"more than {self._numbers.redirects[request]} redirects"
        return self.messages.get(outcome - _FIRST_MESSAGE, (kinds.OTHER, "no message"))
