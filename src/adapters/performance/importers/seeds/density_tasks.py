"""The tasks of a LoadDensity test as scenarios: in sequence, by weight, or under conditions."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from ..draft import Draft
from ..options import Options
from ..shapes import mapping, number, sequence, text, whole
from ..withheld import Withheld
from .density_answers import CHECKS, EXTRACTORS
from .fields import (
    header_fields,
    note_credentials,
    note_unknown,
    origin_of,
    scalar,
    text_body,
    under,
    usable_url,
    without_secrets,
)

_KNOWN = (
    *(
        "method",
        "request_url",
        "name",
        "headers",
        "params",
        "json",
        "data",
        "timeout",
        "allow_redirects",
        "weight",
    ),
    *("run_if", "skip_if", "assertions", "extract"),
)
_METHOD = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VARIABLE = re.compile(r"\$\{(?:var\.)?([A-Za-z_]\w*)\}")
_NAME = re.compile(r"[A-Za-z_]\w*")
_OPERATIONS = {"equals": 2, "not_equals": 2, "in": 2, "truthy": 1}


class Tasks:
    """Makes scenarios of tasks; ``target`` is where most of them go, when they name it."""

    def __init__(self, variables: dict[str, Any], options: Options, draft: Draft, withheld: Withheld) -> None:
        self._variables = variables
        self._options = options
        self._draft = draft
        self._withheld = withheld
        self.target = ""

    def scenarios(self, tasks: Any, mode: str) -> list[dict[str, Any]]:
        """The scenarios of the ``tasks`` of a test: a list, one by method, or ``{"mode", "tasks"}``."""
        if "tasks" in mapping(tasks):
            mode = text(mapping(tasks).get("mode")) or mode
            tasks = mapping(tasks)["tasks"]
        if isinstance(tasks, dict):
            tasks = [{"method": method, **mapping(task)} for method, task in tasks.items()]
        if mode not in ("", "sequence", "weighted", "conditional"):
            self._draft.note(
                f"mode {mode[:40]!r} is none of sequence, weighted and conditional; taken as a sequence"
            )
        listed = [(count, mapping(task)) for count, task in enumerate(sequence(tasks), 1)]
        note_credentials((task.get("request_url") for _, task in listed), self._draft)
        self._aim([text(task.get("request_url")) for _, task in listed])
        steps = [
            (task, step) for count, task in listed if (step := self._step(task, f"task {count}")) is not None
        ]
        if mode != "weighted":
            return [{"name": "tasks", "steps": [step for _, step in steps]}] if steps else []
        names = Names()
        return [
            {
                "name": names.free(step.get("name") or f"{step.get('method', 'GET')} {step['url']}"),
                "weight": _weight(task),
                "steps": [step],
            }
            for task, step in steps
        ]

    def _aim(self, urls: list[str]) -> None:
        """The target: what is asked for, else what the first URL names, by itself or by a variable."""
        first = next((url for url in urls if usable_url(url)), "")
        found = _VARIABLE.match(first)
        base = text(self._variables.get(found[1])) if found else ""
        self._base = found[0] if found and origin_of(usable_url(base)) else origin_of(usable_url(first))
        if found and self._base and self._options.target:
            self._variables[found[1]] = self._options.target
        self.target = self._base if found and self._base else self._options.target or self._base

    def _step(self, task: Mapping[str, Any], where: str) -> dict[str, Any] | None:
        url, method = usable_url(task.get("request_url")), text(task.get("method")).upper() or "GET"
        if not url or not _METHOD.fullmatch(method):
            self._draft.note(f"{where} is left out: not a request over HTTP")
            return None
        if "://" not in url and not url.startswith("${") and not self.target:
            self._draft.note(f"{where} is left out: its URL has no host; --target gives one")
            return None
        if not self._options.wants(
            _VARIABLE.sub(lambda found: str(self._variables.get(found[1], found[0])), url)
        ):
            return None
        step: dict[str, Any] = {"name": text(task["name"])} if text(task.get("name")).strip() else {}
        if method != "GET":
            step["method"] = method
        step["url"] = under(self._base, url)
        if params := mapping(task.get("params")):
            shown = without_secrets(dict(params), self._withheld)
            step["params"] = {str(name): scalar(value) for name, value in shown.items()}
        headers = header_fields(task.get("headers"), self._withheld)
        body = self._body(task, headers, where)
        step |= ({"headers": headers} if headers else {}) | body
        if (timeout_s := number(task.get("timeout"))) and 0 < timeout_s < 1e6:
            step["timeout"] = f"{timeout_s:.6g}s" if timeout_s >= 0.001 else "1ms"
        if task.get("allow_redirects") is False:
            step["redirects"] = 0
        self._judge(step, task, where)
        note_unknown(self._draft, task, _KNOWN, where)
        return step

    def _body(self, task: Mapping[str, Any], headers: dict[str, str], where: str) -> dict[str, Any]:
        if task.get("json") is not None:
            return {"json": without_secrets(task["json"], self._withheld)}
        match task.get("data"):
            case dict() as form:
                shown = without_secrets(form, self._withheld)
                return {"form": {name: scalar(value) for name, value in shown.items()}}
            case str() as content if content:
                return text_body(content, headers, self._withheld, self._draft, where)
        return {}

    def _judge(self, step: dict[str, Any], task: Mapping[str, Any], where: str) -> None:
        """Assertions as checks, extractors, and conditions."""
        checks = [self._made(CHECKS, "type", one, where) for one in sequence(task.get("assertions"))]
        if any(checks):
            step["checks"] = [check for check in checks if check]
        extract = {}
        for one in sequence(task.get("extract")):
            variable = text(mapping(one).get("var"))
            made = self._made(EXTRACTORS, "from", one, where)
            if made and _NAME.fullmatch(variable):
                extract[variable] = made
        if extract:
            step["extract"] = extract
        for name in ("run_if", "skip_if"):
            if name in task and task[name] is not None:
                if not _is_condition(task[name]):
                    self._draft.note(f"{where}: {name} is left out: none of the predicates that there are")
                else:
                    step[name] = task[name]

    def _made(self, makers: Mapping[str, Any], field: str, given: Any, where: str) -> dict[str, Any] | None:
        one = mapping(given)
        make: Callable[[Mapping[str, Any]], dict[str, Any] | None] | None = makers.get(text(one.get(field)))
        made = make(one) if make else None
        if made is None:
            self._draft.note(
                f"{where}: left out: {'an assertion' if field == 'type' else 'an extractor'} "
                f"{text(one.get(field))[:40] or 'without a kind'}"
            )
        return made


class Names:
    """Names of scenarios, each once."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def free(self, name: str) -> str:
        number_, free = 1, name
        while free in self._taken:
            number_ += 1
            free = f"{name} ({number_})"
        self._taken.add(free)
        return free


def _weight(task: Mapping[str, Any]) -> float:
    weight = number(task.get("weight"))
    return whole(weight) if weight is not None and 0 < weight < 1e9 else 1


def _is_condition(value: Any) -> bool:
    if isinstance(value, bool | str):
        return True
    if not isinstance(value, dict) or len(value) != 1:
        return False
    operation, given = next(iter(value.items()))
    wanted = _OPERATIONS.get(operation)
    return wanted == 1 or (wanted == 2 and isinstance(given, list) and len(given) == 2)
