"""What a tool writes to a file, read while it is written: through a FIFO, so that nothing is kept on disk."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

_WIDTH = 1 << 20
_CHUNK = 1 << 16
_SET_PIPE_SIZE = 1031  # F_SETPIPE_SZ of Linux
POLL_S = 0.05


class Pipe:
    """A file in ``folder`` to be written by another process; without FIFOs (Windows) a regular file."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "out"
        if hasattr(os, "mkfifo"):
            os.mkfifo(self.path, 0o600)
            self._file = os.open(self.path, os.O_RDONLY | os.O_NONBLOCK)
            self._widen()
        else:
            self.path.touch(0o600)
            self._file = os.open(self.path, os.O_RDONLY | getattr(os, "O_BINARY", 0))

    def read(self) -> bytes:
        """What has been written since; nothing when there is nothing."""
        with contextlib.suppress(BlockingIOError):
            return os.read(self._file, _CHUNK)
        return b""

    def close(self) -> None:
        """Ends the reading; whoever still writes gets an error."""
        os.close(self._file)

    def _widen(self) -> None:
        if sys.platform == "linux":
            import fcntl

            with contextlib.suppress(OSError):
                fcntl.fcntl(self._file, _SET_PIPE_SIZE, _WIDTH)


@contextlib.asynccontextmanager
async def reading(
    pipe: Pipe,
    feed: Callable[[bytes], None],
    tick: Callable[[], None] = lambda: None,
    *,
    every_s: float = POLL_S,
) -> AsyncIterator[None]:
    """Feeds what comes through the pipe, and calls ``tick`` after each look; at the end whatever is left.

    It is polled rather than waited for: a reader that waits would be woken by each line that the tool writes.
    """

    def drain() -> None:
        while chunk := pipe.read():
            feed(chunk)
        tick()

    async def poll() -> None:
        while True:
            drain()
            await asyncio.sleep(every_s)

    polling = asyncio.ensure_future(poll())
    try:
        yield
    finally:
        polling.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await polling
        try:
            drain()
        finally:
            pipe.close()
