"""Interprets programs in Python: texts, conditions, checks and extractors.

Only the standard library is used, so that Locust's fixed locustfile can load this file in whatever environment
Locust is installed in.
"""

from __future__ import annotations

import datetime
import json
import random
import re
import uuid
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import quote

URL_SAFE = "%/:?#[]@!$&'()*+,;=-._~"
MISSING: Any = object()
_FALSE = ("", "0", "false", "no", "off", "null", "none")


class Session:
    """The state of one virtual user: variables, rows drawn, counters and its own random numbers."""

    __slots__ = ("cookies", "iteration", "random", "rows", "sequence", "user", "variables")

    def __init__(self, user: int, variables: dict[str, Any], seed: int | None) -> None:
        self.user = user
        self.iteration = 0
        self.variables = dict(variables)
        self.rows: dict[str, dict[str, Any]] = {}
        self.random = random.Random(None if seed is None else seed * 1_000_003 + user)
        self.sequence = 0
        self.cookies: Any = None


Render = Callable[[Session], str]


def compile_text(text: str | list[Any]) -> str | Render:
    """A program text as a constant, or as a function of the session."""
    if isinstance(text, str):
        return text
    renders = [part if isinstance(part, str) else _placeholder(part) for part in text]

    def render(session: Session) -> str:
        return "".join([part if isinstance(part, str) else part(session) for part in renders])

    return render


def text_of(compiled: str | Render, session: Session) -> str:
    """The text of a constant or a function of the session."""
    return compiled if isinstance(compiled, str) else compiled(session)


def _placeholder(part: dict[str, Any]) -> Render:
    look_up, encoding, default, written = _look_up(part), part["enc"], part["default"], part["text"]

    def render(session: Session) -> str:
        value = look_up(session)
        if value is MISSING:
            value = written if default is None else default
        return encode(value, encoding)

    return render


def _look_up(part: dict[str, Any]) -> Callable[[Session], Any]:
    if "var" in part:
        name, path = part["var"], part["path"]
        return lambda session: at_path(session.variables.get(name, MISSING), path)
    if "row" in part:
        feed, column = part["row"]
        return lambda session: session.rows.get(feed, {}).get(column, MISSING)
    if "counter" in part:
        attribute = part["counter"]
        return lambda session: session.variables.get(attribute, getattr(session, attribute))
    function, args = _FUNCTIONS[part["call"]], part["args"]
    return lambda session: function(session, *args)


def _now(session: Session, pattern: str = "") -> str:
    moment = datetime.datetime.now()
    return moment.strftime(pattern) if pattern else moment.isoformat(timespec="seconds")


def _seq(session: Session) -> int:
    session.sequence += 1
    return session.sequence


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "uuid": lambda session: str(uuid.UUID(int=session.random.getrandbits(128), version=4)),
    "now": _now,
    "randint": lambda session, low, high: session.random.randint(int(low), int(high)),
    "choice": lambda session, *options: session.random.choice(options),
    "seq": _seq,
}


def encode(value: Any, encoding: str) -> str:
    """A value as it is inserted into a text of this encoding."""
    if encoding == "json":
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    text = shown(value)
    if encoding == "query":
        return quote(text, safe="")
    if encoding == "url":
        return re.sub("%(?![0-9A-Fa-f]{2})", "%25", quote(text, safe=URL_SAFE))
    if encoding == "jsonstr":
        return json.dumps(text, ensure_ascii=False)[1:-1]
    return text


def shown(value: Any) -> str:
    """A value as text: strings as they are, everything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def at_path(value: Any, path: Sequence[str | int]) -> Any:
    """The value at a path of names and indexes, or MISSING."""
    for key in path:
        if isinstance(value, dict):
            value = value.get(key, MISSING)
        elif isinstance(value, list) and isinstance(key, int) and -len(value) <= key < len(value):
            value = value[key]
        else:
            return MISSING
    return value


def compile_conditions(step: dict[str, Any]) -> Callable[[Session], bool] | None:
    """Whether a step runs, as a function of the session; None when it always does."""
    run_if, skip_if = step.get("run_if"), step.get("skip_if")
    if run_if is None and skip_if is None:
        return None
    return lambda session: (
        (run_if is None or holds(run_if, session)) and not (skip_if is not None and holds(skip_if, session))
    )


def holds(condition: Any, session: Session) -> bool:
    """Whether a condition of a program is true now."""
    if isinstance(condition, bool):
        return condition
    a = _value(condition["a"], session)
    match condition["op"]:
        case "truthy":
            return truthy(a)
        case "equals":
            return same(a, _value(condition["b"], session))
        case "not_equals":
            return not same(a, _value(condition["b"], session))
        case _:
            b = _value(condition["b"], session)
            return any(same(a, item) for item in b) if isinstance(b, list) else shown(a) in shown(b)


def _value(value: Any, session: Session) -> Any:
    if isinstance(value, dict):
        if set(value) == {"t"}:
            return _typed(value["t"], session)
        return {name: _value(item, session) for name, item in value.items()}
    return [_value(item, session) for item in value] if isinstance(value, list) else value


def _typed(text: str | list[Any], session: Session) -> Any:
    if isinstance(text, list) and len(text) == 1 and not isinstance(text[0], str):
        value = _look_up(text[0])(session)
        if value is MISSING:
            return text[0]["default"]
        return value
    return text_of(compile_text(text), session)


def same(a: Any, b: Any) -> bool:
    """Equal, where a text and a number that is written so are the same."""
    return a == b if type(a) is type(b) else shown(a) == shown(b)


def truthy(value: Any) -> bool:
    """Neither missing nor empty nor one of the usual words for no."""
    return value.strip().lower() not in _FALSE if isinstance(value, str) else bool(value)


def compile_pause(step: dict[str, Any]) -> float | Callable[[Session], float]:
    """How many seconds a pause step lasts: a constant, or drawn with the session's own random numbers."""
    match step["law"]:
        case "normal":
            mean, stdev = step["mean_s"], step["stdev_s"]
            return lambda session: _not_negative(session.random, mean, stdev)
        case "exponential":
            rate = 1 / step["mean_s"]
            return lambda session: session.random.expovariate(rate)
    least, most = step["min_s"], step["max_s"]
    return least if least == most else lambda session: session.random.uniform(least, most)


def _not_negative(chance: random.Random, mean: float, stdev: float) -> float:
    """A normally distributed number, drawn again as long as it is negative."""
    while (drawn := chance.gauss(mean, stdev)) < 0:
        pass
    return drawn


class Answer:
    """What checks and extractors look at; the text and the JSON of the body are made when first asked for."""

    __slots__ = ("_json", "_text", "body", "cookies", "elapsed_s", "headers", "status")

    def __init__(
        self,
        status: int,
        headers: Sequence[tuple[str, str]],
        body: bytes,
        elapsed_s: float,
        cookies: dict[str, str],
    ) -> None:
        self.status = status
        self.headers = combined(headers)
        self.body = body
        self.elapsed_s = elapsed_s
        self.cookies = cookies
        self._text: str | None = None
        self._json: Any = MISSING

    @property
    def text(self) -> str:
        """The body as UTF-8, what is not UTF-8 replaced."""
        if self._text is None:
            self._text = self.body.decode("utf-8", "replace")
        return self._text

    @property
    def json(self) -> Any:
        """The body as JSON, None in place of what is no JSON."""
        if self._json is MISSING:
            try:
                self._json = json.loads(self.body)
            except (ValueError, RecursionError):  # the latter from brackets nested too deep
                self._json = None
        return self._json


def combined(headers: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Headers by lower-case name, the values of repeated ones joined by a comma (RFC 9110, section 5.3)."""
    found: dict[str, str] = {}
    for name, value in headers:
        key = name.lower()
        found[key] = f"{found[key]}, {value}" if key in found else value
    return found


def passes(check: dict[str, Any], answer: Answer) -> bool:
    """Whether an answer passes a check of a program."""
    return _CHECKS[check["kind"]](check, answer)


def _check_body(check: dict[str, Any], answer: Answer) -> bool:
    wanted, text = check["text"], answer.text
    match check["how"]:
        case "contains":
            return wanted in text
        case "not_contains":
            return wanted not in text
        case "equals":
            return bool(wanted == text)
        case _:
            return re.search(wanted, text) is not None


def _check_json(check: dict[str, Any], answer: Answer) -> bool:
    value = (
        MISSING
        if answer.json is None and answer.text.strip() != "null"
        else at_path(answer.json, check["path"])
    )
    if value is MISSING:
        return not check["exists"]
    if not check["exists"]:
        return False
    if "equals" in check and not _equal_json(value, check["equals"]):
        return False
    return "type" not in check or _is_type(value, check["type"])


def _equal_json(a: Any, b: Any) -> bool:
    if isinstance(a, bool) or isinstance(b, bool):
        return a is b
    return bool(a == b)


def _is_type(value: Any, kind: str) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    match kind:
        case "integer":
            return number and float(value).is_integer()
        case "number":
            return number
    return isinstance(value, _TYPES[kind])


_TYPES = {"string": str, "boolean": bool, "array": list, "object": dict, "null": type(None)}


def _check_header(check: dict[str, Any], answer: Answer) -> bool:
    value = answer.headers.get(check["header"].lower())
    if value is None or not check["exists"]:
        return (value is None) == (not check["exists"])
    equals, contains = check.get("equals"), check.get("contains")
    return (equals is None or equals == value) and (contains is None or contains in value)


def _check_size(check: dict[str, Any], answer: Answer) -> bool:
    size = len(answer.body)
    return bool(check["min"] <= size and (check["max"] is None or size <= check["max"]))


_CHECKS: dict[str, Callable[[dict[str, Any], Answer], bool]] = {
    "status": lambda check, answer: any(low <= answer.status <= high for low, high in check["ranges"]),
    "body": _check_body,
    "json": _check_json,
    "header": _check_header,
    "time": lambda check, answer: answer.elapsed_s < check["under_s"],
    "size": _check_size,
}


def judge(
    step: dict[str, Any], answer: Answer, record: Callable[[str, bool], None]
) -> tuple[str, str] | None:
    """Runs the checks of a step, each told to ``record``; the first failure as (kind, message), or None."""
    failure: tuple[str, str] | None = None
    status_checked = False
    for check in step["checks"]:
        passed = passes(check, answer)
        record(check["name"], passed)
        status_checked |= check["kind"] == "status"
        if not passed and failure is None:
            failure = ("check", check["name"])
    if answer.status >= 400 and not status_checked:
        return ("status", f"status {answer.status}")
    return failure


def extract(step: dict[str, Any], answer: Answer, session: Session) -> tuple[str, str] | None:
    """Takes the values that a step asks for into the session; one that is not there is a failure (kind, message)."""
    for entry in step["extract"]:
        value = _EXTRACTORS[entry["kind"]](entry, answer)
        if value is MISSING:
            value = entry.get("default", MISSING)
        if value is MISSING:
            session.variables.pop(entry["var"], None)
            return ("extract", f"{step['name']}: no value for {entry['var']}")
        session.variables[entry["var"]] = value
    return None


def _extract_regex(entry: dict[str, Any], answer: Answer) -> Any:
    matches = list(re.finditer(entry["regex"], answer.text))
    if entry["index"] >= len(matches) or entry["group"] > (matches[0].re.groups if matches else 0):
        return MISSING
    value = matches[entry["index"]][entry["group"]]
    return MISSING if value is None else value


_EXTRACTORS: dict[str, Callable[[dict[str, Any], Answer], Any]] = {
    "json": lambda entry, answer: MISSING if answer.json is None else at_path(answer.json, entry["path"]),
    "header": lambda entry, answer: answer.headers.get(entry["header"].lower(), MISSING),
    "cookie": lambda entry, answer: answer.cookies.get(entry["cookie"], MISSING),
    "regex": _extract_regex,
    "status": lambda entry, answer: answer.status,
}


def scenario_chooser(program: dict[str, Any]) -> Callable[[Session], int]:
    """A function that picks the index of the next scenario by weight."""
    weights = [scenario["weight"] for scenario in program["scenarios"]]
    if len(weights) == 1:
        return lambda session: 0
    numbers = range(len(weights))
    return lambda session: session.random.choices(numbers, weights)[0]


def draw_rows(program: dict[str, Any], session: Session, iteration: int) -> str | None:
    """Draws this iteration's row of every feed; ``iteration`` counts over all users. Returns a feed that ran out."""
    for name, feed in program["feeds"].items():
        rows, strategy = feed["rows"], feed["strategy"]
        if strategy == "unique" and iteration >= len(rows) and feed["on_end"] != "recycle":
            return str(name)
        index = {"random": session.random.randrange(len(rows)), "per_user": session.user}.get(
            strategy, iteration
        )
        session.rows[name] = rows[index % len(rows)]
    return None
