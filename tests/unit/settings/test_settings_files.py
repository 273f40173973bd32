"""Settings files: what is read, and what is wrong with one in words."""

from __future__ import annotations

import pytest

from adapters.performance.errors import UsageError
from adapters.performance.settings.files import CANDIDATES
from adapters.performance.settings.model import NO_TIMEOUT_S

SEED = """\
performance:
  tool: auto                    # auto, locust, k6, ab
  default_users: 10
  default_duration: 60
  default_ramp_up: 5

  metrics:
    collect_response_times: true
    collect_throughput: true
    collect_error_rates: true

  thresholds:
    max_avg_response_time_ms: 500
    max_error_rate_percent: 5
    min_throughput_rps: 10
"""

SUITE = """\
target:
  base_url: "http://localhost:8000"
  api_key: "${BE_API_KEY}"
  organization_id: "${BE_ORG_ID}"

profiles:
  light:
    concurrent_users: 10
    requests_per_second: 50
    duration_seconds: 60

  heavy:
    concurrent_users: 100
    requests_per_second: 500
    duration_seconds: 600

thresholds:
  max_avg_response_time_ms: 500
  max_p95_response_time_ms: 1000
  max_error_rate: 0.01

output:
  directory: "./load_test_results"
  formats:
    - json
    - html
"""

SPIKER = """\
{
  "type": "rest_api",
  "name": "API Load Test",
  "base_url": "https://api.example.com",
  "requests": [
    {"url": "https://api.example.com/health", "method": "GET"},
    {
      "url": "https://api.example.com/users",
      "method": "POST",
      "body": "{\\"name\\": \\"Test User\\"}",
      "headers": {"Content-Type": "application/json"}
    }
  ],
  "variables": {"api_key": "your-api-key"}
}
"""


def refused(settle, text, name="qa.yaml", **more):
    with pytest.raises(UsageError) as caught:
        settle({name: text}, **more)
    return caught.value.message


def test_the_section_of_a_qa_file(settle):
    settings = settle({"config/qa.yaml": SEED}).settings
    assert (settings.tool, settings.default_users) == ("auto", 10)
    assert (settings.default_duration, settings.default_ramp_up) == (60.0, 5.0)
    assert settings.thresholds == ("mean <= 500ms", "error_rate <= 5%", "throughput >= 10/s")


def test_a_file_of_a_load_testing_suite(settle):
    settings = settle({"qa.yaml": SUITE}, {"BE_API_KEY": "k", "BE_ORG_ID": "o"}).settings
    assert settings.target.base_url == "http://localhost:8000"
    assert (settings.target.api_key, settings.target.organization_id) == ("k", "o")
    assert settings.profiles["heavy"].requests_per_second == 500
    assert settings.thresholds == ("mean <= 500ms", "p95 <= 1000ms", "error_rate <= 1%")
    assert (settings.output.directory, settings.output.formats) == ("./load_test_results", ("json", "html"))


def test_a_json_file_of_requests(settle):
    settings = settle({"c.json": SPIKER}, file="c.json").settings
    assert settings.target.base_url == "https://api.example.com"
    assert [request["method"] for request in settings.requests] == ["GET", "POST"]
    assert settings.variables == {"api_key": "your-api-key"}
    assert (settings.type, settings.name) == ("rest_api", "API Load Test")


@pytest.mark.parametrize("number", range(len(CANDIDATES)))
def test_the_first_file_there_is_is_read(settle, number):
    files = {name: f"default_users: {place + 1}\n" for place, name in enumerate(CANDIDATES)}
    there = dict(list(files.items())[number:])
    resolved = settle(there)
    assert resolved.settings.default_users == number + 1
    assert str(resolved.file[0]) == CANDIDATES[number]


def test_a_named_file_is_read_instead_and_an_empty_name_is_none(settle):
    files = {"qa.yaml": "default_users: 1\n", "other.yaml": "default_users: 2\n"}
    assert settle(files, file="other.yaml").settings.default_users == 2
    assert settle(files, {"POLYLOAD_CONFIG": "other.yaml"}).settings.default_users == 2
    assert settle(files, {"POLYLOAD_CONFIG": ""}).settings.default_users == 10
    assert settle(files, read_files=False).file is None


def test_a_named_file_that_is_not_there(settle):
    with pytest.raises(UsageError, match=r"gone\.yaml: cannot be read: No such file"):
        settle(file="gone.yaml")


def test_other_sections_are_left_alone_and_told(settle):
    resolved = settle({"qa.yaml": f"api: {{url: x}}\n{SEED}ui: [1]\n"})
    assert resolved.others == ("api", "ui")


def test_a_setting_beside_the_section_is_refused(settle):
    told = refused(settle, f"{SEED}profiles:\n  mine: {{users: 1, duration: 1}}\n")
    assert told.startswith("qa.yaml:16: profiles: it stands beside performance, where it is not read")


def test_a_file_found_without_a_section_is_not_ours(settle):
    resolved = settle({"config/qa.yaml": "api: {url: x}\n"})
    assert resolved.file is None
    assert resolved.remarks == ("config/qa.yaml has no section 'performance': nothing in it is used",)
    assert "nothing in it is a setting" in refused(settle, "api: {url: x}\n", file="qa.yaml")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("tool: auto\ndefault_user: 3\n", "qa.yaml:2: default_user: no such setting; did you mean default_users?"),
        ("tool: auto\nlabel: x\n", "qa.yaml:2: label: no such setting; did you mean history.label?"),
        ("performence:\n  tool: k6\n", "qa.yaml:1: performence: no such setting; did you mean performance?"),
        (
            "performance:\n  metrics:\n    collect_throughputs: true\n",
            "qa.yaml:3: performance.metrics.collect_throughputs: no such setting; did you mean collect_throughput?",
        ),
        (
            "thresholds:\n  max_p95_responsetime_ms: 5\n",
            "qa.yaml:2: thresholds.max_p95_responsetime_ms: no such threshold; did you mean max_p95_response_time_ms",
        ),
        (
            "profiles:\n  a: {concurrent_user: 1, duration_seconds: 1}\n",
            "profiles.a.concurrent_user: no such setting; did you mean concurrent_users?",
        ),
        ("profiles:\n  a: {userz: 1, duration: 1}\n", "profiles.a.userz: no such setting; did you mean users"),
        ("profiles:\n  a: {requests_per_second: 1}\n", "qa.yaml:2: profiles.a.duration_seconds: is missing"),
        ("profiles:\n  a: {pattern: 'rump:1:2:3'}\n", "no pattern is called 'rump'"),
        ("profile: heavi\n", "qa.yaml:1: profile: no profile is called 'heavi'; did you mean 'heavy'?"),
        ("default_users: many\n", "qa.yaml:1: default_users: a whole number is needed, not 'many'"),
        ("default_users: true\n", "a whole number is needed, not true or false"),
        ("default_users: 0\n", "qa.yaml:1: default_users: greater than or equal to 1 is needed, not 0"),
        ("default_users: 1.5\n", "a whole number is needed, not 1.5"),
        ("default_users:\n", "qa.yaml:1: default_users: it is empty: give a value, or leave the key out"),
        ("default_duration: soon\n", "not a duration: 'soon'"),
        ("approximate: perhaps\n", "true or false is needed, not 'perhaps'"),
        ("tool: [k6]\n", "a text is needed"),
        ("metrics: yes\n", "qa.yaml:1: metrics: a mapping of keys is needed, not True"),
        ("metrics:\n  collect_throughput: false\n", "qa.yaml:2: metrics.collect_throughput: it is always collected"),
        ("thresholds: ['p95 < 5']\n", "qa.yaml:1: thresholds.0: 'p95 < 5', at its end: a latency needs a unit"),
        ("target: {base_url: localhost}\n", "a URL with its scheme and host is needed"),
        ("target: {username: u}\n", "username and password go together"),
        ("type: rest_api\n", "there are none"),
        ("type: mqtt\nrequests: [{url: /}]\n", "qa.yaml:1: type: 'rest_api' is needed, not 'mqtt'"),
        ("timeout: 1\nrequest_timeout: 2\n", "qa.yaml:2: request_timeout: the same setting as timeout: keep one"),
        ("tool: ${TOOL}\n", "qa.yaml:1: tool: the variable TOOL is not set"),
        ("- a\n", "qa.yaml: settings are a mapping of keys, not a list"),
        ("tool: auto\ntool: k6\n", "qa.yaml: line 2, column 1: 'tool' is given twice"),
        ("tool: [a\nx: 1\n", "qa.yaml: line 2, column 2: not YAML"),
        ("tool: 'a\n", "not YAML"),
        ("log_service: {token: x}\n", "qa.yaml:1: log_service.token: failures are sent to no log service in this"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_place(settle, text, told):
    assert told in refused(settle, text)


def test_all_that_is_wrong_is_told_at_once(settle):
    told = refused(settle, "tol: auto\ndefault_users: x\nthresholds: {max_x: 1}\n").splitlines()
    assert [line.partition(": ")[0] for line in told] == ["qa.yaml:1", "qa.yaml:2", "qa.yaml:3"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"tool": "auto", "tool": "k6"}', "c.json: 'tool' is given twice"),
        ('{"tool": }', "c.json: line 1, column 10: not JSON"),
        ('{"tol": "k6", "timeout": 1}', "c.json: tol: no such setting; did you mean tool?"),
    ],
)
def test_what_is_wrong_with_json(settle, text, told):
    assert told in refused(settle, text, "c.json", file="c.json")


def test_a_timeout_of_0_is_none_at_all(settle):
    assert settle({"qa.yaml": "timeout: 0\n"}).settings.timeout == NO_TIMEOUT_S


def test_sections_that_are_commented_out_are_empty(settle):
    text = "performance:\n  tool: k6\n  metrics:\n  thresholds:\n  profiles:\n  target:\n"
    assert settle({"qa.yaml": text}).settings.tool == "k6"


def test_an_alias_that_goes_round_is_told(settle):
    assert "nested too deeply" in refused(settle, "profiles:\n  a: &a {pattern: *a}\n")


def test_the_starter_is_valid_and_is_the_file_of_this_repository(settle):
    from pathlib import Path

    from adapters.performance.settings.starter import starter_files

    text = starter_files("http://127.0.0.1:1/")["config/qa.yaml"]
    assert settle({"config/qa.yaml": text}).settings.profiles.keys() == {"quick"}
    assert (Path(__file__).parents[3] / "config" / "qa.yaml").read_text(encoding="utf-8") == text
