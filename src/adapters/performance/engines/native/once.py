"""Inside a worker of its own: the steps that are done once, before the load and after it.

In, after the job: ``{"do": "setup"}`` or ``{"do": "teardown"}``, once each at most. Out: windows whose ``aside`` is
what the requests came to, then ``{"did": …, "variables": {…}, "failure": text or null, "skipped": {…}}``.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Callable
from time import perf_counter
from typing import Any

from ...metrics.window import Window
from ..program import runtime
from .authorised import guards_of
from .recorder import WindowClock
from .scenarios import Aftertime, Compiler
from .sender import Sender
from .user import User

Tell = Callable[[dict[str, Any]], None]


async def serve_once(
    lines: asyncio.StreamReader,
    program: dict[str, Any],
    make_sender: Callable[[], Sender],
    tell: Tell,
    *,
    wire: bool,
) -> None:
    """Does what it is told to until its input ends."""
    variables: dict[str, Any] = program["variables"]
    while line := await lines.readline():
        part = json.loads(line).get("do")
        if part is None:
            continue
        session = runtime.Session.of({**program, "variables": variables}, 0, draws_as=runtime.DRAWS_AS[part])
        keeps_cookies = program["options"]["cookies"] != "off"
        user = User(session, make_sender(), keeps_cookies=keeps_cookies)
        skipped: list[str] = []
        failure = await _do(program, part, user, skipped, tell, wire=wire)
        await user.sender.close()
        variables = session.variables
        tell({"did": part, "variables": variables, "failure": failure, "skipped": Counter(skipped)})


async def _do(
    program: dict[str, Any], part: str, user: User, skipped: list[str], tell: Tell, *, wire: bool
) -> str | None:
    """Does the steps of a part; why they did not come to their end, if so."""
    clock = WindowClock(lambda window: _tell_aside(window, tell), open_model=False, wire_bytes=wire)
    time = Aftertime()
    block = Compiler(clock, skipped.append, wire, guards_of(program, clock)).block(
        program[part], time, aside=True
    )
    assert block is not None, "only what there is, is asked for"
    longest_s = program["options"]["setup_timeout_s"]
    clock.begin(perf_counter())
    try:
        async with asyncio.timeout(longest_s):
            follows = await block.run(user)
    except TimeoutError:
        return f"it was not done within {longest_s:g} s"
    finally:
        clock.flush()
    if follows == runtime.GO_ON or user.failure is None:
        return None
    name, kind, message = user.failure
    return f"{name}: {message or kind}"


def _tell_aside(window: Window, tell: Tell) -> None:
    if window.aside:
        tell({"window": Window(window.start_s, aside=window.aside).to_dict()})
