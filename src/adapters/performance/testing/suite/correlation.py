"""Correlation: what is taken from answers, what becomes of it, and what is asked of answers."""

from __future__ import annotations

from typing import Any

import pytest

from ..behaviours import DOCUMENT
from ..messages import Reply
from .base import Step, once
from .cases import Case, Cases, CasesTopic
from .invariants import kinds_of

PAGE = """<!DOCTYPE html><html><head><title>Sign in &amp; up</title><meta name="csrf" content="m-1"></head>
<body><!-- <input name="csrf" value="a comment"> --><h1 class="big">Sign <b>in</b></h1>
<form id="login"><input type="hidden" name="csrf" value="t&amp;k-1"><input name="user"></form>
<ul><li>one</li><li>two</li><li class="last">thr&eacute;e</li></ul></body></html>"""
TEXTS = {
    "spaced": "  Straße \u2003",
    "number": " -042 ",
    "encoded": "a%20b%C3%A9+c%zz",
    "base64": "8J-YgMOp",
    "escaped": "&lt;b&gt; &amp;amp; &eacute;&#233;&#x1F600; &notit; &nope;",
    "json": '{"a": [1.0, 2]}',
    "list": ["x", "y", "z"],
}
EXTRACTORS: dict[str, tuple[str, str, dict[str, Any], Any]] = {
    "json": ("json", "/json", {"json": "$.owner.address.city"}, "London"),
    "json-number": ("json", "/json", {"json": "id"}, 42),
    "json-list": ("json", "/json", {"json": "$.tags[-1]"}, "ünïcode"),
    "json-object": ("json", "/json", {"json": "$['items'][1]"}, {"id": 2, "title": "item 2", "price": 3.0}),
    "json-null": ("json", "/json", {"json": "nothing"}, None),
    "header": ("header", "/headers?X-Token=a%20b", {"header": "x-token"}, "a b"),
    "cookie": ("cookie", "/cookie/set?flavour=oat", {"cookie": "flavour"}, "oat"),
    "regex": ("regex", "/json", {"regex": r'"title": "(item \d)"', "index": 2}, "item 3"),
    "status": ("status", "/status/202", {"status": True}, 202),
    "default": ("json", "/json", {"json": "$.absent", "default": "none"}, "none"),
    "query": ("json", "/json", {"json": "$.items[?@.price > 4 && @.id != 3].id"}, 4),
    "query-last": ("json", "/json", {"json": "items[*].id", "index": "last"}, 5),
    "query-from-end": ("json", "/json", {"json": "$..price", "index": -2}, 6.0),
    "query-all": ("json", "/json", {"json": "$.items[::2].title", "index": "all"}, ["item 1", "item 3", "item 5"]),
    "query-count": ("json", "/json", {"json": "$..id", "index": "count"}, 6),
    "query-match": ("json", "/json", {"json": "$.tags[?search(@, '[ü]n')]"}, "ünïcode"),
    "random": ("random", "/json", {"json": "$.tags[0,0]", "index": "random"}, "load"),
    "no-count": ("json", "/json", {"json": "$..absent", "index": "count"}, 0),
    "jmespath": ("jmespath", "/json", {"jmespath": "items[?price > `4`] | [-1].{n: id}"}, {"n": 5}),
    "regex-named": ("regex", "/json", {"regex": r'"id": (?P<n>\d+),', "group": "n"}, "42"),
    "regex-whole": ("regex", "/json", {"regex": r"item \d", "index": "last"}, "item 5"),
    "regex-all": ("regex", "/json", {"regex": r"(?i)ITEM ([^\W4])", "index": "all"}, ["1", "2", "3", "5"]),
    "regex-html": ("regex", "/page", {"regex": r'name="csrf" value="([^"]*)"', "index": 1}, "t&amp;k-1"),
    "input": ("input", "/page", {"input": "csrf", "index": "last"}, "t&k-1"),
    "input-meta": ("input", "/page", {"input": "csrf"}, "m-1"),
    "css": ("css", "/page", {"css": "form#login input[name=csrf]", "attribute": "value"}, "t&k-1"),
    "css-text": ("css", "/page", {"css": "h1.big"}, "Sign in"),
    "css-all": ("css", "/page", {"css": "li", "index": "all"}, ["one", "two", "thrée"]),
    "xpath": ("xpath", "/page", {"xpath": "//input[@name='csrf']/@value"}, "t&k-1"),
    "xpath-text": ("xpath", "/page", {"xpath": "//li", "index": -1}, "thrée"),
    "xpath-number": ("xpath", "/page", {"xpath": "count(//li)", "transform": "int"}, 3),
    "body": ("body", "/status/202", {"body": True, "transform": "upper"}, "STATUS 202"),
    "default-list": ("json", "/json", {"json": "absent", "default": [1, {"a": 2.5}]}, [1, {"a": 2.5}]),
    "default-null": ("header", "/json", {"header": "x-absent", "default": None}, None),
    "trim": ("json", "/texts", {"json": "spaced", "transform": ["trim", "upper"]}, "STRASSE"),
    "lower": ("json", "/texts", {"json": "spaced", "transform": ["lower", {"replace": [" ", "_"]}]}, "__straße_\u2003"),
    "int": ("json", "/texts", {"json": "number", "transform": "int"}, -42),
    "float": ("json", "/texts", {"json": "number", "transform": "float"}, -42.0),
    "url-decode": ("json", "/texts", {"json": "encoded", "transform": "url_decode"}, "a bé+c%zz"),
    "url-encode": ("json", "/texts", {"json": "spaced", "transform": ["trim", "url_encode"]}, "Stra%C3%9Fe"),
    "base64": ("json", "/texts", {"json": "base64", "transform": "base64_decode"}, "😀é"),
    "base64-encode": ("json", "/texts", {"json": "list", "transform": "base64_encode"}, "WyJ4IiwieSIsInoiXQ=="),
    "unescape": ("json", "/texts", {"json": "escaped", "transform": "html_unescape"}, "<b> &amp; éé😀 ¬it; &nope;"),
    "parsed": ("json", "/texts", {"json": "json", "transform": "json"}, {"a": [1.0, 2]}),
    "length": ("json", "/texts", {"json": "list", "transform": "length"}, 3),
    "each": (
        "json", "/texts", {"json": "$.list[1:]", "index": "all", "transform": [{"prefix": "<"}, {"suffix": ">"}]},
        ["<y>", "<z>"],
    ),
}  # fmt: skip
"""Name to the feature ``extract.…``, the URL, the extractor, and the value that it takes."""
MISSING: dict[str, tuple[str, dict[str, Any], str]] = {
    "no-json": ("/page", {"json": "$.token"}, "json $.token"),
    "no-place": ("/json", {"json": "$.tags[*]", "index": 7}, "json $.tags[*]"),
    "no-number": ("/json", {"json": "name", "transform": "int"}, "int"),
    "no-cookie": ("/json", {"cookie": "sid"}, "cookie sid"),
}
"""Extractors that find nothing, and what their failure names."""
VARIABLES = {"name": "Ada", "id": "42", "tags": ["load", "test"], "limit": 3}
CHECKS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "range": ({"status": "200-204"}, {"status": ["201-299", "4xx"]}),
    "not-equals": ({"json": "id", "not_equals": 41}, {"json": "id", "not_equals": 42.0}),
    "bounds": ({"json": "id", "more_than": 41, "at_most": 42}, {"json": "id", "less_than": 42}),
    "bounds-text": ({"json": "name", "at_least": "pol"}, {"json": "name", "at_least": 1}),
    "contains": ({"json": "tags", "contains": "load"}, {"json": "tags", "contains": "loa"}),
    "contains-text": ({"json": "name", "contains": "poly"}, {"json": "name", "not_contains": "poly"}),
    "contains-name": ({"json": "owner", "contains": "address"}, {"json": "owner", "contains": "Ada"}),
    "matches": ({"json": "owner.address.zip", "matches": r"^\w\d$"}, {"json": "name", "matches": "^load$"}),
    "in": ({"json": "id", "in": [1, 42]}, {"json": "id", "in": [1, "42", True]}),
    "length": ({"json": "tags", "length": 3}, {"json": "name", "length": 3}),
    "every": ({"json": "items[*].price", "more_than": 1}, {"json": "items[*].price", "more_than": 2}),
    "count": ({"json": "$..id", "count": 6}, {"json": "$..id", "count": 5}),
    "none": ({"json": "$..absent", "exists": False}, {"json": "$.items[?@.id == 9]"}),
    "not-bool": ({"json": "active", "equals": True}, {"json": "active", "equals": 1}),
    "null": ({"json": "nothing", "equals": None}, {"json": "id", "equals": None}),
    "schema": (
        {"json": "owner", "schema": {"type": "object", "required": ["name"]}},
        {"json": "owner", "schema": {"properties": {"name": {"type": "integer"}}}},
    ),
    "jmespath": ({"jmespath": "length(items)", "equals": 5}, {"jmespath": "items[?id > `9`]", "length": 1}),
    "header-equals": (
        {"header": "Content-Type", "matches": "^application/json"},
        {"header": "content-type", "not_contains": "json"},
    ),
    "cookie": ({"cookie": "sid", "equals": "s-1"}, {"cookie": "other"}),
    "template": ({"json": "owner.name", "equals": "${name}"}, {"json": "owner.name", "equals": "${id}"}),
    "template-number": ({"json": "id", "equals": "${id}"}, {"json": "id", "less_than": "${limit}"}),
    "template-list": ({"json": "tags[0]", "in": "${tags}"}, {"json": "tags[2]", "in": "${tags}"}),
    "template-body": ({"body": {"contains": '"${name}"'}}, {"body": {"contains": "${nobody}"}}),
    "template-deep": (
        {"json": "owner.address", "equals": {"city": "London", "zip": "N${one:-1}"}},
        {"json": "tags", "equals": ["${name}"]},
    ),
    "python": (
        {"python": "adapters.performance.testing.own_checks:knows_ada"},
        {"python": "adapters.performance.testing.own_checks:raises"},
    ),
}
"""Checks of ``/document`` that hold, and that do not."""
HTML_CHECKS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "input": ({"input": "csrf", "count": 2}, {"input": "token"}),
    "css": ({"css": "h1", "equals": "Sign in"}, {"css": "h2"}),
    "css-count": ({"css": "li", "count": 3}, {"css": "li.last", "contains": "two"}),
    "xpath": ({"xpath": "//meta/@content", "matches": r"^m-\d$"}, {"xpath": "//form", "exists": False}),
}
"""Checks of ``/page``."""


class CorrelationTests(CasesTopic):
    """Values taken from answers and put to use, and checks of every kind."""

    def _pages(self) -> None:
        self.server.route(
            "/page", lambda request: Reply(200, (("Content-Type", "text/html"),), PAGE.encode())
        )
        self.server.route("/texts", lambda request: Reply.json(TEXTS))
        self.server.route("/document", lambda request: _with_cookie(Reply.json(DOCUMENT)))

    @once
    async def _taken(self) -> Any:
        """What each extractor that the engine has takes, shown by a later step."""
        self._pages()
        able = {name: case for name, case in EXTRACTORS.items() if self.can(f"extract.{case[0]}")}
        takes: list[Step] = [
            {"url": url, "extract": {_variable(name): how}} for name, (_, url, how, _) in able.items()
        ]
        shown = {name: f"${{{_variable(name)}}}" for name in able}
        result = await self.run_or_refuse(
            self.plan(*takes, {"url": "/shown", "method": "POST", "json": shown})
        )
        assert result.summary.failures == 0
        return self.server.log.on("/shown")[0].json()

    @pytest.mark.parametrize("name", EXTRACTORS)
    async def test_taken(self, name: str) -> None:
        kind, url, how, value = EXTRACTORS[name]
        await self.may_refuse(self.plan({"url": url, "extract": {"value": how}}), f"extract.{kind}")
        taken = (await self._taken())[name]
        assert (taken, type(taken)) == (value, type(value))

    async def test_what_is_missing_is_named_by_the_failure_of_its_step(self) -> None:
        self._pages()
        steps = [{"name": name, "url": url, "extract": {"x": how}} for name, (url, how, _) in MISSING.items()]
        after = {"name": "after", "url": "/after/${x}"}
        result = await self.run_or_refuse(self.plan(*steps, after), "extract.json", "extract.cookie")
        assert self.server.log.count("/after/$%7Bx%7D") == 1
        for name, (_, _, words) in MISSING.items():
            assert kinds_of(result.requests[name]) <= self.kinds("extract")
            (error,) = result.requests[name].errors
            assert error.message.startswith(f"{name}: no value for x: ")
            assert words in error.message

    @once
    async def _asked(self) -> Cases:
        self._pages()
        every = {name: ("/document", pair) for name, pair in CHECKS.items()}
        every |= {f"html-{name}": ("/page", pair) for name, pair in HTML_CHECKS.items()}
        steps: dict[str, dict[str, Any]] = {}
        for name, (url, (holds, fails)) in every.items():
            steps[f"holds-{name}"] = {"url": url, "checks": [holds]}
            steps[f"fails-{name}"] = {"url": url, "checks": [fails]}
        return await self.together(steps, variables=VARIABLES)

    @pytest.mark.parametrize("name", [*CHECKS, *(f"html-{name}" for name in HTML_CHECKS)])
    async def test_asked(self, name: str) -> None:
        cases = await self._asked()
        assert _outcome(cases[f"holds-{name}"], f"holds-{name}") == (0, (1, 0))
        assert _outcome(cases[f"fails-{name}"], f"fails-{name}") == (1, (0, 1))
        assert set(cases[f"fails-{name}"].kinds) <= self.kinds("check")


def _outcome(case: Case, name: str) -> tuple[int, tuple[int, int]]:
    """How many requests of a case failed, and how often its check passed and failed."""
    (check,) = [check for check in case.result.checks if check.name.startswith(f"{name}: ")]
    return case.summary.failures, (check.passed, check.failed)


def _with_cookie(reply: Reply) -> Reply:
    reply.headers = (*reply.headers, ("Set-Cookie", "sid=s-1; Path=/"))
    return reply


def _variable(name: str) -> str:
    return "v_" + name.replace("-", "_")
