"""What polyload tells those who look for a fault: the logger ``polyload``, which says nothing until it is configured.

Messages are of the levels DEBUG and INFO, put together only when somebody listens, and without secrets. A program that
uses polyload configures it as any other: ``logging.getLogger("polyload").setLevel(logging.DEBUG)``.
"""

from __future__ import annotations

import logging
import shlex
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from time import perf_counter

from .secrets import mask_arguments, mask_text

log = logging.getLogger("polyload")
log.addHandler(logging.NullHandler())


def _without_secrets(record: logging.LogRecord) -> bool:
    record.msg, record.args = mask_text(record.getMessage()), ()
    if record.exc_info:
        record.exc_text = mask_text(_FORMATTER.formatException(record.exc_info))
    return True


_FORMATTER = logging.Formatter()


log.addFilter(_without_secrets)


class Shown:
    """A command as it is told: put together, and its secrets masked, when somebody listens."""

    def __init__(self, arguments: Sequence[str]) -> None:
        self._arguments = arguments

    def __str__(self) -> str:
        return shlex.join(mask_arguments(self._arguments))


@contextmanager
def phase(name: str, *args: object) -> Iterator[None]:
    """Tells how long a part of the work took, however it ended."""
    if not log.isEnabledFor(logging.DEBUG):
        yield
        return
    began = perf_counter()
    try:
        yield
    finally:
        log.debug(f"{name}: took %.3f s", *args, perf_counter() - began)
