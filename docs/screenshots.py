"""Takes the pictures of the HTML report in the README: a real load of the demo shop, looked at in Chromium.

``python docs/screenshots.py`` takes a minute and a half, and writes ``docs/images/report-*.png``. It needs Chromium and
the ``dev`` extra. With ``--report FILE`` it looks at that report instead of making one.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from adapters.performance import SyncPerformanceClient
from adapters.performance.plan.model import Plan
from adapters.performance.reports import html
from adapters.performance.testing.demo import DemoServer

_IMAGES = Path(__file__).parent / "images"
_MOST_BYTES = 200_000
_VIEWS: dict[str, dict[str, Any]] = {
    "report-light": {"width": 1280, "height": 900, "scheme": "light", "at": "#top"},
    "report-dark": {"width": 1280, "height": 900, "scheme": "dark", "at": "#latency"},
    "report-phone": {"width": 390, "height": 780, "scheme": "light", "at": "#top", "scale": 2},
}
_PAUSE = {"pause": {"min": 0.05, "max": 0.2}}
_PLAN = {
    "name": "demo shop at noon",
    "scenarios": [
        {
            "name": "browse",
            "weight": 4,
            "steps": [
                {"name": "list products", "url": "/products", "checks": [{"status": 200}]},
                _PAUSE,
                {"name": "view product", "url": "/products/${randint(1, 40)}"},
                {"name": "recommendations", "url": "/slow"},
            ],
        },
        {
            "name": "buy",
            "steps": [
                {
                    "name": "log in",
                    "method": "POST",
                    "url": "/login",
                    "json": {"username": "shopper-${user}", "password": "demo"},
                    "extract": {"token": {"json": "$.token"}},
                },
                {
                    "name": "add to cart",
                    "method": "POST",
                    "url": "/cart",
                    "headers": {"Authorization": "Bearer ${token}"},
                    "json": {"product_id": 7, "quantity": 1},
                    "checks": [{"status": 201}],
                },
                {
                    "name": "order",
                    "method": "POST",
                    "url": "/orders",
                    "headers": {"Authorization": "Bearer ${token}"},
                },
            ],
        },
    ],
    "load": {
        "stages": [
            {"duration": "15s", "rate": 40},
            {"duration": "25s", "rate": 40},
            {"duration": "10s", "rate": 90},
            {"duration": "15s", "rate": 90},
            {"duration": "10s", "rate": 40},
            {"duration": "15s", "rate": 40},
        ]
    },
    "thresholds": ["p95 < 100ms", "error_rate < 0.1%", "checks > 99%", "add to cart: p99 < 50ms"],
}


def main() -> None:
    """Take the pictures."""
    parser = argparse.ArgumentParser(description="Takes the pictures of the HTML report in the README.")
    parser.add_argument("--report", type=Path, help="look at this one")
    parser.add_argument("--keep", type=Path, help="write the report that is made here, too")
    options = parser.parse_args()
    chromium = shutil.which("chromium") or sys.exit("Chromium is not installed: apt install chromium")
    text = options.report.read_text(encoding="utf-8") if options.report else made()
    if options.keep:
        options.keep.write_text(text, encoding="utf-8")
    _IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        file = Path(folder) / "report.html"
        file.write_text(text, encoding="utf-8")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for name, view in _VIEWS.items():
            _take(browser, file.as_uri(), _IMAGES / f"{name}.png", **view)
        browser.close()


def made() -> str:
    """The report of a load of the demo shop."""
    with DemoServer() as server, SyncPerformanceClient(tool="native") as client:
        return html.render(client.load_test(plan=Plan.from_dict({**_PLAN, "target": server.url})))


def _take(
    browser: Browser, url: str, image: Path, *, width: int, height: int, scheme: str, at: str, scale: int = 1
) -> None:
    page = browser.new_page(
        viewport={"width": width, "height": height},
        color_scheme="dark" if scheme == "dark" else "light",
        device_scale_factor=scale,
    )
    page.goto(url)
    page.wait_for_selector("html[data-drawn]", state="attached")
    page.evaluate("at => document.querySelector(at).scrollIntoView({behavior: 'instant'})", at)
    page.wait_for_timeout(200)  # for the sticky bar's blur
    page.screenshot(path=image)
    page.close()
    size = image.stat().st_size
    print(f"{image.name:<20}{size / 1000:>6.0f} kB")
    if size > _MOST_BYTES:
        sys.exit(f"{image.name} is larger than {_MOST_BYTES / 1000:.0f} kB")


if __name__ == "__main__":
    main()
