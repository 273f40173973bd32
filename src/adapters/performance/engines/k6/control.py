"""The control: where the script asks every 50 ms whether to stop."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

_GO_ON = b"HTTP/1.1 204 No Content\r\n\r\n"
_STOP = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


@contextlib.asynccontextmanager
async def control(stop: asyncio.Event) -> AsyncIterator[str]:
    """Serves, on loopback, 204 until ``stop`` is set and 200 then; yields the URL.

    k6 can be told to stop from outside only by a signal, which throws away whatever its users have not reported.
    """
    tasks: set[asyncio.Task[None]] = set()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            while await reader.readuntil(b"\r\n\r\n"):
                writer.write(_STOP if stop.is_set() else _GO_ON)
        writer.close()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(answer(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
