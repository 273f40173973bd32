"""Locust's own way of starting users of several classes, but evenly: Locust starts a second's worth at once."""

from __future__ import annotations

from typing import Any

from locust.dispatch import UsersDispatcher

_STEP_S = 0.02


class EvenDispatcher(UsersDispatcher):
    """Starts or stops users one by one, or as many as are due every 20 ms."""

    def new_dispatch(self, target_user_count: int, spawn_rate: float, *args: Any, **options: Any) -> None:
        """As in Locust, with smaller steps at the same rate."""
        super().new_dispatch(target_user_count, spawn_rate, *args, **options)
        self._user_count_per_dispatch_iteration = max(1, round(spawn_rate * _STEP_S))
        self._wait_between_dispatch = self._user_count_per_dispatch_iteration / spawn_rate
