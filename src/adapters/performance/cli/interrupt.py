"""Ctrl-C and SIGTERM during a run: the first ends it early and cleanly, the second at once."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def interrupts(stop: Callable[[], None], cancel: Callable[[], None]) -> Iterator[None]:
    """Within this, the first signal calls ``stop``, every further one ``cancel``."""
    calls = iter([stop])
    with _handled(lambda: next(calls, cancel)()):
        yield


@contextmanager
def _handled(handler: Callable[[], None]) -> Iterator[None]:
    loop = asyncio.get_running_loop()
    before = {number: signal.getsignal(number) for number in _SIGNALS}
    try:
        for number in _SIGNALS:
            try:
                loop.add_signal_handler(number, handler)
            except NotImplementedError:  # Windows
                signal.signal(number, lambda *_: loop.call_soon_threadsafe(handler))
        yield
    finally:
        for number, previous in before.items():
            with suppress(NotImplementedError):
                loop.remove_signal_handler(number)
            if previous is not None:  # None: not installed by Python
                signal.signal(number, previous)
