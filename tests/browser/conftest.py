"""Chromium for the tests that look at pages as readers do; where it is missing they are skipped, in CI they fail."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


class Reader:
    """Opens a page in a window, and keeps what went wrong and what was asked for over the network."""

    def __init__(self, browser: Browser, folder: Path) -> None:
        self._browser = browser
        self._folder = folder
        self.problems: list[str] = []
        self.requests: list[str] = []

    def open(
        self, text: str, width: int = 1440, scheme: str = "light", javascript: bool = True, height: int = 900
    ) -> Page:
        """The page, drawn."""
        file = self._folder / f"report-{len(list(self._folder.iterdir()))}.html"
        file.write_text(text, encoding="utf-8")
        context = self._browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme, java_script_enabled=javascript
        )
        page = context.new_page()
        page.on("console", lambda message: self.problems.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on("dialog", lambda dialog: self.problems.append(f"dialog: {dialog.message}"))
        page.on("request", lambda request: self.requests.append(request.url))
        page.goto(file.as_uri())
        if javascript:
            page.wait_for_selector("html[data-drawn]", state="attached")
        return page


@pytest.fixture(scope="module")  # no longer, for its event loop would be in the way of other tests'
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        required = os.environ.get("POLYLOAD_REQUIRE_ENGINES", "").split(",")
        if {"all", "chromium"} & set(required):
            pytest.fail("Chromium is not installed, and POLYLOAD_REQUIRE_ENGINES asks for it")
        pytest.skip("Chromium is not installed: apt install chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def reader(browser: Browser, tmp_path: Path) -> Iterator[Reader]:
    made = Reader(browser, tmp_path)
    yield made
    for context in browser.contexts:
        context.close()
