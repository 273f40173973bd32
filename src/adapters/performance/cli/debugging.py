"""``--debug``: what polyload does, told on standard error as it does it."""

from __future__ import annotations

import logging
import os

from ..plan.logs import log

_FORMAT = "debug %(elapsed)8.3fs  %(message)s"
VARIABLE = "POLYLOAD_DEBUG"


class _Formatter(logging.Formatter):
    """Seconds since the start before each message, whose lines are told one by one."""

    def format(self, record: logging.LogRecord) -> str:
        from ..reports.text import printable

        record.elapsed = record.relativeCreated / 1000
        record.msg = "\n".join(map(printable, str(record.msg).splitlines()))
        return super().format(record).replace("\n", "\n" + " " * 17)


def begin() -> None:
    """Tells all messages from now on, in processes of ours that this one starts too."""
    os.environ[VARIABLE] = "1"
    if any(isinstance(handler.formatter, _Formatter) for handler in log.handlers):
        return
    handler = logging.StreamHandler()
    handler.setFormatter(_Formatter(_FORMAT))
    log.addHandler(handler)
    log.setLevel(logging.DEBUG)
    log.propagate = False
