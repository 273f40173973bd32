"""k6's log as JSON lines on its standard output: exceptions are counted, and the end of everything is kept."""

from __future__ import annotations

import json

_KEPT_BYTES = 64 * 1024
_KEPT_ERRORS = 5


class Log:
    """What k6 logged so far. The rest of its standard output, such as a summary, is passed over."""

    def __init__(self) -> None:
        self._rest = b""
        self.tail = b""
        self.exceptions = 0
        self.errors: list[str] = []

    def feed(self, chunk: bytes) -> None:
        """Takes what came, which may end inside a line."""
        self.tail = (self.tail + chunk)[-_KEPT_BYTES:]
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        self._rest = self._rest[-_KEPT_BYTES:]
        for line in lines:
            if line.startswith(b"{") and b'"level":"error"' in line:
                self._error(line)

    def _error(self, line: bytes) -> None:
        try:
            entry = json.loads(line)
        except ValueError:
            return
        if entry.get("source") == "console":  # console.error() of the script
            return
        self.exceptions += entry.get("source") == "stacktrace"
        if len(self.errors) < _KEPT_ERRORS:
            self.errors.append(str(entry.get("msg", "")).strip())
