"""The collector of garbage in a worker: it looks at what is new, never at the crowd of users that stays."""

from __future__ import annotations

import gc
from collections.abc import Callable

_YOUNG, _MIDDLE, _OLD = 5_000, 200, 100


class Garbage:
    """Keeps collections short: ten thousand users are half a million objects, which took 50 ms to go through.

    Broken and closed connections leave cycles behind, so collecting goes on; but what there is whenever users have come
    is set aside for good. That costs nothing, and what it keeps of garbage is bounded, since users come once.
    """

    def __init__(self, users: Callable[[], int]) -> None:
        self._users = users
        self._known = 0
        gc.collect()
        gc.freeze()
        gc.set_threshold(_YOUNG, _MIDDLE, _OLD)

    def look(self) -> None:
        """To be called often."""
        users = self._users()
        if users != self._known:
            self._known = users
            gc.freeze()
