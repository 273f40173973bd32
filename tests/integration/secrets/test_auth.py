"""Secrets by which users prove who they are: those of the plan, and those that servers hand out."""

from __future__ import annotations

from typing import Any

import pytest
from tests.integration.secrets.planting import MARK, Hunt, secret

from adapters.performance.testing import RecordingServer
from adapters.performance.testing.messages import Reply, SeenRequest


def steps() -> list[dict[str, Any]]:
    """A request for each kind; half of them end in a failure whose message may quote anything."""
    oauth2 = {"token_url": "/hands-out", "client_id": "me", "client_secret": secret("client")}
    password = {"grant": "password", "username": "ada", "password": secret("grant")}
    form = {
        "login_url": "/hands-out",
        "username": "ada",
        "password": secret("form"),
        "fields": {"otp": secret("otp")},
    }
    aws = {"access_key": "AKID", "secret_key": secret("aws"), "session_token": secret("sts")}
    auths: dict[str, dict[str, Any]] = {
        "oauth2": {"oauth2": oauth2},
        "password": {"oauth2": {**oauth2, **password, "client_auth": "body"}},
        "refresh": {"oauth2": {**oauth2, "grant": "refresh_token", "refresh_token": secret("refresh")}},
        "no token": {"oauth2": {**oauth2, "token_url": f"/status/500?token={secret('token-url')}"}},
        "form": {"form": {**form, "success_indicator": "in"}},
        "no login": {"form": {**form, "checks": [{"body": {"contains": f"token={secret('check')}"}}]}},
        "digest": {"digest": {"username": "ada", "password": secret("digest")}},
        "basic": {"basic": {"username": "${user}", "password": secret("basic")}},
        "sigv4": {"sigv4": {**aws, "region": "r", "service": "s"}},
        "hmac": {"hmac": {"key": secret("hmac")}},
        "bad key": {"hmac": {"key": secret("hex"), "key_encoding": "hex"}},
        "cookie": {"api_key": {"name": "key", "value": secret("cookie"), "where": "cookie"}},
    }
    paths = {"digest": "/digest-auth/a/b"}
    return [
        {
            "name": name,
            "url": paths.get(name, "/status/403"),
            "auth": auth,
            "extract": {"who": {"json": "$.who"}},
        }
        for name, auth in auths.items()
    ]


def hands_out(request: SeenRequest) -> Reply:
    """Tokens and a session in everything that an answer has."""
    given = {
        "access_token": secret("access"),
        "refresh_token": secret("given"),
        "expires_in": 0.2,
        "text": "in",
    }
    return Reply.json(given, headers=[("Set-Cookie", f"sid={secret('session')}; Path=/")])


@pytest.mark.parametrize(
    "engine",
    [
        "native",
        pytest.param("k6", marks=pytest.mark.engine("k6")),
        pytest.param("locust", marks=pytest.mark.engine("locust")),
    ],
)
def test_no_secret_is_shown_or_left_behind(hunt: Hunt, server: RecordingServer, engine: str) -> None:
    server.route("/hands-out", hands_out)
    plan = {"target": server.url, "scenarios": [{"steps": steps()}], "load": {"iterations": 1}}
    file = hunt.file("plan.json", plan)
    reports = ["--report", "html=run.html", "--report", "markdown=run.md", "--report", "junit=run.xml"]
    code = hunt.run(
        "run", file, "--tool", engine, "--json", "run.json", *reports, watched=True, POLYLOAD_DEBUG="1"
    )
    assert code == 1
    assert "no token from /status/500" in hunt.said
    hunt.run("validate", file)
    proofs = [
        value for request in server.log for name, value in request.headers if name.lower() == "authorization"
    ]
    assert f"Bearer {secret('access')}" in proofs
    assert [command for command in hunt.commands if MARK in command] == []
    assert hunt.leaks() == []
