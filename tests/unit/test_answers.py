"""What is taken from answers and asked of them, as the interpreters in Python do it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from adapters.performance.engines.program import runtime
from adapters.performance.engines.program.compile import compile_plan
from adapters.performance.engines.program.runtime import markup
from adapters.performance.errors import PlanError
from adapters.performance.plan import Plan
from adapters.performance.plan.masking import public_dict

BODY: Any = {"id": 7, "name": "é", "items": [{"n": 1}, {"n": 2}], "null": None, "text": " 1 "}


def answer(body: Any = BODY, **more: Any) -> runtime.Answer:
    content = body.encode() if isinstance(body, str) else json.dumps(body, ensure_ascii=False).encode()
    headers = [("Content-Type", "text/plain")]
    return runtime.Answer(more.get("status", 200), headers, content, 0.01, more.get("cookies", {}))


def step_of(**fields: Any) -> dict[str, Any]:
    steps = [{"name": "step", "url": "http://h/", **fields}]
    plan = Plan.from_dict({"scenarios": [{"steps": steps}], "load": {"iterations": 1}})
    step: dict[str, Any] = compile_plan(plan, environ={})["scenarios"][0]["steps"][0]
    return step


def session(**variables: Any) -> runtime.Session:
    return runtime.Session(0, variables, seed=1)


def taken(how: dict[str, Any], of: runtime.Answer | None = None) -> Any:
    """The value taken, or the message of the failure."""
    user = session(x="of before")
    failure = runtime.compile_extract(step_of(extract={"x": how}))(of or answer(), user)
    if failure is None:
        return user.variables["x"]
    assert failure[0] == "extract"
    assert "x" not in user.variables
    return failure[1]


def judged(check: dict[str, Any], of: runtime.Answer | None = None, **variables: Any) -> Any:
    """None where a check passes, or the message of its failure."""
    judge = runtime.compile_judge(step_of(checks=[check]))
    failure = judge(of or answer(), session(**variables), lambda name, passed: None)
    return failure and failure[1]


@pytest.mark.parametrize(
    ("how", "value"),
    [
        ({"json": "$"}, BODY),
        ({"json": "null"}, None),
        ({"json": "absent", "default": None}, None),
        ({"json": "absent", "default": {"a": [1]}}, {"a": [1]}),
        ({"json": "$.items[*].n", "index": -2}, 1),
        ({"json": "text", "transform": "int"}, 1),
        ({"json": "name", "transform": "int", "default": 0}, 0),
        ({"json": "$.items[*].n", "index": "all", "transform": ["float"]}, [1.0, 2.0]),
        ({"regex": "(a)|(i)d", "index": "all", "group": 2}, ["i"]),
        ({"regex": "(z)?i", "group": 0}, "i"),
        ({"body": True, "transform": [{"replace": ["é", ""]}, "length"]}, 81),
        ({"status": True}, 200),
        ({"jmespath": "sum(items[].n)"}, 3),
    ],
)
def test_values_are_taken(how: dict[str, Any], value: Any) -> None:
    assert taken(how) == value


def test_any_of_several_is_one_of_them() -> None:
    user = session()
    extract = runtime.compile_extract(step_of(extract={"x": {"json": "$.items[*].n", "index": "random"}}))
    assert {extract(answer(), user) or user.variables["x"] for _ in range(50)} == {1, 2}


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"json": "$.token"}, "step: no value for x: json $.token"),
        ({"json": "$.items[*].n", "index": 2}, "step: no value for x: json $.items[*].n"),
        ({"json": "$.items[*].n", "index": -3}, "step: no value for x: json $.items[*].n"),
        ({"json": "$..absent", "index": "all"}, "step: no value for x: json $..absent"),
        ({"json": "name", "transform": ["trim", "int"]}, "step: no value for x: json name is not fit for trim, int"),
        ({"regex": "(z)?i"}, 'step: no value for x: regex "(z)?i"'),
        ({"header": "X-Id"}, "step: no value for x: header X-Id"),
        ({"cookie": "sid"}, "step: no value for x: cookie sid"),
        ({"jmespath": "nothing"}, "step: no value for x: jmespath nothing"),
        ({"jmespath": "length(id)"}, "step: no value for x: jmespath length(id)"),
        ({"css": "a", "attribute": "href"}, "step: no value for x: href of css a"),
        ({"xpath": "//a"}, "step: no value for x: xpath //a"),
    ],
)  # fmt: skip
def test_what_is_not_there_is_named(how: dict[str, Any], message: str) -> None:
    assert taken(how) == message


def test_a_document_too_deep_or_a_query_too_long_is_a_failure() -> None:
    assert "json" in taken({"json": "$..x"}, answer("[" * 100_000))
    long = answer([0] * 3000)
    assert taken({"json": "$[?count($[?@ == 0]) == 0]"}, long).endswith("is more than is searched")
    deep = answer("[" * 900 + "]" * 900)
    assert judged({"json": "$", "not_equals": []}, deep) is None
    assert "no value" in taken({"json": "$..[?@ == $[0][0]]"}, deep)


PAGE = """<?xml version="1.0" encoding="latin-1"?><!DOCTYPE html [<!ENTITY a "&#60;b"><!ENTITY c SYSTEM "file:///etc/passwd">]>
<html><body><p id=one>é &a;&c;</p><p ID='two'>un<b>closed</p><input name=csrf value='a"b&amp;c'>"""


@pytest.mark.parametrize(
    ("how", "value"),
    [
        ({"css": "input[name=csrf]", "attribute": "VALUE"}, 'a"b&c'),
        ({"css": "#two"}, "unclosed"),
        ({"css": "p", "index": "count"}, 2),
        ({"xpath": "//p/@id", "index": "all"}, ["one", "two"]),
        ({"xpath": "string(//p)", "transform": {"replace": ["é", "e"]}}, "e &a;&c;"),
        ({"xpath": "count(//p) = 2"}, True),
    ],
)
def test_html_is_read_leniently_and_without_entities(how: dict[str, Any], value: Any) -> None:
    assert taken(how, answer(PAGE)) == value


def test_html_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(markup, "MOST_HTML", 20)
    assert taken({"css": "p"}, answer("<p>" + "a" * 20)).endswith("is more than is searched")
    assert judged({"css": "a", "exists": False}, answer("<p>" + "a" * 20)) == "step: css a is absent"
    assert taken({"css": "p"}, answer("")).endswith("css p")


@pytest.mark.parametrize(
    ("check", "name"),
    [
        ({"status": ["2xx", "200-204", 404]}, "status is 2xx, 200-204, 404"),
        ({"json": "id", "at_least": 7, "less_than": 8}, "json id is at least 7 and is less than 8"),
        ({"json": "id", "in": [7, 8]}, "json id is one of [7, 8]"),
        ({"json": "$.items[*]", "count": 2, "type": "object"}, "json $.items[*] is a object and is there 2 times"),
        ({"json": "id", "equals": "${n}"}, 'json id equals "${n}"'),
        ({"css": "a", "attribute": "href", "exists": False}, "href of css a is absent"),
        ({"json": "name", "matches": "."}, 'json name matches "."'),
        ({"json": "$", "schema": {"type": "object"}}, "json $ follows its schema"),
        ({"json": "id", "message": "The id is there"}, "The id is there"),
    ],
)  # fmt: skip
def test_checks_are_named_by_what_they_ask(check: dict[str, Any], name: str) -> None:
    assert step_of(checks=[check])["checks"][0]["name"] == f"step: {name}"
    assert judged(check, n="7") is None


def test_a_value_put_in_is_compared_as_conditions_compare() -> None:
    assert judged({"json": "id", "equals": "${n}"}, n="7") is None
    assert judged({"json": "id", "equals": "7"}) is not None
    assert judged({"json": "items", "contains": "${one}"}, one={"n": 1}) is None
    assert judged({"body": {"contains": "${nobody}"}}) is not None


def passes(given: Any) -> bool:
    return given.status == 200 and given.json["id"] == 7 and given.text.startswith("{")


def is_none(given: Any) -> None:
    return None


def changes(given: Any) -> bool:
    given.status = 500
    return True


def test_a_function_of_one_s_own_says_true_or_false() -> None:
    here = __name__
    assert judged({"python": f"{here}:passes"}) is None
    assert judged({"python": f"{here}:passes"}, answer({"id": 8})) == f"step: {here}:passes says True"
    assert judged({"python": f"{here}:passes"}, answer("no JSON")).endswith("says True: it raised ValueError")
    assert judged({"python": f"{here}:is_none"}).endswith("it returned NoneType, not True or False")
    assert judged({"python": f"{here}:changes"}).endswith("it raised AttributeError")


@pytest.mark.parametrize("function", ["no_such_module:f", "json:no_such_function", "json:__name__"])
def test_a_function_that_is_not_there_is_an_error_before_the_launch(function: str) -> None:
    with pytest.raises(PlanError, match="cannot be had"):
        step_of(checks=[{"python": function}])


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"checks": [{"status": "204-200"}]}, "lower one first"),
        ({"checks": [{"json": "a", "exists": False, "equals": 1}]}, "exists: false"),
        ({"checks": [{"json": "a", "schema": {"type": "objekt"}}]}, "not a JSON Schema"),
        ({"checks": [{"json": "a", "schema": {"$ref": "http://h/x"}}]}, "not fetched"),
        ({"checks": [{"python": "print('x')"}]}, "module:function"),
        ({"extract": {"a": {"regex": "(a)", "group": 2}}}, "no group 2"),
        ({"extract": {"a": {"css": "a["}}}, "not a CSS selector"),
        ({"extract": {"a": {"xpath": "//a["}}}, "not an XPath"),
        ({"extract": {"a": {"jmespath": "a["}}}, "not a JMESPath"),
        ({"extract": {"a": {"json": "a", "transform": "eval"}}}, "input should be 'trim'"),
        ({"extract": {"a": {"header": "a", "index": 1}}}, "index"),
    ],
)
def test_mistakes_are_told_when_the_plan_is_read(fields: dict[str, Any], words: str) -> None:
    with pytest.raises(PlanError, match=words):
        step_of(**fields)


def test_what_secrets_are_compared_with_is_masked() -> None:
    checks = [
        {"json": "user.token", "not_equals": "s3cr3t-9"},
        {"cookie": "session_token", "contains": "s3cr3t-8"},
    ]
    extract = {"token": {"jmespath": "a", "default": "s3cr3t-7"}}
    steps = [{"name": "step", "url": "http://h/", "checks": checks, "extract": extract}]
    plan = Plan.from_dict({"scenarios": [{"steps": steps}], "load": {"iterations": 1}})
    step = compile_plan(plan, environ={})["scenarios"][0]["steps"][0]
    assert "s3cr3t" not in json.dumps([check["name"] for check in step["checks"]])
    assert "s3cr3t" not in json.dumps(public_dict(plan))
