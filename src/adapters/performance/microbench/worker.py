"""A worker process: a job comes in on stdin, what was measured goes out on stdout, both as one line of JSON.

In: ``{"payload": …, "main": …, "files": {…}, "path": […], "argv": […], "gc": "off", "course": {…}}``, where the payload
is a pickled `Subject`. Out: an `Answer`. What the function itself prints goes nowhere.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from typing import Any

from . import guard
from .course import CoursePlan
from .loading import OutOfReach, load
from .probe import Answer, probe
from .trouble import describe


def main() -> None:
    """Runs one job."""
    guard.in_worker = True
    job = json.loads(sys.stdin.buffer.readline())
    with os.fdopen(os.dup(1), "w", encoding="ascii") as channel:
        nothing = os.open(os.devnull, os.O_RDWR)
        os.dup2(nothing, 0)
        os.dup2(nothing, 1)
        channel.write(json.dumps(_run(job)) + "\n")


def _run(job: Mapping[str, Any]) -> Answer:
    try:
        subject = load(job)
    except OutOfReach as error:
        return {"out_of_reach": str(error)}
    except BaseException as error:
        return {"trouble": describe(error, 0)}
    return probe(subject, CoursePlan(**job["course"]), job["gc"])


if __name__ == "__main__":
    main()
