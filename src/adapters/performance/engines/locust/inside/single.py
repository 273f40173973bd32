"""One process sends everything, so that counts and rows of data are exact."""

from __future__ import annotations

import sys

from locust.runners import LocalRunner


def refuse_several_processes(runner: object) -> None:
    """Ends Locust unless this is the only process of the run."""
    if not isinstance(runner, LocalRunner):
        sys.exit("Locust is configured (LOCUST_* or a configuration file) to run in several processes")
