"""What can be found in a plan without a request: what keeps it from running, and what is likely to be a mistake."""

from __future__ import annotations

import difflib
import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, SecretStr

from ..engines.native.jobs import worker_jobs
from ..engines.process import workspace
from ..errors import PlanError
from ..plan.auth import login_urls
from ..plan.flow import Group
from ..plan.logins import FormAuth
from ..plan.masking import Secrets
from ..plan.model import Plan
from ..plan.names import feed_called_data, unknown_names
from ..plan.steps import Request
from ..plan.template import Reference, parse, placeholders
from ..plan.thresholds import parse_threshold
from ..plan.walk import placed_steps

Level = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something found in a plan: an ``error`` keeps it from running as it is written, a ``warning`` is likely one.

    A ``note`` is what does no harm.
    """

    level: Level
    message: str
    hint: str | None = None


def findings_of(
    plan: Plan, environ: Mapping[str, str] = os.environ, *, inherited: Collection[str] = ()
) -> list[Finding]:
    """Everything found in a plan that is valid by itself; its files are looked at, nothing is sent.

    ``inherited`` are variables that it has from elsewhere, and need not use.
    """
    errors = [*_files(plan), *_compiled(plan), *_thresholds(plan)]
    return [*errors, *_unknown(plan, environ), *_changing_rows(plan), *_unused(plan, inherited)]


def _files(plan: Plan) -> Iterator[Finding]:
    tls = plan.options.tls
    for name in ("ca_file", "client_cert", "client_key"):
        path: Path | None = getattr(tls, name)
        if path is not None and not path.is_file():
            yield Finding("error", f"options.tls.{name}: there is no file {path}", "check the path")


def _compiled(plan: Plan) -> Iterator[Finding]:
    """What would be wrong when a run begins: data that cannot be read among it."""
    try:
        with workspace() as folder:
            worker_jobs(plan, 1, sender="wire", folder=folder)
    except PlanError as error:
        yield Finding("error", error.message, error.hint)


def _thresholds(plan: Plan) -> Iterator[Finding]:
    """Thresholds on requests and groups that there are not: they could not be evaluated, and fail the run."""
    placed = list(placed_steps(plan))
    groups = {one.step.group for one in placed if isinstance(one.step, Group)}
    measured = {one.step.label for one in placed if isinstance(one.step, Request) and one.part == "steps"}
    names = sorted(measured | groups)
    for text in plan.thresholds:
        threshold = parse_threshold(text)
        if threshold.request is None or threshold.request in names or threshold.optional:
            continue
        yield Finding(
            "error",
            f"thresholds: {text!r}: no request or group is called {threshold.request!r}",
            _nearest(threshold.request, names) or f"there are: {', '.join(names)}",
        )


def _names_in(value: Any) -> Iterator[str]:
    """The first two words of each name that a template refers to."""
    match value:
        case str():
            for part in placeholders(parse(value)) if "${" in value else ():
                if isinstance(part, Reference):
                    yield from part.path[:2]
        case Mapping():
            for key, item in value.items():
                yield from _names_in(str(key))
                yield from _names_in(item)
        case list() | tuple():
            for item in value:
                yield from _names_in(item)


def _unknown(plan: Plan, environ: Mapping[str, str]) -> Iterator[Finding]:
    """Placeholders that nothing gives a value: they would be sent as they are written."""
    hide = Secrets.of(plan, environ).hide
    for unknown in unknown_names(plan, environ=environ):
        yield Finding("warning", hide(str(unknown)))


def _changing_rows(plan: Plan) -> Iterator[Finding]:
    """Logins from a feed that the iterations read too: they go on with other rows than the one that logged in."""
    steps = [placed.step for placed in placed_steps(plan) if placed.part == "steps"]
    read = {name for step in steps for name in _names_used(plan, step, without={"auth", "steps", "choose"})}
    for where, auth in plan.auths():
        if not login_urls(auth) or (isinstance(auth, FormAuth) and plan.options.cookies == "iteration"):
            continue
        for name in sorted(read & _names_used(plan, auth) & set(plan.data)):
            if (strategy := plan.data[name].strategy) != "per_user":
                yield Finding(
                    "warning",
                    f"{where}: a user logs in with the row of {name!r} that it has then, and its iterations have "
                    f"others ({strategy})",
                    f"data.{name}.strategy: per_user keeps a user's row",
                )


def _names_used(plan: Plan, part: BaseModel, without: set[str] | None = None) -> set[str]:
    """The names, feeds among them, that the templates in a plan or a part of it refer to."""
    names = set(_names_in(_plain(part.model_dump(by_alias=True, exclude_unset=True, exclude=without))))
    return names | {feed_called_data(plan) or "data"} if "data" in names else names


def _unused(plan: Plan, inherited: Collection[str]) -> Iterator[Finding]:
    names = _names_used(plan, plan)
    for name in plan.variables:
        if name not in names and name not in inherited:
            yield Finding("note", f"variables.{name} is used nowhere")
    for name in plan.data:
        if name not in names:
            yield Finding("note", f"data.{name} is used nowhere, but its rows are drawn")


def _nearest(name: str, names: Sequence[str]) -> str | None:
    near = difflib.get_close_matches(name, names, n=1)
    return f"did you mean {near[0]!r}?" if near else None


def _plain(value: Any) -> Any:
    """A plan's fields with the texts of secrets, whose templates count too."""
    match value:
        case SecretStr():
            return value.get_secret_value()
        case Mapping():
            return {key: _plain(item) for key, item in value.items()}
        case list() | tuple():
            return [_plain(item) for item in value]
    return value
