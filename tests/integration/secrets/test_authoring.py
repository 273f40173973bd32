"""Secrets are shown neither by what checks a plan, nor by a dry run, nor by what makes plans."""

from __future__ import annotations

from adapters.performance.testing import RecordingServer

from .planting import Hunt, secret


def test_a_dry_run_shows_no_secret(hunt: Hunt, server: RecordingServer):
    steps = [
        {
            "name": "login",
            "method": "POST",
            "url": f"/cookie/set?session={secret('cookie')}",
            "json": {"user": "ann", "password": secret("password")},
            "headers": {"X-API-Key": secret("header"), "Authorization": f"Basic {secret('basic')}"},
        },
        {
            "name": "use",
            "url": "/echo",
            "auth": {"bearer": secret("bearer")},
            "extract": {"token": {"json": "$.headers"}},
            "checks": [{"body": {"contains": f"token={secret('check')}"}}],
        },
        {"name": "more", "url": "/status/404?access_token=${token}"},
    ]
    plan = {"target": server.url, "scenarios": [{"steps": steps}], "load": {"users": 1, "duration": 5}}
    file = hunt.file("plan.json", plan)
    for debug in ("0", "1"):
        assert hunt.run("validate", "--no-config", "--trace", file, POLYLOAD_DEBUG=debug) == 1
        assert "> X-API-Key: **********" in hunt.said
        assert hunt.run("validate", "--no-config", "--trace", "--json", file, POLYLOAD_DEBUG=debug) == 1
    assert hunt.leaks() == []


def test_a_plan_in_python_that_breaks_shows_no_secret(hunt: Hunt):
    file = hunt.file(
        "scenario.py", f"password = '{secret('python')}'\nraise ValueError('password=' + password)\n"
    )
    assert "ValueError" in hunt.told("validate", "--no-config", file)
    hunt.told("run", "--no-config", file)
    assert hunt.leaks() == []


def test_a_plan_that_is_made_holds_no_secret(hunt: Hunt):
    page = f'POST /login {{"password": "{secret("page")}"}}'
    assert hunt.run("new", "http://127.0.0.1:1", "--page", page, POLYLOAD_DEBUG="1") == 0
    assert hunt.leaks() == []
