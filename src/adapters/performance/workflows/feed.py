"""A feed that any number of readers follow, each at its own pace."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Generic, TypeVar

T = TypeVar("T")


class _Link(Generic[T]):
    """A place in the feed: once ``filled``, its item and the place after it."""

    def __init__(self) -> None:
        self.filled = asyncio.Event()
        self.item: T
        self.next: _Link[T] | None = None


class Feed(Generic[T]):
    """Items in order; who reads sees each that is added from then on, until the feed is closed.

    An item is kept as long as a reader has yet to come to it, and the one who adds never waits.
    """

    def __init__(self) -> None:
        self._end: _Link[T] = _Link()

    def add(self, item: T) -> None:
        """Adds an item."""
        link = self._end
        link.item, link.next = item, _Link()
        self._end = link.next
        link.filled.set()

    def close(self) -> None:
        """There will be no more items."""
        self._end.filled.set()

    def from_now(self) -> AsyncIterator[T]:
        """The items that are added from now on."""
        return self._follow(self._end)

    async def _follow(self, link: _Link[T]) -> AsyncIterator[T]:
        while True:
            await link.filled.wait()
            if link.next is None:
                return
            yield link.item
            link = link.next
