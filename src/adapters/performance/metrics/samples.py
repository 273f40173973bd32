"""Samples: many finished requests as columns, the form in which engines hand over raw measurements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Samples:
    """A batch of finished requests, one array element each, all arrays of the same length.

    ``name`` and ``error`` are indexes into ``names`` and ``errors``; an ``error`` of -1 is a success.
    ``end_s`` is the moment of completion in seconds since the run began. Times are nanoseconds; NaN means
    that this request has no such figure, and a column of None that the engine never has it.
    ``status`` 0 means that no status was received (or that the engine does not tell: then None). ``worker`` is the
    number of the process that sent the request.
    """

    names: Sequence[str]
    errors: Sequence[tuple[str, str]]
    name: IntArray
    error: IntArray
    end_s: FloatArray
    latency_ns: FloatArray
    status: IntArray | None = None
    ttfb_ns: FloatArray | None = None
    connect_ns: FloatArray | None = None
    tls_ns: FloatArray | None = None
    response_ns: FloatArray | None = None
    bytes_received: IntArray | None = None
    bytes_sent: IntArray | None = None
    worker: IntArray | None = None

    def __len__(self) -> int:
        return len(self.latency_ns)

    def where(self, mask: npt.NDArray[np.bool_]) -> Samples:
        """The requests for which ``mask`` is true."""
        return Samples(**{item.name: _chosen(getattr(self, item.name), mask) for item in fields(self)})


def _chosen(column: Any, mask: npt.NDArray[np.bool_]) -> Any:
    return column[mask] if isinstance(column, np.ndarray) else column
