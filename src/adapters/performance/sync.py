"""PerformanceClient for callers without an event loop."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, AbstractContextManager, contextmanager
from functools import update_wrapper
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, Self, TypeVar

from .blocking import run_to_end
from .client import PerformanceClient
from .engines.contract import EngineAdapter
from .metrics.result import RunResult
from .metrics.window import Window
from .workflows.handle import RunHandle

if TYPE_CHECKING:
    from anyio.from_thread import BlockingPortal

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


def _blocking_change(
    method: Callable[Concatenate[RunHandle, P], Coroutine[Any, Any, R]],
) -> Callable[Concatenate[SyncRunHandle, P], R]:
    """The same method of a run that goes on in another thread."""

    def call(self: SyncRunHandle, /, *args: P.args, **kwargs: P.kwargs) -> R:
        result: R = self._portal.call(lambda: method(self._handle, *args, **kwargs))
        return result

    update_wrapper(call, method)
    return call


def _blocking_start(
    method: Callable[Concatenate[PerformanceClient, P], AbstractAsyncContextManager[RunHandle]],
) -> Callable[Concatenate[SyncPerformanceClient, P], AbstractContextManager[SyncRunHandle]]:
    """The same method, its run in an event loop of its own in another thread."""

    @contextmanager
    def call(self: SyncPerformanceClient, /, *args: P.args, **kwargs: P.kwargs) -> Iterator[SyncRunHandle]:
        from anyio.from_thread import start_blocking_portal

        with (
            start_blocking_portal() as portal,
            portal.wrap_async_context_manager(method(self._client, *args, **kwargs)) as handle,
        ):
            yield SyncRunHandle(handle, portal)

    update_wrapper(call, method)
    return call


class SyncRunHandle:
    """RunHandle for plain scripts: ``for window in run`` and the same methods, each waits until it is done."""

    def __init__(self, handle: RunHandle, portal: BlockingPortal) -> None:
        self._handle = handle
        self._portal = portal

    result = _blocking_change(RunHandle.result)
    pause = _blocking_change(RunHandle.pause)
    resume = _blocking_change(RunHandle.resume)
    set_users = _blocking_change(RunHandle.set_users)
    set_rate = _blocking_change(RunHandle.set_rate)

    @property
    def done(self) -> bool:
        """Whether the run has ended."""
        return self._handle.done

    def stop(self) -> RunResult:
        """Ends the run early and returns its result, which is ``interrupted``."""
        self._portal.call(self._handle.stop)
        return self.result()

    def __iter__(self) -> Iterator[Window]:
        return self._read(self._portal.call(self._handle.__aiter__))

    def _read(self, windows: AsyncIterator[Window]) -> Iterator[Window]:
        while (window := self._portal.call(lambda: anext(windows, None))) is not None:
            yield window


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

    @classmethod
    def from_config(
        cls,
        file: str | Path | None = None,
        profile: str | None = None,
        *,
        env_file: str | Path | None = None,
        http_client: HTTPXClient | None = None,
    ) -> Self:
        """See `PerformanceClient.from_config`."""
        client = cls()
        client._client = PerformanceClient.from_config(
            file, profile, env_file=env_file, http_client=http_client
        )
        return client

    load_test = _blocking(PerformanceClient.load_test)
    start = _blocking_start(PerformanceClient.start)
    request = _blocking(PerformanceClient.request)
    benchmark = _blocking(PerformanceClient.benchmark)
    stress_test = _blocking(PerformanceClient.stress_test)
    run_comparison = _blocking(PerformanceClient.run_comparison)
    run_suite = _blocking(PerformanceClient.run_suite)
    scalability = _blocking(PerformanceClient.scalability)
    find_capacity = _blocking(PerformanceClient.find_capacity)
    close = _blocking(PerformanceClient.close)

    @property
    def last_result(self) -> RunResult | None:
        """The result of the last run, also of one that was interrupted."""
        return self._client.last_result

    def _wait(self, work: Coroutine[Any, Any, R]) -> R:
        return run_to_end(lambda: work)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
