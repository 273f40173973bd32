"""One process sends everything, so that counts and rows of data are exact."""

from __future__ import annotations

import os
import signal
import sys

from locust.runners import LocalRunner, WorkerRunner

_WHY = "Locust is configured (LOCUST_* or a configuration file) to run in several processes"


def refuse_several_processes(runner: object) -> None:
    """Ends Locust at once unless this is the only process of the run.

    A master that exits in the usual way may wait for its workers for ever; they are in its process group, and end by
    a signal for which Locust has no handler.
    """
    if isinstance(runner, LocalRunner):
        return
    if not isinstance(runner, WorkerRunner):
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        os.killpg(0, signal.SIGHUP)
        sys.stderr.write(f"{_WHY}\n")
        sys.stderr.flush()
    os._exit(1)
