"""Values that Faker makes, before the run: each placeholder has a pool of them, from which users draw."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...plan.fakes import Faked, FakerMissing, fake


class Pools:
    """The pools of one plan, by what was asked for; under a seed their values are the same each time."""

    def __init__(self, seed: int | None) -> None:
        self._seed = seed
        self.values: dict[str, list[Any]] = {}

    def named(self, path: Sequence[str], args: Sequence[str]) -> str | None:
        """The name of the pool for a method and its arguments, made when it is first asked for; None if Faker has none.

        PlanError when Faker is not installed.
        """
        key = f"{'.'.join(path)}({', '.join(args)})"
        if key not in self.values:
            made = fake(path, args, seed=None if self._seed is None else f"{self._seed}:{key}")
            match made:
                case FakerMissing():
                    raise made.error()
                case Faked():
                    self.values[key] = made.values
                case _:
                    return None
        return key
