"""Reports of a result, several at once: for people, for pipelines, for spreadsheets."""

import tempfile

from adapters.performance import SyncPerformanceClient, save_report
from adapters.performance.testing import DemoServer

with DemoServer() as shop, SyncPerformanceClient("native") as client:
    result = client.load_test(
        f"{shop.url}/products", users=5, duration=2, thresholds=["p95 < 2s", "error_rate < 1%"]
    )

folder = tempfile.mkdtemp()
for path in save_report(result, folder, formats=["json", "html", "markdown", "junit", "csv", "hgrm"]):
    print(f"{path.name:<14}{path.stat().st_size:>8,} bytes")
