"""Starting the server whose delays are known, on processor 0, and reading its log."""

import contextlib
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from ..targets import pin, unpin


class Timed:
    """A running server: its URL, and once it has ended, the seconds it held each answer back."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.held_back_s = np.array([])


@contextlib.contextmanager
def timed_server(stall: tuple[float, float] | None = None) -> Iterator[Timed]:
    """A server with known delays, or one that stalls ``stall[0]`` seconds after the first request for ``stall[1]``."""
    with tempfile.TemporaryDirectory() as folder:
        port_file, log_file = Path(folder) / "port", Path(folder) / "log"
        argv = [sys.executable, "-m", f"{__package__}.timed_server", str(port_file), str(log_file)]
        pin(0)
        process = subprocess.Popen([*argv, *map(str, stall or ())])
        pin(1)
        try:
            timed = Timed(f"http://127.0.0.1:{_port(port_file)}/")
            yield timed
        finally:
            process.terminate()
            process.wait()
            unpin()
        timed.held_back_s = np.fromfile(log_file)


def _port(file: Path, deadline_s: float = 10) -> str:
    until = time.monotonic() + deadline_s
    while time.monotonic() < until:
        if file.exists() and (text := file.read_text()):
            return text
        time.sleep(0.01)
    raise TimeoutError("the server did not start")
