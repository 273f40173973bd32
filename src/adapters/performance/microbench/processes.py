"""One worker process at a time: started, given its job, listened to, and never left behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from typing import IO, Any

from .probe import Answer
from .trouble import last_words, timed_out

_MODULE = __name__.rpartition(".")[0] + ".worker"
_KEPT_BYTES = 65_536
_LEAVING_S = 5.0
_SAYING_S = 2.0


class Cancelled(Exception):
    """The session was cancelled while a process was measuring."""


class Workers:
    """Starts workers one after the other; ``cancel`` ends the one that runs, from whatever thread."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._cancelled = threading.Event()

    def cancel(self) -> None:
        """Ends the worker and keeps others from being started."""
        self._cancelled.set()
        if self._process is not None:
            _end(self._process)

    def run(self, job: Mapping[str, Any]) -> Answer:
        """What a worker answers to a job; ``{"trouble": …}`` for one that died, or was ended because its time was up.

        Cancelled if it was.
        """
        if self._cancelled.is_set():
            raise Cancelled
        process = self._process = _start()
        if self._cancelled.is_set():  # while it was being started
            process.kill()
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        tail = bytearray()
        reader = threading.Thread(target=_keep_tail, args=(process.stderr, tail), daemon=True)
        reader.start()
        deadline = _Deadline(process, job["timeout_s"])
        try:
            with suppress(BrokenPipeError):
                process.stdin.write(json.dumps(job).encode() + b"\n")
                process.stdin.flush()  # and kept open: a worker ends when it closes
            line = process.stdout.readline()
            code = _wait(process)
        finally:
            deadline.close()
            _end(process)
            process.wait()
            with suppress(BrokenPipeError):
                process.stdin.close()
            process.stdout.close()
            reader.join(_LEAVING_S)
        if self._cancelled.is_set():
            raise Cancelled
        if line.endswith(b"\n"):
            answer: Answer = json.loads(line)
            return answer
        words = last_words(bytes(tail))
        if deadline.passed:
            return {"trouble": timed_out(job["timeout_s"], None, words, known=False)}
        return {"trouble": _death(code, words)}


class _Deadline:
    """Asks a worker to say where it is when its time is up, and ends it when it does not answer."""

    def __init__(self, process: subprocess.Popen[bytes], timeout_s: float | None) -> None:
        self.passed = False
        self._process = process
        self._timer = None if timeout_s is None else threading.Timer(timeout_s, self._pass)
        if self._timer is not None:
            self._timer.daemon = True
            self._timer.start()

    def close(self) -> None:
        """Asks for nothing any more."""
        if self._timer is not None:
            self._timer.cancel()

    def _pass(self) -> None:
        self.passed = True
        self._process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_SAYING_S)
        _end(self._process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ends a worker, and whatever processes the function has left behind."""
    if os.name != "posix":
        process.kill()
        return
    with suppress(ProcessLookupError, PermissionError):  # it has ended, and left none behind
        os.killpg(process.pid, signal.SIGKILL)


def _start() -> subprocess.Popen[bytes]:
    # -O, -X and the like, as multiprocessing hands them on
    flags = subprocess._args_from_interpreter_flags()  # type: ignore[attr-defined]
    return subprocess.Popen(
        [sys.executable, *flags, "-m", _MODULE],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=os.name == "posix",
    )


def _wait(process: subprocess.Popen[bytes]) -> int | None:
    """The exit code of a worker that has answered; None for one that does not leave."""
    try:
        return process.wait(_LEAVING_S)
    except subprocess.TimeoutExpired:  # threads of the function's own
        return None


def _keep_tail(stream: IO[bytes], tail: bytearray) -> None:
    with suppress(ValueError, OSError):
        while chunk := stream.read1(4096):  # type: ignore[attr-defined]
            tail += chunk
            del tail[:-_KEPT_BYTES]
    stream.close()


def _death(code: int | None, words: str) -> dict[str, Any]:
    if code is not None and code < 0:
        how = f"the worker process was ended by {signal.Signals(-code).name}"
    else:
        how = f"the worker process ended with exit code {code} before it had measured"
    return {"kind": "died", "call": None, "error": None, "message": how, "traceback": words}
