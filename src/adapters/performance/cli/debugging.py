"""``--debug``: what polyload does, told on standard error as it does it."""

from __future__ import annotations

import logging
import os
import sys

from ..plan.logs import log
from .exits import at_end

VARIABLE = "POLYLOAD_DEBUG"
_FORMAT = "debug %(elapsed)8.3fs  %(message)s"


def begin() -> None:
    """Tells all messages until the command has ended."""
    before = os.environ.get(VARIABLE), log.level, log.propagate
    handler = _ToStderr()
    handler.setFormatter(_Formatter(_FORMAT))

    def end() -> None:
        variable, log.level, log.propagate = before
        log.removeHandler(handler)
        os.environ.pop(VARIABLE, None)
        if variable is not None:
            os.environ[VARIABLE] = variable

    os.environ[VARIABLE] = "1"
    log.addHandler(handler)
    log.setLevel(logging.DEBUG)
    log.propagate = False
    at_end.append(end)


class _ToStderr(logging.Handler):
    """Whatever standard error is at the moment."""

    def emit(self, record: logging.LogRecord) -> None:
        print(self.format(record), file=sys.stderr)


class _Formatter(logging.Formatter):
    """Seconds since the start before each message, further lines of it below."""

    def format(self, record: logging.LogRecord) -> str:
        from ..reports.text import printable

        record.elapsed = record.relativeCreated / 1000
        lines = super().format(record).splitlines()
        return "\n                 ".join(map(printable, lines))
