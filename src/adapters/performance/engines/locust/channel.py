"""A named pipe in the workspace through which Locust tells what it measured."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

_CHUNK_BYTES = 256 * 1024
_DRAIN_S = 5.0


@asynccontextmanager
async def channel(path: Path, sink: Callable[[bytes], None]) -> AsyncIterator[None]:
    """Makes a pipe and hands what is written to it to ``sink``; at the end, what is left as well.

    It is held open on this side too, so that it ends only here, whoever opens and closes it on the other.
    """
    os.mkfifo(path)
    reading = os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb", buffering=0)
    holding = os.open(path, os.O_WRONLY)
    lines = asyncio.StreamReader(limit=_CHUNK_BYTES)
    loop = asyncio.get_running_loop()
    transport, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), reading)
    pump = asyncio.ensure_future(_pump(lines, sink))
    try:
        try:
            yield
        finally:
            os.close(holding)
        await asyncio.wait_for(pump, _DRAIN_S)
    finally:
        pump.cancel()
        transport.close()


async def _pump(lines: asyncio.StreamReader, sink: Callable[[bytes], None]) -> None:
    while data := await lines.read(_CHUNK_BYTES):
        sink(data)
