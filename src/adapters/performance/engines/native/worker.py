"""A worker process: a job comes in on stdin, windows go out on stdout, both as lines of JSON.

In: ``{"program": …, "worker": 0, "workers": 1, "sender": "wire", "app": null, "samples": null}``, then
``{"start_at": t}`` on the clock of ``time.perf_counter``, then perhaps ``{"stop": true}``; the end of stdin ends the
worker.
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
from .rows import Rows, SampledRecorder
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
    clock = _clock(job, open_model=program["load"]["kind"] == "open", wire_bytes=wire)
    runner = Runner(
        program, clock, sender_factory(job), worker=job["worker"], workers=job["workers"], wire=wire
    )
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 50, 50)
    _tell({"ready": os.getpid()})
    start_at = json.loads(await lines.readline())["start_at"]
    cpu_before_s = _cpu_s()
    listening = asyncio.ensure_future(_listen(lines, runner))
    ticking = asyncio.ensure_future(_tick(clock))
    try:
        await runner.run(start_at)
    finally:
        listening.cancel()
        ticking.cancel()
    clock.flush()
    _tell({"done": {**_summary(runner, start_at), "cpu_s": _cpu_s() - cpu_before_s}})


def _cpu_s() -> float:
    """The CPU time of this process so far, in seconds."""
    times = os.times()
    return times.user + times.system


def _summary(runner: Runner, start_at: float) -> dict[str, Any]:
    return {
        "total_s": perf_counter() - start_at,
        "exhausted": runner.exhausted,
        "resent": runner.resent,
    }


async def _stdin_lines() -> asyncio.StreamReader:
    reader = asyncio.StreamReader(limit=2**30)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    return reader


async def _listen(lines: asyncio.StreamReader, runner: Runner) -> None:
    while line := await lines.readline():
        if json.loads(line).get("stop"):
            runner.stop()
    os._exit(1)  # the parent is gone


async def _tick(clock: WindowClock) -> None:
    while True:
        await asyncio.sleep(_TICK_S)
        clock.tick()


def _clock(job: dict[str, Any], *, open_model: bool, wire_bytes: bool) -> WindowClock:
    """The clock whose windows are told, with raw samples if the job asks for them."""
    if job["samples"] is None:
        return WindowClock(_tell_window, open_model=open_model, wire_bytes=wire_bytes)
    rows = Rows(job["samples"], job["worker"])
    return WindowClock(
        lambda window: _tell_window(window, samples=rows.hand_over(window)),
        open_model=open_model,
        wire_bytes=wire_bytes,
        make_recorder=lambda clock, name: SampledRecorder(clock, rows, name, wire_bytes=wire_bytes),
    )


def _tell_window(window: Window, **more: Any) -> None:
    _tell({"window": {**window.to_dict(), **more}})


def _tell(message: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(message, separators=(",", ":")) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
