"""A Postman collection (v2.1 and v2.0), with an environment where there is one, as a plan: one scenario, in its order.

`items` lists the requests, `requests` makes steps of them, `variables` knows what stands for ``{{name}}``; `scripts`
finds what is certain in test scripts, which `javascript` cuts into statements, and `assertions` makes checks of it.
No script is ever run.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ..draft import Draft
from ..marks import MarkedSecrets, finished, unmarked
from ..options import Options
from ..sending import is_http, is_method, retarget, share_auth, with_default
from ..source import Source
from .items import Item, items
from .requests import Requests
from .scripts import Said, said
from .variables import Variables

_LOOKS = re.compile(r'"_postman_id"\s*:|schema\.(?:get)?postman\.com/(?:json/)?(?:draft-\d+/)?collection')
_MOST = 20_000
_REDIRECTS = 10
_TOLD = 3


def sniff(source: Source) -> bool:
    """Whether it names the schema of a collection, as collections do at their beginning, or has their parts."""
    return _LOOKS.search(source.head) is not None or {"info", "item"} <= source.keys


def read(source: Source, options: Options) -> Draft:
    """The draft of a collection; SourceError when it is none, or nothing in it is wanted."""
    root = _unmarked(source.json)
    if not isinstance(root, Mapping) or not isinstance(root.get("item"), list):
        raise source.wrong("not a Postman collection of version 2: it has no list of items", hint=_hint(root))
    return _Reading(source, options, root).draft(list(items(root)))


def _hint(root: Any) -> str | None:
    if isinstance(root, Mapping) and isinstance(root.get("values"), list):
        return "this is an environment: import the collection, with --environment and this file"
    if isinstance(root, Mapping) and isinstance(root.get("collection"), Mapping):
        return "this is what Postman's API answers: import what stands in it under collection"
    return "export it from Postman as Collection v2.1"


def _unmarked(value: Any) -> Any:
    match value:
        case str():
            return unmarked(value)
        case Mapping():
            return {unmarked(key): _unmarked(item) for key, item in value.items()}
        case list():
            return [_unmarked(item) for item in value]
    return value


class _Reading:
    def __init__(self, source: Source, options: Options, root: Mapping[str, Any]) -> None:
        self.source, self.options, self.root = source, options, root
        self.made = Draft({})
        self.secrets = MarkedSecrets()

    def draft(self, items: list[Item]) -> Draft:
        if len(items) > _MOST:
            self.made.note(f"only the first {_MOST:,} requests were taken")
        kept = [(item, _said(item)) for item in items[:_MOST]]
        self.variables = Variables(
            frozenset(name for _, script in kept for name in script.extract), self.secrets
        )
        self._give_values()
        steps = self._steps(kept)
        if not steps:
            raise self.source.wrong("it has no request that is wanted" if items else "it has no requests")
        plan: dict[str, Any] = {}
        info = self.root.get("info")
        name = " ".join(str(info.get("name") or "").split())[:120] if isinstance(info, Mapping) else ""
        if name:
            plan["name"] = name
        target = retarget(steps, self.options.target)
        written = [self._written(step) for step in steps]
        if target:
            plan["target"] = self._target(target)
        plan["load"] = {"users": 1, "duration": "1m"}
        if self.variables.used:
            plan["variables"] = dict(self.variables.used)
        plan["scenarios"] = [{"name": name or "collection", "steps": written}]
        plan["options"] = {"redirects": _REDIRECTS}
        self.made.beside["options", "redirects"] = "as Postman follows them"
        share_auth(plan)
        self.made.plan = plan
        self._tell(kept)
        return self.made

    def _give_values(self) -> None:
        self.variables.give(self.root.get("variable"), over=True)
        if self.options.environment is not None:
            given = Source.read(self.options.environment, max_bytes=20_000_000)
            content = _unmarked(given.json)
            if not isinstance(content, Mapping) or not isinstance(content.get("values"), list):
                raise given.wrong("not a Postman environment: it has no list of values")
            self.variables.give(content["values"], over=True)

    def _steps(self, kept: list[tuple[Item, Said]]) -> list[dict[str, Any]]:
        requests = Requests(self.secrets, self.variables.is_number)
        steps: list[dict[str, Any]] = []
        names: dict[str, int] = {}
        left_out = 0
        for item, script in kept:
            name = " / ".join(item.names) or "request"
            fields, told = requests.fields(item.request, item.auth, item.behaviour)
            url = str(finished(fields["url"], self.variables.shown))
            if not self.options.wants(url):
                left_out += 1
                continue
            if not is_http(fields["url"]) or not is_method(fields["method"]):
                self.made.note(f"{name}: not something that HTTP can be asked for, and left out")
                continue
            names[name] = names.get(name, 0) + 1
            step = {"name": name if names[name] == 1 else f"{name} ({names[name]})", **fields}
            if step["method"] == "GET":
                del step["method"]
            steps.append({**step, **self._from_script(script)})
            self._comment(len(steps) - 1, item, script, told)
        if left_out:
            self.made.note(f"left out: {left_out} that --include and --exclude do not let through")
        return steps

    def _from_script(self, script: Said) -> dict[str, Any]:
        made: dict[str, Any] = {}
        if script.checks:
            made["checks"] = script.checks
        if script.extract:
            made["extract"] = {self.variables.own_name(name): one for name, one in script.extract.items()}
        return made

    def _comment(self, number: int, item: Item, script: Said, told: list[str]) -> None:
        lines = [_first_line(item.request.get("description")), *(_sentence(one) for one in told)]
        if script.missed:
            more = len(script.missed) - _TOLD
            shown = "; ".join(script.missed[:_TOLD]) + (f"; and {more} more" if more > 0 else "")
            lines.append(f"Not taken over from its tests: {shown}")
        if item.before:
            lines.append("A script that Postman runs before it is not run.")
        if text := "\n".join(filter(None, lines)):
            self.made.above["scenarios", 0, "steps", number] = str(
                finished(text, lambda name: "{{" + name + "}}")
            )

    def _written(self, step: dict[str, Any]) -> dict[str, Any]:
        """A step with placeholders for its variables; checks and extractors are no templates."""
        rest = {key: value for key, value in step.items() if key in ("checks", "extract")}
        fields = {key: value for key, value in step.items() if key not in rest}
        name = finished(fields.pop("name"), lambda name: "{{" + name + "}}")
        return {"name": name, **finished(fields, self.variables.placeholder), **rest}

    def _target(self, target: str) -> str:
        """Where requests go; a variable whose value is known is that value, for all to see."""
        made: str = finished(target, self.variables.shown)
        if self.options.target or is_http(made):
            return made
        return with_default(str(finished(target, self.variables.placeholder)))

    def _tell(self, kept: list[tuple[Item, Said]]) -> None:
        note, variables = self.made.note, self.variables
        if wanted := self.secrets.variables:
            several = "s" if len(wanted) > 1 else ""
            note(f"before a run set the environment variable{several} {', '.join(wanted)}")
        if variables.unknown:
            note(
                f"nothing says what these are: {', '.join(variables.unknown)}; --environment gives a file that does"
            )
        if variables.strange:
            note(f"these variables of Postman's are sent as they are written: {', '.join(variables.strange)}")
        if any("${faker." in str(step) for step in self.made.plan["scenarios"][0]["steps"]):
            note("its random names and texts need Faker: pip install 'polyload[faker]'")
        missed = sum(len(script.missed) for _, script in kept)
        if missed:
            note(
                f"test scripts are not run: {missed} of their statements were not taken over, as said at each request"
            )
        if any(item.before for item, _ in kept):
            note("scripts that Postman runs before requests are not run")


def _said(item: Item) -> Said:
    """What the tests of a request and of its folders say, together."""
    made = Said()
    for script in item.tests:
        one = said(script)
        made.checks += [check for check in one.checks if check not in made.checks]
        made.extract |= one.extract
        made.missed += one.missed
    return made


def _first_line(value: Any) -> str:
    text = value.get("content") if isinstance(value, Mapping) else value
    line = " ".join(text.strip().partition("\n")[0].split()) if isinstance(text, str) else ""
    return line if len(line) <= 160 else line[:159] + "…"


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."
