"""Auth in plans: what may be said, which of several holds, and what a program says of it."""

from typing import Any

import pytest

from adapters.performance.engines.program.compile import Program, compile_plan
from adapters.performance.engines.program.runtime import Session, compile_text, text_of
from adapters.performance.engines.program.runtime.fields import field_values
from adapters.performance.errors import PlanError
from adapters.performance.plan import Plan
from adapters.performance.plan.masking import Secrets, public_dict

TOKEN = {"token_url": "/token", "client_id": "a b", "client_secret": "s:ecret/1"}
FORM = {"login_url": "/login", "username": "${users.name}", "password": "hunter22", "success_indicator": "hi"}


def plan(*steps: dict[str, Any], scenario: Any = None, auth: Any = None, **more: Any) -> Plan:
    made: dict[str, Any] = {"steps": [{"url": "/x"}, *steps][-max(1, len(steps)) :]}
    made |= {"auth": scenario} if scenario else {}
    more |= {"auth": auth} if auth else {}
    return Plan.from_dict(
        {"target": "http://h.example", "scenarios": [made], "load": {"iterations": 1}, **more}
    )


def program(*steps: dict[str, Any], environ: dict[str, str] | None = None, **more: Any) -> Program:
    return compile_plan(plan(*steps, **more), environ=environ or {})


def only_step(**more: Any) -> dict[str, Any]:
    step: dict[str, Any] = program(**more)["scenarios"][0]["steps"][0]
    return step


@pytest.mark.parametrize(
    ("auth", "message"),
    [
        ({"oauth2": {"token_url": "/t"}}, "client_credentials needs client_id and client_secret"),
        (
            {"oauth2": {"token_url": "/t", "grant": "password", "username": "u"}},
            "the grant password needs password",
        ),
        ({"oauth2": {**TOKEN, "username": "u"}}, "client_credentials does not use username"),
        ({"oauth2": {**TOKEN, "token_url": " "}}, "the URL is empty"),
        ({"form": {"login_url": "/l", "username": "u", "password": "p"}}, "success_indicator or checks"),
        ({"form": {**FORM, "page_url": "/l"}}, "csrf_field"),
        ({"hmac": {"key": "k", "string": "{verb}"}}, "no part of a request is called 'verb'"),
        ({"hmac": {"key": "k", "value": "x"}}, "value must hold {signature}"),
        ({"hmac": {"key": "k", "timestamp_header": None}}, "timestamp that is not sent"),
        ({"hmac": {"key": "k", "header": "a b"}}, "header"),
        ({"custom": "no function"}, "custom"),
        ({"nothing": 1}, "auth needs one of: basic"),
        ("nobody", "or the word none"),
    ],
)
def test_what_cannot_be_is_said(auth: Any, message: str) -> None:
    with pytest.raises(PlanError) as caught:
        plan(auth=auth)
    assert message in str(caught.value)


def test_a_login_needs_a_target_or_a_whole_url() -> None:
    data = {"scenarios": [{"steps": [{"url": "http://h.example/"}]}], "load": {"iterations": 1}}
    with pytest.raises(PlanError, match="has no scheme and the plan has no target"):
        Plan.from_dict({**data, "auth": {"oauth2": TOKEN}})
    with pytest.raises(PlanError, match="has no host"):
        Plan.from_dict({**data, "auth": {"oauth2": {**TOKEN, "token_url": "http:///token"}}})


def test_a_form_s_session_needs_cookies() -> None:
    with pytest.raises(PlanError, match=r"options\.cookies is off"):
        plan(auth={"form": FORM}, options={"cookies": "off"})


def test_a_shared_token_is_no_single_user_s() -> None:
    shared = {"oauth2": {**TOKEN, "share": "run", "scope": "${users.name}"}}
    with pytest.raises(PlanError, match=r"cannot be asked for with \$\{users\.name\}"):
        program(auth=shared, data={"users": {"rows": [{"name": "ann"}]}})
    fine = {"oauth2": {**TOKEN, "share": "run", "scope": "${which} ${env.X}"}}
    assert program(auth=fine, variables={"which": "all"}, environ={"X": "y"})["auths"]


def test_the_same_auth_is_one_wherever_it_stands() -> None:
    made = program({"url": "/a"}, {"url": "/b", "auth": {"oauth2": TOKEN}}, auth={"oauth2": TOKEN})
    assert len(made["auths"]) == 1
    assert [step["auth"] for step in made["scenarios"][0]["steps"]] == [0, 0]


@pytest.mark.parametrize(
    ("step", "sent"),
    [
        ({}, "Bearer scenario"),
        ({"auth": {"bearer": "own"}}, "Bearer own"),
        ({"auth": "none"}, None),
        ({"headers": {"authorization": "mine"}}, "mine"),
        ({"headers": {"authorization": "mine"}, "auth": {"bearer": "own"}}, "Bearer own"),
    ],
)
def test_the_nearest_auth_holds(step: dict[str, Any], sent: str | None) -> None:
    steps = program({"url": "/", **step}, scenario={"bearer": "scenario"}, auth={"bearer": "plan"})
    headers = dict(steps["scenarios"][0]["steps"][0]["headers"])
    assert headers.get("Authorization", headers.get("authorization")) == sent


def test_none_survives_as_a_word() -> None:
    made = plan({"url": "/", "auth": "none"})
    assert public_dict(made)["scenarios"][0]["steps"][0]["auth"] == "none"
    assert Plan.from_dict(public_dict(made)) == made


def test_basic_is_encoded_when_it_is_rendered() -> None:
    step = only_step(auth={"basic": {"username": "ü${user}", "password": "${env.PW}"}}, environ={"PW": "p:w"})
    text = dict(step["headers"])["Authorization"]
    assert text_of(compile_text(text), Session(7, {}, None)) == "Basic w7w3OnA6dw=="
    assert dict(only_step(auth={"basic": {"username": "a", "password": "b"}})["headers"]) == {
        "Authorization": "Basic YTpi"
    }


def test_a_key_may_be_a_cookie_beside_others() -> None:
    key = {"api_key": {"name": "key", "value": "${env.KEY}", "where": "cookie"}}
    made = program({"url": "/", "headers": {"Cookie": "a=1"}, "auth": key}, environ={"KEY": "k"})
    step = made["scenarios"][0]["steps"][0]
    assert (step["cookie"], step["headers"]) == ("a=1; key=k", [])


def test_keys_go_to_no_other_host() -> None:
    step = only_step(auth={"api_key": {"name": "X-Key", "value": "k"}})
    assert step["private"] == ["authorization", "cookie", "host", "x-key"]


def test_the_client_proves_who_it_is_by_basic_or_in_the_body() -> None:
    by_basic = program(auth={"oauth2": TOKEN})["auths"][0]["fetch"][0]
    assert dict(by_basic["headers"])["Authorization"] == "Basic YSUyMGI6cyUzQWVjcmV0JTJGMQ=="  # form-encoded
    in_body = program(auth={"oauth2": {**TOKEN, "client_auth": "body"}})["auths"][0]["fetch"][0]
    assert (
        in_body["body"]["text"] == "grant_type=client_credentials&client_id=a%20b&client_secret=s%3Aecret%2F1"
    )
    assert "Authorization" not in dict(in_body["headers"])


def test_secrets_are_masked_wherever_the_plan_is_shown() -> None:
    secrets = {
        "client_secret": {"oauth2": TOKEN},
        "password": {"oauth2": {**TOKEN, "grant": "password", "username": "u", "password": "s:ecret/1"}},
        "refresh_token": {"oauth2": {**TOKEN, "grant": "refresh_token", "refresh_token": "s:ecret/1"}},
        "form": {"form": {**FORM, "password": "s:ecret/1", "fields": {"otp": "s:ecret/1"}}},
        "sigv4": {
            "sigv4": {
                "access_key": "AKID",
                "region": "r",
                "service": "s",
                "secret_key": "s:ecret/1",
                "session_token": "s:ecret/1",
            }
        },
        "hmac": {"hmac": {"key": "s:ecret/1"}},
        "params": {"oauth2": {**TOKEN, "params": {"client_assertion_token": "s:ecret/1"}}},
        "cookie": {"api_key": {"name": "k", "value": "s:ecret/1", "where": "cookie"}},
    }
    for name, auth in secrets.items():
        made = plan(auth=auth)
        assert "s:ecret/1" not in str(public_dict(made)), name
        hide = Secrets.of(made, {}).hide
        assert "s:ecret/1" not in hide("it said s:ecret/1 and s%3Aecret%2F1"), name
        assert "s%3Aecret%2F1" not in hide("it said s:ecret/1 and s%3Aecret%2F1"), name


@pytest.mark.parametrize(
    ("html", "value"),
    [
        ('<input name="t" value="a&amp;b">', "a&b"),
        ("<INPUT type=hidden value='1' NAME=t><input name=t value=2>", "1"),
        ('<meta name="t" content="m">', "m"),
        ('<input name="t"><input name="t" value="later">', "later"),
        ('<!-- <input name="t" value="no"> --><input name="t" value="">', ""),
        ("<p>t</p>", None),
        ("<input name=t value=", None),
    ],
)
def test_a_hidden_field_is_found(html: str, value: str | None) -> None:
    assert next(field_values(html, "t"), None) == value
