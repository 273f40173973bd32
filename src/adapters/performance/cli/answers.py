"""What ``polyload new`` is told of a plan, each answer checked by itself."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from ..errors import PolyloadError, UsageError
from ..plan.load import ClosedLoad, IterationLoad, OpenLoad
from ..plan.quantity import format_duration, parse_duration
from ..plan.reading import validated
from ..plan.steps import Request
from ..plan.thresholds import parse_threshold
from ..scenarios.mixes import TEMPLATES, template
from .loading import fresh_load
from .planning import checked_url

OWN = "own"
AUTHS = ("none", "basic", "bearer", "api-key")
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")


@dataclass(frozen=True, slots=True)
class Answers:
    """All that a plan is made of; None is what was not said."""

    target: str | None = None
    template: str | None = None
    pages: tuple[Mapping[str, Any], ...] | None = None
    pause: Any = None
    load: Mapping[str, Any] = field(default_factory=dict)
    status: str | None = None
    thresholds: tuple[str, ...] | None = None
    auth: str | None = None
    username: str | None = None
    secret_variable: str | None = None
    key_header: str | None = None
    data_file: str | None = None
    strategy: str | None = None

    def but(self, **changes: Any) -> Answers:
        """The same with other answers."""
        return replace(self, **changes)

    def given(self) -> set[str]:
        """The names of what was said."""
        return {one.name for one in fields(self) if getattr(self, one.name) not in (None, {})}


def a_target(text: str) -> str:
    """A URL; one without a scheme is taken for https, of this machine for http."""
    text = text.strip()
    if len(text.split()) != 1:
        raise ValueError(f"{text!r} is no URL")
    if "://" not in text:
        local = text.partition(":")[0].partition("/")[0] in ("localhost", "127.0.0.1")
        text = f"{'http' if local else 'https'}://{text}"
    return checked_url(text)


def a_template(text: str) -> str:
    """The name of a template, or ``own`` for pages of one's own."""
    name = text.strip().lower()
    if name != OWN and template(name) is None:
        raise UsageError(f"no template is called {name!r}", hint=f"there are {OWN}, {', '.join(TEMPLATES)}")
    return name


def a_page(text: str) -> dict[str, Any]:
    """A request written ``METHOD PATH BODY``, of which only the path must be there; a body is JSON or text."""
    words = text.strip().split(None, 1)
    method = words[0].upper() if words and words[0].upper() in _METHODS else None
    rest = text.strip() if method is None else (words[1] if len(words) > 1 else "")
    path, _, body = rest.partition(" ")
    if not path:
        raise UsageError(
            f"{text!r}: the path is missing", hint='write for example: POST /cart {"product": 7}'
        )
    step: dict[str, Any] = {} if method in (None, "GET") else {"method": method}
    step["url"] = path if path.startswith(("/", "http://", "https://", "${")) else f"/{path}"
    if body.strip():
        step.setdefault("method", method or "POST")
        step |= _body(body.strip())
    validated(Request, step, source=repr(text))
    return step


def _body(text: str) -> dict[str, Any]:
    try:
        return {"json": json.loads(text)}
    except ValueError:
        return {"body": text}


def a_pause(text: str) -> str | dict[str, str]:
    """Think time as in a plan: ``1s``, or between two, ``1s-3s``; empty for 0."""
    least, dash, most = text.partition("-")
    shortest, longest = parse_duration(least), parse_duration(most if dash else least)
    if longest < shortest:
        raise ValueError(f"{most.strip()} is less than {least.strip()}")
    if longest == shortest:
        return format_duration(longest) if longest else ""
    return {"min": format_duration(shortest), "max": format_duration(longest)}


def an_amount(text: str) -> dict[str, Any]:
    """How many users, or with ``/s`` how many iterations start per second."""
    number, slash, unit = text.strip().partition("/")
    try:
        if slash and unit.strip() == "s" and float(number) > 0:
            return {"rate": float(number)}
        if not slash and int(number) > 0:
            return {"users": int(number)}
    except ValueError:
        pass
    raise ValueError(f"{text!r}: write a number of users (10) or a rate (50/s)")


def a_time(text: str) -> str:
    """A duration as it is written."""
    parse_duration(text)
    return text.strip()


def some_thresholds(text: str) -> tuple[str, ...]:
    """Thresholds with commas between them."""
    found = tuple(part.strip() for part in text.split(",") if part.strip())
    for part in found:
        parse_threshold(part)
    return found


def a_status(text: str) -> str:
    """A status or a class of them, as in a check."""
    text = text.strip()
    validated(Request, {"url": "/", "checks": [{"status": _number(text)}]}, source="status")
    return text


def status_value(text: str) -> int | str:
    """A status as a plan has it."""
    return _number(text)


def _number(text: str) -> int | str:
    return int(text) if text.isdecimal() else text


def an_auth(text: str) -> str:
    """A kind of authentication."""
    name = text.strip().lower().replace("_", "-")
    if name not in AUTHS:
        raise ValueError(f"{text!r} is none of {', '.join(AUTHS)}")
    return name


def a_data_file(text: str) -> str | None:
    """The path of a file with rows that can be read; None for no file."""
    path = text.strip()
    if not path:
        return None
    columns_of(path)
    return path


def columns_of(path: str) -> list[str]:
    """The columns of the first row of a file of data; PlanError says what is wrong with the file."""
    from ..engines.program.feeds import facts_of
    from ..plan.feeds import Feed

    return list(facts_of(Path(path).name, Feed(file=Path(path))).columns)


def checked_load(given: Mapping[str, Any]) -> ClosedLoad | OpenLoad | IterationLoad:
    """The load that amounts make; UsageError when they do not go together."""
    times = ("duration", "ramp_up", "warm_up")
    return fresh_load({name: parse_duration(v) if name in times else v for name, v in given.items()})


def problem(error: Exception) -> str:
    """What was wrong with an answer, with what to do."""
    if isinstance(error, PolyloadError):
        return f"{error.message}; {error.hint}" if error.hint else error.message
    return str(error)
