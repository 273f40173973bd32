"""Turns: a token that all users of a run share is asked for by one process at a time, and handed on to the others.

A worker asks for the turn of an auth, ``{"turn": number, "over": false}``, and gets ``{"turn": number, "held": …}``
with what came of the last one, None at first. When it is done it says ``{"turn": number, "over": true, "held": …}``.
Moments are those of ``time.perf_counter``, the same in all processes.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Any

Held = dict[str, Any] | None
Tell = Callable[[dict[str, Any]], None]


class Turns:
    """The turns as a worker takes them."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._awaited: dict[int, asyncio.Future[Held]] = {}

    async def take(self, number: int) -> Held:
        """Waits for the turn of an auth; what came of the last one."""
        awaited: asyncio.Future[Held] = asyncio.get_running_loop().create_future()
        self._awaited[number] = awaited
        self._tell({"turn": number, "over": False})
        return await awaited

    def has_come(self, number: int, held: Held) -> None:
        """The parent says that it is this worker's turn."""
        awaited = self._awaited.pop(number)
        if awaited.cancelled():
            self.end(number, held)
        else:
            awaited.set_result(held)

    def end(self, number: int, held: Held) -> None:
        """Leaves the turn to others, with what came of it."""
        self._tell({"turn": number, "over": True, "held": held})


class TurnKeeper:
    """The turns as the parent deals them, in the order in which they were asked for."""

    def __init__(self) -> None:
        self._waiting: dict[int, deque[Tell]] = {}
        self._held: dict[int, Held] = {}

    def heard(self, message: dict[str, Any], answer: Tell) -> None:
        """A worker asks for a turn, or has had one; ``answer`` tells it something."""
        number = message["turn"]
        waiting = self._waiting.setdefault(number, deque())
        if message["over"]:
            self._held[number] = message["held"]
            waiting.popleft()
        else:
            waiting.append(answer)
        if message["over"] or len(waiting) == 1:
            self._next(number)

    def gone(self, answer: Tell) -> None:
        """A worker is done, and has no turn any more."""
        for number, waiting in self._waiting.items():
            its_turn = bool(waiting) and waiting[0] == answer
            self._waiting[number] = deque(other for other in waiting if other != answer)
            if its_turn:
                self._next(number)

    def _next(self, number: int) -> None:
        if waiting := self._waiting[number]:
            waiting[0]({"turn": number, "held": self._held.get(number)})
