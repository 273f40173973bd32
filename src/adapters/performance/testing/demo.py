"""The demo shop as a process of its own: ``python -m adapters.performance.testing.demo --port 8000``."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import subprocess
import sys
import threading
from collections import deque
from concurrent.futures import Future
from contextlib import suppress
from types import TracebackType
from typing import Self

from ..errors import PolyloadError
from .host import new_event_loop, serve
from .shop import Shop

_START_S = 15.0
_STOP_S = 5.0
_MODULE = __spec__.name


class DemoServer:
    """The demo shop in a child process, gone when this process is; a context manager.

    ``port`` 0 takes a free one; ``url`` is set once it is up, without a slash at the end.
    """

    url: str

    def __init__(self, *, port: int = 0, seed: int = 1, timeout_s: float = _START_S) -> None:
        self._options = ["--port", str(port), "--seed", str(seed), "--until-stdin-closes"]
        self._timeout_s = timeout_s
        self._process: subprocess.Popen[str] | None = None

    @property
    def pid(self) -> int | None:
        """The child's process id while it runs, for measuring its resources."""
        return self._process.pid if self._process is not None else None

    def start(self) -> Self:
        """Start the child and wait until it takes requests."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", _MODULE, *self._options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,  # Ctrl-C in the parent's terminal is for the parent alone
            env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        )
        self._output = _Output(self._process)
        try:
            self.url = self._output.url.result(self._timeout_s)
        except (TimeoutError, EOFError) as error:
            self.stop()
            raise PolyloadError(
                f"the demo server did not start within {self._timeout_s:g} s", hint=self._output.end
            ) from error
        return self

    def stop(self) -> None:
        """End the child and wait for it."""
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
        self._output.join()
        with process:  # closes its pipes
            pass

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


class _Output(threading.Thread):
    """Reads what the child prints: its URL, and the last lines in case it breaks."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        super().__init__(daemon=True)
        assert process.stdout is not None
        self._stream = process.stdout
        self._lines: deque[str] = deque(maxlen=20)
        self.url: Future[str] = Future()
        self.start()

    @property
    def end(self) -> str:
        """The last lines."""
        return "".join(self._lines).strip()

    def run(self) -> None:
        for line in self._stream:
            self._lines.append(line)
            if line.startswith("http://") and not self.url.done():
                self.url.set_result(line.strip())
        if not self.url.done():
            self.url.set_exception(EOFError("the child ended"))


async def _run(host: str, port: int, seed: int, until_stdin_closes: bool) -> None:
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(number, stop.set)
        except NotImplementedError:  # Windows
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop.set))
    if until_stdin_closes:
        threading.Thread(target=_when_stdin_closes, args=[loop, stop], daemon=True).start()
    await serve(Shop(seed), (host, port), stop, lambda taken: print(f"http://{host}:{taken}", flush=True))


def _when_stdin_closes(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    while os.read(0, 4096):
        pass
    with suppress(RuntimeError):  # already ending
        loop.call_soon_threadsafe(stop.set)


def main() -> None:
    """Serve the shop until told to stop; prints its URL."""
    parser = argparse.ArgumentParser(description="A small JSON shop to try load tests on.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000, help="0 takes a free one (default: 8000)")
    parser.add_argument("--seed", type=int, default=1, help="of the service times (default: 1)")
    parser.add_argument(
        "--until-stdin-closes", action="store_true", help="stop when whoever started this ends"
    )
    options = parser.parse_args()
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        runner.run(_run(options.host, options.port, options.seed, options.until_stdin_closes))


if __name__ == "__main__":
    main()
