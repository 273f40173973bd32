"""The state of one virtual user while it carries out a program."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from .chance import seeded

MISSING: Any = object()


class Session:
    """The state of one virtual user: variables, rows drawn, counters, proofs and its own random numbers."""

    __slots__ = ("auth", "cookies", "iteration", "pools", "random", "rows", "sequence", "user", "variables")

    def __init__(
        self,
        user: int,
        variables: dict[str, Any],
        seed: int | None,
        pools: Mapping[str, Sequence[Any]] | None = None,
    ) -> None:
        self.user = user
        self.iteration = 0
        self.variables = dict(variables)
        self.rows: dict[str, dict[str, Any]] = {}
        self.pools = pools or {}
        self.random = seeded(seed, user)
        self.sequence = 0
        self.cookies: Any = None
        self.auth: dict[int, Any] = {}

    @classmethod
    def of(cls, program: dict[str, Any], user: int, *, draws_as: int | None = None) -> Session:
        """The session of a user of a program; ``draws_as`` is whose random numbers it draws, if not its own."""
        session = cls(user, program["variables"], program["options"]["seed"], program["pools"])
        if draws_as is not None:
            session.random = seeded(program["options"]["seed"], draws_as)
        return session


DRAWS_AS = {"setup": 1_000_001, "teardown": 1_000_002}
"""Users that hardly any run has, as which those draw random numbers that do what is done once."""

Render = Callable[[Session], str]
Failure = tuple[str, str]
"""Its kind and what happened."""
