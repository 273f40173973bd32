"""Fifty users at once, over several processes: nobody is ever taken for another."""

from collections import defaultdict

import pytest

from adapters.performance.engines.native.adapter import NativeAdapter
from adapters.performance.engines.running import run_plan
from adapters.performance.plan import Plan
from adapters.performance.testing import RecordingServer
from adapters.performance.testing.identity import CLIENT, CLIENT_SECRET

USERS = 50


@pytest.mark.asyncio
async def test_each_of_fifty_users_has_its_own_session_token_and_cookies(server: RecordingServer) -> None:
    form = {
        "form": {
            "login_url": "/form/login",
            "csrf_field": "csrf_token",
            "success_indicator": "Welcome",
            "username": "${people.name}",
            "password": "pw-${people.name}",
        }
    }
    token = {
        "oauth2": {
            "token_url": "/oauth/token?expires=1",
            "grant": "password",
            "client_auth": "body",
            "client_id": CLIENT,
            "client_secret": CLIENT_SECRET,
            "username": "${people.name}",
            "password": "pw-${people.name}",
        }
    }
    steps = [
        {"url": "/cookie/set", "params": {"who": "${people.name}"}},
        {"url": "/form/home?as=${people.name}", "auth": form},
        {"url": "/oauth/protected?as=${people.name}", "auth": token},
        {"pause": 0.05},
    ]
    people = {"strategy": "per_user", "rows": [{"name": f"user{number}"} for number in range(USERS)]}
    plan = Plan.from_dict(
        {
            "target": server.url,
            "scenarios": [{"steps": steps}],
            "data": {"people": people},
            "load": {"users": USERS, "duration": 1.5},
        }
    )
    result = await run_plan(NativeAdapter(processes=2), plan)
    assert (result.summary.failures, result.summary.requests > 3 * USERS) == (0, True)
    named: dict[str | None, set[str]] = defaultdict(set)
    for request in server.log:
        if request.query.startswith("as="):
            name = request.query.removeprefix("as=")
            assert request.cookies["who"] == name
            named[request.cookies["sid"]].add(name)
            if request.path == "/oauth/protected":
                named[request.header("authorization")].add(name)
    assert len(named) >= 2 * USERS
    assert all(len(names) == 1 for names in named.values())
