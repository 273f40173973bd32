"""The plans of a search: what is sent stays as it is, how much is a probe's."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ...errors import UsageError
from ...plan.load import OpenLoad
from ...plan.model import Options, Plan
from .settings import Settings
from .slo import Slo

_USERS_S = 1.0
_LATENCIES = 4
_KEPT = ("arrivals", "when_exhausted", "max_users")


def base_plan(
    target: str | Path | Plan, request: Mapping[str, Any], *, source: str = "find_capacity"
) -> Plan:
    """The plan that probes are made of: a plan, the file of one, or a URL with further fields of the request."""
    if isinstance(target, str) and "://" in target:
        steps = [{"url": target, **request}]
        load = {"rate": 1, "duration": 1}
        return Plan.from_dict({"scenarios": [{"steps": steps}], "load": load}, source=source)
    if request:
        raise UsageError(
            f"{', '.join(request)}: these are fields of the request to a URL, and the plan says what is sent"
        )
    plan = target if isinstance(target, Plan) else Plan.from_file(target)
    _check(plan)
    return plan


def _check(plan: Plan) -> None:
    paced = next((scenario.name for scenario in plan.scenarios if scenario.pacing is not None), None)
    if paced is not None:
        raise UsageError(
            f"scenarios.{paced}.pacing: a search for capacity decides when iterations start",
            hint="leave out pacing",
        )
    if plan.options.samples is not None:
        raise UsageError(
            "options.samples: a search is many runs, and each would overwrite the samples of the one before",
            hint="leave out samples, and take them in a run of its own",
        )


def probe_plan(
    plan: Plan, rate: float, measured_s: int, told: Settings, slo: Slo, *, warm_up_s: int | None = None
) -> Plan:
    """The plan at one rate, with the warm-up of probes before what is measured, unless another is given.

    Thresholds are left out, as the search holds what it measures against the objective. ``max_users`` bounds what
    piles up in front of a target that is too slow: by default the arrivals of a second, or of four times the longest
    latency that the objective allows.
    """
    warm_up_s = told.warm_up_s if warm_up_s is None else warm_up_s
    load_s = warm_up_s + measured_s
    load = plan.load
    kept = {
        name: getattr(load, name)
        for name in (_KEPT if isinstance(load, OpenLoad) else ())
        if name in load.model_fields_set
    }
    users_s = max([_USERS_S, *(_LATENCIES * bound.value / 1000 for bound in slo.latencies)])
    kept["max_users"] = told.max_users or kept.get("max_users") or max(10, math.ceil(rate * users_s))
    if warm_up_s:
        kept["warm_up"] = warm_up_s
    given = {name: getattr(plan.options, name) for name in plan.options.model_fields_set}
    graceful_stop = min(plan.options.graceful_stop, max(load_s, users_s))
    return plan.model_copy(
        update={
            "load": OpenLoad(rate=rate, duration=load_s, **kept),
            "options": Options(**{**given, "graceful_stop": graceful_stop}),
            "thresholds": (),
        }
    )
