"""A worker process: a job comes in on stdin, what was measured goes out on stdout, both as one line of JSON.

In: ``{"payload": …, "main": …, "files": {…}, "path": […], "argv": […], "gc": "off", "course": {…},
"timeout_s": null}``, where the payload
is a pickled `Subject`. Out: an `Answer`. What the function itself prints goes nowhere.
"""

from __future__ import annotations

import faulthandler
import json
import os
import signal
import sys
from collections.abc import Mapping
from types import FrameType
from typing import Any, TextIO

from . import guard
from .course import CoursePlan
from .loading import OutOfReach, load
from .probe import Answer, probe
from .subject import Laps
from .trouble import describe, timed_out


def main() -> None:
    """Runs one job."""
    guard.in_worker = True
    job = json.loads(sys.stdin.buffer.readline())
    _end_with_parent()
    with os.fdopen(os.dup(1), "w", encoding="ascii") as channel:
        nothing = os.open(os.devnull, os.O_RDWR)
        os.dup2(nothing, 0)
        os.dup2(nothing, 1)
        faulthandler.enable(all_threads=False)
        laps = Laps()
        _say_where_when_ended(job["timeout_s"], laps, channel)
        answer = _run(job, laps)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        channel.write(json.dumps(answer) + "\n")


def _end_with_parent() -> None:
    """Lets the system end this process when its parent, which holds the other end of stdin, is gone (Linux)."""
    try:
        from fcntl import F_GETFL, F_SETFL, F_SETOWN, F_SETSIG, fcntl
    except ImportError:
        return
    held = os.dup(0)
    fcntl(held, F_SETSIG, signal.SIGKILL)
    fcntl(held, F_SETOWN, os.getpid())
    fcntl(held, F_SETFL, fcntl(held, F_GETFL) | os.O_ASYNC)
    if os.getppid() == 1:
        os._exit(1)


def _say_where_when_ended(timeout_s: float | None, laps: Laps, channel: TextIO) -> None:
    """Lets the parent ask, by SIGTERM, where this process is when its time is up; it is the last thing that it says."""
    if timeout_s is None or os.name != "posix":
        return

    def say(_: int, frame: FrameType | None) -> None:
        from .place import place_of

        channel.write(json.dumps({"trouble": timed_out(timeout_s, laps.call, place_of(frame))}) + "\n")
        channel.flush()
        os._exit(0)

    signal.signal(signal.SIGTERM, say)
    faulthandler.register(
        signal.SIGTERM, all_threads=False, chain=True
    )  # compiled code lets nothing else speak


def _run(job: Mapping[str, Any], laps: Laps) -> Answer:
    try:
        subject = load(job)
    except OutOfReach as error:
        return {"out_of_reach": str(error)}
    except BaseException as error:
        return {"trouble": describe(error, 0)}
    return probe(subject, CoursePlan(**job["course"]), job["gc"], laps)


if __name__ == "__main__":
    main()
