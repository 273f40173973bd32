"""The plan that a command line asks for: one URL, or a plan file with parts of it replaced."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from ..errors import PlanError, UsageError
from ..plan.merging import merged_thresholds
from ..plan.model import Options, Plan
from ..plan.python_file import is_python_file
from ..plan.reading import plan_beside, read_fields
from ..plan.secrets import mask_url
from ..plan.thresholds import Threshold, parse_threshold
from ..plan.urls import check_url
from .bodies import body_fields
from .loading import changed_load, fresh_load, option

PLAN_SUFFIXES = (".yaml", ".yml", ".json", ".py")


@dataclass(frozen=True, slots=True)
class Wishes:
    """What was given on the command line; what was not given is not in the mappings.

    ``load`` has fields of loads, ``options`` of `Options`, ``request`` method, headers and body.
    """

    load: Mapping[str, Any] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    request: Mapping[str, Any] = field(default_factory=dict)
    thresholds: Sequence[str] = ()


def make_plan(target: str, wishes: Wishes) -> Plan:
    """The plan for a target, which is a URL or the path of a plan file."""
    for text in wishes.thresholds:
        _parsed(text)
    if is_plan_file(target):
        return _for_file(target, wishes)
    return _for_url(target, wishes)


def is_plan_file(target: str) -> bool:
    """Whether a target names a plan file rather than a URL."""
    return "://" not in target and Path(target).suffix.lower() in PLAN_SUFFIXES


def _for_file(path: str, wishes: Wishes) -> Plan:
    """The plan in a file; scenarios in Python that say no load have that of a URL."""
    check_there(path)
    fields = read_fields(path)
    if is_python_file(path) and "load" not in fields:
        fields = {**fields, "load": fresh_load(wishes.load)}
        wishes = replace(wishes, load={})
    return changed_plan(plan_beside(fields, Path(path).parent, source=path), wishes)


def check_there(path: str) -> None:
    """PlanError when there is no such file."""
    if not Path(path).exists():
        raise PlanError(
            f"{mask_url(path)}: there is no such file",
            hint="if it is a URL, write it with http:// or https://",
        )


def _for_url(url: str, wishes: Wishes) -> Plan:
    if "://" not in url and Path(url).is_file():
        raise UsageError(
            f"{mask_url(url)}: not a plan file by its name",
            hint=f"plan files end in {', '.join(PLAN_SUFFIXES)}",
        )
    checked_url(url)
    step = {"url": url, **request_fields(wishes.request)}
    data = {
        "scenarios": [{"steps": [step]}],
        "load": fresh_load(wishes.load),
        "options": wishes.options,
        "thresholds": wishes.thresholds,
    }
    return Plan.from_dict(data, source="command line")


def checked_url(url: str) -> str:
    """The URL, when it is a whole one; PlanError says what is missing."""
    try:
        return check_url(url)
    except ValueError as error:
        raise PlanError(str(error)) from error


def request_fields(given: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a request for a method, headers and a body as they are given on the command line."""
    body = given.get("body")
    return {
        "method": given.get("method", "GET" if body is None else "POST"),
        "headers": _headers(given.get("headers", ())),
        **({} if body is None else body_fields(body)),
    }


def _headers(lines: Sequence[str]) -> dict[str, str]:
    headers: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon:
            raise UsageError(_not_a_header(line), hint="write -H 'Name: value'")
        if name.strip().lower() in {known.lower() for known in headers}:
            raise UsageError(
                f"the header {name.strip()!r} is given twice", hint="a request has each header once"
            )
        headers[name.strip()] = value.strip()
    return headers


def _not_a_header(line: str) -> str:
    """What is wrong with a line that may be a secret as a whole."""
    begins = re.match(r"[\w-]+(?=[\s=])", line)
    return f"not a header: {begins.group() + '…'!r}" if begins else "not a header: it has no colon"


def changed_plan(plan: Plan, wishes: Wishes) -> Plan:
    """The plan with parts of it replaced; UsageError for what would not reach all of it."""
    if wishes.request:
        given = ", ".join(option(name.rstrip("s")) for name in wishes.request)
        raise UsageError(
            f"{given} cannot be combined with a plan file, whose steps say what is sent",
            hint="change the steps in the plan, or give a URL instead of it",
        )
    for name in wishes.options:
        _refuse_if_steps_differ(plan, name)
    return plan.model_copy(
        update={
            "load": changed_load(plan.load, wishes.load),
            "options": _options(plan.options, wishes.options),
            "thresholds": merged_thresholds(plan.thresholds, wishes.thresholds),
        }
    )


def _options(options: Options, given: Mapping[str, Any]) -> Options:
    kept = {name: getattr(options, name) for name in options.model_fields_set}
    try:
        return Options(**{**kept, **given})
    except ValidationError as error:
        details = error.errors(include_url=False, include_context=False, include_input=False)
        told = "; ".join(f"{option(str(detail['loc'][0]))}: {detail['msg']}" for detail in details)
        raise UsageError(told) from error


def _refuse_if_steps_differ(plan: Plan, name: str) -> None:
    """An option for the whole plan would not reach the steps that have their own."""
    own = [step.label for step in plan.requests() if getattr(step, name, None) is not None]
    if own:
        raise UsageError(
            f"{option(name)} would not reach step {own[0]!r}, which has its own {name}",
            hint="change it in the plan",
        )


def _parsed(text: str) -> Threshold:
    try:
        return parse_threshold(text)
    except ValueError as error:
        raise UsageError(str(error)) from error
