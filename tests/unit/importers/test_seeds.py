"""Files of LoadSpiker, LoadDensity and the load-testing suite as plans; what cannot be carried over is named."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from adapters.performance.errors import SourceError, UsageError
from adapters.performance.importers.draft import Draft
from adapters.performance.importers.importing import drafted, finished
from adapters.performance.importers.options import Options, patterns
from adapters.performance.importers.source import Source

SAMPLES = Path(__file__).parents[2] / "data" / "imports"


def made(given: Any, name: str = "file.json", **wishes: Any) -> Draft:
    """The draft of a file, recognised by what is in it and found to be a valid plan."""
    data = given if isinstance(given, str) else json.dumps(given)
    source = Source(name, data.encode())
    kind, draft = drafted(source, None, Options(**wishes))
    finished(draft, kind, source)
    return draft


def steps(draft: Draft) -> list[dict[str, Any]]:
    return [step for scenario in draft.plan["scenarios"] for step in scenario["steps"]]


def test_a_loadspiker_configuration_as_its_documents_show_it():
    draft = made(
        {
            "type": "rest_api",
            "name": "API Load Test",
            "base_url": "https://api.example.com",
            "requests": [
                {"url": "https://api.example.com/health", "method": "GET"},
                {
                    "url": "https://api.example.com/users",
                    "method": "POST",
                    "body": '{"name": "Test User"}',
                    "headers": {"Content-Type": "application/json"},
                },
            ],
            "variables": {"api_key": "your-api-key"},
        }
    )
    assert draft.plan == {
        "name": "API Load Test",
        "target": "https://api.example.com",
        "variables": {"api_key": "${env.API_KEY}"},
        "scenarios": [
            {
                "name": "rest_api",
                "steps": [
                    {"url": "/health"},
                    {"method": "POST", "url": "/users", "json": {"name": "Test User"}},
                ],
            }
        ],
        "load": {"users": 10, "duration": "60s"},
    }
    assert any("LoadSpiker's command line" in note for note in draft.notes)


def test_of_a_loadspiker_configuration_all_that_stays_behind_is_named():
    draft = made(
        {
            "type": "website",
            "base_url": "http://shop.example",
            "engine": {"threads": 4},
            "requests": [
                {"url": "/a", "retries": 3, "timeout": 500, "think_time": 2},
                {"url": "mqtt://broker/x"},
                {"url": "/b", "method": "post", "body": '{"user": "${data.name}"}'},
                {"url": "/c", "method": "POST", "body": "password=hunter2"},
            ],
            "users": 5,
            "duration": 30,
            "ramp_up": 3,
        }
    )
    assert steps(draft) == [
        {"url": "/a", "timeout": "500ms"},
        {"pause": "2s"},
        {"method": "POST", "url": "/b", "body": '{"user": "${data.name}"}'},
        {"method": "POST", "url": "/c"},
    ]
    assert draft.plan["load"] == {"users": 5, "duration": "30s", "ramp_up": "3s"}
    told = "\n".join(draft.notes)
    for words in (
        "not carried over: retries",
        "request 2 is left out",
        "${data.…} is a row",
        "not carried over: engine",
    ):
        assert words in told
    assert "request 4: its body holds what looks like a secret" in told
    assert "hunter2" not in json.dumps(draft.plan) + told


def test_a_loadspiker_pattern_is_its_load():
    draft = made({"base_url": "http://x", "requests": [{"url": "/"}], "pattern": "constant:100:60"})
    assert draft.plan["load"] == {"users": 100, "duration": 60.0}


def test_a_loaddensity_action_json_as_its_documents_show_it():
    draft = made(
        {
            "load_density": [
                ["LD_register_variables", {"variables": {"base": "https://httpbin.org"}}],
                [
                    "LD_start_test",
                    {
                        "user_detail_dict": {"user": "fast_http_user"},
                        "user_count": 20,
                        "spawn_rate": 10,
                        "test_time": 30,
                        "tasks": [
                            {"method": "get", "request_url": "${var.base}/get"},
                            {"method": "post", "request_url": "${var.base}/post", "json": {"hello": "world"}},
                        ],
                    },
                ],
                ["LD_generate_summary_report", {"report_name": "smoke"}],
            ]
        }
    )
    assert draft.plan == {
        "target": "${var.base}",
        "variables": {"base": "https://httpbin.org"},
        "scenarios": [
            {
                "name": "tasks",
                "steps": [{"url": "/get"}, {"method": "POST", "url": "/post", "json": {"hello": "world"}}],
            }
        ],
        "load": {"users": 20, "duration": "30s", "ramp_up": "2s"},
        "options": {"redirects": 5},
    }
    assert "LD_generate_summary_report: reports are asked for when it runs" in draft.notes[0]


def test_loaddensity_assertions_extractors_and_predicates():
    draft = made(
        [
            [
                "LD_start_test",
                {
                    "tasks": [
                        {
                            "method": "post",
                            "request_url": "http://x/login",
                            "assertions": [
                                {"type": "status_code", "value": 200},
                                {"type": "json_path", "path": "data.role", "value": "admin"},
                                {"type": "contains", "value": "ok"},
                                {"type": "not_contains", "value": "error"},
                                {"type": "header", "name": "X-A", "value": "b"},
                                {"type": "schema", "value": {}},
                            ],
                            "extract": [
                                {"var": "auth_token", "from": "json_path", "path": "data.items.0.token"},
                                {"var": "request_id", "from": "header", "name": "X-Request-Id"},
                                {"var": "code", "from": "status_code"},
                            ],
                        },
                        {
                            "method": "get",
                            "request_url": "http://x/me",
                            "run_if": "${var.auth_token}",
                            "skip_if": {"equals": ["${var.code}", 500]},
                        },
                        {"method": "get", "request_url": "http://x/you", "run_if": {"greater": [1, 2]}},
                    ]
                },
            ]
        ]
    )
    login, me, you = steps(draft)
    assert login["checks"] == [
        {"status": 200},
        {"json": "$.data.role", "equals": "admin"},
        {"body": {"contains": "ok"}},
        {"body": {"not_contains": "error"}},
        {"header": "X-A", "equals": "b"},
    ]
    assert login["extract"] == {
        "auth_token": {"json": "$.data.items[0].token"},
        "request_id": {"header": "X-Request-Id"},
        "code": {"status": True},
    }
    assert (me["run_if"], me["skip_if"]) == ("${var.auth_token}", {"equals": ["${var.code}", 500]})
    assert "run_if" not in you
    told = "\n".join(draft.notes)
    assert "task 1: left out: an assertion schema" in told
    assert "task 3: run_if is left out" in told


def test_a_weighted_loaddensity_test_is_scenarios_with_weights():
    tasks = [
        {"method": "get", "request_url": "http://x/a", "weight": 3},
        {"method": "get", "request_url": "http://x/b"},
    ]
    draft = made([["LD_start_test", {"tasks": {"mode": "weighted", "tasks": tasks}, "test_time": 60}]])
    assert draft.plan["scenarios"] == [
        {"name": "GET /a", "weight": 3, "steps": [{"url": "/a"}]},
        {"name": "GET /b", "weight": 1, "steps": [{"url": "/b"}]},
    ]


def test_loaddensity_tasks_by_their_method():
    draft = made(
        [
            [
                "LD_start_test",
                {"tasks": {"get": {"request_url": "http://x/a"}, "delete": {"request_url": "/b"}}},
            ]
        ]
    )
    assert steps(draft) == [{"url": "/a"}, {"method": "DELETE", "url": "/b"}]
    assert any("test_time is not given" in note for note in draft.notes)


def test_loaddensity_sources_are_feeds():
    sources = ["LD_register_csv_sources", {"sources": [{"name": "users", "file_path": "users.csv"}]}]
    test = ["LD_start_test", {"tasks": [{"method": "get", "request_url": "http://x/${csv.users.name}"}]}]
    assert made([sources, ["LD_register_csv_source", ["items", "items.csv"]], test]).plan["data"] == {
        "users": {"file": "users.csv"},
        "items": {"file": "items.csv"},
    }


def test_of_several_loaddensity_tests_one_is_taken_and_the_others_are_named():
    def test(path: str, user: str = "http_user") -> list[Any]:
        tasks = [{"method": "get", "request_url": f"http://x/{path}"}]
        return ["LD_start_test", {"user_detail_dict": {"user": user}, "tasks": tasks}]

    given = [test("broker", "mqtt_user"), test("one"), test("two"), ["LD_start_prometheus_exporter"]]
    draft = made(given)
    told = "\n".join(draft.notes)
    assert steps(draft) == [{"url": "/one"}]
    assert "tests of mqtt_user are left out: polyload speaks HTTP" in told
    assert "--profile" in told
    assert "LD_start_prometheus_exporter" in told
    assert steps(made(given, profile="3")) == [{"url": "/two"}]
    with pytest.raises(UsageError, match="it has 3 tests, given by their numbers, not 'x'"):
        made(given, profile="x")


def test_a_loaddensity_test_without_http_users_is_an_error():
    with pytest.raises(SourceError, match="no LD_start_test of HTTP users: tests of grpc_user"):
        made([["LD_start_test", {"user_detail_dict": {"user": "grpc_user"}, "tasks": []}]])


def test_users_that_cannot_all_start_in_time_are_told():
    test = {
        "user_count": 400,
        "spawn_rate": 4,
        "test_time": 60,
        "tasks": [{"method": "get", "request_url": "http://x/"}],
    }
    draft = made([["LD_start_test", test]])
    assert draft.plan["load"] == {"stages": [{"duration": "60s", "users": 240}]}
    assert any(
        "400 users at 4 a second are more than can start in 60 s: 240 do" in note for note in draft.notes
    )


def test_secrets_of_tasks_are_not_written():
    draft = made(
        [
            ["LD_register_variables", {"variables": {"api_key": "k3y-1"}}],
            [
                "LD_start_test",
                {
                    "tasks": [
                        {
                            "method": "post",
                            "request_url": "http://u:p4ss@x/a",
                            "json": {"email": "u@example.com", "password": "s3cret"},
                            "headers": {"Authorization": "Bearer t0k", "X-Token": "${var.auth}"},
                        }
                    ]
                },
            ],
        ]
    )
    text = json.dumps(draft.plan)
    assert not re.search("k3y|p4ss|s3cret|t0k", text)
    (step,) = steps(draft)
    assert step["headers"] == {"Authorization": "Bearer ${env.BEARER}", "X-Token": "${var.auth}"}
    assert any("passwords in URLs are left out" in note for note in draft.notes)


def test_what_a_file_asks_of_the_environment_is_told():
    draft = made(
        {"base_url": "http://x", "requests": [{"url": "/${env.HOME}", "headers": {"X-Token": "t0k"}}]}
    )
    assert "the file asks for the environment variables HOME, and a run sends them" in draft.notes


SUITE = (SAMPLES / "suite.yaml").read_text()


def test_the_suite_as_its_documents_show_it():
    draft = made(SUITE, "config.yaml")
    assert draft.plan["target"] == "http://localhost:8000"
    assert draft.plan["load"] == {"rate": 50, "max_users": 10, "duration": "60s"}
    assert draft.plan["thresholds"] == ["mean <= 500ms", "p95 <= 1000ms", "error_rate <= 1%"]
    assert draft.plan["options"] == {
        "headers": {"X-API-Key": "${env.BE_API_KEY}", "X-Organization-ID": "${env.BE_ORG_ID}"}
    }
    told = "\n".join(draft.notes)
    assert "the file does not say what is sent; GET / stands in its place" in told
    assert "--profile takes another: heavy" in told
    assert made(SUITE, "config.yaml", profile="heavy").plan["load"]["rate"] == 500
    with pytest.raises(UsageError, match="it has no profile 'huge'"):
        made(SUITE, "config.yaml", profile="huge")


def test_what_the_suite_says_that_no_plan_can_is_named():
    given = yaml.safe_load(SUITE)
    given["target"]["region"] = "eu"
    given["profiles"]["light"]["think_time"] = 1
    given["thresholds"]["max_cpu"] = 5
    told = "\n".join(made(yaml.safe_dump(given, sort_keys=False), "config.yaml").notes)
    for words in (
        "target: not carried over: region",
        "profile light: not carried over: think_time",
        "max_cpu: no such",
    ):
        assert words in told


def test_settings_are_no_plan_and_are_used_as_they_are():
    text = (Path(__file__).parents[3] / "config" / "qa.yaml").read_text()
    with pytest.raises(SourceError, match="these are settings") as told:
        made(text, "qa.yaml")
    assert "--config qa.yaml" in (told.value.hint or "")


def test_include_looks_at_urls_with_their_variables_filled_in():
    wanted = {"include": patterns(["shop.example/a"], "--include")}
    given = [
        ["LD_register_variable", ["base", "http://shop.example"]],
        ["LD_start_test", {"tasks": [{"request_url": f"${{var.base}}/{path}"} for path in "ab"]}],
    ]
    assert steps(made(given, **wanted)) == [{"url": "/a"}]
