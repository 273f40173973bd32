"""What settings are for a run: its target and load where it says none, and what its plan leaves open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar
from urllib.parse import urlsplit

from pydantic import BaseModel

from ..errors import UsageError
from ..metrics.result import ResultWarning
from ..plan.load import ClosedLoad, Load
from ..plan.merging import merged_thresholds
from ..plan.model import Options, Plan, Scenario
from ..plan.quantity import format_duration
from ..plan.secrets import is_secret
from .model import Settings, Target
from .profiles import BUILT_IN, profile_load

M = TypeVar("M", bound=BaseModel)

_DEFAULT_PORTS = {"http": 80, "https": 443}


def target_url(settings: Settings, target: str | None) -> str | None:
    """The URL that a target stands for: itself, or joined to ``base_url`` when it is a path or there is none."""
    base = settings.target.base_url
    if base is None or (target is not None and not target.startswith("/")):
        return target
    return base if target is None else base.rstrip("/") + target


def request_fields(settings: Settings, url: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a request to a URL, with the key, the organization and the credentials of ``target`` beside them.

    They go where ``base_url`` is and nowhere else; without one, to whatever URL is loaded.
    Headers that are given take the place of those of the settings, and so does ``auth``.
    """
    target = settings.target
    if target.base_url is not None and _origin(target.base_url) != _origin(url):
        return dict(given)
    fields, headers = dict(given), dict(given.get("headers") or {})
    names = {name.lower() for name in headers}
    proves = given.get("auth") is not None or "authorization" in names
    if target.organization_id is not None and target.organization_header.lower() not in names:
        headers[target.organization_header] = _literal(target.organization_id)
    if target.username is not None and not proves:
        password = _literal(target.password or "")
        fields["auth"] = {"basic": {"username": _literal(target.username), "password": password}}
    if target.api_key is not None and target.api_key_header.lower() not in names:
        _add_key(target, _literal(target.api_key), fields, headers)
    return {**fields, "headers": headers} if headers else fields


def _add_key(target: Target, key: str, fields: dict[str, Any], headers: dict[str, str]) -> None:
    """Adds the key where reports mask it: as authentication, or beside another under the name of a secret."""
    name = target.api_key_header
    bearer = name.lower() == "authorization"
    if fields.get("auth") is None:
        fields["auth"] = {"bearer": key} if bearer else {"api_key": {"name": name, "value": key}}
    elif bearer:
        raise UsageError(
            "target.api_key cannot be sent as Authorization beside another authentication",
            hint="leave one of them out, or name another header with target.api_key_header",
        )
    elif not is_secret(name):
        raise UsageError(
            f"target.api_key would be shown in reports as the header {name}, beside another authentication",
            hint="leave one of them out, or name a header such as X-API-Key",
        )
    else:
        headers[name] = key


def _literal(text: str) -> str:
    """A text as a template that stands for it."""
    return text.replace("${", "$${")


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or _DEFAULT_PORTS.get(parts.scheme)


def plan_fields(settings: Settings, fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a plan with the target, the variables and the name of the settings where it has none."""
    target = settings.target
    own = {
        name: value
        for name in ("api_key", "organization_id", "username", "password")
        if (value := getattr(target, name)) is not None
    }
    variables = {**own, **settings.variables}
    result = dict(fields)
    if target.base_url is not None:
        result.setdefault("target", target.base_url)
    if settings.name is not None:
        result.setdefault("name", settings.name)
    if variables and isinstance(result.get("variables", {}), Mapping):
        result["variables"] = {**variables, **result.get("variables", {})}
    return result


def requests_plan(settings: Settings, load: Load | Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a plan that sends the ``requests`` of the settings in turn."""
    steps = [dict(request) for request in settings.requests]
    return plan_fields(settings, {"scenarios": [{"steps": steps}], "load": load})


def chosen_load(settings: Settings, scenarios: Sequence[Scenario]) -> Load | None:
    """The load of the chosen profile for a plan of these scenarios; None when no profile is chosen."""
    if settings.profile is None:
        return None
    profile = settings.profiles.get(settings.profile) or BUILT_IN[settings.profile]
    try:
        return profile_load(profile, scenarios)
    except UsageError as error:
        raise UsageError(f"profile {settings.profile!r}: {error.message}", hint=error.hint) from error


def finished(plan: Plan, settings: Settings, *, own_load: bool) -> tuple[Plan, tuple[ResultWarning, ...]]:
    """The plan with what it leaves open: thresholds, the timeout and, unless it has its own load, the ramp-up.

    These are defaults: an engine that cannot express one leaves it out with a warning. So does this, when the ramp-up
    does not fit into the duration.
    """
    load, warnings = (plan.load, ()) if own_load else _ramped(plan.load, settings.default_ramp_up)
    update: dict[str, Any] = {
        "load": load,
        "thresholds": merged_thresholds(settings.thresholds, plan.thresholds),
        "options": _timed(plan.options, settings.timeout),
    }
    return plan.model_copy(update=update), warnings


def _ramped(load: Load, ramp_up_s: float) -> tuple[Load, tuple[ResultWarning, ...]]:
    given = load.model_fields_set
    if not isinstance(load, ClosedLoad) or load.stages or "ramp_up" in given or not ramp_up_s:
        return load, ()
    if ramp_up_s > load.duration_s:
        message = (
            f"default_ramp_up, {format_duration(ramp_up_s)}, is longer than the run, "
            f"{format_duration(load.duration_s)}: all users begin at once"
        )
        return load, (ResultWarning(code="LeftOut", message=message),)
    return _as_default(load, "ramp_up", ramp_up_s), ()


def _timed(options: Options, timeout_s: float | None) -> Options:
    if timeout_s is None or "timeout" in options.model_fields_set:
        return options
    return _as_default(options, "timeout", timeout_s)


def _as_default(model: M, name: str, value: object) -> M:
    """The model with a value that counts as not given, so that engines may leave it out."""
    copy = model.model_copy(update={name: value})
    copy.model_fields_set.discard(name)
    return copy
