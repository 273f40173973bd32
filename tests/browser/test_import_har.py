"""A visit recorded in a browser, imported and run: what the site handed out is sent back by each user anew."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from tests.browser.site import Site

from adapters.performance.testing import RecordingServer

POLYLOAD = (sys.executable, "-c", "from adapters.performance.cli import main; main()")
PASSWORD = "open sesame"


@pytest.fixture(scope="module")
def recording(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The HAR file of a visit; its site is there as long as the fixture."""
    file = tmp_path_factory.mktemp("recording") / "visit.har"
    with RecordingServer() as server:
        Site(server)
        context = browser.new_context(record_har_path=file, record_har_content="embed")
        page = context.new_page()
        page.goto(server.url + "/")
        page.fill("[name=username]", "ann")
        page.fill("[name=password]", PASSWORD)
        page.click("button")
        page.click("#order")
        page.wait_for_function("document.getElementById('done').textContent == 'ordered'")
        context.close()
        yield file


@pytest.fixture(scope="module")
def plan(recording: Path) -> Path:
    file = recording.with_name("plan.yaml")
    polyload("import", recording, "-o", file, "--max-pause", "0", "-n", "4", "-u", "2")
    return file


def polyload(*args: str | Path) -> str:
    """What the command prints; it runs in a process of its own, for this one's event loop is the browser's."""
    done = subprocess.run(
        [*POLYLOAD, *map(str, args)],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "PASSWORD": PASSWORD, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize(
    "engine", [pytest.param(name, marks=pytest.mark.engine(name)) for name in ("native", "k6")]
)
def test_a_recorded_visit_runs(plan: Path, engine: str):
    result = json.loads(polyload("run", plan, "--tool", engine, "--json", "-", "--no-progress", "-q"))
    assert result["success"]
    assert {name: stats["requests"] for name, stats in result["requests"].items()} == {
        "GET /": 4,
        "POST /login": 8,  # and where it redirects to
        "POST /api/token": 4,
        "GET /api/products": 4,
        "POST /api/orders": 4,
        "GET /api/orders/${order_id}": 4,
    }


def test_the_plan_says_neither_the_password_nor_what_was_handed_out(recording: Path, plan: Path):
    text = plan.read_text()
    assert PASSWORD not in text
    assert "SKU-" not in text
    assert "Authorization" not in text
    assert "logo.png" not in text
