"""Data feeds: rows that users draw, one per iteration, and refer to as ``${feed.column}``."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal, Self

from pydantic import model_validator

from .base import Model

Strategy = Literal["sequential", "random", "shuffled", "unique", "per_user"]


class Feed(Model):
    """Rows from a file (CSV, JSON, JSON Lines) or written in the plan, and how they are handed out.

    ``sequential``: in order, again from the start when they run out. ``shuffled``: so, in a random order.
    ``random``: any row each time. ``unique``: each row once; ``on_end`` says what happens then.
    ``per_user``: one row for each user, kept. Several processes of a generator are dealt the rows in turn, by the
    numbers of their iterations: each ``unique`` row is used once in all, and ``sequential`` is the order within each.
    """

    file: Path | None = None
    rows: tuple[dict[str, Any], ...] | None = None
    strategy: Strategy = "sequential"
    on_end: Literal["stop", "recycle", "fail"] = "stop"
    """What happens when ``unique`` rows run out: stop the user, start again, or fail the iteration."""

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.file is None) == (self.rows is None):
            raise ValueError("a feed needs either a file or rows")
        if self.rows is not None and not self.rows:
            raise ValueError("a feed needs at least one row")
        return self
