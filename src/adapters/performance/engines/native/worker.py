"""A worker process: a job comes in on stdin, windows go out on stdout, both as lines of JSON.

In: ``{"program": …, "worker": 0, "workers": 1, "sender": "wire", "shared": null, "app": null, "samples": null,
"files": 1000}``, where ``files`` is how many it may need open; then ``{"start_at": t, "variables": {…}}`` on the
clock of ``time.perf_counter``, with the variables that setup left; then perhaps ``{"change": "pause", "value": null,
"at": t}`` (see ``steering.py``), each answered with ``{"changed": true}``, turns (see ``turns.py``), and
``{"stop": true}``; the end of stdin ends the worker. One that has ``once`` in its job does setup and
teardown instead: see ``once.py``.
Out: ``{"ready": pid}``, ``{"window": …, "loop_lag_s": […]}`` each second, ``{"done": {…}}`` or ``{"error": text}``.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import traceback
from dataclasses import asdict
from time import perf_counter, process_time
from typing import Any

from ...metrics.window import Window
from .alike import AlikeRecorder
from .files import raise_file_limit
from .garbage import Garbage
from .once import serve_once
from .pulse import Pulse
from .recorder import WindowClock
from .rows import Rows, SampledRecorder
from .runner import Runner
from .sender import ConnectionCounts
from .senders import sender_factory
from .turns import Turns


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
    raise_file_limit(job["files"])
    pulse, counts = Pulse(), ConnectionCounts()
    if job.get("once"):
        _tell({"ready": os.getpid()})
        await serve_once(lines, program, sender_factory(job, counts), _tell, wire=wire)
        return
    clock = _clock(job, pulse, open_model=program["load"]["kind"] == "open", wire_bytes=wire)
    turns = Turns(_tell) if job["workers"] > 1 else None
    runner = Runner(
        program,
        clock,
        sender_factory(job, counts),
        worker=job["worker"],
        workers=job["workers"],
        wire=wire,
        turns=turns,
    )
    garbage = Garbage(lambda: runner.population)
    _tell({"ready": os.getpid()})
    start = json.loads(await lines.readline())
    start_at = start["start_at"]
    program["variables"].update(start["variables"])
    cpu_before_s = process_time()
    listening = asyncio.ensure_future(_listen(lines, runner, start_at, turns))
    ticking = asyncio.ensure_future(pulse.beat([clock.tick, garbage.look], lambda: clock.window_end))
    try:
        await runner.run(start_at)
    finally:
        listening.cancel()
        ticking.cancel()
    clock.flush()
    befell = {"connections": asdict(counts) if wire else None}
    _tell({"done": {**_summary(runner, clock, start_at), **befell, "cpu_s": process_time() - cpu_before_s}})


def _summary(runner: Runner, clock: WindowClock, start_at: float) -> dict[str, Any]:
    return {
        "total_s": runner.ended_at - start_at,
        "skipped": runner.skipped,
        "stopped_users": runner.stopped_users,
        "exhausted": runner.exhausted,
        "starved": runner.starved,
        "missed": runner.missed,
        "late": runner.late,
        "in_flight": clock.in_flight,
    }


async def _stdin_lines() -> asyncio.StreamReader:
    reader = asyncio.StreamReader(limit=2**30)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    return reader


async def _listen(lines: asyncio.StreamReader, runner: Runner, start_at: float, turns: Turns | None) -> None:
    while line := await lines.readline():
        message = json.loads(line)
        if message.get("stop"):
            runner.stop()
        elif "turn" in message:
            if turns is not None:
                turns.has_come(message["turn"], message["held"])
        elif "change" in message:
            if message["at"] > start_at:  # what holds from the beginning is done before it
                await asyncio.sleep(message["at"] - perf_counter())
            _tell({"changed": runner.change(message["change"], message["value"], message["at"])})
    os._exit(1)  # the parent is gone


def _clock(job: dict[str, Any], pulse: Pulse, *, open_model: bool, wire_bytes: bool) -> WindowClock:
    """The clock whose windows are told, with raw samples if the job asks for them."""
    if job["samples"] is None:
        return WindowClock(
            lambda window: _tell_window(window, pulse), open_model=open_model, wire_bytes=wire_bytes
        )
    rows = Rows(job["samples"], job["worker"])
    recorder = AlikeRecorder if rows.all and not open_model else SampledRecorder
    return WindowClock(
        lambda window: _tell_window(window, pulse, samples=rows.hand_over(window)),
        open_model=open_model,
        wire_bytes=wire_bytes,
        make_recorder=lambda clock, name: recorder(clock, rows, name, wire_bytes=wire_bytes),
    )


def _tell_window(window: Window, pulse: Pulse, **more: Any) -> None:
    _tell({"window": {**window.to_dict(), **more}, "loop_lag_s": pulse.take()})


def _tell(message: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(message, separators=(",", ":")) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
