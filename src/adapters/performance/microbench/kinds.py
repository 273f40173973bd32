"""Kinds of functions: those that are awaited, those that are not, and calls that would measure nothing of the work."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import partial
from types import AsyncGeneratorType, CoroutineType, GeneratorType
from typing import Any


class WrongKind(Exception):
    """What the first call returned shows that a function cannot be measured as asked; ``hint`` says what to do."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


def is_async_function(func: Callable[..., Any]) -> bool:
    """Whether a function, a partial of one, or an object's ``__call__`` is async."""
    while isinstance(func, partial):
        func = func.func
    return inspect.iscoroutinefunction(func) or inspect.iscoroutinefunction(
        getattr(func, "__call__", None)  # noqa: B004  an object's own method
    )


def check_returned(returned: Any) -> None:
    """WrongKind for what a plain call must not return: something that is still to be awaited or iterated."""
    if inspect.isawaitable(returned):
        if inspect.iscoroutine(returned):
            returned.close()  # else Python warns that it was never awaited
        raise WrongKind(
            f"a call only makes {_named(returned)}, which runs when it is awaited",
            "give it to benchmark_async, or measure an async function that awaits it",
        )
    _check_iterated(returned)


def check_awaitable(returned: Any) -> None:
    """WrongKind for what an async function's call must return, if it is something else."""
    if inspect.isawaitable(returned):
        return
    _check_iterated(returned)
    raise WrongKind(
        f"a call returned {type(returned).__name__}, which cannot be awaited: it is no async function",
        "measure it with benchmark_sync",
    )


def _named(returned: Any) -> str:
    known = {
        CoroutineType: "a coroutine",
        GeneratorType: "a generator",
        AsyncGeneratorType: "an async generator",
    }
    return known.get(type(returned), f"an awaitable {type(returned).__name__}")


def _check_iterated(returned: Any) -> None:
    if isinstance(returned, GeneratorType | AsyncGeneratorType):
        loop = "for" if isinstance(returned, GeneratorType) else "async for"
        raise WrongKind(
            f"a call only makes {_named(returned)}, whose body runs when it is iterated",
            f"measure a function that goes through it: {loop} item in …: pass",
        )
