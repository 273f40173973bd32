"""What one invocation measured: several benchmarks, how they compare, and what was asked of that."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ..metrics.document import Document
from .comparison import Compared
from .result import BenchmarkResult


class BenchmarkSet(Document):
    """Benchmarks and comparisons, frozen and typed; also a mapping of its JSON form.

    ``fail_if_slower``: the share by which none may be slower, with confidence, or None; ``fail_on_inconclusive``:
    what leaves that open fails too.
    """

    schema_name: Literal["polyload.bench/1"] = Field(default="polyload.bench/1", alias="schema")
    benchmarks: tuple[BenchmarkResult, ...] = ()
    compared: tuple[Compared, ...] = ()
    fail_if_slower: float | None = None
    fail_on_inconclusive: bool = False

    def exceeds(self, compared: Compared) -> bool | None:
        """Whether a comparison is slower than was allowed: None if the data leave that open; False without a limit."""
        return False if self.fail_if_slower is None else compared.exceeds(self.fail_if_slower)

    def fails(self, compared: Compared) -> bool:
        """Whether a comparison makes the whole of it fail."""
        exceeds = self.exceeds(compared)
        return self.fail_on_inconclusive if exceeds is None else exceeds

    @property
    def exit_code(self) -> int:
        """0 passed · 1 a function failed · 99 one is slower than allowed."""
        if any(not result.success for result in self.benchmarks):
            return 1
        return 99 if any(map(self.fails, self.compared)) else 0
