"""A description of an API as the draft of a plan: a scenario for each group of operations, a step for each of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import SplitResult, quote, urlsplit

from ..draft import Draft, Place
from ..options import Options
from ..sending import is_http, share_auth
from . import swagger2
from .bodies import Bodies
from .document import Document, first_line, listed, mapping, text
from .operations import Operation, operations
from .parameters import Parameters, Sent, simple
from .resources import Origin, Origins, grouped, variable_for
from .samples import Samples
from .schemas import flat
from .security import Security

_SAFE = "${}:@!$&'()*,;=~._-()"
_HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_SUCCESS = re.compile(r"[23]\d\d|[23]XX", re.IGNORECASE)


class Planner:
    """Makes the draft of one document."""

    def __init__(self, root: dict[str, Any], options: Options) -> None:
        self.draft = Draft({})
        self.options = options
        self.document = Document(root, self.draft.note)
        self.samples = Samples(self.document)
        self.secrets: dict[str, None] = {}
        self.parameters = Parameters(
            self.document, self.samples, optional=options.optional, secret=self.secret
        )
        self.bodies = Bodies(self.document, self.samples)
        self.security = Security(self.document, self.secret, self._placed)
        self.variables: dict[str, Any] = {}
        self.extracts: dict[int, dict[str, dict[str, Any]]] = {}
        """What is to be taken from the answers of operations, by their identity."""

    def secret(self, variable: str) -> str:
        """The placeholder for an environment variable that its reader is told to set."""
        self.secrets[variable] = None
        return "${env." + variable + "}"

    def read(self) -> Draft:
        """The draft; its scenarios are empty when nothing was wanted."""
        root, plan = self.document.root, self.draft.plan
        every = list(operations(self.document))
        wanted = [one for one in every if self._wants(one)]
        self.origins = Origins(self.document, wanted)
        if title := first_line(mapping(root.get("info")).get("title")):
            plan["name"] = title
        self._target(root)
        plan["load"] = {"users": 5, "duration": "1m"}
        groups = grouped(wanted)
        drafted = [self._scenario(name, group) for name, group in groups.items()]
        if self.variables:
            plan["variables"] = self.variables
            self.draft.above["variables",] = (
                "Ids that no operation hands out: examples, to be replaced by ones that are there."
            )
        plan["scenarios"] = [scenario for scenario, _ in drafted]
        for number, (_, comments) in enumerate(drafted):
            for place, comment in comments.items():
                self.draft.above["scenarios", number, *place] = comment
        self._tell_tags(root, list(groups))
        share_auth(plan)
        if len(every) > len(wanted):
            self.draft.note(
                f"{len(every) - len(wanted)} of {len(every)} operations were left out, as asked for"
            )
        if self.secrets:
            self.draft.notes.insert(
                0,
                f"before a run set the environment variables {', '.join(self.secrets)}"
                if len(self.secrets) > 1
                else f"before a run set the environment variable {next(iter(self.secrets))}",
            )
        return self.draft

    def _wants(self, operation: Operation) -> bool:
        if self.options.tag and not set(self.options.tag) & set(operation.tags):
            return False
        names = f"{operation.method} {operation.path}", operation.id
        found = any(pattern.search(name) for pattern in self.options.include for name in names)
        left_out = any(pattern.search(name) for pattern in self.options.exclude for name in names)
        return (found or not self.options.include) and not left_out

    def _target(self, root: Mapping[str, Any]) -> None:
        servers = [mapping(one) for one in listed(root.get("servers"))] or (
            swagger2.servers(root) if "swagger" in root else []
        )
        urls = [url for url in map(server_url, servers) if url]
        self.server = urls[0] if urls and is_http(urls[0]) else ""
        target = self._absolute(urls[0] if urls else "/")
        self.draft.plan["target"] = target
        if len(urls) > 1:
            self.draft.above["target",] = "The servers described: " + ", ".join(urls[:8])

    def _absolute(self, url: str) -> str:
        """The URL of a server, on the host that was asked for; relative ones are to be told where they are."""
        if "://" in url and not is_http(url):
            self.document.note(f"not a URL that HTTP can ask for, and left out: {first_line(url)}")
            url = "/"
        parts = _split(url)
        if self.options.target:
            given = self.options.target.rstrip("/")
            alone = given.startswith("${") or _split(given).path in ("", "/")
            return given + (parts.path.rstrip("/") if alone else "")
        if parts.scheme in ("http", "https") and parts.netloc:
            return url.rstrip("/")
        self.draft.note(
            "where the API is, is not described: give it as the environment variable BASE_URL, or with --target"
        )
        return "${env.BASE_URL:-http://127.0.0.1:8000}" + parts.path.rstrip("/")

    def _placed(self, url: str) -> str:
        """A URL on the described server, on the host that was asked for; others stay."""
        asked = self.options.target
        if not asked or not is_http(url) or _split(url).netloc != _split(self.server).netloc:
            return url
        host = asked if asked.startswith("${") else "{0.scheme}://{0.netloc}".format(_split(asked))
        return host.rstrip("/") + _split(url).path

    def _scenario(self, name: str, group: list[Operation]) -> tuple[dict[str, Any], dict[Place, str]]:
        comments: dict[Place, str] = {}
        steps: list[dict[str, Any]] = []
        for number, one in enumerate(group):
            steps.append(self._step(one, group[:number]))
            if comment := self._comment:
                comments["steps", number] = comment
        for one, step in zip(group, steps, strict=True):
            if taken := self.extracts.pop(id(one), None):
                step["extract"] = taken
        return {"name": name, "steps": steps}, comments

    def _step(self, operation: Operation, before: list[Operation]) -> dict[str, Any]:
        sent = self.parameters.sent(operation)
        proof = self.security.proof(operation.security)
        body = self.bodies.fields(operation)
        headers = {**sent.headers, **proof.headers, **body.pop("headers", {})}
        cookies = "; ".join(f"{name}={value}" for name, value in {**sent.cookies, **proof.cookies}.items())
        step: dict[str, Any] = {"name": operation.name, "method": operation.method}
        if operation.method == "GET":
            del step["method"]
        step["url"] = self._base(operation) + self._path(operation, before)
        if headers or cookies:
            step["headers"] = self._usable({**headers, **({"Cookie": cookies} if cookies else {})}, operation)
        if params := {**sent.params, **proof.params}:
            step["params"] = params
        if proof.auth is not None:
            step["auth"] = proof.auth
        step |= body
        if wanted := _statuses(operation):
            step["checks"] = [{"status": wanted[0] if len(wanted) == 1 else wanted}]
        self._comment = _comment(operation, sent)
        return step

    def _usable(self, headers: dict[str, str], operation: Operation) -> dict[str, str]:
        for name in [name for name in headers if not _HEADER.fullmatch(name)]:
            self.draft.note(f"{operation.name}: not a header name, and left out: {name}")
            del headers[name]
        return headers

    def _base(self, operation: Operation) -> str:
        """What goes before the path of an operation that is on a server of its own."""
        url = server_url(mapping(operation.servers[0])) if operation.servers else ""
        if not url:
            return ""
        return self._absolute(url) if _split(url).scheme else ""

    def _path(self, operation: Operation, before: list[Operation]) -> str:
        described = {text(one["name"]): one for one in operation.parameters_in("path")}
        made = ""
        for part in re.split(r"(\{[^{}/]*\})", operation.path):
            if part.startswith("{") and part.endswith("}"):
                made += self._in_path(operation, part[1:-1], described.get(part[1:-1], {}), before)
            else:
                made += quote(part.replace("${", "$${"), safe=_SAFE + "/%?&=")
        return made

    def _in_path(
        self, operation: Operation, name: str, parameter: dict[str, Any], before: list[Operation]
    ) -> str:
        """What stands for a parameter: what an earlier answer said, one of its fixed values, or a variable."""
        schema = flat(self.document, parameter.get("schema"))
        value = self.parameters.value({**parameter, "name": name, "required": True})
        variable = variable_for(operation, name)
        origin = self.origins.of(operation, name)
        if origin is not None and any(origin.operation is one for one in before):
            self._take(origin, variable, value)
            return "${" + variable + "}"
        if "enum" in schema or "const" in schema:
            return quote(simple(value), safe="${}")
        if isinstance(value, str) and value.startswith("${"):
            return value
        if self.variables.setdefault(variable, value) != value:
            variable = f"{variable}_of_{re.sub(r'[^0-9A-Za-z_]', '_', operation.name)}"
            self.variables[variable] = value
        return "${" + variable + "}"

    def _take(self, origin: Origin, variable: str, value: Any) -> None:
        taken: dict[str, Any] = {"json": origin.path}
        if not origin.creates:
            taken["default"] = simple(value)
        self.extracts.setdefault(id(origin.operation), {}).setdefault(variable, taken)

    def _tell_tags(self, root: Mapping[str, Any], names: list[str]) -> None:
        told = {first_line(tag.get("name")): first_line(tag.get("description")) for tag in _tags(root)}
        for number, name in enumerate(names):
            if told.get(name):
                self.draft.above["scenarios", number] = told[name]


def server_url(server: dict[str, Any]) -> str:
    """The URL of a server, its variables replaced by their defaults."""
    url = text(server.get("url"))
    for name, variable in mapping(server.get("variables")).items():
        url = url.replace("{" + name + "}", str(mapping(variable).get("default", "")))
    return url.strip()


def _tags(root: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    return (mapping(tag) for tag in listed(root.get("tags")))


def _statuses(operation: Operation) -> list[int | str]:
    """The statuses of success that are declared; none when it is left open."""
    found = [status for status in operation.responses if _SUCCESS.fullmatch(status)]
    chosen = [status for status in found if status.startswith("2")] or found
    return [status.lower() if status[1:].upper() == "XX" else int(status) for status in chosen]


def _comment(operation: Operation, sent: Sent) -> str:
    lines = [operation.summary] if operation.summary else []
    if operation.deprecated:
        lines.append("Deprecated.")
    if sent.optional:
        lines.append("Optional: " + ", ".join(sent.optional))
    return "\n".join(lines)


def _split(url: str) -> SplitResult:
    """The parts of a URL, those of ``/`` for one with brackets that hold no IPv6 address."""
    try:
        return urlsplit(url)
    except ValueError:
        return urlsplit("/")
