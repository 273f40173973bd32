"""Every benchmark, one table after the other: ``make bench``."""

import runpy
import sys

for name in ("startup", "workers", "metrics", "httpx_client", "speed", "native", "capacity", "long_run"):
    print(f"\n== {name} ==\n", flush=True)
    sys.argv = [f"benchmarks.{name}"]
    runpy.run_module(f"benchmarks.{name}", run_name="__main__")
