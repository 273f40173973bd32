"""Checks and extractors as program entries: named, and with their paths and ranges resolved."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from ...plan import checks, extract
from ...plan.jsonpath import parse_path


def compile_check(label: str, check: checks.Check, hide: Callable[[str], str]) -> dict[str, Any]:
    """A check with a name that says what must hold of which request; ``hide`` takes secrets out of it."""
    entry = _check(check)
    return {**entry, "name": f"{label}: {hide(entry['name'])}"}


def _check(check: checks.Check) -> dict[str, Any]:
    match check:
        case checks.StatusCheck():
            ranges = check.ranges()
            shown = ", ".join(str(low) if low == high else f"{low // 100}xx" for low, high in ranges)
            return {"kind": "status", "ranges": ranges, "name": f"status is {shown}"}
        case checks.BodyCheck():
            ((how, text),) = check.body.model_dump(exclude_unset=True).items()
            return {"kind": "body", "how": how, "text": text, "name": f"body {_HOW[how]} {_shown(text)}"}
        case checks.JsonCheck():
            return _json_check(check)
        case checks.HeaderCheck():
            given = {k: v for k, v in check.model_dump(exclude_unset=True).items() if k != "header"}
            wanted = " ".join(
                f"{_HOW[how]} {_shown(value)}" for how, value in given.items() if how != "exists"
            )
            name = f"header {check.header} {wanted or ('exists' if check.exists else 'is absent')}"
            return {"kind": "header", "header": check.header, **given, "exists": check.exists, "name": name}
        case checks.TimeCheck():
            return {
                "kind": "time",
                "under_s": check.time_under,
                "name": f"time under {check.time_under * 1000:g} ms",
            }
        case checks.SizeCheck():
            size = check.size
            most = "" if size.max is None else f" and at most {size.max}"
            return {
                "kind": "size",
                "min": size.min,
                "max": size.max,
                "name": f"size at least {size.min}{most} bytes",
            }


def _json_check(check: checks.JsonCheck) -> dict[str, Any]:
    given = {k: v for k, v in check.model_dump(exclude_unset=True).items() if k != "json_"}
    wanted = [f"equals {_shown(given['equals'])}"] if "equals" in given else []
    wanted += [f"is a {check.type}"] if check.type else []
    name = f"json {check.json_} {' and '.join(wanted) or ('exists' if check.exists else 'is absent')}"
    entry: dict[str, Any] = {
        "kind": "json",
        "path": list(parse_path(check.json_)),
        "exists": check.exists,
        "name": name,
    }
    return (
        entry
        | ({"equals": given["equals"]} if "equals" in given else {})
        | ({"type": check.type} if check.type else {})
    )


_HOW = {
    "contains": "contains",
    "not_contains": "does not contain",
    "equals": "equals",
    "matches": "matches",
    "exists": "",
}


def _shown(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else text[:57] + "…"


def compile_extractor(variable: str, extractor: extract.Extractor) -> dict[str, Any]:
    """An extractor with its target variable; ``default`` only if there is one."""
    entry: dict[str, Any] = {"var": variable}
    match extractor:
        case extract.JsonExtract():
            entry |= {"kind": "json", "path": list(parse_path(extractor.json_))}
        case extract.HeaderExtract():
            entry |= {"kind": "header", "header": extractor.header}
        case extract.CookieExtract():
            entry |= {"kind": "cookie", "cookie": extractor.cookie}
        case extract.RegexExtract():
            entry |= {
                "kind": "regex",
                "regex": extractor.regex,
                "group": extractor.group,
                "index": extractor.index,
            }
        case extract.StatusExtract():
            entry |= {"kind": "status"}
    return entry if extractor.default is None else {**entry, "default": extractor.default}
