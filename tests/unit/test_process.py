"""External tools: one that never begins is given up, and one that is to stop does."""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path

import pytest

from adapters.performance.engines import process

SLEEPS = [sys.executable, "-c", "import time; time.sleep(60)"]
ENDS = [sys.executable, "-c", "print('done')"]


@pytest.mark.parametrize(("argv", "ending"), [(SLEEPS, "deadline"), (ENDS, "exited")])
async def test_a_tool_that_says_nothing_is_given_up_after_the_start_up(
    argv: list[str], ending: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "START_UP_S", 0.2 if argv is SLEEPS else 60.0)
    outcome = await process.run_tool(
        argv, cwd=tmp_path, stop=asyncio.Event(), deadline_s=float("inf"), begun=lambda: False
    )
    assert outcome.ending == ending


async def test_one_that_has_begun_goes_on_to_its_deadline(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "START_UP_S", 0.1)
    asked: list[None] = []

    def begun() -> bool:
        asked.append(None)
        return True

    outcome = await process.run_tool(SLEEPS, cwd=tmp_path, stop=asyncio.Event(), deadline_s=0.3, begun=begun)
    assert (outcome.ending, len(asked)) == ("deadline", 1)


async def test_what_a_tool_leaves_behind_does_not_keep_its_end_from_being_seen(tmp_path: Path) -> None:
    leaves = "import subprocess, sys; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])"
    outcome = await process.run_tool(
        [sys.executable, "-c", f"{leaves}; print('done', flush=True); sys.exit(3)"],
        cwd=tmp_path,
        stop=asyncio.Event(),
        deadline_s=30,
        stop_grace_s=0.3,
    )
    assert (outcome.ending, outcome.returncode, outcome.stdout) == ("exited", 3, b"done\n")


async def test_a_tool_stops_although_polyload_was_started_to_ignore_interrupts(tmp_path: Path) -> None:
    """As a shell starts what it runs in the background."""
    stop = asyncio.Event()
    stop.set()
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        outcome = await process.run_tool(["sleep", "60"], cwd=tmp_path, stop=stop, deadline_s=30)
    finally:
        signal.signal(signal.SIGINT, before)
    assert (outcome.ending, outcome.returncode) == ("stopped", -signal.SIGINT)
