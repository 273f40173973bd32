"""A program as one ab command line, and the files that go with it."""

from __future__ import annotations

import base64
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...errors import EngineFailed
from ..program.compile import Program

ROWS, PERCENTILES = "rows.tsv", "percentiles.csv"

_MOST_PER_SECOND = 200_000
_MOST_HELD = 100_000_000  # requests; ab reserves 32 bytes for each before it begins, and uses them as it goes
_ORPHAN_S = 5
_EXPECTS_BODY = ("POST", "PUT", "PATCH")


@dataclass(frozen=True, slots=True)
class Job:
    """What ab is told: ``requests`` at most, and to stop after ``limit_s``; ``length_s`` is the load's duration."""

    arguments: tuple[str, ...]
    label: str
    users: int
    requests: int
    limit_s: float | None
    length_s: float | None
    bodiless: bool
    body_bytes: int | None
    keep_alive: bool
    untold_type: bool
    timeout_s: int
    checks: Sequence[dict[str, Any]]

    def judge(self, status: int) -> tuple[str, str] | None:
        """Why an answer with this status is a failure, as kind and message, or None."""
        for check in self.checks:
            if not passes(check, status):
                return ("check", check["name"])
        return ("status", f"status {status}") if status >= 400 and not self.checks else None


def passes(check: dict[str, Any], status: int) -> bool:
    """Whether a status is one of those that a check of the status accepts."""
    return any(low <= status <= high for low, high in check["ranges"])


def make_job(program: Program, folder: Path) -> Job:
    """The job of a program of one static request; the request's body and certificate become files in ``folder``."""
    step, load, options = program["scenarios"][0]["steps"][0], program["load"], program["options"]
    body = _body(step)
    timed = load["kind"] == "closed"
    requests = _room(load["duration_s"]) if timed else load["iterations"]
    timeout_s = math.ceil(step["timeout_s"])
    arguments = [
        *("-q", "-l", "-r", "-v", "2", "-s", str(timeout_s)),
        *(["-t", str(math.ceil(load["duration_s"]) + _ORPHAN_S)] if timed else []),  # should polyload be gone
        *("-n", str(requests), "-c", str(load["users"])),
        *(["-k"] if options["keep_alive"] else []),
        *_what(step, body, folder),
        *_certificate(options["tls"], folder),
        *("-g", ROWS, "-e", PERCENTILES, ab_url(_static(step["url"]))),
    ]
    return Job(
        arguments=tuple(arguments),
        label=step["name"],
        users=load["users"],
        requests=requests,
        limit_s=load["duration_s"] if timed else load["max_duration_s"],
        length_s=load["duration_s"] if timed else None,
        bodiless=step["method"] == "HEAD",
        body_bytes=None if body is None else len(body),
        keep_alive=options["keep_alive"],
        untold_type=body is not None and _content_type(step) is None,
        timeout_s=timeout_s,
        checks=step["checks"],
    )


def ab_url(url: str) -> str:
    """A URL as ab takes it: the scheme in small letters, and a path even if it is only a slash."""
    found = re.fullmatch(r"(https?)://([^/?]*)(.*)", url, re.IGNORECASE | re.DOTALL)
    assert found is not None
    scheme, host, rest = found.groups()
    return f"{scheme.lower()}://{host}{rest if rest.startswith('/') else '/' + rest}"


def _room(duration_s: float) -> int:
    """More requests than ab can send in this time, for it stops at a number too."""
    return min(max(100_000, math.ceil(_MOST_PER_SECOND * duration_s)), _MOST_HELD)


def _what(step: dict[str, Any], body: bytes | None, folder: Path) -> Iterator[str]:
    """Method, body and headers; ``-m`` stands after ``-p``, which would refuse to follow another method."""
    method, told = step["method"], _content_type(step)
    if body is not None:
        path = folder / "body"
        path.write_bytes(body)
        yield from ("-p", path.name)
        if told is not None:
            yield from ("-T", told)
    if method == "HEAD":
        yield "-i"
    elif method != "GET" or body is not None:
        yield from ("-m", method)
    if body is None and method in _EXPECTS_BODY and not _has(step, "content-length"):
        yield from ("-H", "Content-Length: 0")
    for name, value in step["headers"]:
        if body is None or name.lower() != "content-type":
            yield from ("-H", f"{name}: {_static(value)}")
    if step["cookie"] is not None:
        yield from ("-H", f"Cookie: {_static(step['cookie'])}")


def _body(step: dict[str, Any]) -> bytes | None:
    match step["body"]:
        case None:
            return None
        case {"base64": text}:
            return base64.b64decode(text)
        case other:
            return _static(other["text"]).encode()


def _content_type(step: dict[str, Any]) -> str | None:
    return next((_static(value) for name, value in step["headers"] if name.lower() == "content-type"), None)


def _has(step: dict[str, Any], header: str) -> bool:
    return any(name.lower() == header for name, _ in step["headers"])


def _certificate(tls: dict[str, Any], folder: Path) -> list[str]:
    """The client's certificate and its key, which ab wants in one file."""
    paths = [Path(tls[name]) for name in ("client_cert", "client_key") if tls[name] is not None]
    if not paths:
        return []
    try:
        pem = b"\n".join(path.read_bytes() for path in paths)
    except OSError as error:
        raise EngineFailed(f"{error.filename} cannot be read: {error.strerror}") from error
    (folder / "client.pem").write_bytes(pem)
    return ["-E", "client.pem"]


def _static(text: Any) -> str:
    assert isinstance(text, str), "templates were refused"
    return text
