"""From a path to a behaviour: the one table, and what a behaviour is called with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from math import inf
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote

from .messages import Reply, SeenRequest


@dataclass(slots=True)
class Grant:
    """What a token or a session stands for: who, and until when (``time.monotonic()``)."""

    kind: str
    who: str
    expires_s: float = inf


@dataclass(slots=True)
class Memory:
    """What the behaviours of one server remember between requests."""

    hits: Counter[str] = field(default_factory=Counter)  # by path, for every-Nth behaviours
    tokens: dict[str, int] = field(default_factory=dict)  # handed out by /login
    nonces: dict[str, int] = field(
        default_factory=dict
    )  # handed out by /digest-auth, with the last count seen
    grants: dict[str, Grant] = field(
        default_factory=dict
    )  # tokens and sessions that were handed out, by their texts

    def hit(self, path: str) -> int:
        """How many requests this path has had, with this one."""
        self.hits[path] += 1
        return self.hits[path]


@dataclass(slots=True)
class Call:
    """One request to a behaviour: ``args`` are the path's segments after the behaviour's own."""

    request: SeenRequest
    args: list[str]
    memory: Memory

    @property
    def params(self) -> list[tuple[str, str]]:
        """The query's names and values, in order."""
        return parse_qsl(self.request.query, keep_blank_values=True)

    def param(self, name: str, default: str = "") -> str:
        """The first value of a query parameter."""
        return next((value for key, value in self.params if key == name), default)


class Behaviour(NamedTuple):
    """A path's template, what runs, and one line of documentation."""

    template: str
    run: Callable[[Call], Reply]
    doc: str


BEHAVIOURS: dict[str, Behaviour] = {}


def path(template: str) -> Callable[[Callable[[Call], Reply]], Callable[[Call], Reply]]:
    """Register a behaviour: lower-case segments of the template are the prefix, the rest its arguments."""
    prefix = "/".join(part for part in template.split("?")[0].split("/") if not part.isupper())

    def register(run: Callable[[Call], Reply]) -> Callable[[Call], Reply]:
        BEHAVIOURS[prefix] = Behaviour(template, run, (run.__doc__ or "").strip())
        return run

    return register


def plain() -> Reply:
    """The answer of every path that is nobody's."""
    return Reply(200, (("Content-Type", "text/plain; charset=utf-8"),), b"ok")


def dispatch(request: SeenRequest, memory: Memory) -> Reply:
    """Answer a request by the behaviour of the longest prefix of its path."""
    found = _find(request.path)
    if found is None:
        return plain()
    behaviour, args = found
    try:
        return behaviour.run(Call(request, args, memory))
    except (ValueError, IndexError) as error:
        return Reply.text(f"{behaviour.template}: {error}\n", 400)


def _find(path: str) -> tuple[Behaviour, list[str]] | None:
    parts = path.split("/", 3)
    for length in (3, 2):
        behaviour = BEHAVIOURS.get("/".join(parts[:length]))
        if behaviour is not None:
            rest = "/".join(parts[length:])
            return behaviour, [unquote(part) for part in rest.split("/")] if rest else []
    return None


def behaviours_markdown() -> str:
    """The table of paths, for documentation."""
    rows = [f"| `{one.template}` | {one.doc.rstrip('.')} |" for one in BEHAVIOURS.values()]
    return "\n".join(["| path | answer |", "|---|---|", "| `/` and any other | 200, the text `ok` |", *rows])
