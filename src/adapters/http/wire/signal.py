"""An awaitable that is used again and again, and wakes its task at once instead of at the next turn of the loop."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable, Generator
from typing import Any


class Signal:
    """What a task waits on between sending a request and having its answer.

    A future per request, and the turn of the loop between its result and the task that waits for it, would cost more
    than the request's own work. This object follows the protocol by which tasks wait on futures
    (``_asyncio_future_blocking``, as ``asyncio.isfuture`` tests), for one waiting task at a time.
    ``set`` and ``fail`` must be called from a callback of the loop, not from inside another task.
    """

    __slots__ = (
        "_asyncio_future_blocking",
        "_cancelled",
        "_context",
        "_error",
        "_loop",
        "_on_cancel",
        "_waiter",
    )

    def __init__(self, loop: asyncio.AbstractEventLoop, on_cancel: Callable[[], None]) -> None:
        self._asyncio_future_blocking = False
        self._loop = loop
        self._waiter: Callable[[Any], object] | None = None
        self._context: contextvars.Context | None = None
        self._error: Exception | None = None
        self._cancelled = False
        self._on_cancel = on_cancel

    def __await__(self) -> Generator[Signal, None, None]:
        self._asyncio_future_blocking = True
        yield self

    @property
    def waiting(self) -> bool:
        """Whether a task waits now."""
        return self._waiter is not None

    def set(self) -> None:
        """Wakes the waiting task, if there is one."""
        waiter = self._waiter
        if waiter is not None:
            self._waiter = None
            if self._context is None:
                waiter(self)
            else:
                self._context.run(waiter, self)  # else the task would go on with the connection's variables

    def fail(self, error: Exception) -> None:
        """Wakes the waiting task with an error."""
        self._error = error
        self.set()

    def get_loop(self) -> asyncio.AbstractEventLoop:
        """The loop that the waiting task runs in."""
        return self._loop

    def add_done_callback(
        self, callback: Callable[[Any], object], *, context: contextvars.Context | None = None
    ) -> None:
        """Called by the task that starts to wait."""
        self._waiter = callback
        self._context = context

    def result(self) -> None:
        """Called by the task that wakes."""
        if self._cancelled:
            self._cancelled = False
            raise asyncio.CancelledError
        if self._error is not None:
            error, self._error = self._error, None
            raise error

    def cancel(self, msg: object = None) -> bool:
        """Called when the waiting task is cancelled."""
        if self._waiter is None:
            return False
        self._cancelled = True
        self._on_cancel()
        self._loop.call_soon(self.set)
        return True
