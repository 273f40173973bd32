"""The state of one virtual user while it carries out a program."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

MISSING: Any = object()


class Session:
    """The state of one virtual user: variables, rows drawn, counters, proofs and its own random numbers."""

    __slots__ = ("auth", "cookies", "iteration", "random", "rows", "sequence", "user", "variables")

    def __init__(self, user: int, variables: dict[str, Any], seed: int | None) -> None:
        self.user = user
        self.iteration = 0
        self.variables = dict(variables)
        self.rows: dict[str, dict[str, Any]] = {}
        self.random = random.Random(None if seed is None else seed * 1_000_003 + user)
        self.sequence = 0
        self.cookies: Any = None
        self.auth: dict[int, Any] = {}


Render = Callable[[Session], str]
Failure = tuple[str, str]
"""Its kind and what happened."""
