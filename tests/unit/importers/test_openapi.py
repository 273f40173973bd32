"""Descriptions of APIs become plans: which requests, in which order, with which values."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from adapters.performance.errors import SourceError
from adapters.performance.importers.openapi.document import Document
from adapters.performance.importers.openapi.patterns import text_for
from adapters.performance.importers.openapi.samples import Samples

from .drafting import draft_of, steps_of


def api(paths, **more):
    return {
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "1"},
        "servers": [{"url": "http://a.test"}],
        "paths": paths,
        **more,
    }


def operation(**more):
    return {"responses": {"200": {"description": "ok"}}, **more}


def body(schema, kind="application/json", **more):
    return operation(requestBody={"content": {kind: {"schema": schema, **more}}})


def sample(schema, root=None):
    return Samples(Document(root or {}, lambda note: None)).value(schema, "thing")


def sent(schema, **components):
    (step,) = steps_of("openapi", api({"/a": {"post": body(schema)}}, components={"schemas": components}))
    return step["json"]


# Where


@pytest.mark.parametrize(
    ("servers", "target", "expected"),
    [
        ([{"url": "https://a.test/v1/"}], None, "https://a.test/v1"),
        ([{"url": "/v1"}], None, "${env.BASE_URL:-http://127.0.0.1:8000}/v1"),
        ([], None, "${env.BASE_URL:-http://127.0.0.1:8000}"),
        ([{"url": "https://a.test/v1"}], "http://127.0.0.1:9", "http://127.0.0.1:9/v1"),
        ([{"url": "https://a.test/v1"}], "http://127.0.0.1:9/other", "http://127.0.0.1:9/other"),
        (
            [
                {
                    "url": "https://{env}.a.test/{v}",
                    "variables": {"env": {"default": "qa"}, "v": {"default": "v2"}},
                }
            ],
            None,
            "https://qa.a.test/v2",
        ),
        ([{"url": "ws://a.test/v1"}], None, "${env.BASE_URL:-http://127.0.0.1:8000}"),
    ],
)
def test_the_target_is_the_first_server(servers, target, expected):
    draft = draft_of("openapi", {**api({"/a": {"get": operation()}}), "servers": servers}, target=target)
    assert draft.plan["target"] == expected


def test_an_operation_on_another_server_has_its_whole_url():
    paths = {"/a": {"servers": [{"url": "http://b.test/x"}], "get": operation()}}
    assert steps_of("openapi", api(paths))[0]["url"] == "http://b.test/x/a"


# Which, and in which order


def thing(*names):
    return {"type": "object", "properties": {name: {"type": "string"} for name in names}}


def answer(schema, status="200"):
    return {"responses": {status: {"description": "", "content": {"application/json": {"schema": schema}}}}}


def resource(created=None, listed=None):
    return {
        "/things/{thingId}": {"delete": operation(), "get": operation(), "put": operation()},
        "/things/{thingId}/parts/{id}": {"delete": operation()},
        "/things": {"get": answer(listed or {}), "post": answer(created or {}, "201")},
    }


def test_things_are_made_first_and_deleted_last_those_within_others_before_them():
    steps = steps_of("openapi", api(resource()))
    assert [f"{step.get('method', 'GET')} {step['name'].partition(' ')[2]}" for step in steps] == [
        "POST /things",
        "GET /things",
        "GET /things/{thingId}",
        "PUT /things/{thingId}",
        "DELETE /things/{thingId}/parts/{id}",
        "DELETE /things/{thingId}",
    ]


@pytest.mark.parametrize(
    ("schema", "path"),
    [
        (thing("id", "name"), "$.id"),
        (thing("thingId", "id"), "$.thingId"),
        (thing("thing_id", "id"), "$.thing_id"),
        ({"properties": {"data": thing("id")}}, "$.data.id"),
        ({"allOf": [{"$ref": "#/components/schemas/Base"}]}, "$.id"),
    ],
)
def test_an_id_is_taken_from_the_answer_that_made_the_thing(schema, path):
    steps = steps_of("openapi", api(resource(schema), components={"schemas": {"Base": thing("id")}}))
    assert steps[0]["extract"] == {"thingId": {"json": path}}
    assert steps[2]["url"] == "/things/${thingId}"


@pytest.mark.parametrize(
    ("schema", "path"),
    [
        ({"type": "array", "items": thing("id")}, "$[0].id"),
        ({"properties": {"items": {"type": "array", "items": thing("id")}}}, "$.items[0].id"),
    ],
)
def test_or_from_the_list_of_those_there_are_with_an_example_when_it_is_empty(schema, path):
    steps = steps_of("openapi", api(resource(thing("name"), schema)))
    assert "extract" not in steps[0]
    assert steps[1]["extract"]["thingId"] == {"json": path, "default": "thingId"}


def test_an_id_that_nothing_hands_out_is_a_variable_to_be_replaced():
    paths = {
        "/a/{id}": {
            "get": operation(
                parameters=[{"name": "id", "in": "path", "schema": {"type": "integer", "minimum": 5}}]
            )
        }
    }
    draft = draft_of("openapi", api(paths))
    assert draft.plan["variables"] == {"a_id": 5}
    assert draft.plan["scenarios"][0]["steps"][0]["url"] == "/a/${a_id}"


def test_scenarios_are_tags_or_else_the_first_part_of_the_path():
    paths = {
        "/a/x": {"get": operation(tags=["one", "two"])},
        "/b/y": {"get": operation()},
        "/b/z": {"get": operation()},
    }
    draft = draft_of("openapi", api(paths, tags=[{"name": "one", "description": "The first\nof all."}]))
    assert [(one["name"], len(one["steps"])) for one in draft.plan["scenarios"]] == [("one", 1), ("b", 2)]
    assert draft.above["scenarios", 0] == "The first of all."


@pytest.mark.parametrize(
    ("options", "kept"),
    [
        ({"tag": ("x",)}, ["a"]),
        ({"include": (re.compile("^POST"),)}, ["b"]),
        ({"include": (re.compile("^c$"),)}, ["c"]),
        ({"exclude": (re.compile("/a"), re.compile("c"))}, ["b"]),
    ],
)
def test_operations_are_chosen_by_tag_path_method_and_id(options, kept):
    paths = {
        "/a": {"get": operation(operationId="a", tags=["x"])},
        "/b": {"post": operation(operationId="b")},
        "/d": {"get": operation(operationId="c")},
    }
    assert [step["name"] for step in steps_of("openapi", api(paths), **options)] == kept


@pytest.mark.parametrize(
    ("responses", "checks"),
    [
        ({"201": {}, "400": {}}, [{"status": 201}]),
        ({"200": {}, "204": {}}, [{"status": [200, 204]}]),
        ({"2XX": {}}, [{"status": "2xx"}]),
        ({"302": {}}, [{"status": 302}]),
        ({"default": {}}, None),
        ({"404": {}}, None),
    ],
)
def test_the_declared_success_is_what_must_come(responses, checks):
    (step,) = steps_of("openapi", api({"/a": {"get": {"responses": responses}}}))
    assert step.get("checks") == checks


# Parameters


@pytest.mark.parametrize(
    ("parameter", "params"),
    [
        ({"schema": {"type": "integer"}}, {"p": 1}),
        ({"schema": {"type": "array", "items": {"type": "integer"}, "minItems": 2}}, {"p": [1, 1]}),
        (
            {"explode": False, "schema": {"type": "array", "items": {"enum": ["a", "b"]}, "minItems": 2}},
            {"p": "a,b"},
        ),
        (
            {
                "style": "pipeDelimited",
                "schema": {"type": "array", "items": {"enum": ["a", "b"]}, "minItems": 2},
            },
            {"p": "a|b"},
        ),
        ({"style": "deepObject", "schema": {"properties": {"a": {"const": 1}}}}, {"p[a]": 1}),
        ({"schema": {"properties": {"a": {"const": 1}, "b": {"const": True}}}}, {"a": 1, "b": True}),
        ({"example": "given", "schema": {"type": "integer"}}, {"p": "given"}),
        ({"examples": {"one": {"value": "named"}}}, {"p": "named"}),
        ({"content": {"application/json": {"schema": {"const": {"a": 1}}}}}, {"p": '{"a": 1}'}),
        ({"schema": {"const": "${x}"}}, {"p": "$${x}"}),
    ],
)
def test_required_query_parameters_in_their_style(parameter, params):
    paths = {
        "/a": {"get": operation(parameters=[{"name": "p", "in": "query", "required": True, **parameter}])}
    }
    assert steps_of("openapi", api(paths))[0]["params"] == params


def test_optional_parameters_are_told_or_sent():
    parameters = [
        {"name": "sort", "in": "query", "schema": {"enum": ["up", "down"], "default": "up"}},
        {"name": "X-Trace", "in": "header", "schema": {"type": "string"}},
    ]
    paths = api({"/a": {"get": operation(parameters=parameters)}})
    draft = draft_of("openapi", paths)
    assert "params" not in draft.plan["scenarios"][0]["steps"][0]
    assert (
        draft.above["scenarios", 0, "steps", 0]
        == "Optional: sort (up | down, default up), X-Trace (header, string)"
    )
    (step,) = steps_of("openapi", paths, optional=True)
    assert (step["params"], step["headers"]) == ({"sort": "up"}, {"X-Trace": "X-Trace"})


def test_an_operations_own_parameter_goes_before_that_of_its_path():
    own = {"name": "p", "in": "query", "required": True, "schema": {"const": "own"}}
    paths = {
        "/a": {"parameters": [{**own, "schema": {"const": "the path's"}}], "get": operation(parameters=[own])}
    }
    assert steps_of("openapi", api(paths))[0]["params"] == {"p": "own"}


# Bodies


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"example": {"a": 1}, "type": "object"}, {"a": 1}),
        ({"type": "object", "example": '{"a": 1}'}, {"a": 1}),
        ({"type": "object", "properties": {"id": {"readOnly": True}, "name": {"const": "n"}}}, {"name": "n"}),
        ({"properties": {"id": {"readOnly": True}}, "example": {"id": 1, "a": "${x}"}}, {"a": "$${x}"}),
        ({"type": ["null", "string"], "examples": ["one", "two"]}, "one"),
        ({"enum": [None, "a"]}, "a"),
        ({"default": False}, False),
        ({"type": "integer", "minimum": 3, "multipleOf": 5}, 5),
        ({"type": "integer", "exclusiveMinimum": 10, "multipleOf": 5}, 15),
        ({"type": "integer", "minimum": 10, "exclusiveMinimum": True}, 11),
        ({"type": "number", "maximum": 0.5}, 0.5),
        ({"type": "boolean"}, True),
        ({"type": "null"}, None),
        ({"type": "string", "format": "date"}, "2025-01-31"),
        ({"type": "string", "format": "uuid"}, "${uuid()}"),
        ({"type": "string", "minLength": 12, "maxLength": 14}, "contentcontent"[:12]),
        ({"type": "string", "pattern": r"^[A-Z]{3}-\d+$"}, "AAA-0"),
        ({"type": "array", "items": {"type": "integer"}, "minItems": 3, "uniqueItems": True}, [1, 2, 3]),
        ({"type": "array", "prefixItems": [{"const": 1}, {"const": "a"}]}, [1, "a"]),
        ({"type": "object", "additionalProperties": {"type": "integer"}}, {"key": 1}),
        (
            {"allOf": [{"properties": {"a": {"const": 1}}}, {"properties": {"b": {"const": 2}}}]},
            {"a": 1, "b": 2},
        ),
        ({"oneOf": [{"type": "null"}, {"const": 7}]}, 7),
        ({"anyOf": [{"const": 7}, {"const": 8}]}, 7),
        (True, "content"),
    ],
)
def test_json_from_examples_and_schemas(schema, value):
    assert sent(schema) == value


def test_the_alternative_that_is_chosen_says_which_it_is():
    pet = {
        "oneOf": [{"$ref": "#/components/schemas/Cat"}],
        "discriminator": {"propertyName": "kind", "mapping": {"cat": "#/components/schemas/Cat"}},
    }
    assert sent(pet, Cat={"type": "object", "properties": {"kind": {"type": "string"}}}) == {"kind": "cat"}


def test_schemas_that_hold_themselves_end():
    node = {
        "type": "object",
        "required": ["next", "maybe"],
        "properties": {
            "next": {"$ref": "#/components/schemas/Node"},
            "maybe": {"anyOf": [{"type": "null"}, {"$ref": "#/components/schemas/Node"}]},
            "others": {"type": "array", "items": {"$ref": "#/components/schemas/Node"}},
            "if": {"$ref": "#/components/schemas/Node"},
        },
    }
    assert sent({"$ref": "#/components/schemas/Node"}, Node=node) == {"next": {}, "maybe": None, "others": []}


def test_a_schema_that_would_grow_beyond_all_measure_is_cut():
    schemas = {
        f"S{n}": {
            "type": "object",
            "required": list("abcdefgh"),
            "properties": {key: {"$ref": f"#/components/schemas/S{n + 1}"} for key in "abcdefgh"},
        }
        for n in range(12)
    }
    schemas["All"] = {"allOf": [{"$ref": "#/components/schemas/All"}] * 8}
    paths = {
        "/a": {"post": body({"$ref": "#/components/schemas/S0"})},
        "/b": {"post": body({"$ref": "#/components/schemas/All"})},
    }
    draft = draft_of("openapi", api(paths, components={"schemas": schemas}))
    assert any("too large" in note for note in draft.notes)


@pytest.mark.parametrize(
    ("kind", "schema", "fields"),
    [
        (
            "application/x-www-form-urlencoded",
            {"properties": {"a": {"const": 1}, "b": {"const": ["x", "y"]}}},
            {"form": {"a": 1, "b": ["x", "y"]}},
        ),
        (
            "text/plain",
            {"type": "string", "example": "hello"},
            {"headers": {"Content-Type": "text/plain"}, "body": "hello"},
        ),
        (
            "application/problem+json",
            {"const": {}},
            {"headers": {"Content-Type": "application/problem+json"}, "json": {}},
        ),
        (
            "multipart/form-data",
            {"properties": {"f": {"type": "string", "format": "binary"}, "n": {"const": 1}}},
            {
                "multipart": [
                    {"name": "f", "value": "content", "filename": "f.bin"},
                    {"name": "n", "value": "1"},
                ]
            },
        ),
    ],
)
def test_bodies_of_other_types(kind, schema, fields):
    (step,) = steps_of("openapi", api({"/a": {"post": body(schema, kind)}}))
    assert {key: step[key] for key in fields} == fields


def test_json_goes_before_other_types_and_a_given_example_before_the_schema():
    content = {
        "application/xml": {},
        "text/plain": {},
        "application/json": {"examples": {"a": {"value": [1]}}, "schema": {"const": 2}},
    }
    (step,) = steps_of("openapi", api({"/a": {"post": operation(requestBody={"content": content})}}))
    assert step["json"] == [1]


# Who asks


@pytest.mark.parametrize(
    ("scheme", "fields"),
    [
        ({"type": "http", "scheme": "bearer"}, {"auth": {"bearer": "${env.MAIN_TOKEN}"}}),
        (
            {"type": "http", "scheme": "Basic"},
            {"auth": {"basic": {"username": "${env.MAIN_USERNAME}", "password": "${env.MAIN_PASSWORD}"}}},
        ),
        (
            {"type": "http", "scheme": "digest"},
            {"auth": {"digest": {"username": "${env.MAIN_USERNAME}", "password": "${env.MAIN_PASSWORD}"}}},
        ),
        ({"type": "http", "scheme": "Token"}, {"headers": {"Authorization": "Token ${env.MAIN}"}}),
        (
            {"type": "apiKey", "in": "header", "name": "X-Key"},
            {"auth": {"api_key": {"name": "X-Key", "value": "${env.KEY}"}}},
        ),
        (
            {"type": "apiKey", "in": "query", "name": "api_key"},
            {"auth": {"api_key": {"name": "api_key", "value": "${env.API_KEY}", "where": "query"}}},
        ),
        (
            {"type": "apiKey", "in": "cookie", "name": "session"},
            {"auth": {"api_key": {"name": "session", "value": "${env.SESSION}", "where": "cookie"}}},
        ),
        (
            {"type": "oauth2", "flows": {"implicit": {"authorizationUrl": "http://a.test/o"}}},
            {"auth": {"bearer": "${env.MAIN_TOKEN}"}},
        ),
        (
            {"type": "openIdConnect", "openIdConnectUrl": "http://a.test/o"},
            {"auth": {"bearer": "${env.MAIN_TOKEN}"}},
        ),
    ],
)
def test_proofs_are_environment_variables(scheme, fields):
    root = api(
        {"/a": {"get": operation()}, "/b": {"get": operation(security=[])}},
        security=[{"main": []}],
        components={"securitySchemes": {"main": scheme}},
    )
    first, second = steps_of("openapi", root)
    assert {key: first[key] for key in fields} == fields
    assert "auth" not in second
    assert draft_of("openapi", root).notes[0].startswith("before a run set the environment variable")


def oauth(flow, **more):
    return {"type": "oauth2", "flows": {flow: {"tokenUrl": "http://a.test/token", "scopes": {}, **more}}}


@pytest.mark.parametrize(
    ("flow", "scopes", "expected"),
    [
        (
            "clientCredentials",
            [],
            {"client_id": "${env.MAIN_CLIENT_ID}", "client_secret": "${env.MAIN_CLIENT_SECRET}"},
        ),
        (
            "password",
            ["a", "b"],
            {
                "grant": "password",
                "username": "${env.MAIN_USERNAME}",
                "password": "${env.MAIN_PASSWORD}",
                "scope": "a b",
            },
        ),
    ],
)
@pytest.mark.parametrize(
    ("target", "place"),
    [
        (None, "http://a.test/token"),
        ("http://127.0.0.1:9/base", "http://127.0.0.1:9/token"),
        ("${env.X}", "${env.X}/token"),
    ],
)
def test_tokens_are_fetched_by_the_flows_that_need_no_browser(flow, scopes, expected, target, place):
    schemes = {"components": {"securitySchemes": {"main": oauth(flow)}}, "security": [{"main": scopes}]}
    (step,) = steps_of("openapi", api({"/a": {"get": operation()}}, **schemes), target=target)
    assert step["auth"] == {"oauth2": {"token_url": place, **expected}}


def test_what_most_requests_send_to_prove_who_asks_is_said_once():
    paths = {f"/{name}": {"get": operation()} for name in "abc"}
    paths["/d"] = {"get": operation(security=[])}
    paths["/e"] = {"get": operation(security=[{"key": []}])}
    schemes = {
        "main": {"type": "http", "scheme": "bearer"},
        "key": {"type": "apiKey", "in": "query", "name": "key"},
    }
    draft = draft_of("openapi", api(paths, security=[{"main": []}], components={"securitySchemes": schemes}))
    assert list(draft.plan)[:3] == ["name", "target", "auth"]
    assert draft.plan["auth"] == {"bearer": "${env.MAIN_TOKEN}"}
    steps = {step["name"]: step.get("auth") for one in draft.plan["scenarios"] for step in one["steps"]}
    assert steps["GET /a"] is None
    assert steps["GET /d"] == "none"
    assert "api_key" in steps["GET /e"]


def test_several_proofs_at_once():
    schemes = {
        "one": {"type": "apiKey", "in": "cookie", "name": "sid"},
        "two": {"type": "apiKey", "in": "query", "name": "key"},
        "three": {"type": "http", "scheme": "bearer"},
    }
    (step,) = steps_of(
        "openapi",
        api(
            {"/a": {"get": operation()}},
            security=[{"one": [], "two": [], "three": []}],
            components={"securitySchemes": schemes},
        ),
    )
    assert step["auth"] == {"bearer": "${env.THREE_TOKEN}"}
    assert step["headers"] == {"Cookie": "sid=${env.ONE}"}
    assert step["params"] == {"key": "${env.TWO}"}


# What is wrong


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("[]", "a mapping of fields"),
        ('{"openapi": "4.0"}', "not OpenAPI 3 or Swagger 2"),
        ('{"openapi": "3.0.0", "paths": {}}', "no operation that is wanted"),
        ('{"openapi": "3.0.0", ', "not JSON"),
    ],
)
def test_files_that_are_none_are_refused(content, told):
    with pytest.raises(SourceError, match=told):
        draft_of("openapi", content)


def test_what_stands_elsewhere_is_told_and_never_fetched():
    paths = {"/a": {"post": body({"$ref": "http://127.0.0.1:1/schema.json"})}, "/b": {"$ref": "#/nowhere"}}
    notes = draft_of("openapi", api(paths)).notes
    assert "what stands in another file was left out: http://127.0.0.1:1/schema.json" in notes
    assert "a reference leads nowhere and was left out: #/nowhere" in notes


# Properties

_TEXTS = st.fixed_dictionaries(
    {"type": st.just("string")},
    optional={"minLength": st.integers(0, 30), "format": st.sampled_from(["date", "email", "x"])},
)
_NUMBERS = st.fixed_dictionaries(
    {"type": st.sampled_from(["integer", "number"])},
    optional={
        "minimum": st.integers(-50, 50),
        "exclusiveMinimum": st.integers(-50, 50),
        "multipleOf": st.integers(1, 9),
    },
)
_SCHEMAS = st.recursive(
    _TEXTS
    | _NUMBERS
    | st.just({"type": "boolean"})
    | st.builds(lambda values: {"enum": values}, st.lists(st.integers(), min_size=1)),
    lambda inner: (
        st.builds(
            lambda items, least: {"type": "array", "items": items, "minItems": least},
            inner,
            st.integers(0, 4),
        )
        | st.builds(
            lambda fields: {"type": "object", "properties": fields, "required": list(fields)},
            st.dictionaries(st.sampled_from("abcd"), inner),
        )
        | st.builds(lambda one: {"anyOf": [one, {"type": "null"}]}, inner)
    ),
    max_leaves=8,
)


@given(_SCHEMAS)
def test_a_value_is_what_its_schema_allows(schema):
    Draft202012Validator(schema).validate(sample(schema))


@given(st.from_regex(r"[a-c]{1,3}(\d|[x-z]\+|\(?q\)){0,3}", fullmatch=True), st.integers(0, 12))
def test_a_text_that_is_made_for_a_pattern_matches_it(pattern, least):
    pattern = (
        pattern.replace("(q", "(?:q") if pattern.count("(") == pattern.count(")") else re.escape(pattern)
    )
    try:
        compiled = re.compile(pattern)
    except re.error:
        return
    made = text_for(pattern, least)
    assert made is None or compiled.fullmatch(made)


@pytest.mark.parametrize(
    "pattern",
    [
        r"^97[89]-\d{10}$",
        r"^[A-Z]{2}\d+(?:-[a-z]+)?$",
        r"(a|b)+c*",
        r"^\S+@\S+\.\S+$",
        r"^(\([0-9]{3}\))?[0-9]{3}-[0-9]{4}$",
        r"^#[0-9a-f]{6}$",
        r"\w{3,}",
    ],
)
@pytest.mark.parametrize("least", [0, 9, 15])
def test_patterns_as_people_write_them(pattern, least):
    made = text_for(pattern, least)
    assert made is None or re.search(pattern, made)
    assert least or made is not None


@pytest.mark.parametrize(
    "pattern",
    [
        "[^a]",
        "(?=x)y",
        r"\p{L}+",
        "(",
        "a)",
        r"\1",
        "a**",
        "x{900}y{900}",
        "((((((((((((((((((((((((a" + ")" * 24,
    ],
)
def test_patterns_that_are_not_simple_are_left_alone(pattern):
    assert text_for(pattern) is None
