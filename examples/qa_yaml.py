"""Settings in a file: tool, defaults, thresholds, profiles, secrets from the environment, and where each came from."""

import asyncio
import os
from pathlib import Path
from tempfile import TemporaryDirectory

from adapters.performance import PerformanceClient
from adapters.performance.settings.listing import rows
from adapters.performance.settings.resolve import load_settings
from adapters.performance.testing import DemoServer

QA = """\
performance:
  tool: native
  default_users: 5
  default_duration: 2
  default_ramp_up: 1
  thresholds:
    max_avg_response_time_ms: 500
    max_error_rate_percent: 5
    min_throughput_rps: 10
  profiles:
    brief: {concurrent_users: 10, requests_per_second: 50, duration_seconds: 2}
  target:
    base_url: ${SHOP_URL:-http://127.0.0.1:8000}
    api_key: ${SHOP_API_KEY}
"""


async def main() -> None:
    with DemoServer() as shop, TemporaryDirectory() as folder:
        file = Path(folder) / "qa.yaml"
        file.write_text(QA)
        os.environ |= {"SHOP_URL": shop.url, "SHOP_API_KEY": "not-shown"}

        print("What holds, and where it came from:")
        for row in rows(load_settings(file)):
            if row.origin.kind != "built in":
                print(f"  {row.key:<26} {row.words:<46} {str(row.origin).removeprefix(folder + '/')}")

        async with PerformanceClient.from_config(file) as client:
            result = await client.load_test("/products")
            load = result.plan["load"]
        print(
            f"\nBy default, {load['users']} users for {load['duration']:g} s: {result.summary.requests} requests"
        )
        for threshold in result.thresholds:
            print(f"  {'held' if threshold.passed else 'missed'}: {threshold.expression}")

        async with PerformanceClient.from_config(file, profile="brief") as client:
            result = await client.load_test("/products")
        print(f"With a profile of 50 requests a second: {result.summary.requests} requests in 2 s")


asyncio.run(main())
