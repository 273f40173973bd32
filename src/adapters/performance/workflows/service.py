"""A service that is started for a run, waited for until it is ready, and ended with all its processes."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import signal
from collections import deque
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

from ..errors import ServiceFailed
from ..plan.base import Model
from ..plan.logs import Shown, log
from ..plan.quantity import PositiveDuration
from ..plan.secrets import MASK, hidden, is_secret, mask_arguments, mask_text, mask_url

_POLL_S = 0.05
_TRY_S = 2.0
_STOP_S = 10.0
_GONE_S = 2.0
_GONE_POLL_S = 0.01
_LAST_LINES = 15
_ADDRESS = re.compile(r"(?P<host>\[[0-9a-fA-F:]+\]|[^:/\s]+):(?P<port>\d{1,5})")


def _arguments(command: object) -> object:
    if isinstance(command, str):
        example = mask_arguments(command.split())
        raise ValueError(
            f"a command is a list of arguments, not a line for a shell: write for example {example}"
        )
    return command


def _place(text: str) -> str:
    if text.startswith(("http://", "https://")) or _ADDRESS.fullmatch(text):
        return text
    raise ValueError(f"{mask_url(text)!r} is neither a URL (http://…) nor an address (host:port)")


Command = Annotated[tuple[str, ...], BeforeValidator(_arguments), Field(min_length=1)]


class Service(Model):
    """How a service is started, how it is known to be ready, and how it is stopped.

    ``start`` is the command, which ends with the service, or at once where it starts one in the background: then
    ``stop`` is the command that ends it. ``ready`` is a URL that answers with a status below 400, or a TCP address
    (host:port) that takes connections, within ``ready_timeout`` seconds. Commands are lists of arguments; ``env`` is
    added to the environment.
    """

    start: Command
    ready: Annotated[str, AfterValidator(_place)]
    stop: Command | None = None
    ready_timeout: PositiveDuration = 30.0
    cwd: Path | None = None
    env: dict[str, str] = {}

    def hide(self, text: str) -> str:
        """What the service says without the secrets it was given by its arguments and its environment."""
        given = {value for name, value in self.env.items() if is_secret(name)}
        for command in (self.start, self.stop or ()):
            shown = mask_arguments(command)
            given |= {word for word, seen in zip(command, shown, strict=True) if seen == MASK}
            given |= {
                word.partition("=")[2]
                for word, seen in zip(command, shown, strict=True)
                if seen.endswith(f"={MASK}")
            }
        return mask_text(hidden(text, given - {""}))


class Running:
    """A service that was started; ``check`` raises ServiceFailed once it has ended by itself."""

    def __init__(self, service: Service, name: str, process: asyncio.subprocess.Process) -> None:
        self.service = service
        self.name = name
        self._process = process
        self._lines: deque[str] = deque(maxlen=_LAST_LINES)
        self._reader = asyncio.ensure_future(self._read())

    async def _read(self) -> None:
        assert self._process.stdout is not None
        while chunk := await self._process.stdout.read(64 * 1024):
            self._lines.extend(chunk.decode(errors="replace").splitlines())

    async def check(self, when: str) -> None:
        """Raises ServiceFailed when the process that was started is no more, and was not to end at once."""
        code = self._process.returncode
        if code is None or (code == 0 and self.service.stop is not None):
            return
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asyncio.shield(self._reader), timeout=1.0)
        how = f"with exit code {code}" if code >= 0 else f"by signal {signal.Signals(-code).name}"
        raise ServiceFailed(f"the service of {self.name!r} ended {how} {when}", hint=self._hint())

    async def wait_until_ready(self, stop: asyncio.Event) -> None:
        """Raises ServiceFailed when the service is not ready in time; returns early once ``stop`` is set."""
        try:
            async with asyncio.timeout(self.service.ready_timeout):
                while not await _answers(self.service.ready):
                    await self.check("before it was ready")
                    if stop.is_set():
                        return
                    await asyncio.sleep(_POLL_S)
        except TimeoutError:
            told = f"{mask_url(self.service.ready)} did not answer within {self.service.ready_timeout:g} s"
            raise ServiceFailed(
                f"the service of {self.name!r} was not ready: {told}", hint=self._hint()
            ) from None
        await self.check("before it was ready")

    def _hint(self) -> str:
        command = " ".join(mask_arguments(self.service.start))
        lines = (f"| {self.service.hide(line)}" for line in self._lines)
        return "\n".join([f"started by: {command}", *lines])

    async def end(self) -> None:
        """Runs the stop command, and ends whatever is left of the process group: asked first, then killed."""
        try:
            if self.service.stop is not None:
                await _run_to_end(self.service.stop, self.service, self.name)
        finally:
            await _end_group(self._process)
            self._reader.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._reader


@contextlib.asynccontextmanager
async def running(service: Service, name: str, stop: asyncio.Event | None = None) -> AsyncIterator[Running]:
    """Within this the service runs and is ready, unless ``stop`` was set meanwhile; afterwards nothing of it is left.

    ServiceFailed when something answers in its place already, when it does not start, and when it is not ready in time.
    """
    if await _answers(service.ready):
        raise ServiceFailed(
            f"something answers at {mask_url(service.ready)} before the service of {name!r} was started",
            hint="it would be measured instead: end it, or give the service a port of its own",
        )
    started = Running(service, name, await _launch(service.start, service, name))
    try:
        await started.wait_until_ready(stop or asyncio.Event())
        yield started
    finally:
        await _to_the_end(started.end())


async def _launch(command: Sequence[str], service: Service, name: str) -> asyncio.subprocess.Process:
    log.debug("service of %r, in %s: %s", name, service.cwd or "this folder", Shown(command))
    try:
        return await asyncio.create_subprocess_exec(
            *command,
            cwd=service.cwd,
            env=_environment(service.env),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
        )
    except OSError as error:
        where = f" in {service.cwd}" if service.cwd else ""
        raise ServiceFailed(
            f"the service of {name!r} cannot be started: {command[0]}{where}: {error.strerror or error}",
            hint="give the path of a program that is there, and its arguments as a list",
        ) from error


def _environment(more: Mapping[str, str]) -> dict[str, str]:
    return {**os.environ, **more}


async def _run_to_end(command: Sequence[str], service: Service, name: str) -> None:
    process = await _launch(command, service, name)
    try:
        output, _ = await asyncio.wait_for(process.communicate(), timeout=_STOP_S)
    except TimeoutError:
        raise ServiceFailed(
            f"the stop command of {name!r} did not end within {_STOP_S:g} s: {command[0]}"
        ) from None
    finally:
        await _end_group(process)
    if process.returncode:
        last = "\n".join(map(service.hide, output.decode(errors="replace").splitlines()[-_LAST_LINES:]))
        raise ServiceFailed(
            f"the stop command of {name!r} ended with exit code {process.returncode}: {command[0]}", hint=last
        )


async def _end_group(process: asyncio.subprocess.Process) -> None:
    """Ends a process and its children; the group outlives its leader, and its id is not reused until it is empty."""
    if process.returncode is None:
        _signal(process.pid, signal.SIGTERM)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), timeout=_STOP_S)
    left = _signal(process.pid, signal.SIGKILL)
    with contextlib.suppress(TimeoutError):  # a child in a session of its own may hold the output open
        await asyncio.wait_for(process.wait(), timeout=_STOP_S)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_GONE_S):
            while left:
                await asyncio.sleep(_GONE_POLL_S)
                left = _signal(process.pid, signal.SIGKILL)


def _signal(group: int, number: signal.Signals) -> bool:
    """Whether there was a process in the group."""
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


async def _to_the_end(work: object) -> None:
    """Waits for a coroutine whatever happens; who is cancelled meanwhile is so once it is done."""
    task = asyncio.ensure_future(work)  # type: ignore[call-overload]
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait({task})
        except asyncio.CancelledError as request:
            cancelled = request
    task.result()
    if cancelled is not None:
        raise cancelled


async def _answers(place: str) -> bool:
    """Whether the URL answers with a status below 400, or the address takes connections."""
    if "://" in place:
        return await _answers_http(place)
    match = _ADDRESS.fullmatch(place)
    assert match is not None
    try:
        async with asyncio.timeout(_TRY_S):
            _, writer = await asyncio.open_connection(match["host"].strip("[]"), int(match["port"]))
    except (OSError, TimeoutError, OverflowError):
        return False
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
    return True


async def _answers_http(url: str) -> bool:
    import httpx

    from ...http import HTTPXClient

    client = HTTPXClient(timeout=_TRY_S, trust_env=False)
    try:
        return (await client.get(url)).status_code < 400
    except httpx.HTTPError:
        return False
    finally:
        await client.aclose()
