"""Raw samples: each request is a row of the file, and says the same as the figures."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path

import numpy as np

from ...metrics.raw.reading import read_samples
from .base import Topic


class RawSampleTests(Topic):
    """A file with a row for each request."""

    async def test_each_request_is_a_row(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "rows.npz"
            plan = self.plan(
                {"name": "mixed", "url": "/fail-every/10"},
                load={"iterations": 40, "users": 2},
                options={"samples": {"file": str(file)}},
            )
            result = await self.run_or_refuse(plan, "samples")
            rows = read_samples(file)
        assert len(rows) == result.summary.requests == 40
        assert set(rows["name"]) == {"mixed"}
        kinds = Counter(kind for kind in rows["error"] if kind)
        assert kinds == {error.kind: error.count for error in result.summary.errors}
        statuses = Counter(f"{status:.0f}" for status in rows["status"] if not np.isnan(status))
        assert statuses == result.summary.status_codes or "status_codes" in self.unknown
        assert abs(np.nanmax(rows["latency_ns"]) / 1e6 - (result.summary.latency_ms.max or 0)) < 0.01
        assert "SamplesIncomplete" not in {warning.code for warning in result.warnings}
