"""Coroutines for callers that wait: on an event loop of their own, beside one that runs already."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from contextlib import suppress
from typing import Any, TypeVar

R = TypeVar("R")


def run_to_end(main: Callable[[], Coroutine[Any, Any, R]]) -> R:
    """What a coroutine returns; where an event loop runs in this thread, as in a notebook, in a thread of its own.

    An interrupt of the caller cancels it, and is raised when it has ended.
    """
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(main())
    return _in_thread(main)


def _in_thread(main: Callable[[], Coroutine[Any, Any, R]]) -> R:
    done: Future[R] = Future()
    started: Future[Callable[[], object]] = Future()

    async def cancellable() -> R:
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        assert task is not None
        started.set_result(lambda: loop.call_soon_threadsafe(task.cancel))
        return await main()

    def run() -> None:
        try:
            done.set_result(asyncio.run(cancellable()))
        except BaseException as error:
            done.set_exception(error)

    thread = threading.Thread(target=run, name="polyload")
    thread.start()
    try:
        return done.result()
    except KeyboardInterrupt:
        with suppress(RuntimeError):  # its loop is closed: it has ended by itself
            started.result()()
        raise
    finally:
        thread.join()
