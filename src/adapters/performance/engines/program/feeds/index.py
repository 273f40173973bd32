"""Where the rows of a file begin, as a private file of numbers that workers map into memory."""

from __future__ import annotations

import os
from array import array
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

_BUFFERED = 65_536


def private_file(path: Path) -> BinaryIO:
    """A new file that only its owner can read."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    return os.fdopen(os.open(path, flags, 0o600), "wb")


class Index:
    """Writes the offsets of rows in order, 8 bytes each in the machine's own order; the last is the end of the rows."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size = 0
        self._out = private_file(path)
        self._some = array("Q")

    def __enter__(self) -> Index:
        return self

    def __exit__(self, *_: object) -> None:
        self._out.close()

    def add(self, start: int) -> None:
        """The next row begins here."""
        self._some.append(start)
        if len(self._some) >= _BUFFERED:
            self._flush()

    def add_all(self, starts: np.ndarray[Any, np.dtype[Any]]) -> None:
        """So do these."""
        self._flush()
        self.size += len(starts)
        self._out.write(starts.astype(np.uint64).data)

    def end(self, offset: int) -> dict[str, Any]:
        """The rows end here; how many there are, and where this is written."""
        self._flush()
        self._out.write(array("Q", [offset]))
        self._out.flush()
        return {"index": str(self.path), "size": self.size}

    def _flush(self) -> None:
        self.size += len(self._some)
        self._out.write(self._some)
        self._some = array("Q")
