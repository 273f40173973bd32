"""What cannot be carried out is said without a secret, with and without a traceback."""

from __future__ import annotations

import json

import pytest
from tests.integration.secrets.planting import Hunt, secret

S = secret("error")
STEP = {"url": "http://127.0.0.1:1/", "headers": {"Authorization": f"Bearer {S}"}, "json": {"password": S}}
PLAN = {"scenarios": [{"steps": [STEP]}], "load": {"iterations": 1}, "variables": {"token": S}}


def with_step(**fields: object) -> str:
    return json.dumps({**PLAN, "scenarios": [{"steps": [{**STEP, **fields}]}]})


@pytest.mark.parametrize(
    "url",
    [
        f"http://me:{S}@h:99999/",
        f"http://me:{S}/x@h/",
        f"http://me:{S}#x@h/",
        f"http://me:a@{S}@[h/",
        f"http://{S}@[h/",
        f"me:{S}@h/path",
        f"ftp://me:{S}@h/",
        f"http://me:{S}@/",
        f"h/?token={S}",
        f"http:///?api_key={S}",
        f"http://me:{S}@\u2100/",
        f"me:{S}@h/plan.yaml",
    ],
)
@pytest.mark.parametrize("command", ["run", "bench", "stress", "capacity", "compare"])
def test_a_url_that_is_none(hunt: Hunt, url: str, command: str):
    assert "error: " in hunt.told(command, url, *([url] if command == "compare" else []))
    assert hunt.leaks() == []


@pytest.mark.parametrize(
    "text",
    [
        with_step(hedaers={"token": S}),
        with_step(auth={"bearer": [S]}),
        with_step(auth={"basic": {"username": "me", "pasword": S}}),
        with_step(auth={"basic": {"username": "me", "password": {"a": S}}}),
        with_step(auth={"token": S}),
        with_step(headers={f"Bearer {S}": "x"}),
        with_step(headers={"Authorization": f"{S}\nX: y"}),
        with_step(headers={"Authorization": [S]}),
        with_step(method=f"GET password={S}"),
        with_step(url=f"http://me:{S}@h:port/"),
        with_step(url=f"/path?token={S}"),
        with_step(body=S, form={"password": S}),
        with_step(multipart=[{"name": "password", "value": S, "base64": S}]),
        with_step(checks=[{"body": {"contains": f"token={S}", "equals": S}}]),
        json.dumps({**PLAN, "target": f"me:{S}@h"}),
        json.dumps({**PLAN, "options": {"proxy": f"http://me:{S}@h:port"}}),
        json.dumps({**PLAN, "options": {"proxy": f"socks5://me:{S}@h"}}),
        json.dumps({**PLAN, "data": {"users": {"rows": [{"password": S}], "file": "x.csv"}}}),
        json.dumps({**PLAN, "variables": [S]}),
        json.dumps(PLAN)[:-1] + ",",
        f"variables:\n  token: {S}\n  token: {S}\n",
        f"variables: {{token: '{S}\n",
        f"variables:\n  password: @{S}\n",
        f"variables:\n  password: *{S}\n",
        f"variables:\n  password: !{S} x\n",
        f"variables:\n  password: 2026-13-45 {S}: x: y\n",
        json.dumps(S),
    ],
)
def test_a_plan_that_is_wrong_beside_a_secret(hunt: Hunt, text: str):
    for name in ("plan.yaml", "plan.json"):
        plan = hunt.file(name, text)
        assert plan in hunt.told("validate", plan)
        assert plan in hunt.told("run", plan)
    assert hunt.leaks() == []


@pytest.mark.parametrize(
    "text",
    [
        f"target: {{password: {S}, base_ulr: x}}",
        f"target: {{password: [{S}]}}",
        f"target: {{base_url: 'http://me:{S}@h:port/'}}",
        f"history: {{url: 'mysql://me:{S}@h/d'}}",
        f"history: {{url: 'postgresql://me:{S}@127.0.0.1:port/d'}}",
        f"history: {{url: 'postgresql://me:{S}/x@127.0.0.1:1/d'}}",
        f"history: {{url: 'postgresql://me:{S}@127.0.0.1:1/d?password={S}'}}",
        f"variables: {{token: '{S}\n",
        f"requests: [{{url: /x, headers: {{Authorization: ['{S}']}}}}]",
        f"pasword: {S}",
        f"default_users: ${{TOKEN}}\nlogin: {S}",
    ],
)
def test_settings_that_are_wrong_beside_a_secret(hunt: Hunt, text: str):
    settings = hunt.file("qa.yaml", text)
    for args in (["config"], ["run", "http://127.0.0.1:1/", "-n", "1"], ["history"]):
        hunt.told(*args, "--config", settings, TOKEN=S, POLYLOAD_HISTORY="")
    assert hunt.leaks() == []


@pytest.mark.parametrize(
    "args",
    [
        ("run", "http://127.0.0.1:1/", "-H", f"Authorization Bearer {S}"),
        ("run", "http://127.0.0.1:1/", "-H", S),
        ("run", "http://127.0.0.1:1/", "-H", f"X-Token={S}"),
        ("run", "http://127.0.0.1:1/", "-H", f"Bearer {S}: x"),
        ("run", "http://127.0.0.1:1/", "-H", f"Authorization: {S}", "-H", f"Authorization: {S}"),
        ("run", "http://127.0.0.1:1/", f"http://me:{S}@h/", "-n", "1"),
        ("run", "http://127.0.0.1:1/", "-n", "1", "--history", f"mysql://me:{S}@h/d"),
        ("history", "--history", f"postgresql://me:{S}@127.0.0.1:1/d"),
        ("compare", f"http://me:{S}@h/"),
        ("compare", f"http://me:{S}@h/", "--runs", "a.json", "b.json"),
        ("bench", "http://127.0.0.1:1/", "-n", "1", "-H", f"Content-Length: 1\nX-Token: {S}"),
    ],
)
def test_a_command_line_that_is_wrong_beside_a_secret(hunt: Hunt, args: tuple[str, ...]):
    assert "error: " in hunt.told(*args)
    assert hunt.leaks() == []


@pytest.mark.parametrize("variable", ["POLYLOAD_HISTORY", "DATABASE_URL"])
def test_the_url_of_a_database(hunt: Hunt, server, variable: str):
    given = {"POLYLOAD_HISTORY": "", variable: f"postgresql://me:{S}@127.0.0.1:1/d"}
    hunt.run("run", f"{server.url}/status/200", "-n", "2", "--tool", "native", **given)
    hunt.told("history", **given)
    hunt.told("config", **given)
    assert hunt.leaks() == []
