"""Worker processes as the parent sees them: started together, listened to, stopped, and never left behind."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

from ...errors import EngineFailed
from ...metrics.histogram import Histogram
from ...plan.logs import log
from .turns import TurnKeeper

_LINE_LIMIT = 2**26
_READY_S = 60.0
_ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1"}
"""Spares numpy threads that no worker uses: a quarter of the time that a worker takes to start."""
_MODULE = __name__.rpartition(".")[0] + ".worker"


class Worker:
    """One worker process and the lines to and from it."""

    def __init__(self, number: int, process: asyncio.subprocess.Process) -> None:
        self.number = number
        self.pid = process.pid
        self._process = process
        self._stderr = asyncio.ensure_future(_read_all(process))
        self.done: dict[str, Any] | None = None
        self.loop_lag = Histogram()
        self.heard = 0
        """How many messages came from it since it was told to start."""
        self.turns = TurnKeeper()
        """Those of all workers of a run."""
        self._changed: asyncio.Future[bool] | None = None
        self._over = False

    def send(self, message: dict[str, Any]) -> None:
        """Sends one line; a worker that is gone is noticed by ``listen``."""
        assert self._process.stdin is not None
        with contextlib.suppress(ConnectionError):
            self._process.stdin.write(json.dumps(message, separators=(",", ":")).encode() + b"\n")

    async def ready(self) -> None:
        """Waits until the worker has its job; EngineFailed says why it has not."""
        try:
            async with asyncio.timeout(_READY_S):
                await self.message()
        except TimeoutError as error:
            raise EngineFailed(f"{self} did not start within {_READY_S:.0f} s") from error

    async def listen(self, on_window: Callable[[dict[str, Any]], None]) -> None:
        """Hands over windows until the worker is done; EngineFailed if it ends before."""
        try:
            while self.done is None:
                message = await self.message()
                self.heard += 1
                if "window" in message:
                    self.loop_lag.record([lag_s * 1e9 for lag_s in message["loop_lag_s"]])
                    on_window(message["window"])
                elif "changed" in message:
                    self._answer(message["changed"])
                elif "turn" in message:
                    self.turns.heard(message, self.send)
                else:
                    self.done = message["done"]
        except EngineFailed as error:
            if self._changed is not None and not self._changed.done():
                self._changed.set_exception(error)
            raise
        finally:
            self._over = True
            self.turns.gone(self.send)
            self._answer(False)

    async def change(self, message: dict[str, Any]) -> bool:
        """Tells the worker to change its load, one change at a time; False if that is over, EngineFailed if it ends."""
        if self._over:
            return False
        self._changed = asyncio.get_running_loop().create_future()
        self.send(message)
        return await self._changed

    def _answer(self, changed: bool) -> None:
        if self._changed is not None and not self._changed.done():
            self._changed.set_result(changed)

    async def message(self) -> dict[str, Any]:
        """What the worker says next; EngineFailed if it ends before."""
        assert self._process.stdout is not None
        line = await self._process.stdout.readline()
        if not line.endswith(b"\n"):
            raise EngineFailed(await self._how_it_ended())
        message: dict[str, Any] = json.loads(line)
        if "error" in message:
            raise EngineFailed(f"{self} failed: {message['error']}")
        return message

    async def _how_it_ended(self) -> str:
        code = await self._process.wait()
        how = f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"
        words = (await self._stderr).strip()
        return f"{self} {how}" + (f": {words[-1000:]}" if words else "")

    def __str__(self) -> str:
        return f"worker {self.number} (pid {self.pid})"

    async def end(self) -> None:
        """Ends the process, if it has not ended, and waits for it."""
        if self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(
                    self.pid, signal.SIGKILL
                )  # Process.kill would take the exit code of one that just died
        await self._process.wait()
        await self._stderr


async def _read_all(process: asyncio.subprocess.Process) -> str:
    assert process.stderr is not None
    kept = b""
    while chunk := await process.stderr.read(65536):
        kept = (kept + chunk)[-65536:]
    return kept.decode(errors="replace")


@contextlib.asynccontextmanager
async def started_workers(jobs: Sequence[dict[str, Any]]) -> AsyncIterator[list[Worker]]:
    """A worker for each job, ready to start; all are gone afterwards."""
    workers: list[Worker] = []
    env = os.environ if any(job["app"] for job in jobs) else {**_ONE_THREAD, **os.environ}
    try:
        for number, job in enumerate(jobs):
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                _MODULE,
                env=env,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                limit=_LINE_LIMIT,
                start_new_session=True,
            )
            workers.append(Worker(number, process))
            log.debug("worker %d: process %d", number, process.pid)
            workers[-1].send(job)
        await asyncio.gather(*(worker.ready() for worker in workers))
        yield workers
    finally:
        await asyncio.shield(asyncio.gather(*(worker.end() for worker in workers), return_exceptions=True))
