"""Every benchmark, one table after the other: ``make bench``."""

import runpy
import sys

NAMES = (
    "startup",
    "templates",
    "workers",
    "metrics",
    "httpx_client",
    "speed",
    "native",
    "microbench",
    "comparison",
    "capacity",
    "history",
    "html_report",
    "feeds",
    "importers",
    "long_run",
)
for name in NAMES:
    print(f"\n== {name} ==\n", flush=True)
    sys.argv = [f"benchmarks.{name}"]
    runpy.run_module(f"benchmarks.{name}", run_name="__main__")
