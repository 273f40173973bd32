"""Runs with settings, from the command line and from Python, against servers on loopback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from adapters.performance import ApacheBenchAdapter, PerformanceClient, SyncPerformanceClient
from adapters.performance.errors import UsageError
from adapters.performance.metrics import RunResult
from adapters.performance.testing import DemoServer

POLYLOAD = [sys.executable, "-c", "from adapters.performance.cli import main; main()"]


@pytest.fixture
def polyload(tmp_path):
    """`polyload` in a folder of its own, which may have settings."""

    def polyload(*args, **environ):
        kept = {name: value for name, value in os.environ.items() if name != "POLYLOAD_CONFIG"}
        return subprocess.run(
            [*POLYLOAD, *map(str, args)],
            capture_output=True,
            text=True,
            timeout=60,
            cwd=tmp_path,
            env={**kept, **environ},
        )

    return polyload


@pytest.fixture(scope="module")
def shop():
    with DemoServer() as server:
        yield server


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def result_of(done) -> RunResult:
    assert done.returncode == 0, done.stdout + done.stderr
    return RunResult.from_json(done.stdout)


QA = """\
performance:
  tool: native
  default_users: 3
  default_duration: 1
  default_ramp_up: 500ms
  thresholds: {max_avg_response_time_ms: 5000, max_error_rate_percent: 5}
  profiles: {tiny: {concurrent_users: 2, requests_per_second: 20, duration_seconds: 1}}
"""


def test_a_url_takes_defaults_and_thresholds_from_the_file_that_is_found(polyload, shop, tmp_path):
    write(tmp_path, "config/qa.yaml", QA)
    done = polyload("run", shop.url, "--json", "-")
    result = result_of(done)
    assert result.plan["load"] == {"users": 3, "duration": 1.0, "ramp_up": 0.5}
    assert [t.expression for t in result.thresholds] == ["mean <= 5000ms", "error_rate <= 5%"]
    assert "settings: config/qa.yaml" in done.stderr


def test_without_config_nothing_is_taken(polyload, shop, tmp_path):
    write(tmp_path, "config/qa.yaml", QA)
    done = polyload("run", shop.url, "-d", "1s", "--no-config", "--json", "-")
    assert result_of(done).thresholds == ()
    assert "settings" not in done.stderr


def test_a_named_file_and_a_profile_of_ones_own(polyload, server, tmp_path):
    write(tmp_path, "own.yaml", QA)
    done = polyload(
        "run", f"{server.url}/status/200", "--config", "own.yaml", "--profile", "tiny", "--json", "-"
    )
    result = result_of(done)
    assert result.plan["load"] == {"rate": 20.0, "duration": 1.0, "max_users": 2}
    assert result.summary.requests == server.log.count() == 20
    assert "settings: own.yaml, profile tiny (20 requests/s, at most 2 users for 1s)" in done.stderr


def test_a_built_in_profile_cut_short_by_a_flag(polyload, shop):
    result = result_of(polyload("run", shop.url, "--profile", "heavy", "-d", "1s", "--json", "-"))
    assert result.plan["load"] == {"rate": 500.0, "duration": 1.0, "max_users": 100}
    assert 450 <= result.summary.iterations + result.summary.dropped <= 550


def test_an_unknown_profile_is_told_with_the_nearest(polyload, shop):
    done = polyload("run", shop.url, "--profile", "hevy")
    assert done.returncode == 2
    assert "--profile: no profile is called 'hevy'; did you mean 'heavy'?" in done.stderr


def test_a_threshold_of_the_settings_that_does_not_hold_is_exit_code_99(polyload, shop, tmp_path):
    write(tmp_path, "qa.yaml", "thresholds: {max_avg_response_time_ms: 0.001}\n")
    assert polyload("run", shop.url, "-n", "5", "--tool", "native").returncode == 99


def test_a_default_that_the_engine_cannot_express_is_left_out_and_a_flag_is_refused(polyload, shop, tmp_path):
    write(tmp_path, "qa.yaml", QA)
    if not ApacheBenchAdapter().detect().available:
        pytest.skip("ab is not installed")
    done = polyload("run", f"{shop.url}/", "--tool", "ab", "--json", "-")
    left_out = [warning.message for warning in result_of(done).warnings if warning.code == "LeftOut"]
    assert any(message.startswith("ramp_up (load.ramp_up)") for message in left_out)
    refused = polyload("run", f"{shop.url}/", "--tool", "ab", "-r", "500ms")
    assert refused.returncode == 3
    assert "ramp_up" in refused.stderr


def test_a_default_ramp_up_longer_than_the_run_is_told_in_the_result(polyload, shop, tmp_path):
    write(tmp_path, "qa.yaml", "tool: native\ndefault_ramp_up: 5\n")
    result = result_of(polyload("run", shop.url, "-d", "1s", "--json", "-"))
    assert [warning.code for warning in result.warnings] == ["LeftOut"]


def test_target_key_and_variables_of_the_settings(polyload, server, tmp_path):
    write(tmp_path, "qa.yaml", "target: {base_url: '${HOME_URL}', api_key: '${KEY}'}\n")
    write(tmp_path, "config.env", f"HOME_URL={server.url}\nKEY=k-123\n")
    done = polyload("run", "/status/200", "-n", "3", "--tool", "native")
    assert done.returncode == 0, done.stderr
    assert {request.header("X-API-Key") for request in server.log} == {"k-123"}
    assert "k-123" not in done.stdout + done.stderr
    server.reset()
    plan = "scenarios: [{steps: [{url: /status/200, auth: {bearer: '${api_key}'}}]}]\nload: {iterations: 2}\n"
    assert polyload("run", write(tmp_path, "plan.yaml", plan), "--tool", "native").returncode == 0
    assert {request.header("Authorization") for request in server.log} == {"Bearer k-123"}


def test_a_json_file_of_requests_is_run(polyload, server, tmp_path):
    config = {
        "type": "rest_api",
        "name": "API Load Test",
        "base_url": server.url,
        "requests": [
            {"url": f"{server.url}/status/200", "method": "GET"},
            {"url": "/status/201", "method": "POST", "body": '{"name": "${name}"}'},
        ],
        "variables": {"name": "Test User"},
    }
    write(tmp_path, "config.json", json.dumps(config))
    done = polyload("run", "-c", "config.json", "-u", "2", "-d", "1s", "--tool", "native", "--json", "-")
    result = result_of(done)
    assert result.plan["name"] == "API Load Test"
    assert result.plan["load"] == {"users": 2, "duration": 1.0}
    methods = {request.method for request in server.log}
    assert methods == {"GET", "POST"}
    bodies = {request.body for request in server.log if request.method == "POST"}
    assert bodies == {b'{"name": "Test User"}'}


def test_reports_of_the_settings(polyload, shop, tmp_path):
    write(tmp_path, "qa.yaml", "tool: native\nreports: [json=own.json]\noutput: {directory: out}\n")
    done = polyload("run", shop.url, "-n", "5")
    assert done.returncode == 0, done.stderr
    assert RunResult.from_json((tmp_path / "own.json").read_bytes()).summary.requests == 5
    (folder,) = (tmp_path / "out").iterdir()
    assert sorted(path.name for path in folder.iterdir()) == ["report.html", "summary.json"]


def test_a_run_that_is_refused_leaves_no_folder(polyload, shop, tmp_path):
    write(tmp_path, "qa.yaml", "output: {directory: out}\n")
    assert polyload("run", f"{shop.url}/", "--tool", "ab", "--rate", "5").returncode == 3
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("tool: nativ\n", "qa.yaml:1: tool: no engine is called 'nativ'; did you mean 'native'?"),
        ("preference: [k7]\n", "qa.yaml:1: preference: no engine is called 'k7'"),
        ("reports: [pdf=a.pdf]\n", "qa.yaml:1: reports: no report format is called 'pdf'"),
        ("base_url: http://h\nrequests: [{urll: /}]\n", "qa.yaml: requests.0.urll: no such field"),
        ("output: {directory: o, formats: [pdf]}\n", "qa.yaml:1: output.formats: no report format is called"),
    ],
)
def test_names_that_there_are_not_are_told_by_run_and_by_check(polyload, shop, tmp_path, text, told):
    write(tmp_path, "qa.yaml", text)
    target = [] if "requests" in text else [shop.url]
    for args in (["run", *target, "-n", "1"], ["config", "--check"]):
        done = polyload(*args)
        assert done.returncode in (2, 3)
        assert told in done.stderr
        assert "Traceback" not in done.stderr


def test_config_shows_where_each_value_came_from(polyload, tmp_path):
    write(tmp_path, "config/qa.yaml", QA)
    write(tmp_path, ".env", "POLYLOAD_NAME=nightly\n")
    done = polyload("config", "--profile", "tiny", "--json", POLYLOAD_DEFAULT_USERS="9")
    shown = {row["key"]: row for row in json.loads(done.stdout)["settings"]}
    assert (shown["default_users"]["value"], shown["default_users"]["from"]) == (9, "POLYLOAD_DEFAULT_USERS")
    assert (shown["tool"]["value"], shown["tool"]["from"]) == ("native", "config/qa.yaml:2")
    assert (shown["name"]["value"], shown["name"]["from"]) == ("nightly", ".env:1 POLYLOAD_NAME")
    assert (shown["profile"]["value"], shown["profile"]["from"]) == ("tiny", "--profile")
    assert shown["approximate"]["source"] == "built in"
    told = polyload("config", "--show").stdout
    assert "config/qa.yaml (found in the working folder)" in told
    assert max(map(len, told.splitlines())) <= 100


def test_config_check_tells_a_valid_file_in_a_line(polyload, tmp_path):
    write(tmp_path, "config/qa.yaml", f"api: {{}}\n{QA}")
    done = polyload("config", "--check")
    assert done.returncode == 0
    first, second = done.stdout.splitlines()
    assert first.startswith("config/qa.yaml: valid: ")
    assert second == "other sections, left alone: api"


def test_init_then_run(polyload, shop, tmp_path):
    done = polyload("init", "--target", shop.url)
    assert done.returncode == 0, done.stderr
    assert polyload("config", "--check").returncode == 0
    assert polyload("validate", "plan.yaml").returncode == 0
    result = result_of(polyload("run", "plan.yaml", "--profile", "quick", "-d", "2s", "--json", "-"))
    assert result.plan["load"] == {"rate": 20.0, "duration": 2.0, "max_users": 5}
    assert [t.expression for t in result.thresholds][-2:] == ["p95 < 500ms", "error_rate < 1%"]


def test_init_writes_over_nothing_unless_it_is_told_to(polyload, tmp_path):
    mine = write(tmp_path, "plan.yaml", "mine\n")
    refused = polyload("init")
    assert refused.returncode == 2
    assert "plan.yaml: there already, and nothing was written" in refused.stderr
    assert mine.read_text() == "mine\n"
    assert not (tmp_path / "config").exists()
    assert polyload("init", "--force").returncode == 0
    assert mine.read_text() != "mine\n"
    assert polyload("init", "elsewhere").returncode == 0
    assert (tmp_path / "elsewhere" / "config" / "qa.yaml").exists()


# Python


async def test_a_client_with_settings(server, tmp_path):
    file = write(tmp_path, "qa.yaml", QA)
    async with PerformanceClient.from_config(file, "tiny") as client:
        result = await client.load_test(f"{server.url}/status/200")
    assert result.engine.name == "native"
    assert result.summary.requests == server.log.count() == 20
    assert [t.expression for t in result.thresholds] == ["mean <= 5000ms", "error_rate <= 5%"]


async def test_what_is_given_comes_before_the_settings(server, tmp_path):
    file = write(tmp_path, "qa.yaml", QA)
    async with PerformanceClient.from_config(file) as client:
        result = await client.load_test(
            f"{server.url}/status/200", users=1, duration=1, thresholds=["error_rate < 1%"]
        )
    assert result.plan["load"] == {"users": 1, "duration": 1.0, "ramp_up": 0.5}
    assert [t.expression for t in result.thresholds] == ["mean <= 5000ms", "error_rate < 1%"]


async def test_a_stress_test_has_a_load_of_its_own(server, tmp_path):
    file = write(tmp_path, "qa.yaml", QA)
    async with PerformanceClient.from_config(file, "tiny") as client:
        result = await client.stress_test(
            f"{server.url}/status/200", start_users=1, max_users=1, step_duration=2, plateau=False
        )
    assert result["max_users_reached"] == 1
    assert result.break_point is None


async def test_settings_without_effect_are_told_in_the_result(server, tmp_path):
    env_file = write(tmp_path, "own.env", "LOGTAIL_TOKEN=t\nPOLYLOAD_TOOL=native\n")
    async with PerformanceClient.from_config(env_file=env_file) as client:
        result = await client.load_test(f"{server.url}/status/200", iterations=1)
    told = [warning.message for warning in result.warnings if warning.code == "SettingWithoutEffect"]
    assert any("LOGTAIL_TOKEN has no effect" in message for message in told)


def test_a_pattern_and_a_target_take_the_place_of_what_the_settings_say_and_that_is_told(
    polyload, shop, tmp_path
):
    write(tmp_path, "qa.yaml", "tool: native\nprofile: heavy\nbase_url: http://h\nrequests: [{url: /a}]\n")
    done = polyload("run", shop.url, "-p", "constant:1:1s")
    assert done.returncode == 0, done.stderr
    assert "heavy" not in done.stderr
    assert "warning: the requests in qa.yaml:4 are not sent" in done.stderr
    refused = polyload("run", shop.url, "-p", "constant:1:1s", "--profile", "light")
    assert refused.returncode == 2
    assert "--profile cannot be combined with --pattern" in refused.stderr


def test_a_client_for_plain_scripts_with_settings(server, tmp_path):
    file = write(tmp_path, "qa.yaml", f"{QA}  target: {{base_url: '{server.url}'}}\n")
    with SyncPerformanceClient.from_config(file, "tiny") as client:
        assert client.load_test("/status/200").summary.requests == 20


def test_a_client_of_settings_that_are_wrong(tmp_path):
    with pytest.raises(UsageError, match=r"profile: no profile is called 'huge'"):
        PerformanceClient.from_config(write(tmp_path, "qa.yaml", QA), "huge")
