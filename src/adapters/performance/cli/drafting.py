"""A first plan from answers: fields in the order in which people read them, with comments on what they are."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..errors import PlanError, UsageError
from ..importers.draft import Draft
from ..importers.importing import load_fields
from ..importers.withheld import Withheld
from ..plan.model import Plan
from ..plan.quantity import format_duration
from ..scenarios.mixes import template
from .answers import OWN, Answers, checked_load, columns_of, status_value

DEFAULT_PAGES = ({"url": "/"},)
DEFAULT_THRESHOLDS = ("p95 < 500ms", "error_rate < 1%")
DEFAULT_LOAD = {"users": 10, "duration": "30s"}
_VARIABLE = re.compile(r"\$\{env\.(\w+)\}")
_LOAD_NOTE = "\nHow much; or {rate: 50, duration: 1m}, {iterations: 1000}, {stages: …}. -u and -d replace it."


def drafted(answers: Answers, beside: Path) -> Draft:
    """The draft of a plan that is written into the folder ``beside``."""
    draft = Draft({})
    plan = draft.plan
    own = answers.template in (None, OWN)
    withheld = Withheld()
    base = _own(answers, withheld) if own else _of_template(answers)
    plan["name"] = base.pop("name")
    plan["target"] = answers.target
    draft.above["target",] = "What relative URLs are joined to."
    plan["load"] = _load(answers, base.pop("load", None))
    draft.above["load",] = _LOAD_NOTE
    _add_data(draft, answers, beside)
    plan["scenarios"] = base.pop("scenarios")
    draft.above["scenarios",] = (
        "\nWhat a user does, again and again: requests and pauses, in order."
        if len(plan["scenarios"]) == 1
        else "\nWhat users do: each iteration picks a scenario by weight."
    )
    _add_auth(draft, answers)
    plan["thresholds"] = list(answers.thresholds if answers.thresholds is not None else base["thresholds"])
    draft.above["thresholds",] = "\nWhat must hold, or the run fails; see docs/thresholds.md."
    if not plan["thresholds"]:
        del plan["thresholds"], draft.above["thresholds",]
    draft.notes += withheld.note()
    if not own:
        draft.note(
            f"the template {answers.template!r}: its paths and bodies are guesses; put yours in their place"
        )
    return draft


def _load(answers: Answers, of_template: Mapping[str, Any] | None) -> dict[str, Any]:
    given = dict(answers.load)
    fallback = dict(of_template or DEFAULT_LOAD)
    if "rate" in given:
        fallback = {name: value for name, value in fallback.items() if name in ("duration", "ramp_up")}
    elif "iterations" in given:
        fallback = {"users": min(int(fallback.get("users", 1)), int(given["iterations"]))}
    return load_fields(checked_load({**fallback, **given}))


def unset_variables(draft: Draft) -> list[str]:
    """The variables of the environment that the plan needs and that are not set."""
    named = _VARIABLE.findall(json.dumps(draft.plan))
    return [name for name in dict.fromkeys(named) if name not in os.environ]


def _own(answers: Answers, withheld: Withheld) -> dict[str, Any]:
    """One scenario of the pages that were named."""
    status = answers.status or "2xx"
    steps: list[dict[str, Any]] = []
    for page in answers.pages or DEFAULT_PAGES:
        if steps and answers.pause:
            steps.append({"pause": answers.pause})
        named = {"name": _name(page), **_without_secrets(page, withheld)}
        steps.append({**named, "checks": [{"status": status_value(status)}]})
    if answers.pause:
        steps.append({"pause": answers.pause})
    thresholds = DEFAULT_THRESHOLDS
    return {"name": "first plan", "scenarios": [{"name": "visit", "steps": steps}], "thresholds": thresholds}


def _without_secrets(value: Any, withheld: Withheld) -> Any:
    """JSON data with placeholders for what is named as a secret."""
    match value:
        case Mapping():
            return {
                name: withheld.if_secret(name, item)
                if isinstance(item, str)
                else _without_secrets(item, withheld)
                for name, item in value.items()
            }
        case list():
            return [_without_secrets(item, withheld) for item in value]
    return value


def _name(page: Mapping[str, Any]) -> str:
    """A name for the figures: ``GET /products`` without its query."""
    path = re.sub(r"^https?://[^/]+|[?#].*", "", page["url"]) or "/"
    return f"{page.get('method', 'GET')} {path}"


def _of_template(answers: Answers) -> dict[str, Any]:
    found = template(str(answers.template))
    assert found is not None
    plan = found.make(str(answers.target)).build()
    fields = plan.model_dump(mode="json", by_alias=True, exclude_unset=True)
    fields["scenarios"] = [_plain_scenario(scenario) for scenario in fields["scenarios"]]
    fields["load"] = load_fields(plan.load)
    return fields


def _plain_scenario(scenario: Mapping[str, Any]) -> dict[str, Any]:
    """A scenario as people write it: no method where it is GET, times with their units, whole weights."""
    fields = dict(scenario)
    steps = fields.pop("steps")
    if fields.get("weight", 0.5) % 1 == 0:
        fields["weight"] = int(fields["weight"])
    return {**fields, "steps": [_plain_step(step) for step in steps]}


def _plain_step(step: Mapping[str, Any]) -> dict[str, Any]:
    if "pause" not in step:
        return {name: value for name, value in step.items() if (name, value) != ("method", "GET")}
    length = step["pause"]
    if isinstance(length, Mapping):
        return {"pause": {name: format_duration(value) for name, value in length.items()}}
    return {"pause": format_duration(length)}


def _add_data(draft: Draft, answers: Answers, beside: Path) -> None:
    if answers.data_file is None:
        return
    path = os.path.relpath(answers.data_file, beside)
    strategy = {"strategy": answers.strategy} if answers.strategy else {}
    draft.plan["data"] = {"data": {"file": path, **strategy}}
    columns = ", ".join(f"${{data.{column}}}" for column in columns_of(answers.data_file)[:8])
    draft.above["data",] = f"\nA row of it for each iteration, to be used in the steps as {columns}."


def _add_auth(draft: Draft, answers: Answers) -> None:
    """How requests prove who they are; the secret itself stays in the environment."""
    if answers.auth in (None, "none"):
        return
    secret = f"${{env.{answers.secret_variable or default_variable(answers.auth)}}}"
    kinds: dict[str, dict[str, Any]] = {
        "basic": {"basic": {"username": answers.username or "user", "password": secret}},
        "bearer": {"bearer": secret},
        "api-key": {"api_key": {"name": answers.key_header or "X-API-Key", "value": secret}},
    }
    auth = kinds[str(answers.auth)]
    for scenario in draft.plan["scenarios"]:
        for step in scenario["steps"]:
            if "url" in step:
                step["auth"] = auth
    draft.note(f"the secret is not written: before a run set the environment variable {secret[6:-1]}")


def default_variable(auth: str) -> str:
    """The environment variable that holds the secret of a kind of authentication."""
    return {"basic": "LOAD_PASSWORD", "bearer": "API_TOKEN", "api-key": "API_KEY"}[auth]


def plan_of(draft: Draft) -> Plan:
    """The plan that a draft stands for; UsageError when the answers do not go together."""
    try:
        return Plan.from_dict(draft.plan, source="new")
    except PlanError as error:
        raise UsageError(error.message.removeprefix("new: "), hint=error.hint) from None
