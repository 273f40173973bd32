"""Postman collections become plans: requests in their order, variables, bodies, and what is certain in test scripts."""

from __future__ import annotations

import json
import re

import faker
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.performance.errors import SourceError
from adapters.performance.importers.importing import import_plan
from adapters.performance.importers.postman.scripts import said
from adapters.performance.importers.postman.variables import DYNAMIC
from adapters.performance.plan.template import unusable

from .drafting import draft_of, steps_of

INFO = {"name": "C", "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"}


def collection(*items, **more):
    return {"info": INFO, "item": list(items), **more}


def request(name="r", url="http://a.test/x", **more):
    return {"name": name, "request": {"method": "GET", "url": url, **more}}


def step(item, **more):
    (made,) = steps_of("postman", collection(item, **more))
    return made


def fields(item, *names, **more):
    made = step(item, **more)
    return {name: made[name] for name in names}


# URLs and names


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://a.test/x?y=1#z", "/x?y=1"),
        ("a.test/x", "/x"),
        (
            {
                "raw": "http://a.test/x?a=1&b=2",
                "query": [{"key": "a", "value": "1"}, {"key": "b", "value": "2", "disabled": True}],
            },
            "/x?a=1",
        ),
        ({"raw": "http://a.test/x", "query": [{"key": "a", "value": None}]}, "/x?a"),
        (
            {
                "raw": "http://a.test:8/u/:id/:me",
                "variable": [{"key": "id", "value": "7"}, {"key": "me", "value": "{{$guid}}"}],
            },
            "/u/7/${uuid()}",
        ),
        ({"protocol": "http", "host": ["a", "test"], "port": "8", "path": ["x", "y"]}, "/x/y"),
        ("http://a.test/x?api_key=abc", "/x?api_key=${env.API_KEY}"),
        ("http://a.test/${x}", "/$${x}"),
    ],
)
def test_urls_in_every_form(url, expected):
    assert step(request(url=url))["url"] == expected


def test_folders_are_parts_of_names_and_the_order_stays():
    folder = {"name": "F", "item": [request("a"), {"name": "G", "item": [request("b"), request("b")]}]}
    steps = steps_of("postman", collection(request("first"), folder))
    assert [one["name"] for one in steps] == ["first", "F / a", "F / G / b", "F / G / b (2)"]


def test_a_request_may_be_only_a_url():
    assert step({"name": "r", "request": "http://a.test/x"})["url"] == "/x"


@pytest.mark.parametrize(
    ("options", "kept"),
    [({"include": (re.compile("/a$"),)}, ["/a"]), ({"exclude": (re.compile("/a$"),)}, ["/b"])],
)
def test_requests_are_chosen_by_url(options, kept):
    items = [request("1", "{{base}}/a"), request("2", "{{base}}/b")]
    variable = [{"key": "base", "value": "http://a.test"}]
    assert [
        one["url"] for one in steps_of("postman", collection(*items, variable=variable), **options)
    ] == kept


# Variables


def test_variables_with_values_are_the_plans_and_secrets_the_environments():
    variable = [
        {"key": "base-url", "value": "http://{{host}}/v1"},
        {"key": "host", "value": "a.test"},
        {"key": "size", "value": 5},
        {"key": "api_token", "value": "t-in-clear"},
        {"key": "off", "value": "x", "disabled": True},
    ]
    item = request(
        url="{{base-url}}/x?size={{size}}&off={{off}}", header=[{"key": "X-Key", "value": "{{api_token}}"}]
    )
    draft = draft_of("postman", collection(item, variable=variable))
    assert draft.plan["target"] == "http://a.test/v1"
    assert draft.plan["variables"] == {"size": "5"}
    (made,) = draft.plan["scenarios"][0]["steps"]
    assert made["url"] == "/x?size=${size}&off=${env.OFF}"
    assert made["headers"] == {"X-Key": "${env.API_TOKEN}"}
    assert "t-in-clear" not in str(draft)
    assert any("nothing says what these are: off" in note for note in draft.notes)


def test_an_environment_gives_values_over_those_of_the_collection(tmp_path):
    (tmp_path / "c.json").write_text(
        json.dumps(collection(request(url="{{base}}/{{a}}/{{b}}"), variable=[{"key": "a", "value": "1"}]))
    )
    values = [
        {"key": "base", "value": "http://b.test", "enabled": True},
        {"key": "a", "value": "2"},
        {"key": "b", "value": "3", "enabled": False},
        {"key": "c", "value": "s", "type": "secret"},
    ]
    (tmp_path / "e.json").write_text(json.dumps({"name": "E", "values": values}))
    plan = import_plan(tmp_path / "c.json", environment=tmp_path / "e.json")
    assert (plan.target, plan.variables) == ("http://b.test", {"a": "2"})
    with pytest.raises(SourceError, match="not a Postman environment"):
        import_plan(tmp_path / "c.json", environment=tmp_path / "c.json")
    with pytest.raises(SourceError, match="not a Postman collection") as caught:
        import_plan(tmp_path / "e.json", "postman")
    assert "--environment" in caught.value.hint


def test_variables_that_go_in_a_circle_are_unknown():
    variable = [{"key": "a", "value": "{{b}}"}, {"key": "b", "value": "{{a}}"}]
    assert "${env." in step(request(url="http://a.test/{{a}}"), variable=variable)["url"]


def test_names_that_a_plan_has_for_itself_are_others():
    item = request(url="http://a.test/{{user}}/{{1st}}")
    made = draft_of(
        "postman", collection(item, variable=[{"key": "user", "value": "u"}, {"key": "1st", "value": "1"}])
    )
    assert made.plan["variables"] == {"user_value": "u", "v_1st": "1"}


def test_postmans_own_variables_are_functions_where_those_mean_the_same():
    made = step(request(url="http://a.test/{{$guid}}/{{$randomInt}}/{{$randomAbbreviation}}"))
    assert made["url"] == "/${uuid()}/${randint(0, 1000)}/{{$randomAbbreviation}}"


@pytest.mark.parametrize("name", sorted(DYNAMIC))
def test_functions_for_postmans_own_variables_are_there(name):
    made = "${" + DYNAMIC[name] + "}"
    assert not unusable(made)
    if DYNAMIC[name].startswith("faker."):
        assert callable(getattr(faker.Faker(), DYNAMIC[name][6:-2]))


# Bodies


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            {"mode": "raw", "raw": '{"a": "{{v}}"}', "options": {"raw": {"language": "json"}}},
            {"json": {"a": "${v}"}},
        ),
        (
            {"mode": "raw", "raw": '{"a": {{v}}}', "options": {"raw": {"language": "json"}}},
            {"body": '{"a": ${v}}', "headers": {"Content-Type": "application/json"}},
        ),
        (
            {"mode": "raw", "raw": '{"a": "{{$timestamp}}"}', "options": {"raw": {"language": "json"}}},
            {"body": '{"a": "${timestamp()}"}'},
        ),
        (
            {"mode": "raw", "raw": "<a/>", "options": {"raw": {"language": "xml"}}},
            {"body": "<a/>", "headers": {"Content-Type": "application/xml"}},
        ),
        ({"mode": "raw", "raw": "text"}, {"body": "text", "headers": {"Content-Type": "text/plain"}}),
        (
            {
                "mode": "urlencoded",
                "urlencoded": [{"key": "a", "value": "1"}, {"key": "b", "value": "2", "disabled": True}],
            },
            {"form": {"a": "1"}},
        ),
        ({"mode": "urlencoded", "urlencoded": "a=1&b=x%20y"}, {"form": {"a": "1", "b": "x y"}}),
        (
            {"mode": "urlencoded", "urlencoded": [{"key": "password", "value": "pw"}]},
            {"form": {"password": "${env.PASSWORD}"}},
        ),
        (
            {"mode": "formdata", "formdata": [{"key": "a", "value": "1", "contentType": "text/csv"}]},
            {"multipart": [{"name": "a", "value": "1", "content_type": "text/csv"}]},
        ),
        (
            {"mode": "graphql", "graphql": {"query": "q", "operationName": "o", "variables": '{"a": 1}'}},
            {"json": {"query": "q", "operationName": "o", "variables": {"a": 1}}},
        ),
    ],
)
def test_bodies_of_every_mode(body, expected):
    item = request(method="POST", body=body)
    assert fields(item, *expected, variable=[{"key": "v", "value": "1"}]) == expected


def test_a_body_is_not_sent_by_get_unless_the_request_says_so():
    body = {"mode": "raw", "raw": "x"}
    assert "body" not in step(request(body=body))
    assert (
        step({**request(body=body), "protocolProfileBehavior": {"disableBodyPruning": True}})["body"] == "x"
    )


def test_headers_as_a_list_or_as_text():
    assert fields(
        request(header=[{"key": "A", "value": "1"}, {"key": "B", "value": "2", "disabled": True}]), "headers"
    ) == {"headers": {"A": "1"}}
    assert fields(request(header="A: 1\n// B: 2\nC: 3"), "headers") == {"headers": {"A": "1", "C": "3"}}


# Who asks


def listed(kind, **settings):
    return {"type": kind, kind: [{"key": key, "value": value} for key, value in settings.items()]}


@pytest.mark.parametrize(
    ("auth", "expected"),
    [
        (
            listed("basic", username="ann", password="pw"),
            {"basic": {"username": "ann", "password": "${env.PASSWORD}"}},
        ),
        (
            {"type": "basic", "basic": {"username": "ann", "password": "pw"}},
            {"basic": {"username": "ann", "password": "${env.PASSWORD}"}},
        ),
        (
            listed("digest", username="ann", password="pw"),
            {"digest": {"username": "ann", "password": "${env.PASSWORD}"}},
        ),
        (listed("bearer", token="t"), {"bearer": "${env.TOKEN}"}),
        (listed("apikey", key="X-Key", value="k"), {"api_key": {"name": "X-Key", "value": "${env.KEY}"}}),
        (
            listed("apikey", **{"key": "key", "value": "k", "in": "query"}),
            {"api_key": {"name": "key", "value": "${env.KEY}", "where": "query"}},
        ),
        (listed("oauth2", accessToken="t"), {"bearer": "${env.ACCESS_TOKEN}"}),
        (
            listed("oauth2", accessToken="t", headerPrefix="Token"),
            {"api_key": {"name": "Authorization", "value": "Token ${env.ACCESS_TOKEN}"}},
        ),
        ({"type": "noauth"}, None),
        (
            listed(
                "oauth2",
                grant_type="client_credentials",
                accessTokenUrl="http://a.test/t",
                clientId="c",
                clientSecret="s",
            ),
            {
                "oauth2": {
                    "token_url": "http://a.test/t",
                    "client_id": "c",
                    "client_secret": "${env.CLIENT_SECRET}",
                }
            },
        ),
        (
            listed(
                "oauth2",
                grant_type="password_credentials",
                accessTokenUrl="{{$guid}}",
                username="ann",
                password="p",
                scope="x",
            ),
            {
                "oauth2": {
                    "token_url": "${uuid()}",
                    "grant": "password",
                    "username": "ann",
                    "password": "${env.PASSWORD}",
                    "scope": "x",
                }
            },
        ),
        (
            listed("awsv4", accessKey="a", secretKey="s", region="eu", service="s3"),
            {
                "sigv4": {
                    "access_key": "a",
                    "region": "eu",
                    "service": "s3",
                    "secret_key": "${env.SECRET_KEY}",
                }
            },
        ),
    ],
)
def test_proofs_of_every_kind_on_a_request_or_around_it(auth, expected):
    assert step(request(auth=auth)).get("auth") == expected
    folder = {"name": "F", "auth": auth, "item": [request()]}
    assert step(folder, auth=listed("bearer", token="other")).get("auth") == expected


def test_a_proof_of_an_unknown_kind_is_told():
    draft = draft_of("postman", collection(request(auth=listed("hawk", authId="x"))))
    assert "hawk" in draft.above["scenarios", 0, "steps", 0]


# Scripts


@pytest.mark.parametrize(
    ("script", "checks"),
    [
        ("pm.response.to.have.status(201)", [{"status": 201}]),
        ("pm.test('x', () => { pm.response.to.have.status(200); });", [{"status": 200}]),
        ("pm.test('x', () => pm.response.to.have.status(200));", [{"status": 200}]),
        (
            "pm.test('x', function(){ pm.expect(pm.response.code).to.be.oneOf([200, 201]) })",
            [{"status": [200, 201]}],
        ),
        ("pm.expect(pm.response.code).to.equal(204);", [{"status": 204}]),
        ("tests['ok'] = responseCode.code === 200;", [{"status": 200}]),
        ("pm.response.to.be.ok; pm.response.to.be.json", [{"status": 200}, {"json": "$"}]),
        ("pm.response.to.be.success", [{"status": "2xx"}]),
        ("pm.response.to.have.header('X-A')", [{"header": "X-A"}]),
        ("pm.expect(pm.response.headers.get('X-A')).to.include('b')", [{"header": "X-A", "contains": "b"}]),
        (
            "pm.expect(pm.response.text()).to.include('hello // world');",
            [{"body": {"contains": "hello // world"}}],
        ),
        ("pm.expect(pm.response.responseTime).to.be.below(200)", [{"time_under": "200ms"}]),
        (
            "var d = pm.response.json(); pm.expect(d.a[0]['b c']).to.eql(5);",
            [{"json": "$.a[0]['b c']", "equals": 5}],
        ),
        (
            "const d = JSON.parse(responseBody)\nconst u = d.user\npm.expect(u.name).to.be.a('string')",
            [{"json": "$.user.name", "type": "string"}],
        ),
        ("pm.expect(pm.response.json()).to.have.property('id', 7)", [{"json": "$.id", "equals": 7}]),
        (
            "pm.expect(pm.response.json().a).to.exist.and.to.equal('x')",
            [{"json": "$.a"}, {"json": "$.a", "equals": "x"}],
        ),
        (
            "let j = pm.response.json(); tests['a'] = j.hasOwnProperty('a'); tests['b'] = Array.isArray(j.b);",
            [{"json": "$.a"}, {"json": "$.b", "type": "array"}],
        ),
        ("pm.expect(pm.response.json().ok).to.be.true", [{"json": "$.ok", "equals": True}]),
        ("/* pm.response.to.have.status(1) */ console.log('x'); // pm.response.to.be.ok", []),
        (
            "pm.response.to.be.ok\nif (pm.response.code === 200) { pm.response.to.be.json }",
            [{"status": 200}, {"json": "$"}],
        ),
    ],
)
def test_checks_that_are_certain(script, checks):
    found = said(script)
    assert found.checks == checks
    assert not found.missed


@pytest.mark.parametrize(
    ("script", "extract"),
    [
        ("pm.environment.set('a', pm.response.json().b)", {"a": {"json": "$.b"}}),
        (
            'let d = pm.response.json();\npm.collectionVariables.set("a", d.items[0].id);',
            {"a": {"json": "$.items[0].id"}},
        ),
        ("pm.globals.set('a', pm.response.headers.get('X-A'));", {"a": {"header": "X-A"}}),
        ("postman.setEnvironmentVariable('a', pm.cookies.get('sid'))", {"a": {"cookie": "sid"}}),
        (
            "var d = JSON.parse(responseBody); if (d.token) { pm.environment.set('a', d.token); }",
            {"a": {"json": "$.token"}},
        ),
        (
            "if (pm.response.code == 200) {\n  pm.variables.set('a', pm.response.json().b)\n}",
            {"a": {"json": "$.b"}},
        ),
    ],
)
def test_values_that_are_kept(script, extract):
    found = said(script)
    assert found.extract == extract
    assert not found.missed


@pytest.mark.parametrize(
    "script",
    [
        "for (const x of y) { pm.response.to.have.status(200) }",
        "if (Math.random() > 0.5) { pm.response.to.have.status(200) }",
        "if (pm.response.code === 200) { pm.expect(pm.response.json().a).to.eql(1) }",
        "function f() { pm.response.to.have.status(200) }",
        "pm.expect(pm.response.json().a).to.not.eql(1)",
        "pm.expect(pm.response.json().a + 1).to.eql(1)",
        "pm.environment.set('a', pm.response.json().b + 'x')",
        "pm.environment.set('a', 'fixed')",
        "pm.expect(pm.response.json().list.length).to.eql(3)",
        "eval(responseBody)",
        "pm.sendRequest('http://a.test', () => {})",
    ],
)
def test_what_is_not_certain_is_left_out_and_told(script):
    found = said(script)
    assert not found.checks
    assert not found.extract
    assert found.missed


def test_a_name_that_is_given_another_value_is_no_longer_what_it_was():
    found = said("var d = pm.response.json(); d = other(); pm.environment.set('a', d.b);")
    assert not found.extract


def test_scripts_of_folders_and_of_the_collection_go_for_each_request_and_none_is_run():
    events = [
        {"listen": "test", "script": {"exec": "pm.response.to.be.ok"}},
        {"listen": "prerequest", "script": {"exec": ["throw 1"]}},
    ]
    draft = draft_of("postman", collection(request("a"), request("b"), event=events))
    assert [one["checks"] for one in draft.plan["scenarios"][0]["steps"]] == [[{"status": 200}]] * 2
    assert "is not run" in draft.above["scenarios", 0, "steps", 1]


@given(
    st.lists(
        st.sampled_from(
            [
                "pm",
                ".",
                "response",
                "(",
                ")",
                "{",
                "}",
                "[",
                "]",
                "'",
                '"',
                "`",
                "/",
                "\n",
                ";",
                "=",
                "if",
                "var x",
                "=>",
                "//",
                "/*",
                "0",
                ",",
                "\\",
                "pm.test('a', ",
                "pm.expect(",
                ").to.be.a('x')",
            ]
        ),
        max_size=40,
    ).map("".join)
)
def test_any_script_can_be_read(script):
    said(script)


# What is wrong


@pytest.mark.parametrize(
    "content", ["{}", '{"item": 1}', '{"item": []}', "[]", '{"item": [{"request": {"url": ""}}]}']
)
def test_without_a_request_there_is_no_plan(content):
    with pytest.raises(SourceError):
        draft_of("postman", content)
