"""Changing a run under way: whoever holds its handle asks, and the engine that runs takes what it is asked."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from ..errors import PolyloadError
from ..metrics.changes import Change, ChangeKind

Take = Callable[[ChangeKind, int | float | None], Awaitable[float]]
"""Carries out a change and returns the second of the run from which it holds; PolyloadError when it cannot be."""


@dataclass(slots=True)
class _Wish:
    what: ChangeKind
    value: int | float | None
    taken: asyncio.Future[None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class Steering:
    """The wishes to change one run, and ``changes``, those that were carried out.

    Wishes wait until the engine runs; then it takes them one after the other. When nothing can be changed, not yet
    begun or no longer, ``refuse`` says why.
    """

    def __init__(self) -> None:
        self.changes: list[Change] = []
        self._wishes: asyncio.Queue[_Wish | None] = asyncio.Queue()
        self._open: list[_Wish] = []
        self._refusal: Callable[[], PolyloadError] | None = None

    @property
    def paused(self) -> bool:
        """Whether the run is paused now."""
        turns = (change.what for change in reversed(self.changes) if change.what in ("pause", "resume"))
        return next(turns, "resume") == "pause"

    async def ask(self, what: ChangeKind, value: int | float | None = None) -> None:
        """Returns when the engine has carried out a change; raises PolyloadError when it cannot be."""
        if self._refusal is not None:
            raise self._refusal()
        wish = _Wish(what, value)
        self._open.append(wish)
        self._wishes.put_nowait(wish)
        try:
            await wish.taken
        finally:
            self._open.remove(wish)

    async def carry_out(self, take: Take) -> None:
        """Takes wishes until ``close``; a pause while paused changes nothing, nor does a second resume."""
        while (wish := await self._wishes.get()) is not None:
            if not wish.taken.done():
                await self._carry_out(wish, take)

    def close(self) -> None:
        """Ends ``carry_out`` when the change under way is done, so that one that was carried out is always told."""
        self._wishes.put_nowait(None)

    async def _carry_out(self, wish: _Wish, take: Take) -> None:
        try:
            if wish.what not in ("pause", "resume") or self.paused != (wish.what == "pause"):
                since = await take(wish.what, wish.value)
                self.changes.append(Change(t=since, what=wish.what, value=wish.value))
        except PolyloadError as error:
            if not wish.taken.done():
                wish.taken.set_exception(error)
        else:
            if not wish.taken.done():
                wish.taken.set_result(None)

    def refuse(self, why: Callable[[], PolyloadError]) -> None:
        """From now on nothing can be changed: what is asked, and what was asked and not done, raises this error."""
        self._refusal = why
        for wish in self._open:
            if not wish.taken.done():
                wish.taken.set_exception(why())
