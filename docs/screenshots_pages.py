"""Takes the pictures of the pages of a search and of a comparison: real ones, of servers whose speed is set.

``python docs/screenshots_pages.py`` takes six minutes, and writes ``docs/images/page-*.png``. It needs Chromium and the
``dev`` extra. With ``--results FOLDER`` results are kept there, and those that are there already are looked at.
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from adapters.performance import CapacityResult, ComparisonResult, find_capacity
from adapters.performance.cli.pages import capacity, comparison
from adapters.performance.plan.model import Plan
from adapters.performance.testing.queueing import QueueServer
from adapters.performance.workflows.comparison.rules import Rules
from adapters.performance.workflows.comparison.run import run_comparison
from adapters.performance.workflows.entry import Entry

_IMAGES = Path(__file__).parent / "images"
_MOST_BYTES = 200_000
_VIEWS = {"capacity": ("#curve", "light"), "comparison": ("#pair-1", "dark")}


def main() -> None:
    """Take the pictures."""
    parser = argparse.ArgumentParser(
        description="Takes the pictures of the pages of a search and a comparison."
    )
    parser.add_argument("--results", type=Path, help="where results are kept")
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        sys.exit("Chromium is not installed: apt install chromium")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.results or Path(temporary)
        for name in _VIEWS:
            (folder / f"{name}.html").write_text(_text(name, folder / f"{name}.json"), encoding="utf-8")
        _take(folder, chromium)


def _take(folder: Path, chromium: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for name, (part, scheme) in _VIEWS.items():
            page = browser.new_page(
                viewport={"width": 1280, "height": 900}, color_scheme="dark" if scheme == "dark" else "light"
            )
            page.goto((folder / f"{name}.html").resolve().as_uri())
            page.wait_for_selector("html[data-drawn]", state="attached")
            page.evaluate(f"document.querySelector('{part}').scrollIntoView({{behavior: 'instant'}})")
            image = _IMAGES / f"page-{name}.png"
            page.screenshot(path=image)
            if image.stat().st_size > _MOST_BYTES:
                sys.exit(f"{image}: {image.stat().st_size:,} bytes are too many")
        browser.close()


def _text(name: str, stored: Path) -> str:
    """The page, of the stored result if there is one."""
    if name == "capacity":
        if not stored.exists():
            stored.write_text(_search().to_json(), encoding="utf-8")
        return capacity.render(CapacityResult.from_json(stored.read_bytes()))
    if not stored.exists():
        stored.write_text(_comparison().to_json(), encoding="utf-8")
    return comparison.render(ComparisonResult.from_json(stored.read_bytes()))


def _search() -> CapacityResult:
    """A search on a server that takes 200 requests per second."""
    with QueueServer(slots=20, service_s=0.1) as server:
        found = find_capacity(
            server.url, "p99 < 400ms", start_rate=20, probe="4s", warm_up="1s", precision=0.1, tool="native"
        )
        return asyncio.run(found)


def _comparison() -> ComparisonResult:
    """A server against one that is a twelfth slower."""
    with QueueServer(slots=40, service_s=0.02) as old, QueueServer(slots=40, service_s=0.0217) as new:
        entries = {
            name: Entry(_plan(server.url), "native") for name, server in (("v1.4", old), ("v1.5", new))
        }
        rules = Rules.of(["p95 < +5%", "error_rate <= +0.1pp"])
        return asyncio.run(run_comparison(entries, rules, repeats=6, seed=1))


def _plan(url: str) -> Plan:
    steps = [{"name": "search", "url": "/"}]
    load = {"users": 20, "duration": "13s", "warm_up": "1s"}
    scenario = {"name": "search", "steps": steps}
    return Plan.model_validate({"name": "search", "target": url, "scenarios": [scenario], "load": load})


if __name__ == "__main__":
    main()
