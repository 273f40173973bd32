"""What a run leaves behind: child processes and temporary files."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import psutil

_WITHIN_S = 5.0
_POLL_S = 0.02


class Footprint:
    """The processes and ``polyload-*`` temporary files that came since it was made."""

    def __init__(self) -> None:
        self._children_before = set(_descendants())
        self._files_before = set(_files())
        self._noted: set[psutil.Process] = set()

    def processes(self) -> list[psutil.Process]:
        """The descendants that came since and run now; they are remembered, even if their parent goes first."""
        now = [process for process in _descendants() if process not in self._children_before]
        self._noted.update(now)
        return now

    def left(self) -> list[str]:
        """What is still there once it had time to go: processes by command, files by name."""
        deadline = time.monotonic() + _WITHIN_S
        while (left := self._left()) and time.monotonic() < deadline:
            time.sleep(_POLL_S)
        return left

    def _left(self) -> list[str]:
        processes = {*self.processes(), *self._noted}
        running = [_shown(process) for process in processes if _runs(process)]
        return running + [str(path) for path in _files() if path not in self._files_before]


def _descendants() -> list[psutil.Process]:
    return psutil.Process().children(recursive=True)


def _files() -> list[Path]:
    return list(Path(tempfile.gettempdir()).glob("polyload-*"))


def _runs(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _shown(process: psutil.Process) -> str:
    try:
        return f"process {process.pid}: {' '.join(process.cmdline())[:200]}"
    except psutil.Error:
        return f"process {process.pid}"
