"""Runs with settings: the plan that arguments stand for, with what they leave open taken from the settings."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..engines.registry import engine_class
from ..errors import PlanError, UnknownEngine, UsageError
from ..metrics.result import ResultWarning
from ..plan.load import Load
from ..plan.model import Plan
from ..plan.reading import plan_beside, read_fields, validated
from ..settings.defaults import (
    chosen_load,
    finished,
    plan_fields,
    request_fields,
    requests_plan,
    target_url,
)
from ..settings.model import Settings
from ..settings.resolve import Resolved
from .arguments import AMOUNTS, plan_from

Planned = tuple[Plan, tuple[ResultWarning, ...]]
"""A plan, and what its result is to warn of."""

_REQUEST = ("headers", "auth")
_BESIDE_REQUESTS = {*AMOUNTS, "load", "plan", "target_url", "thresholds", "options"}


def check_engines(resolved: Resolved) -> None:
    """Raises UnknownEngine, with where it stands, for an engine in the settings that there is not."""
    settings = resolved.settings
    named = [("tool", name) for name in (settings.tool,) if name != "auto"]
    for key, name in (*named, *(("preference", name) for name in settings.preference)):
        try:
            engine_class(name)
        except UnknownEngine as error:
            origin = resolved.origin(key)
            where = origin.text if origin.kind == "given" else f"{origin.text}: {key}"
            message = "no engine is called so" if origin.secret else error.message
            raise UnknownEngine(f"{where}: {message}", hint=error.hint) from error


def planned(given: Mapping[str, Any], settings: Settings, *, source: str = "load_test") -> Planned:
    """The plan that arguments of ``load_test`` stand for under these settings.

    What is given comes first, then the profile, then the plan, then the settings' defaults.
    """
    if given.get("plan") is not None:
        return _for_plan(given, settings, source)
    if given.get("target_url") is None and settings.requests:
        return _for_requests(given, settings, source)
    return _for_url(given, settings, source)


def read_plan_with(settings: Settings, path: str | Path) -> Plan:
    """The plan in a file, with the target, variables and name of the settings where it has none."""
    return plan_of_fields(settings, read_fields(path), path)


def plan_of_fields(settings: Settings, fields: Mapping[str, Any], path: str | Path) -> Plan:
    """The plan of the fields in a file, with the target, variables and name of the settings where it has none."""
    return plan_beside(plan_fields(settings, fields), Path(path).parent, source=str(path))


def requests_sketch(settings: Settings, source: str) -> Plan:
    """The plan of the settings' requests under some load; PlanError names the ``source`` and the request."""
    try:
        return Plan.from_dict(requests_plan(settings, {"users": 1, "duration": 1}), source=source)
    except PlanError as error:
        message = error.message.replace(": scenarios.0.steps.", ": requests.")
        raise PlanError(message, hint=error.hint) from error


def with_load(plan: Plan, load: Load, *, source: str) -> Plan:
    """The plan under another load; PlanError names the ``source`` when the two do not go together."""
    kept = {name: getattr(plan, name) for name in plan.model_fields_set}
    return validated(Plan, {**kept, "load": load}, source=source)


def _for_plan(given: Mapping[str, Any], settings: Settings, source: str) -> Planned:
    plan = given["plan"]
    read = plan if isinstance(plan, Plan) else read_plan_with(settings, plan)
    checked = plan_from({**given, "plan": read}, source=source)
    if (load := chosen_load(settings, checked.scenarios)) is not None:
        checked = with_load(checked, load, source=f"{source}: profile {settings.profile!r}")
    return finished(checked, settings, own_load=True)


def _for_requests(given: Mapping[str, Any], settings: Settings, source: str) -> Planned:
    """The settings' requests in turn: they take the place of a target."""
    strange = [name for name, value in given.items() if name not in _BESIDE_REQUESTS and value is not None]
    if strange:
        raise UsageError(
            f"{source}: the requests of the settings say what is sent, and {', '.join(strange)} is given beside them",
            hint="give a target_url as well, in place of those requests",
        )
    sketch = requests_sketch(settings, "settings")
    filled, own_load = _with_amounts(given, settings, sketch)
    beside = {name: value for name, value in filled.items() if name != "target_url"}
    load = plan_from({**beside, "target_url": "http://load/"}, source=source)
    plan = with_load(sketch, load.load, source=source)
    update = {"options": load.options, "thresholds": load.thresholds}
    return finished(plan.model_copy(update=update), settings, own_load=own_load)


def _for_url(given: Mapping[str, Any], settings: Settings, source: str) -> Planned:
    url = target_url(settings, given.get("target_url"))
    sent = {} if url is None else request_fields(settings, url, {n: given[n] for n in _REQUEST if n in given})
    one = Plan.from_dict({"scenarios": [{"steps": [{"url": "http://one/"}]}], "load": {"iterations": 1}})
    filled, own_load = _with_amounts({**given, **sent, "target_url": url}, settings, one)
    plan = plan_from(filled, source=source)
    named = plan if settings.name is None else plan.model_copy(update={"name": settings.name})
    return finished(named, settings, own_load=own_load)


def _with_amounts(given: Mapping[str, Any], settings: Settings, plan: Plan) -> tuple[dict[str, Any], bool]:
    """The arguments with how much in them, and whether that is more than users for a duration by default."""
    result = dict(given)
    amounts = {name: given[name] for name in AMOUNTS if given.get(name) is not None}
    if given.get("load") is not None:
        return result, True
    if (load := chosen_load(settings, plan.scenarios)) is not None:
        fields = {name: getattr(load, name) for name in load.model_fields_set}
        return {**result, **dict.fromkeys(AMOUNTS), "load": {**fields, **amounts}}, True
    return {**result, **default_amounts(settings, amounts)}, False


def default_amounts(settings: Settings, given: Mapping[str, Any]) -> dict[str, Any]:
    """How much to load a URL where no profile says it: what is given, and the settings' defaults."""
    iterations = given.get("iterations")
    defaults: dict[str, Any] = {}
    if "rate" not in given:
        most = iterations if type(iterations) is int and iterations > 0 else settings.default_users
        defaults["users"] = min(settings.default_users, most)
    if iterations is None and settings.default_duration is not None:
        defaults["duration"] = settings.default_duration
    return {**defaults, **given}
