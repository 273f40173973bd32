"""What a search is told: from which rate, how long, how precisely; contradictions are refused before it begins."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from ...errors import UsageError
from ...plan.quantity import format_duration, parse_duration
from .search import Terms

WARM_UP_S = 2


@dataclass(frozen=True, slots=True)
class Settings:
    """Times in seconds, those of a probe whole ones, as figures are kept by the second."""

    terms: Terms
    probe_s: int
    warm_up_s: int
    budget_s: float
    recover_within_s: int
    max_users: int | None

    def to_dict(self) -> dict[str, Any]:
        """As JSON data; a maximum that is not set is None."""
        terms = self.terms
        return {
            "start_rate": terms.start_rate,
            "max_rate": terms.max_rate if math.isfinite(terms.max_rate) else None,
            "growth": terms.growth,
            "precision": terms.precision,
            "probe_s": self.probe_s,
            "warm_up_s": self.warm_up_s,
            "budget_s": self.budget_s,
            "recover_within_s": self.recover_within_s,
            "max_users": self.max_users,
        }


def read_settings(
    *,
    start_rate: float,
    max_rate: float | None,
    probe: float | str,
    warm_up: float | str | None,
    budget: float | str,
    precision: float,
    growth: float,
    max_users: int | None,
    recover_within: float | str,
) -> Settings:
    """The settings; UsageError says what is wrong with them."""
    top = math.inf if max_rate is None else max_rate
    _require(0 < start_rate < math.inf, f"start_rate is a rate over 0, not {start_rate}")
    _require(top > 0, f"max_rate is a rate over 0, not {max_rate}")
    _require(
        start_rate <= top,
        f"start_rate ({start_rate:g}/s) is over max_rate ({top:g}/s): nothing is left to search",
    )
    _require(0.001 <= precision < 1, f"precision is a share from 0.001 to under 1, not {precision}")
    _require(1.1 <= growth <= 10, f"growth is a factor from 1.1 to 10, not {growth}")
    _require(max_users is None or max_users >= 1, f"max_users is a whole number from 1, not {max_users}")
    budget_s = _seconds("budget", budget)
    probe_s = whole_seconds("probe", probe, least=2)
    warm_up_s = whole_seconds("warm_up", WARM_UP_S if warm_up is None else warm_up, least=0)
    _require(
        budget_s >= warm_up_s + probe_s,
        f"a budget of {format_duration(budget_s)} does not suffice for one probe, "
        f"which takes {format_duration(warm_up_s + probe_s)} with its warm-up",
    )
    return Settings(
        Terms(start_rate, top, growth, precision),
        probe_s,
        warm_up_s,
        budget_s,
        whole_seconds("recover_within", recover_within, least=1),
        max_users,
    )


def _seconds(name: str, value: float | str) -> float:
    try:
        return parse_duration(value)
    except ValueError as error:
        raise UsageError(f"{name}: {error}") from error


def whole_seconds(name: str, value: float | str, *, least: int) -> int:
    """A duration in whole seconds, at least so many; UsageError otherwise."""
    seconds = _seconds(name, value)
    _require(
        seconds >= least and not seconds % 1,
        f"{name} is in whole seconds from {least}, as figures are kept by the second; got {seconds:g} s",
    )
    return int(seconds)


def _require(holds: bool, message: str) -> None:
    if not holds:
        raise UsageError(message)
