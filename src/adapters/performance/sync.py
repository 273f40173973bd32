"""PerformanceClient for callers without an event loop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from functools import update_wrapper
from types import TracebackType
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, Self, TypeVar

from .client import PerformanceClient
from .engines.contract import EngineAdapter
from .metrics.result import RunResult

if TYPE_CHECKING:
    from ..http import HTTPXClient

P = ParamSpec("P")
R = TypeVar("R")


def _blocking(
    method: Callable[Concatenate[PerformanceClient, P], Coroutine[Any, Any, R]],
) -> Callable[Concatenate[SyncPerformanceClient, P], R]:
    """The same method for callers without an event loop."""

    def call(self: SyncPerformanceClient, /, *args: P.args, **kwargs: P.kwargs) -> R:
        return self._wait(method(self._client, *args, **kwargs))

    update_wrapper(call, method)
    return call


class SyncPerformanceClient:
    """PerformanceClient for plain scripts: the same methods, each waits until it is done.

    Also works where an event loop already runs, as in a notebook; the work is then done in a thread of its own.
    """

    def __init__(
        self,
        tool: str | EngineAdapter = "auto",
        http_client: HTTPXClient | None = None,
        *,
        preference: Sequence[str] = (),
        approximate: bool = False,
    ) -> None:
        self._client = PerformanceClient(tool, http_client, preference=preference, approximate=approximate)

    load_test = _blocking(PerformanceClient.load_test)
    benchmark = _blocking(PerformanceClient.benchmark)
    stress_test = _blocking(PerformanceClient.stress_test)
    run_comparison = _blocking(PerformanceClient.run_comparison)
    close = _blocking(PerformanceClient.close)

    @property
    def last_result(self) -> RunResult | None:
        """The result of the last run, also of one that was interrupted."""
        return self._client.last_result

    def _wait(self, work: Awaitable[R]) -> R:
        async def main() -> R:
            return await work

        try:
            asyncio.get_running_loop()
        except RuntimeError:
            return asyncio.run(main())
        return _in_thread(main)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _in_thread(main: Callable[[], Coroutine[Any, Any, R]]) -> R:
    result: list[R] = []
    failure: list[BaseException] = []

    def run() -> None:
        try:
            result.append(asyncio.run(main()))
        except BaseException as error:
            failure.append(error)

    thread = threading.Thread(target=run, name="polyload")
    thread.start()
    thread.join()
    if failure:
        raise failure[0]
    return result[0]
