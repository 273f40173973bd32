"""What stands for a secret and what does not, in names, URLs, texts, arguments and plans."""

import json
import time

import pytest

from adapters.performance.errors import EngineFailed, reword
from adapters.performance.plan import Plan
from adapters.performance.plan.masking import Secrets, public_data, public_dict
from adapters.performance.plan.secrets import MASK, hidden, is_secret, mask_arguments, mask_text, mask_url


@pytest.mark.parametrize(
    "name",
    [
        *(
            "Authorization",
            "Proxy-Authorization",
            "Cookie",
            "X-Api-Key",
            "apikey",
            "access_token",
            "tokens",
            "X-Auth",
        ),
        *(
            "password",
            "passwd",
            "userPass",
            "PGPASSWORD",
            "DB_PWD",
            "client_secret",
            "signature",
            "sig",
            "pin",
            "otp",
        ),
        *(
            "session_id",
            "JSESSIONID",
            "csrf_token",
            "private_key",
            "AWS_SECRET_ACCESS_KEY",
            "password_confirmation",
        ),
    ],
)
def test_names_of_secrets(name):
    assert is_secret(name)


@pytest.mark.parametrize(
    "name",
    [
        *(
            "author",
            "bypass",
            "compass",
            "passed",
            "passenger",
            "spin",
            "shipping",
            "max_tokens",
            "token_type",
        ),
        *(
            "completion_tokens",
            "tokenizer",
            "cookie_consent",
            "key",
            "region",
            "session_count",
            "password_policy",
        ),
    ],
)
def test_names_of_no_secrets(name):
    assert not is_secret(name)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("http://me:S@h/x", f"http://me:{MASK}@h/x"),
        ("http://me:S@S@h/", f"http://me:{MASK}@h/"),
        ("http://me:S/S@h/", f"http://me:{MASK}@h/"),
        ("http://S@h/", f"http://{MASK}@h/"),
        ("http://S:@h/", f"http://{MASK}:@h/"),
        ("me:S@h/x", f"me:{MASK}@h/x"),
        ("//me:S@h/", f"//me:{MASK}@h/"),
        ("postgresql://me:S@h/d", f"postgresql://me:{MASK}@h/d"),
        ("/a?page=1&token=S&x=2", f"/a?page=1&token={MASK}&x=2"),
        ("http://h/#access_token=S", f"http://h/#access_token={MASK}"),
        ("/a?token=${t:-S}", f"/a?token={MASK}"),
        *[
            (url, url)
            for url in (
                "postgresql://me@h/d",
                "http://h:80/@x?mail=a@b",
                "http://[::1]:80/a@b",
                "/a?token=${token}&page=${page}",
                "${base}/password/reset",
                "http://h/token/secret?x=1",
            )
        ],
    ],
)
def test_urls(url, shown):
    assert mask_url(url) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('Get "http://me:S@h/?token=S": EOF', f'Get "http://me:{MASK}@h/?token={MASK}": EOF'),
        ('{"password": "S", "user": "me"}', f'{{"password": "{MASK}", "user": "me"}}'),
        ('{\\"password\\":\\"S\\"}', f'{{\\"password\\":\\"{MASK}\\"}}'),
        ("{'headers': {'X-Token': 'a b'}}", f"{{'headers': {{'X-Token': '{MASK}'}}}}"),
        ('body="user=me&pwd=S&x=1"', f'body="user=me&pwd={MASK}&x=1"'),
        ("> Authorization: Bearer S", f"> Authorization: {MASK}"),
        ("sent Bearer eyJ0.eyJz", f"sent Bearer {MASK}"),
        ("set-cookie: sid=S; Path=/", f"set-cookie: {MASK}"),
        *[
            (text, text)
            for text in (
                "token: no value for token",
                "token: status is 200",
                "step 'token': status is 500",
                "Basic authentication failed",
                "the password is wrong: try again",
                "headers.Authorization: a header value cannot hold a line break or a NUL",
                "max_tokens=100",
                "token=${token}",
                "login: p95 < 500ms",
            )
        ],
    ],
)
def test_texts(text, shown):
    assert mask_text(text) == shown


def test_arguments():
    given = [
        "serve",
        "--password",
        "S",
        "--port",
        "80",
        "--token=S",
        "--db",
        "postgres://me:S@h/d",
        "--verbose",
    ]
    shown = [
        "serve",
        "--password",
        MASK,
        "--port",
        "80",
        f"--token={MASK}",
        "--db",
        f"postgres://me:{MASK}@h/d",
    ]
    assert mask_arguments(given) == [*shown, "--verbose"]


def test_known_values():
    assert hidden("at abc123 and abc1234", ["abc123"]) == f"at {MASK} and abc1234"
    assert hidden("x" * 100 + "'longer-than-tw", ["longer-than-twelve"]) == "x" * 100 + f"'{MASK}"
    assert hidden("long", ["longer-than-twelve"]) == "long"


@pytest.mark.parametrize("unit", ["token", "a=b&", 'x "', "a://@", "Bearer ", "cookie: a", "'a'='", "\\"])
def test_masking_takes_time_in_proportion(unit):
    def took_s(times):
        began = time.process_time()
        mask_text(unit * times)
        return time.process_time() - began

    assert took_s(40_000) < 50 * took_s(4_000) + 0.5


def plan(**fields):
    step = {"name": "password", "url": "/token/secret", **fields}
    return Plan.from_dict({"target": "http://h", "scenarios": [{"steps": [step]}], "load": {"iterations": 1}})


@pytest.mark.parametrize(
    "fields",
    [
        {"body": "user=me&password=planted-1"},
        {"body": '{"token": "planted-1"}'},
        {"body_base64": "cGFzc3dvcmQ9cGxhbnRlZC0x"},
        {"json": {1: {"fields": [{"name": "password", "value": "planted-1"}]}}},
        {"json": {"password": ["planted-1", {"a": "planted-1"}]}},
        {"json": {"callback": "https://me:planted-1@there/"}},
        {"multipart": [{"name": "client_secret", "value": "planted-1"}]},
        {"headers": {"Authorization": "Bearer planted-1${x}"}},
        {"headers": {"Authorization": "${token:-planted-1}"}},
        {"auth": {"basic": {"username": "planted-1", "password": ""}}},
        {"checks": [{"json": "$.user.token", "equals": "planted-1"}]},
        {"checks": [{"header": "Set-Cookie", "contains": "planted-1"}]},
        {"checks": [{"body": {"matches": "token=planted-1"}}]},
        {"extract": {"token": {"json": "$.a", "default": "planted-1"}}},
        {"extract": {"a": {"json": "$.token", "default": "planted-1"}}},
        {"run_if": {"equals": ["${token}", "planted-1"]}},
    ],
)
def test_a_secret_of_a_plan_is_masked_and_known(fields):
    shown = public_dict(plan(**fields))
    text = json.dumps(shown)
    assert "planted-1" not in text
    assert "cGFzc3dvcmQ9cGxhbnRlZC0x" not in text
    assert shown["scenarios"][0]["steps"][0]["name"] == "password"
    assert shown["scenarios"][0]["steps"][0]["url"] == "/token/secret"
    if "body_base64" not in fields:
        assert Secrets.of(plan(**fields)).hide("it was planted-1!") == f"it was {MASK}!"


def test_what_is_sent_of_a_secret_is_known():
    hide = Secrets.of(plan(auth={"basic": {"username": "me", "password": "planted 1"}})).hide
    assert hide("Authorization was bWU6cGxhbnRlZCAx") == f"Authorization was {MASK}"
    assert hide("at planted%201 and planted+1") == f"at {MASK} and {MASK}"


def test_secrets_of_the_environment_are_known():
    hide = Secrets.of(plan(auth={"bearer": "${env.SHOP}"}), {"SHOP": "planted-1"}).hide
    assert hide("planted-1") == MASK


def test_numbers_and_references_stay():
    data = {
        "max_tokens": 5,
        "token": "${token}",
        "password": "",
        "remember_token": True,
        "rows": [1, 2.5, None],
    }
    assert public_data(data) == data


def test_names_of_the_users_own_are_no_fields_of_a_plan():
    strange = {"json": "${json}", "extract": {"token": "S"}, "header": "token", "equals": [1, 2], "in": 3}
    shown = {**strange, "extract": {"token": MASK}}
    assert public_data(strange) == shown
    assert public_dict(plan(json="${json}"))["scenarios"][0]["steps"][0]["json"] == "${json}"
    assert public_dict(plan(json=strange))["scenarios"][0]["steps"][0]["json"] == shown


def test_an_error_and_what_led_to_it_are_said_in_other_words():
    error = EngineFailed("a S", hint="b S")
    error.__cause__ = ValueError("c S", 1)
    reword(error, lambda text: text.replace("S", MASK))
    assert str(error) == f"a {MASK}\n  b {MASK}"
    assert error.__cause__.args == (f"c {MASK}", 1)
