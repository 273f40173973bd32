"""A worker process: a job comes in on stdin, windows go out on stdout, both as lines of JSON.

In: ``{"program": …, "worker": 0, "workers": 1, "sender": "wire", "app": null}``, then ``{"start_at": t}`` on the clock
of ``time.perf_counter``, then perhaps ``{"change": "pause", "value": null, "at": t}`` (see ``steering.py``), each
answered with ``{"changed": true}``, and ``{"stop": true}``; the end of stdin ends the worker.
Out: ``{"ready": pid}``, ``{"window": …}`` each second, ``{"done": {…}}`` or ``{"error": text}``.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import signal
import sys
import traceback
from time import perf_counter
from typing import Any

from ...metrics.window import Window
from .recorder import WindowClock
from .runner import Runner
from .senders import sender_factory

_TICK_S = 0.1


def main() -> None:
    """Runs one job."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the parent, which says when to stop
    try:
        if sys.platform == "win32":
            import winloop as fast_loop
        else:
            import uvloop as fast_loop
        fast_loop.run(_serve())
    except Exception:
        _tell({"error": traceback.format_exc()})
        sys.exit(1)


async def _serve() -> None:
    lines = await _stdin_lines()
    job = json.loads(await lines.readline())
    program = job["program"]
    wire = job["sender"] == "wire"
    clock = WindowClock(_tell_window, open_model=program["load"]["kind"] == "open", wire_bytes=wire)
    runner = Runner(program, clock, sender_factory(job), worker=job["worker"], workers=job["workers"])
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 50, 50)
    _tell({"ready": os.getpid()})
    start_at = json.loads(await lines.readline())["start_at"]
    cpu_before_s = _cpu_s()
    listening = asyncio.ensure_future(_listen(lines, runner, start_at))
    ticking = asyncio.ensure_future(_tick(clock))
    try:
        await runner.run(start_at)
    finally:
        listening.cancel()
        ticking.cancel()
    clock.flush()
    _tell({"done": {**_summary(runner, clock, start_at), "cpu_s": _cpu_s() - cpu_before_s}})


def _cpu_s() -> float:
    """The CPU time of this process so far, in seconds."""
    times = os.times()
    return times.user + times.system


def _summary(runner: Runner, clock: WindowClock, start_at: float) -> dict[str, Any]:
    return {
        "total_s": perf_counter() - start_at,
        "exhausted": runner.exhausted,
        "resent": runner.resent,
        "late": runner.late,
        "in_flight": clock.in_flight,
    }


async def _stdin_lines() -> asyncio.StreamReader:
    reader = asyncio.StreamReader(limit=2**30)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    return reader


async def _listen(lines: asyncio.StreamReader, runner: Runner, start_at: float) -> None:
    while line := await lines.readline():
        message = json.loads(line)
        if message.get("stop"):
            runner.stop()
        elif "change" in message:
            if message["at"] > start_at:  # what holds from the beginning is done before it
                await asyncio.sleep(message["at"] - perf_counter())
            _tell({"changed": runner.change(message["change"], message["value"], message["at"])})
    os._exit(1)  # the parent is gone


async def _tick(clock: WindowClock) -> None:
    while True:
        await asyncio.sleep(max(0.001, min(_TICK_S, clock.window_end - perf_counter())))
        clock.tick()


def _tell_window(window: Window) -> None:
    _tell({"window": window.to_dict()})


def _tell(message: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(message, separators=(",", ":")) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
