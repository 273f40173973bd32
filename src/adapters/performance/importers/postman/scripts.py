"""What test scripts say of an answer, where it is certain: checks, and values that are kept. They are never run."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

from .assertions import UNKNOWN, Value, assertion, json_path
from .javascript import MAX_LENGTH, Statement, statements

_LONGEST = 2_000
_NAME = r"[A-Za-z_$][\w$]*"
_PATH = rf"(?:\??\.{_NAME}(?!\()|\[\d+\]|\['\d+'\])*"
_WHOLE = r"(?:pm\.response\.json\(\)|JSON\.parse\((?:responseBody|pm\.response\.text\(\))\))"
_JSON = re.compile(rf"({_WHOLE}|{_NAME})({_PATH})(?:\|\|(?:\{{\}}|\[\]|null|'\d+'))?")
_SEGMENT = re.compile(rf"\??\.({_NAME})|\[(\d+)\]|\['(\d+)'\]")
_PLAIN = {
    "pm.response.code": "status",
    "responseCode.code": "status",
    "pm.response.text()": "text",
    "responseBody": "text",
    "pm.response.responseTime": "time",
    "responseTime": "time",
    "pm.response": "answer",
}
_HEADER = re.compile(r"(?:pm\.response\.headers\.get|postman\.getResponseHeader)\('(\d+)'\)")
_COOKIE = re.compile(r"(?:pm\.cookies\.get\('(\d+)'\)|postman\.getResponseCookie\('(\d+)'\)\.value)")
_TEST = re.compile(r"pm\.test\('\d+',(?:async )?(?:function(?: \w+)?\(\w*\)|\(?\w*\)?=>)(?P<rest>.*)\)")
_GUARD = re.compile(r"if\((?P<guard>.*)\)\{\}(?P<rest>.*)")
_ALIAS = re.compile(rf"(?:(?:var|let|const) )?({_NAME})=(?!=)(.+)")
_OLD_TEST = re.compile(r"tests\['(\d+)'\](?:=(?!=)(.+))?")
_SET = re.compile(
    r"(?:pm\.(?:environment|collectionVariables|globals|variables)\.set"
    r"|postman\.set(?:Environment|Global)Variable)\('(\d+)',(.+)\)"
)
_EXPECT = re.compile(r"pm\.expect\((.+?)\)((?:\.\w+(?:\([^()]*\))?)+)")
_COMPARED = re.compile(r"(.+?)(===?)(.+)")
_OWNED = re.compile(r"(.+)\.hasOwnProperty\('(\d+)'\)")
_IS_OF_TYPE = re.compile(r"(Array\.isArray|Number\.isInteger)\((.+)\)")
_LINK = re.compile(r"\.(\w+)(\(([^()]*)\))?")
_FILLERS_WORDS = "to be been is that which and has have with at of same deep"
_FILLERS = frozenset(_FILLERS_WORDS.split())
_CONSTANTS = {"true": "true", "false": "false", "null": "null"}
_SILENT = re.compile(r"console\.\w+\(.*\)|'\d+'|pm\.test\.skip\(.*|return")


@dataclass
class Said:
    """What a script says: checks, extractors by Postman's names of variables, and what was not understood."""

    checks: list[dict[str, Any]] = field(default_factory=list)
    extract: dict[str, dict[str, Any]] = field(default_factory=dict)
    missed: list[str] = field(default_factory=list)


def said(script: str) -> Said:
    """What a test script says."""
    reading = _Reading()
    if len(script) > MAX_LENGTH:
        reading.said.missed.append("a script of more than 100,000 characters")
    reading.block(statements(script), guarded=False)
    return reading.said


class _Reading:
    def __init__(self) -> None:
        self.said = Said()
        self.aliases: dict[str, Value] = {}
        self.compared: dict[str, list[dict[str, Any]]] = {}
        """Names of comparisons, and the checks that those are."""

    def block(self, block: list[Statement], *, guarded: bool) -> None:
        for one in block:
            if len(one.text) > _LONGEST or not self.understood(one, guarded):
                self.said.missed.append(one.shown[:100])

    def understood(self, one: Statement, guarded: bool) -> bool:
        """Take a statement; ``guarded`` when it only holds under a condition, so that checks cannot be certain."""
        if found := _TEST.fullmatch(one.text):
            inside = (
                one.blocks if found["rest"] == "{}" else [[Statement(found["rest"], one.strings, one.blocks)]]
            )
            for block in inside:
                self.block(block, guarded=guarded)
            return True
        if found := _GUARD.fullmatch(one.text):
            return self.guard(one, found, guarded)
        if found := _SET.fullmatch(one.text):
            return self.kept(one.strings[int(found[1])], self.value(found[2], one))
        if (found := _OLD_TEST.fullmatch(one.text)) and found[2]:
            truth = self.truth(found[2], one)
            if truth is not None:
                self.compared[f"tests {one.strings[int(found[1])]}"] = truth
            return self.add(truth, guarded)
        if found := _ALIAS.fullmatch(one.text):
            return self.named(found[1], found[2], one)
        if one.text.startswith("pm.response.to."):
            return self.add(
                self.expected(Value("answer"), one.text.removeprefix("pm.response"), one), guarded
            )
        if found := _EXPECT.fullmatch(one.text):
            value = self.value(found[1], one)
            return value is not None and self.add(self.expected(value, found[2], one), guarded)
        return _SILENT.fullmatch(one.text) is not None

    def guard(self, one: Statement, found: re.Match[str], guarded: bool) -> bool:
        """What is kept only when the answer is as it should be is kept; what is checked only then is not certain,
        unless it is checked already that the answer is so."""
        truth = self.truth(found["guard"], one)
        if not one.blocks or (truth is None and self.value(found["guard"], one) is None):
            return False
        certain = truth is not None and all(check in self.said.checks for check in truth)
        self.block(one.blocks[0], guarded=guarded or not certain)
        return not found["rest"] or all(not block for block in one.blocks[1:])

    def named(self, name: str, text: str, one: Statement) -> bool:
        self.aliases.pop(name, None)
        self.compared.pop(name, None)
        value, truth = self.value(text, one), self.truth(text, one)
        if value is not None:
            self.aliases[name] = value
        elif truth is not None:
            self.compared[name] = truth
        return value is not None or truth is not None

    def kept(self, name: str, value: Value | None) -> bool:
        if value is None or value.kind not in ("json", "header", "cookie", "status"):
            return False
        found = {"json": json_path(value.path), "status": True}
        self.said.extract[name] = {value.kind: found.get(value.kind) or value.path[0]}
        return True

    def add(self, checks: list[dict[str, Any]] | None, guarded: bool) -> bool:
        if checks is None or guarded:
            return False
        self.said.checks += [check for check in checks if check not in self.said.checks]
        return True

    def value(self, text: str, one: Statement) -> Value | None:
        """What of the answer a text is."""
        if text in _PLAIN:
            return Value(_PLAIN[text])
        if found := _HEADER.fullmatch(text):
            return Value("header", (one.strings[int(found[1])],))
        if found := _COOKIE.fullmatch(text):
            return Value("cookie", (one.strings[int(found[1] or found[2])],))
        found = _JSON.fullmatch(text)
        if found is None:
            return None
        whole = re.fullmatch(_WHOLE, found[1]) is not None
        start = Value("json") if whole else self.aliases.get(found[1])
        if start is None or (found[2] and start.kind != "json"):
            return None
        path = tuple(_key(segment, one) for segment in _SEGMENT.finditer(found[2]))
        return Value(start.kind, (*start.path, *path)) if "length" not in path[-1:] else None

    def constant(self, text: str | None, one: Statement) -> tuple[bool, Any]:
        """Whether a text is a constant, and which."""
        if text is None:
            return False, None
        made = re.sub(r"'(\d+)'", lambda found: json.dumps(one.strings[int(found[1])]), text)
        try:
            return True, json.loads(made, parse_constant=lambda _: None)
        except (ValueError, RecursionError):
            return False, None

    def truth(self, text: str, one: Statement) -> list[dict[str, Any]] | None:
        """The checks that a comparison is."""
        if text in self.compared:
            return self.compared[text]
        if found := _OLD_TEST.fullmatch(text):
            return self.compared.get(f"tests {one.strings[int(found[1])]}") if not found[2] else None
        if found := _IS_OF_TYPE.fullmatch(text):
            value = self.value(found[2], one)
            kind = {"Array.isArray": "array", "Number.isInteger": "integer"}[found[1]]
            known = value is not None and value.kind == "json"
            return [{"json": json_path(value.path), "type": kind}] if value is not None and known else None
        if found := _OWNED.fullmatch(text):
            value = self.value(found[1], one)
            return self.expected(value, f".property('{found[2]}')", one) if value is not None else None
        if found := _COMPARED.fullmatch(text):
            value = self.value(found[1], one)
            return self.expected(value, f".equal({found[3]})", one) if value is not None else None
        return None

    def expected(self, value: Value, chain: str, one: Statement) -> list[dict[str, Any]] | None:
        """The checks that a chain of chai's words makes of a value; None when one of them is not understood."""
        made: list[dict[str, Any]] = []
        links = [(word, call is not None and call != "", args) for word, call, args in _LINK.findall(chain)]
        for word, called, args in links:
            if word in _FILLERS and not called:
                continue
            if word == "property" and value.kind == "json":
                parts = args.split(",", 1)
                ok, name = self.constant(parts[0], one)
                if not ok or not isinstance(name, str):
                    return None
                value = Value("json", (*value.path, name))
                word, args = ("equal", parts[1]) if len(parts) > 1 else ("exist", "")
            ok, constant = self.constant(args or _CONSTANTS.get(word), one)
            check = assertion(value, word, constant if ok else UNKNOWN)
            if check is None:
                return None
            made.append(check)
        return made or None


def _key(segment: re.Match[str], one: Statement) -> str | int:
    if segment[2] is not None:
        return int(segment[2])
    return segment[1] if segment[1] is not None else one.strings[int(segment[3])]
