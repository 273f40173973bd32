"""How a comparison decides: its gates, what counts as no change, and what may differ."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from ...errors import UsageError
from .comparable import check_allowed
from .figures import DEFAULT_METRICS, Metric
from .gates import Gate, parse_gate
from .judging import Margins

MARGIN = 0.05
"""The share of a time or a throughput that counts as no change."""
ERROR_MARGIN = 0.001
"""The difference of error rates that counts as no change."""


@dataclass(frozen=True, slots=True)
class Rules:
    """How a comparison decides; UsageError for what contradicts itself."""

    margins: Margins
    gates: tuple[Gate, ...] = ()
    allow: frozenset[str] = frozenset()
    open_gates_fail: bool = False

    @classmethod
    def of(
        cls,
        gates: Sequence[str] = (),
        *,
        margin: float = MARGIN,
        error_margin: float = ERROR_MARGIN,
        allow: Collection[str] = (),
        fail_on_inconclusive: bool = False,
    ) -> Rules:
        """The rules that a caller asks for."""
        for name, value in (("margin", margin), ("error_margin", error_margin)):
            if not 0 < value < 1:
                raise UsageError(f"{name} is a share between 0 and 1, not {value}", hint="0.05 is 5 %")
        parsed = tuple(parse_gate(text) for text in gates)
        if fail_on_inconclusive and not parsed:
            raise UsageError(
                "fail_on_inconclusive is about gates, and there is none",
                hint="give a gate, such as 'p95 < +5%'",
            )
        texts = [gate.text for gate in parsed]
        if len(set(texts)) < len(texts):
            raise UsageError("a gate is given twice", hint="give each once")
        return cls(Margins(margin, error_margin), parsed, check_allowed(allow), fail_on_inconclusive)

    @property
    def metrics(self) -> tuple[Metric, ...]:
        """What is compared: the usual figures, and those that gates name beside them."""
        return tuple(dict.fromkeys((*DEFAULT_METRICS, *(gate.metric for gate in self.gates))))
