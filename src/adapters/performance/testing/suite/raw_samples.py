"""Raw samples: each request is a row of the file, and says the same as the figures."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np

from ...metrics.raw.reading import read_samples
from .base import Topic


class RawSampleTests(Topic):
    """A file with a row for each request."""

    async def test_each_request_is_a_row(self, tmp_path: Path) -> None:
        file = tmp_path / "rows.npz"
        plan = self.plan(
            {"name": "mixed", "url": "/fail-every/10"},
            load={"iterations": 40, "users": 2},
            options={"samples": {"file": str(file)}},
        )
        result = await self.run_or_refuse(plan, "samples")
        rows = read_samples(file)
        assert len(rows) == result.summary.requests == 40
        assert set(rows["name"]) == {"mixed"}
        assert Counter(kind for kind in rows["error"] if kind) == Counter(
            {error.kind: error.count for error in result.summary.errors}
        )
        if result.summary.status_codes is not None:
            told = Counter(str(int(status)) for status in rows["status"] if not np.isnan(status))
            assert told == Counter(result.summary.status_codes)
        in_time = np.sort(rows["latency_ns"])
        assert abs(in_time[-1] / 1e6 - (result.summary.latency_ms.max or 0)) < 0.01
        assert not [warning for warning in result.warnings if warning.code == "SamplesIncomplete"]
