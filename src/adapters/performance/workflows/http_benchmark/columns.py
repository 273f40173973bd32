"""What was measured of each request, as columns, whoever sent it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Columns:
    """A row for each request, in the order in which they ended; NaN is what is not known of a request.

    ``end_s`` counts from the beginning of the benchmark; ``failure`` is the kind of failure, None for a success;
    ``total_ns``, ``first_byte_ns`` and ``connect_ns`` are as the result's figures are defined; ``tries`` how often it
    was sent.
    """

    end_s: FloatArray
    total_ns: FloatArray
    first_byte_ns: FloatArray
    connect_ns: FloatArray
    status: FloatArray
    received: FloatArray
    tries: FloatArray
    failure: Sequence[str | None]

    def __len__(self) -> int:
        return len(self.end_s)

    @property
    def succeeded(self) -> npt.NDArray[np.bool_]:
        """Which requests were a success."""
        return np.array([kind is None for kind in self.failure], dtype=np.bool_)

    def in_order(self) -> Columns:
        """The same rows, by when each ended."""
        order = np.argsort(self.end_s, kind="stable")
        return self._take(order.tolist())

    def after(self, count: int) -> Columns:
        """The rows without the first so many."""
        return self._take(list(range(count, len(self))))

    def _take(self, rows: Sequence[int]) -> Columns:
        index = np.array(rows, dtype=np.int64)
        return Columns(
            end_s=self.end_s[index],
            total_ns=self.total_ns[index],
            first_byte_ns=self.first_byte_ns[index],
            connect_ns=self.connect_ns[index],
            status=self.status[index],
            received=self.received[index],
            tries=self.tries[index],
            failure=[self.failure[row] for row in rows],
        )
