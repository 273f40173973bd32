"""Files of the tools that polyload took over from, imported and run: what was asked for is what arrives."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from adapters.performance import PerformanceClient, import_plan
from adapters.performance.testing import RecordingServer
from adapters.performance.testing.messages import Reply, SeenRequest

ENGINES = [
    "native",
    pytest.param("k6", marks=pytest.mark.engine("k6")),
    pytest.param("locust", marks=pytest.mark.engine("locust")),
]


def login(request: SeenRequest) -> Reply:
    known = request.json() == {"email": "u@example.com", "password": "s3cret"}
    return Reply.json({"data": {"items": [{"token": "tok-1"}]}}, 200 if known else 403)


def profile(request: SeenRequest) -> Reply:
    return Reply.json({"role": "admin"}, 200 if request.header("authorization") == "Bearer tok-1" else 401)


def action_json(url: str) -> list[Any]:
    tasks = [
        {
            "method": "post",
            "request_url": "${var.base}/login",
            "json": {"email": "u@example.com", "password": "s3cret"},
            "extract": [{"var": "auth", "from": "json_path", "path": "data.items.0.token"}],
        },
        {
            "method": "get",
            "request_url": "${var.base}/profile",
            "headers": {"Authorization": "Bearer ${var.auth}"},
            "assertions": [{"type": "json_path", "path": "role", "value": "admin"}],
            "run_if": "${var.auth}",
        },
        {"method": "get", "request_url": "${var.base}/never", "skip_if": {"truthy": "${var.auth}"}},
    ]
    return [["LD_register_variables", {"variables": {"base": url}}], ["LD_start_test", {"tasks": tasks}]]


@pytest.mark.parametrize("tool", ENGINES)
async def test_a_loaddensity_test_runs(tool: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PASSWORD", "s3cret")
    file = tmp_path / "actions.json"
    with RecordingServer() as server:
        server.route("/login", login)
        server.route("/profile", profile)
        file.write_text(json.dumps(action_json(server.url)))
        plan = import_plan(file, load={"iterations": 3})
        async with PerformanceClient(tool=tool) as client:
            result = await client.load_test(plan=plan)
    assert result.success, result.reason
    assert {name: stats.requests for name, stats in result.requests.items()} == {
        "POST /login": 3,
        "GET /profile": 3,
    }


async def test_a_loadspiker_configuration_runs(tmp_path: Path) -> None:
    file = tmp_path / "config.json"
    with RecordingServer() as server:
        requests = [
            {"url": f"{server.url}/status/204", "method": "GET"},
            {
                "url": "/echo",
                "method": "POST",
                "body": '{"name": "Test User"}',
                "headers": {"Content-Type": "application/json", "X-Team": "${team}"},
            },
        ]
        given = {
            "type": "rest_api",
            "base_url": server.url,
            "requests": requests,
            "variables": {"team": "qa"},
        }
        file.write_text(json.dumps(given))
        async with PerformanceClient() as client:
            result = await client.load_test(plan=import_plan(file, load={"iterations": 2}))
        sent = [(seen.path, seen.header("x-team"), seen.body) for seen in server.log.requests[:2]]
    assert result.success, result.reason
    assert sent == [("/status/204", None, b""), ("/echo", "qa", b'{"name":"Test User"}')]
