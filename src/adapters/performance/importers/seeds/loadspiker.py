"""A LoadSpiker configuration: ``{"type": "rest_api", "base_url", "requests": […], "variables": {…}}``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ...errors import UsageError
from ...patterns import parse_pattern
from ..draft import Draft
from ..options import Options
from ..shapes import mapping, number, text
from ..source import Source
from ..withheld import Withheld
from .fields import (
    header_fields,
    note_credentials,
    note_environment,
    note_unknown,
    origin_of,
    scalar,
    text_body,
    under,
    usable_url,
    without_secrets,
)

_KNOWN = ("type", "name", "base_url", "requests", "variables", "users", "duration", "ramp_up", "pattern")
_REQUEST = ("url", "method", "headers", "body", "json", "params", "name", "timeout", "think_time")
_METHOD = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_USERS, _DURATION_S = 10, 60
"""LoadSpiker's own defaults."""
_SOURCES = re.compile(r"\$\{(\w+)\.\w+\}")
_SPACES = ("env", "var", "csv", "faker")


def sniff(source: Source) -> bool:
    """Whether it has requests beside a type, a base URL or variables."""
    return "requests" in source.keys and bool({"type", "base_url", "variables"} & source.keys)


def read(source: Source, options: Options) -> Draft:
    """The draft of a configuration: its requests one after the other."""
    given = mapping(source.document)
    if not isinstance(given.get("requests"), list):
        raise source.wrong("not a LoadSpiker configuration: it has no list of requests")
    draft, withheld = Draft({}), Withheld()
    note_credentials((given.get("base_url"), *(mapping(one).get("url") for one in given["requests"])), draft)
    base = usable_url(given.get("base_url"))
    if base and "://" not in base:
        raise source.wrong("base_url is no URL: it has neither http:// nor https:// before its host")
    first = next((origin_of(usable_url(mapping(one).get("url"))) for one in given["requests"]), "")
    recorded = base or first
    steps = [
        step
        for count, one in enumerate(given["requests"], 1)
        for step in _steps(mapping(one), f"request {count}", recorded, options, draft, withheld)
    ]
    if not any("url" in step for step in steps):
        raise source.wrong(f"it has no request that a plan could be made of{_because(draft)}")
    if text(given.get("name")):
        draft.plan["name"] = text(given["name"])
    if target := options.target or recorded:
        draft.plan["target"] = target
    if variables := mapping(given.get("variables")):
        draft.plan["variables"] = without_secrets(dict(variables), withheld)
    draft.plan["scenarios"] = [{"name": text(given.get("type")) or "default", "steps": steps}]
    draft.plan["load"] = _load(given, draft)
    note_unknown(draft, given, _KNOWN, "the configuration")
    _note_sources(draft)
    note_environment(draft, withheld)
    draft.notes += withheld.note()
    return draft


def _because(draft: Draft) -> str:
    return f": {'; '.join(draft.notes)}" if draft.notes else ""


def _steps(
    one: Mapping[str, Any], where: str, recorded: str, options: Options, draft: Draft, withheld: Withheld
) -> list[dict[str, Any]]:
    url, method = usable_url(one.get("url")), text(one.get("method")) or "GET"
    if not url or not _METHOD.fullmatch(method):
        draft.note(f"{where} is left out: not a request over HTTP")
        return []
    if "://" not in url and not recorded and not options.target and not url.startswith("${"):
        draft.note(f"{where} is left out: there is no base_url to join {url[:60]} to; --target gives one")
        return []
    if not options.wants(url):
        return []
    headers = header_fields(one.get("headers"), withheld)
    fields: dict[str, Any] = {
        **({"name": text(one.get("name"))} if text(one.get("name")) else {}),
        **({"method": method.upper()} if method.upper() != "GET" else {}),
        "url": under(recorded, url),
    }
    if params := mapping(one.get("params")):
        fields["params"] = {
            str(key): scalar(value) for key, value in without_secrets(dict(params), withheld).items()
        }
    body = one.get("json", one.get("body"))
    if isinstance(body, str):
        content = text_body(body, headers, withheld, draft, where) if body else {}
    else:
        content = {} if body is None else {"json": without_secrets(body, withheld)}
    if headers:
        fields["headers"] = headers
    fields |= content
    if (timeout_ms := number(one.get("timeout"))) and timeout_ms > 0:
        fields["timeout"] = f"{timeout_ms:.0f}ms" if timeout_ms >= 1 else "1ms"
    note_unknown(draft, one, _REQUEST, where)
    pause_s = number(one.get("think_time"))
    return [fields, {"pause": f"{pause_s:.6g}s"}] if pause_s and 0.001 <= pause_s <= 86_400 else [fields]


def _load(given: Mapping[str, Any], draft: Draft) -> dict[str, Any]:
    if isinstance(given.get("pattern"), str):
        try:
            return parse_pattern(given["pattern"])
        except UsageError as error:
            draft.note(f"pattern: {error.message}; {_USERS} users for {_DURATION_S} s instead")
    users, duration_s, ramp_up_s = (number(given.get(name)) or 0 for name in ("users", "duration", "ramp_up"))
    if users < 1 or duration_s <= 0:
        draft.note("how much load there is was said on LoadSpiker's command line; its defaults stand here")
    load: dict[str, Any] = {
        "users": int(users) if 1 <= users <= 1e6 else _USERS,
        "duration": f"{duration_s:g}s" if 0 < duration_s <= 1e6 else f"{_DURATION_S}s",
    }
    return {**load, "ramp_up": f"{ramp_up_s:g}s"} if 0 < ramp_up_s <= (duration_s or _DURATION_S) else load


def _note_sources(draft: Draft) -> None:
    """Rows that a Python scenario of LoadSpiker loads, and a configuration cannot name."""
    found = {name for name in _SOURCES.findall(str(draft.plan["scenarios"])) if name not in _SPACES}
    found -= set(draft.plan.get("variables", {}))
    for name in sorted(found)[:5]:
        draft.note(
            f"${{{name}.…}} is a row of data: name its file under data, as in  data: {{{name}: {{file: {name}.csv}}}}"
        )
