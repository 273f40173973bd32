"""No secret of a plan, a command line or a settings file reaches anything that a command writes or says."""

from __future__ import annotations

import base64
import json
import textwrap

import pytest
from tests.integration.secrets.planting import MARK, Hunt, secret

from adapters.performance.reports.write import FORMATS

ENGINES = [
    "native",
    "httpx",
    pytest.param("k6", marks=pytest.mark.engine("k6")),
    pytest.param("locust", marks=pytest.mark.engine("locust")),
    pytest.param("ab", marks=pytest.mark.engine("ab")),
]


def full_plan(url: str) -> dict:
    """A plan with a secret in every place, each of whose requests fails or has a check that does."""
    steps = [
        {
            "name": "token",
            "method": "POST",
            "url": f"/echo?access_token={secret('query')}&page=1",
            "headers": {
                "Authorization": f"Bearer {secret('header')}",
                "Cookie": f"theme=dark; sid={secret('cookie')}",
            },
            "json": {"user": "ada", "password": secret("json"), "deep": [{"pin": secret("pin")}]},
            "extract": {"token": {"json": "$.body_base64", "default": secret("default")}},
            "checks": [
                {"body": {"contains": f'"password":"{secret("contains")}"'}},
                {"json": "$.api_key", "equals": secret("equals")},
                {"header": "Set-Cookie", "contains": secret("set-cookie")},
            ],
        },
        {"url": "/status/401?sig=${token}", "auth": {"bearer": "${token}"}},
        {"url": "/status/503", "auth": {"basic": {"username": "ada", "password": secret("basic")}}},
        {"url": "/status/500", "auth": {"api_key": {"name": "k", "value": secret("key"), "where": "query"}}},
        {"url": "/status/500", "auth": {"bearer": f"${{env.GONE:-{secret('gone')}}}"}},
        {
            "url": "/status/404",
            "auth": {"bearer": "${env.SHOP_TOKEN}"},
            "params": {"signature": secret("param")},
        },
        {"url": "/echo", "method": "POST", "form": {"passwd": secret("form"), "api_key": "${api_key}"}},
        {"url": "/echo", "method": "POST", "body": f"user=ada&password={secret('body')}"},
        {
            "url": "/echo",
            "method": "POST",
            "body_base64": base64.b64encode(f"pwd={secret('b64')}".encode()).decode(),
        },
        {"url": "/echo", "method": "POST", "multipart": [{"name": "password", "value": secret("part")}]},
        {"url": "/echo", "headers": {"X-Callback": f"https://me:{secret('callback')}@there/"}},
        {"url": "/echo", "run_if": {"equals": ["${api_key}", secret("condition")]}},
        {"url": "/${users.password}", "extract": {"missing": {"json": "$.nothing"}}},
        {"url": f"http://me:{secret('closed')}@127.0.0.1:1/?token={secret('refused')}"},
    ]
    return {
        "name": "shop",
        "target": url,
        "scenarios": [{"steps": steps}],
        "load": {"iterations": 4, "users": 2},
        "data": {"users": {"rows": [{"name": "ada", "password": secret("row")}]}},
        "variables": {
            "api_key": secret("variable"),
            "db": f"postgres://me:{secret('dsn')}@h/d",
            "region": "eu",
        },
        "thresholds": ["error_rate < 1%"],
        "options": {"headers": {"X-Auth-Token": secret("default-header")}, "timeout": 5},
    }


def ab_plan(url: str) -> dict:
    step = full_plan(url)["scenarios"][0]["steps"][5]
    return {
        "target": url,
        "scenarios": [{"steps": [step]}],
        "load": {"iterations": 4},
        "options": {"headers": {"Cookie": secret("cookie")}},
    }


@pytest.mark.parametrize("engine", ENGINES)
def test_a_run_of_failures_on_each_engine(hunt: Hunt, url, server, engine):
    data = ab_plan(server.url) if engine == "ab" else full_plan(url)
    plan = hunt.file("plan.json", data)
    reports = [f"--report={name}={hunt.outputs / name}" for name in FORMATS]
    kept = [] if engine == "ab" else ["--samples", str(hunt.outputs / "rows.npz"), "--store-requests"]
    pipeline = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(hunt.outputs / "summary.md")}
    code = hunt.run("run", plan, "--tool", engine, *reports, *kept, SHOP_TOKEN=secret("env"), **pipeline)
    assert code in (1, 99), hunt.said
    assert server.log.count() >= 4
    assert hunt.run("history") == 0
    assert (
        hunt.run("history", "show", "latest", "--requests", "--json", str(hunt.outputs / "shown.json")) == 0
    )
    assert hunt.run("history", "export", "--requests", "-o", str(hunt.outputs / "exported.jsonl")) == 0
    assert hunt.run("report", str(hunt.outputs / "json"), f"--report=html={hunt.outputs / 'again.html'}") == 0
    assert hunt.leaks() == []


def test_what_is_no_secret_is_shown(hunt: Hunt, url):
    plan = hunt.file("plan.json", full_plan(url))
    hunt.run("run", plan, "--tool", "native", "--json", "result.json", SHOP_TOKEN=secret("env"))
    text = (hunt.outputs / "result.json").read_text()
    result = json.loads(text)
    assert {"token", "GET /${users.password}", "GET /status/401?sig=${token}"} <= set(result["requests"])
    assert "ada" in text
    assert "page=1" in text
    assert result["plan"]["variables"]["region"] == "eu"
    names = [check["name"] for check in result["checks"]]
    assert 'token: json $.api_key equals "**********"' in names
    messages = [error["message"] for error in result["summary"]["errors"]]
    assert "GET /${users.password}: no value for missing" in messages or "status 401" in messages


@pytest.mark.parametrize(
    "command",
    [
        ("stress", "--start", "1", "--max", "2", "--step", "1", "--step-duration", "2s"),
        (
            "capacity",
            "--slo",
            "p99 < 50ms",
            "--start-rate",
            "20",
            "--max-rate",
            "40",
            "--probe",
            "2s",
            "--budget",
            "10s",
        ),
        ("scalability", "--users", "1,2,3", "--probe", "1s", "--warm-up", "0s"),
        ("bench", "-n", "20"),
        ("run", "-n", "5", "--tool", "native"),
    ],
    ids=lambda command: command[0],
)
@pytest.mark.parametrize("path", ["/status/200", "/status/500"])
def test_a_command_on_a_url(hunt: Hunt, url, server, headers, command, path):
    name, *options = command
    reports = [
        f"--report={form}={hunt.outputs / form}" for form in ("html", "markdown", "json", "junit", "xml")
    ]
    target = f"{url}{path}?token={secret('query')}"
    body = ["-b", json.dumps({"password": secret("body")})]
    assert hunt.run(name, target, *options, *reports, *headers, *body) != 2, hunt.said
    assert server.log.count() > 0
    assert MARK in str(next(iter(server.log)).headers)
    assert hunt.leaks() == []


def test_comparisons_and_suites(hunt: Hunt, url):
    targets = [f"{url}/status/{code}?token={secret(f'query{code}')}" for code in (200, 500)]
    reports = [f"--report={form}={hunt.outputs / form}" for form in ("html", "markdown", "json")]
    hunt.run("compare", *targets, "-n", "3", "--repeats", "1", "--tool", "native", *reports)
    plan = hunt.file("plan.json", full_plan(url))
    suite = hunt.file("suite.json", {"tests": {"one": plan, "two": {"plan": plan, "tool": "k6"}}})
    hunt.run("suite", suite, "--json", str(hunt.outputs / "suite.json"), SHOP_TOKEN=secret("env"))
    assert (hunt.outputs / "suite.json").exists(), hunt.said
    assert hunt.leaks() == []


def test_a_service_that_breaks(hunt: Hunt, server):
    program = hunt.file(
        "serve.py",
        """
        import os, sys
        print("started with", sys.argv, os.environ["SHOP_SECRET"], os.environ["DATABASE_URL"], flush=True)
        sys.exit(3)
        """.replace("\n        ", "\n"),
    )
    plan = hunt.file("plan.json", ab_plan("http://127.0.0.1:1"))
    start = ["python3", program, "--password", secret("argument"), f"--token={secret('option')}"]
    service = {
        "start": start,
        "ready": f"http://me:{secret('ready')}@127.0.0.1:1/",
        "env": {"SHOP_SECRET": secret("env"), "DATABASE_URL": f"postgres://me:{secret('dsn')}@h/d"},
    }
    entry = {"plan": plan, "service": service}
    compared = hunt.file("compare.json", {"configurations": {"a": entry, "b": entry}, "repeats": 1})
    assert "started with" in hunt.told("compare", compared)
    wrong = {**service, "start": " ".join(start)}
    compared = hunt.file("wrong.json", {"configurations": {"a": {**entry, "service": wrong}, "b": entry}})
    assert "list of arguments" in hunt.told("compare", compared)
    assert hunt.leaks() == []


def test_what_is_shown_of_plans_and_settings(hunt: Hunt, url):
    plan = hunt.file("plan.json", full_plan(url))
    settings = hunt.file(
        "qa.yaml",
        textwrap.dedent(f"""\
            target: {{base_url: '{url}', api_key: '${{SHOP_KEY}}', username: ada, password: {secret("settings")}}}
            variables: {{access_token: '${{SHOP_KEY}}', plain: words}}
            history: {{url: 'sqlite:///{hunt.outputs}/history.db'}}
            """),
    )
    hunt.file(".env", f"SHOP_KEY={secret('env-file')}\n")
    env_file = ["--env-file", str(hunt.inputs / ".env")]
    for args in (
        ["validate", plan],
        ["engines", "--explain", plan],
        ["engines", "--explain", plan, "--json"],
    ):
        hunt.run(*args, SHOP_TOKEN=secret("env"))
    for more in ([], ["--json"]):
        hunt.run("config", "--config", settings, *env_file, *more)
    hunt.run("run", "/status/200", "--config", settings, *env_file, "-n", "3", "--json", "result.json")
    assert hunt.leaks() == []
