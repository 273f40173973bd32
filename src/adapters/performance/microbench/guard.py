"""What tells a worker process from the script that started it, so that no script is run again and again."""

from __future__ import annotations

in_worker = False
"""Whether this process is a worker that measures for another."""


class BenchmarkReached(BaseException):
    """A worker that runs a script to find a function in it has come to a benchmark: there it goes no further."""


def stop_in_worker() -> None:
    """To be called before anything is measured."""
    if in_worker:
        raise BenchmarkReached("a benchmark was started in the worker process of another one")
