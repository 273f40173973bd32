"""The YAML of the load-testing suite: a target, loads by name, and thresholds; what is sent stands in its Python."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ...errors import UsageError
from ...plan.threshold_keys import threshold_from_key
from ..draft import Draft
from ..options import Options
from ..shapes import mapping, number, text, whole
from ..source import Source
from ..withheld import Withheld
from .fields import note_credentials, note_unknown, usable_url

_KNOWN = ("target", "profiles", "thresholds", "output")
_TARGET = ("base_url", "api_key", "organization_id")
_PROFILE = ("concurrent_users", "requests_per_second", "duration_seconds", "ramp_up_seconds")
_VARIABLE = re.compile(r"\$\{(\w+)(:-[^}]*)?\}")
_FALLBACK = {"users": 5, "duration": "30s"}


def sniff(source: Source) -> bool:
    """Whether it has a target with loads or thresholds; settings of other kinds too, to say that they are none."""
    found = source.keys
    return ("target" in found and bool({"profiles", "thresholds"} & found) and "scenarios" not in found) or (
        "performance" in found
    )


def read(source: Source, options: Options) -> Draft:
    """The draft of a suite's file: one request to begin with, under its load and its thresholds."""
    given = mapping(source.document)
    if "performance" in given:
        raise source.wrong(
            "these are settings, not what a plan could be made of",
            hint=f"polyload reads them as they are: polyload run URL --config {source.name}",
        )
    target = mapping(given.get("target"))
    base = options.target or usable_url(_from_environment(text(target.get("base_url"))))
    if not base.startswith("${") and "://" not in base:
        raise source.wrong("target.base_url is missing, or is no URL", hint="give one with --target")
    draft, withheld = Draft({"target": base}), Withheld()
    note_credentials((target.get("base_url"),), draft)
    draft.plan["scenarios"] = [{"name": "api", "steps": [{"url": "/", "checks": [{"status": "2xx"}]}]}]
    draft.above["scenarios",] = (
        "A guess: what the suite sends stands in its Python code. Write its requests here."
    )
    draft.note("the file does not say what is sent; GET / stands in its place")
    draft.plan["load"] = _load(mapping(given.get("profiles")), options.profile, draft, source)
    if thresholds := _thresholds(mapping(given.get("thresholds")), draft):
        draft.plan["thresholds"] = thresholds
    if headers := _headers(target, withheld):
        draft.plan["options"] = {"headers": headers}
    if "output" in given:
        draft.note(
            "output: where reports go is said by the run: polyload run plan.yaml --report html=report.html"
        )
    note_unknown(draft, given, _KNOWN, source.name)
    note_unknown(draft, target, _TARGET, "target")
    draft.note(
        f"the file is settings of polyload too: polyload run plan.yaml --config {source.name} --profile NAME"
    )
    draft.notes += withheld.note()
    return draft


def _from_environment(value: str) -> str:
    """``${NAME}`` of a settings file, as plans write it."""
    return _VARIABLE.sub(lambda found: f"${{env.{found[1]}{found[2] or ''}}}", value)


def _headers(target: Mapping[str, Any], withheld: Withheld) -> dict[str, str]:
    """What `polyload run --config` sends for these keys."""
    headers = {}
    for key, header in (("api_key", "X-API-Key"), ("organization_id", "X-Organization-ID")):
        value = " ".join(str(target[key]).split()) if target.get(key) not in (None, "") else ""
        if value:
            shown = _from_environment(value)
            headers[header] = shown if shown != value or key != "api_key" else withheld(value, key)
    return headers


def _load(profiles: Mapping[str, Any], wanted: str | None, draft: Draft, source: Source) -> dict[str, Any]:
    if wanted is not None and wanted not in profiles:
        raise UsageError(
            f"{source.name}: it has no profile {wanted!r}",
            hint=f"there are {', '.join(map(str, profiles)) or 'none'}",
        )
    name = wanted if wanted is not None else next(iter(profiles), None)
    if name is None:
        draft.note("it has no profiles: 5 users for 30 s are a guess")
        return dict(_FALLBACK)
    profile = mapping(profiles[name])
    others = [str(one) for one in profiles if one != name]
    draft.beside["load",] = f"profile {name}"
    if others:
        draft.note(
            f"the load is that of the profile {name}; --profile takes another: {', '.join(others[:10])}"
        )
    note_unknown(draft, profile, _PROFILE, f"profile {name}")
    users, rate = number(profile.get("concurrent_users")), number(profile.get("requests_per_second"))
    seconds, ramp_up_s = number(profile.get("duration_seconds")), number(profile.get("ramp_up_seconds"))
    if not seconds or seconds < 1 or not (users or rate):
        draft.note(f"profile {name} does not say how much load and how long; 5 users for 30 s are a guess")
        return dict(_FALLBACK)
    load: dict[str, Any] = {"rate": whole(rate)} if rate else {"users": int(users or 1)}
    if rate and users:
        load["max_users"] = int(users)
    load["duration"] = f"{seconds:g}s"
    return {**load, "ramp_up": f"{ramp_up_s:g}s"} if ramp_up_s and 0 < ramp_up_s <= seconds else load


def _thresholds(given: Mapping[str, Any], draft: Draft) -> list[str]:
    found = []
    for key, value in given.items():
        try:
            found.append(threshold_from_key(key, value))
        except ValueError as error:
            draft.note(f"thresholds: {error}")
    return found
