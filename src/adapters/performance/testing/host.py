"""Running a service: as a coroutine, or on an event loop of its own in a daemon thread."""

from __future__ import annotations

import asyncio
import importlib
import ssl
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path

from .connection import Connection, Service

_BACKLOG = 4096
_START_S = 10.0


def new_event_loop() -> asyncio.AbstractEventLoop:
    """The fastest event loop this machine has."""
    for name in ("uvloop", "winloop"):
        with suppress(ImportError):
            loop: asyncio.AbstractEventLoop = importlib.import_module(name).new_event_loop()
            return loop
    return asyncio.new_event_loop()


Address = tuple[str, int] | Path
"""Host and port, or the path of a Unix socket."""


async def serve(
    service: Service,
    address: Address,
    stop: asyncio.Event,
    started: Callable[[int], None],
    tls: ssl.SSLContext | None = None,
) -> None:
    """Serve until ``stop`` is set; ``started`` is called with the port, 0 for a Unix socket."""
    server = await _listening(service, address, tls)
    try:
        started(0 if isinstance(address, Path) else server.sockets[0].getsockname()[1])
        await stop.wait()
    finally:
        server.close()
        await asyncio.sleep(0)  # lets those that were just accepted become known
        for connection in list(service.open):
            connection.shut()
        await asyncio.sleep(0)  # lets the transports close


async def _listening(service: Service, address: Address, tls: ssl.SSLContext | None) -> asyncio.Server:
    loop = asyncio.get_running_loop()

    def new() -> Connection:
        return Connection(service)

    if isinstance(address, Path):
        return await loop.create_unix_server(new, address, ssl=tls, backlog=_BACKLOG)
    return await loop.create_server(new, *address, ssl=tls, backlog=_BACKLOG)


class ServerThread:
    """A service on its own event loop in a daemon thread, so that a test shares memory with its server."""

    def __init__(self, service: Service, address: Address, tls: ssl.SSLContext | None = None) -> None:
        self._service = service
        self._address = address
        self._tls = tls
        self._port: Future[int] = Future()
        self._thread = threading.Thread(target=self._main, name="polyload-test-server", daemon=True)

    def start(self) -> int:
        """Start serving; returns the port. Errors of binding are raised here."""
        self._thread.start()
        return self._port.result(_START_S)

    def stop(self) -> None:
        """Close the port and every connection, and end the thread."""
        if self._thread.is_alive():
            with suppress(RuntimeError):  # the loop has ended by itself
                self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join()

    def settle(self) -> None:
        """Return once the server is through with whatever it was doing when this was called."""
        if not self._thread.is_alive() or threading.current_thread() is self._thread:
            return
        reached = threading.Event()
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(reached.set)
            while not reached.wait(0.05) and self._thread.is_alive():
                pass

    def _main(self) -> None:
        with asyncio.Runner(loop_factory=new_event_loop) as runner:
            self._loop = runner.get_loop()
            self._stop = asyncio.Event()
            try:
                runner.run(serve(self._service, self._address, self._stop, self._port.set_result, self._tls))
            except BaseException as error:
                if self._port.done():
                    raise
                self._port.set_exception(error)
