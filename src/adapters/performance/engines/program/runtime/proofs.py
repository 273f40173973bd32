"""What is added to each request to prove who sends it, made as the request is sent."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, Protocol

from .digest import Digest
from .session import Session
from .signing import Header, Hmac, SigV4, Unsigned


class Proof(Protocol):
    """Adds headers to a request of a user."""

    def headers(self, session: Session, request: Unsigned) -> list[Header]:
        """The headers to send beside the request's own."""


@dataclass(slots=True)
class CustomRequest:
    """A request as the user's own function is given it; it may change ``headers``."""

    method: str
    url: str
    headers: dict[str, str]
    body: bytes
    user: int
    variables: dict[str, Any]


class Custom:
    """Calls a function of the user's own."""

    def __init__(self, entry: dict[str, Any]) -> None:
        module, _, path = entry["custom"].partition(":")
        if entry["folder"] not in sys.path:
            sys.path.insert(0, entry["folder"])
        found: Any = importlib.import_module(module)
        self._function: Callable[[CustomRequest], object] = reduce(getattr, path.split("."), found)

    def headers(self, session: Session, request: Unsigned) -> list[Header]:
        """What the function changed or added."""
        before = dict(request.headers)
        given = CustomRequest(
            request.method, request.url, dict(before), request.body, session.user, session.variables
        )
        self._function(given)
        return [(name, str(value)) for name, value in given.headers.items() if before.get(name) != value]


_KINDS: dict[str, Callable[[dict[str, Any]], Proof]] = {
    "digest": Digest,
    "sigv4": SigV4,
    "hmac": Hmac,
    "custom": Custom,
}


def compile_proof(entry: dict[str, Any]) -> Proof | None:
    """What an entry of a program's ``auths`` adds to each request; None for one that hands out tokens."""
    kind = _KINDS.get(entry["kind"])
    return None if kind is None else kind(entry)


def with_headers(headers: Sequence[Header], added: Sequence[Header]) -> list[Header]:
    """Headers, those that are added in place of others of the same name."""
    names = {name.lower() for name, _ in added}
    return [header for header in headers if header[0].lower() not in names] + list(added)
