"""External tools as subprocesses: own process group, captured output, a deadline, and no orphan whatever happens."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ..errors import EngineFailed
from ..plan.logs import Shown, log, phase

TAIL_BYTES = 64 * 1024
START_UP_S = 60.0
"""How long a tool may take before it says anything."""
_LOOK_S = 0.2
_CLOSES_S = 1.0
Ending = Literal["exited", "stopped", "deadline"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a tool ended: by itself, because it was told to stop, or because its deadline passed."""

    ending: Ending
    returncode: int
    stdout: bytes
    stderr: str

    @property
    def last_words(self) -> str:
        """The end of what the tool wrote to stderr (or else stdout), for a message."""
        text = self.stderr.strip() or self.stdout.decode(errors="replace").strip()
        return "\n".join(text.splitlines()[-15:])[-2000:]


@contextlib.contextmanager
def workspace() -> Iterator[Path]:
    """A private temporary directory that is gone afterwards."""
    folder = tempfile.mkdtemp(prefix="polyload-")
    try:
        yield Path(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def find_program(name: str) -> str | None:
    """The path of a program: beside the running Python (a virtual environment not activated), or on PATH."""
    beside = shutil.which(name, path=str(Path(sys.executable).parent))
    return beside or shutil.which(name)


async def run_tool(
    argv: Sequence[str],
    *,
    cwd: Path,
    stop: asyncio.Event,
    deadline_s: float,
    env: Mapping[str, str] | None = None,
    on_stdout: Callable[[bytes], None] | None = None,
    stdout: Path | None = None,
    stop_grace_s: float = 5.0,
    begun: Callable[[], bool] = lambda: True,
) -> Outcome:
    """Runs a tool to its end, to ``stop`` or to its deadline; cancelling it kills the tool's process group first.

    Its deadline has passed as well when it has not ``begun`` within ``START_UP_S``.

    ``on_stdout`` receives output as it comes, or ``stdout`` is a file (or FIFO) for it; otherwise its last 64 KiB are
    kept in the outcome.
    A stop is SIGINT, then SIGTERM, then SIGKILL, each ``stop_grace_s`` after the other.
    """
    async with _started(argv, cwd, env, stdout) as process:
        out, err = _Tail(), _Tail()
        readers = asyncio.gather(_pump(process.stdout, on_stdout or out.add), _pump(process.stderr, err.add))
        try:
            ending = await _wait(process, stop, deadline_s, begun)
            if ending != "exited":
                await stop_group(process, stop_grace_s)
            await asyncio.wait_for(readers, timeout=stop_grace_s)
        except TimeoutError:  # something that it started holds its output
            ending = "deadline" if process.returncode is None else ending
        finally:
            readers.cancel()
            with contextlib.suppress(asyncio.CancelledError, TimeoutError):
                await readers
        return Outcome(ending, process.returncode or 0, bytes(out.data), err.data.decode(errors="replace"))


@contextlib.asynccontextmanager
async def _started(
    argv: Sequence[str], cwd: Path, env: Mapping[str, str] | None, stdout: Path | None
) -> AsyncIterator[asyncio.subprocess.Process]:
    try:
        with contextlib.ExitStack() as stack:
            file = None if stdout is None else stack.enter_context(stdout.open("wb", buffering=0))
            process = await asyncio.create_subprocess_exec(
                *argv,
                cwd=cwd,
                env={**os.environ, **(env or {})},
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE if file is None else file,
                stderr=asyncio.subprocess.PIPE,
                start_new_session=True,
                preexec_fn=_heed_interrupts if signal.getsignal(signal.SIGINT) is signal.SIG_IGN else None,
            )
    except OSError as error:
        raise EngineFailed(f"{argv[0]} cannot be started: {error.strerror}") from error
    log.debug("process %d in %s: %s", process.pid, cwd, Shown(argv))
    try:
        with phase("process %d", process.pid):
            yield process
    finally:
        _signal_group(process, signal.SIGKILL)
        await asyncio.shield(_closed(process))
        log.debug("process %d: ended with %s", process.pid, process.returncode)


def _heed_interrupts() -> None:
    """Undoes, in a tool's process, what a shell does to what it starts in the background: interrupts are ignored."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


async def _closed(process: asyncio.subprocess.Process) -> None:
    """Waits until a tool and everything that held its output is gone."""
    await process.wait()
    for stream in (process.stdout, process.stderr):
        if stream is not None:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stream.read(), _CLOSES_S)


async def _wait(
    process: asyncio.subprocess.Process, stop: asyncio.Event, deadline_s: float, begun: Callable[[], bool]
) -> Ending:
    exited, stopped = asyncio.ensure_future(_exit_of(process)), asyncio.ensure_future(stop.wait())
    ends = {exited, stopped}
    try:
        first_s = min(START_UP_S, deadline_s)
        done, _ = await asyncio.wait(ends, timeout=first_s, return_when=asyncio.FIRST_COMPLETED)
        if not done and begun():
            done, _ = await asyncio.wait(
                ends, timeout=deadline_s - first_s, return_when=asyncio.FIRST_COMPLETED
            )
    finally:
        exited.cancel()
        stopped.cancel()
    return "exited" if exited in done else "stopped" if stopped in done else "deadline"


async def _exit_of(process: asyncio.subprocess.Process) -> None:
    """Waits until a tool has ended; asyncio's own wait goes on as long as a child of it holds its output."""
    closed = asyncio.ensure_future(process.wait())
    try:
        while process.returncode is None and not closed.done():
            await asyncio.wait({closed}, timeout=_LOOK_S)
    finally:
        closed.cancel()


async def stop_group(process: asyncio.subprocess.Process, grace_s: float) -> None:
    """Ends a process and its children: asked, then told, then killed."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
        _signal_group(process, number)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), timeout=grace_s)
            return


def _signal_group(process: asyncio.subprocess.Process, number: signal.Signals) -> None:
    """Signals the group, which outlives its leader while any child does; its id is not reused until then."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)


class _Tail:
    """The last bytes of a stream."""

    def __init__(self) -> None:
        self.data = bytearray()

    def add(self, chunk: bytes) -> None:
        self.data += chunk
        if len(self.data) > 2 * TAIL_BYTES:
            del self.data[:-TAIL_BYTES]


async def _pump(stream: asyncio.StreamReader | None, sink: Callable[[bytes], None]) -> None:
    while stream is not None and (chunk := await stream.read(TAIL_BYTES)):
        sink(chunk)
