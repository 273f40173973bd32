"""HTTP Digest authentication (RFC 7616): qop auth, MD5 and SHA-256 and their session forms."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from .session import Session
from .signing import Header, Unsigned
from .texts import compile_text, text_of

_WORD = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_PIECE = re.compile(
    rf'\s*(?:({_WORD})\s*=\s*(?:"((?:[^"\\]|\\.)*)"|({_WORD}))|({_WORD})(?=\s|,|$))\s*(?:,|(?=\s)|$)?'
)
_ALGORITHMS: dict[str, Callable[[bytes], str]] = {
    "md5": lambda data: hashlib.md5(data, usedforsecurity=False).hexdigest(),
    "sha-256": lambda data: hashlib.sha256(data).hexdigest(),
}


@dataclass(slots=True)
class Challenge:
    """What a server asked with, and how often it was answered with that nonce."""

    realm: str
    nonce: str
    opaque: str | None
    algorithm: str | None
    qop: bool
    count: int = 0


class Digest:
    """Answers challenges; a user's nonce is used again, with a count, until the server asks anew."""

    def __init__(
        self, entry: dict[str, Any], cnonce: Callable[[], str] = lambda: secrets.token_hex(8)
    ) -> None:
        self._number: int = entry["number"]
        self._username, self._password = compile_text(entry["username"]), compile_text(entry["password"])
        self._cnonce = cnonce

    def headers(self, session: Session, request: Unsigned) -> list[Header]:
        """The Authorization header, once the server has asked."""
        challenge = self._known(session).get(_origin(request.url))
        if challenge is None:
            return []
        challenge.count += 1
        return [("Authorization", self._answer(session, request, challenge))]

    def challenged(self, session: Session, request: Unsigned, headers: Sequence[Header]) -> bool:
        """Whether an answer with status 401 asks who it is in a way that can be answered, and was not already.

        A nonce that was good before may have expired, whether or not the server says ``stale``.
        """
        known, origin = self._known(session), _origin(request.url)
        values = [value for name, value in headers if name.lower() == "www-authenticate"]
        fields = next((found for found in challenges(", ".join(values)) if _can(found)), None)
        before = known.pop(origin, None)
        if fields is None or "nonce" not in fields:
            return False
        known[origin] = Challenge(
            fields.get("realm", ""),
            fields["nonce"],
            fields.get("opaque"),
            fields.get("algorithm"),
            "qop" in fields,
        )
        return before is None or before.count > 1 or fields.get("stale", "").lower() == "true"

    def _known(self, session: Session) -> dict[str, Challenge]:
        known: dict[str, Challenge] = session.auth.setdefault(self._number, {})
        return known

    def _answer(self, session: Session, request: Unsigned, challenge: Challenge) -> str:
        username, password = text_of(self._username, session), text_of(self._password, session)
        parts = urlsplit(request.url)
        uri = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        name = (challenge.algorithm or "MD5").lower()
        digest = _ALGORITHMS[name.removesuffix("-sess")]
        cnonce, count = self._cnonce(), f"{challenge.count:08x}"
        secret = digest(f"{username}:{challenge.realm}:{password}".encode())
        if name.endswith("-sess"):
            secret = digest(f"{secret}:{challenge.nonce}:{cnonce}".encode())
        asked = digest(f"{request.method}:{uri}".encode())
        middle = f"{challenge.nonce}:{count}:{cnonce}:auth" if challenge.qop else challenge.nonce
        fields = [
            f'username="{_quoted(username)}"',
            f'realm="{_quoted(challenge.realm)}"',
            f'nonce="{_quoted(challenge.nonce)}"',
            f'uri="{_quoted(uri)}"',
            f'response="{digest(f"{secret}:{middle}:{asked}".encode())}"',
        ]
        fields += [f"algorithm={challenge.algorithm}"] if challenge.algorithm else []
        fields += [f'opaque="{_quoted(challenge.opaque)}"'] if challenge.opaque is not None else []
        fields += [f'qop=auth, nc={count}, cnonce="{cnonce}"'] if challenge.qop else []
        return f"Digest {', '.join(fields)}"


def challenges(text: str) -> list[dict[str, str]]:
    """The Digest challenges in the value of WWW-Authenticate headers, joined by commas (RFC 9110, section 11.6.1)."""
    found: list[dict[str, str]] = []
    fields: dict[str, str] | None = None
    position = 0
    while position < len(text):
        match = _PIECE.match(text, position)
        if match is None or match.end() == position:
            position += 1
            continue
        position = match.end()
        name, quoted, plain, scheme = match.groups()
        if scheme is not None:
            fields = {} if scheme.lower() == "digest" else None
            if fields is not None:
                found.append(fields)
        elif fields is not None:
            fields[name.lower()] = re.sub(r"\\(.)", r"\1", quoted) if quoted is not None else plain
    return found


def _can(fields: dict[str, str]) -> bool:
    algorithm = fields.get("algorithm", "MD5").lower().removesuffix("-sess")
    qops = [word.strip().lower() for word in fields.get("qop", "auth").split(",")]
    return algorithm in _ALGORITHMS and "auth" in qops


def _origin(url: str) -> str:
    return "/".join(url.split("/", 3)[:3]).lower()


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
