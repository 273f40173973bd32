"""Cases: the functions of a session, each with its arguments and a name of its own."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import product
from typing import Any

from ..errors import UsageError
from .kinds import is_async_function
from .settings import Options
from .subject import Subject


@dataclass(frozen=True, slots=True)
class Case:
    """A named subject; ``params`` are those of its arguments that come from a grid."""

    name: str
    subject: Subject
    params: dict[str, Any]


def make_cases(
    func: Callable[..., Any],
    options: Options,
    params: Mapping[str, Sequence[Any]] | None,
    *,
    is_async: bool,
    concurrency: int,
) -> list[Case]:
    """A case for each combination of ``params``, one where there are none; UsageError for what cannot be called."""
    _check_function(func, is_async=is_async)
    name = options.get("name") or name_of(func)
    kwargs = dict(options.get("kwargs") or {})
    return [
        Case(
            f"{name}({_told(chosen)})" if chosen else name,
            Subject(
                func,
                tuple(options.get("args") or ()),
                {**kwargs, **chosen},
                options.get("setup"),
                options.get("teardown"),
                options.get("setup_per", "process"),
                is_async,
                concurrency,
            ),
            chosen,
        )
        for chosen in _grid(params or {}, kwargs)
    ]


def name_of(func: Callable[..., Any]) -> str:
    """What a function is called, with what holds it; of a partial, its inner function."""
    while isinstance(func, partial):
        func = func.func
    name = getattr(func, "__qualname__", None) or type(func).__qualname__
    return str(name).rpartition("<locals>.")[2]


def distinct(cases: Sequence[Case]) -> list[Case]:
    """The cases, each with a name that no other has."""
    seen: dict[str, int] = {}
    named = []
    for case in cases:
        seen[case.name] = count = seen.get(case.name, 0) + 1
        name = case.name if count == 1 else f"{case.name} ({count})"
        named.append(Case(name, case.subject, case.params))
    return named


def _check_function(func: Callable[..., Any], *, is_async: bool) -> None:
    if not callable(func):
        hint = "give the coroutine function, not what it returns" if inspect.iscoroutine(func) else None
        raise UsageError(f"a function is needed, not {type(func).__name__}", hint=hint)
    if is_async_function(func) and not is_async:
        raise UsageError(f"{name_of(func)} is async", hint="measure it with benchmark_async")
    plain = inspect.isbuiltin(func) or inspect.isclass(func)
    if is_async and plain:
        raise UsageError(f"{name_of(func)} is not async", hint="measure it with benchmark_sync")


def _grid(params: Mapping[str, Sequence[Any]], kwargs: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for name, values in params.items():
        if isinstance(values, str) or not isinstance(values, Sequence) or not values:
            raise UsageError(f"params[{name!r}] must be a list of values with at least one")
        if name in kwargs:
            raise UsageError(f"{name!r} is both in kwargs and in params", hint="leave one of them out")
    for combination in product(*params.values()):
        yield dict(zip(params, combination, strict=True))


def _told(params: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}={value!r}" for name, value in params.items())
