"""One figure of the table: what it is, what it came to, and its goal."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Row:
    """A figure; ``value`` None is not measured here, and ``note`` says why, or more of it."""

    figure: str
    value: float | None
    goal: float | None = None
    better: Literal["more", "less"] = "more"
    unit: str = ""
    note: str = ""

    def __str__(self) -> str:
        if self.value is None:
            return f"{self.figure:<58}{'–':>12}  {self.note}"
        sign = "≥" if self.better == "more" else "≤"
        goal = "" if self.goal is None else f"{sign} {self.goal:g}{self.unit}"
        met = "" if self.goal is None else ("yes" if self._met() else "NO")
        return (
            f"{self.figure:<58}{f'{self.value:.3g}{self.unit}':>12}{goal:>14}{met:>5}  {self.note}".rstrip()
        )

    def _met(self) -> bool:
        assert self.value is not None
        assert self.goal is not None
        return self.value >= self.goal if self.better == "more" else self.value <= self.goal
