"""A plan says what to send, how much and what must hold; a mistake in it is one clear message."""

import json

import pytest

from adapters.performance import Plan, PlanError
from adapters.performance.plan import ClosedLoad, OpenLoad, RateStage
from adapters.performance.plan.masking import public_dict
from adapters.performance.plan.quantity import format_duration, parse_duration
from adapters.performance.plan.secrets import MASK
from adapters.performance.plan.thresholds import parse_threshold

URL = "http://127.0.0.1:8000/"
LOAD = {"users": 2, "duration": 3}


def plan(load=None, **more):
    return Plan.from_dict({"scenarios": [{"steps": [{"url": URL}]}], "load": load or LOAD, **more})


def steps(*items):
    return [{"steps": list(items)}]


@pytest.mark.parametrize(
    ("text", "seconds"),
    [(90, 90), ("90", 90), ("90s", 90), ("1m30s", 90), ("250ms", 0.25), ("1h", 3600), ("1.5s", 1.5)],
)
def test_durations_are_read_as_people_write_them(text, seconds):
    assert parse_duration(text) == seconds


@pytest.mark.parametrize("text", ["", "ten", "5 parsecs", "1s2x", True, None, "nan", float("inf"), -1, "-1s"])
def test_what_is_no_duration_is_refused(text):
    with pytest.raises(ValueError, match="duration"):
        parse_duration(text)


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.25, "250ms"), (90, "1m30s"), (7200, "2h"), (0, "0s"), (1.5, "1.5s")]
)
def test_durations_are_shown_for_people(seconds, text):
    assert format_duration(seconds) == text


MISTAKES = [
    ({"load": {"users": 2, "duration": -3}}, ["load.duration", "negative"]),
    ({"load": {"users": 2, "duration": 3, "ramp_up": 5}}, ["load", "ramp_up (5 s)", "duration (3 s)"]),
    ({"load": {"rate": 2, "iterations": 3}}, ["load", "rate and iterations cannot be combined"]),
    ({"load": {"rate": 2, "duration": 3, "users": 1}}, ["rate and users cannot be combined"]),
    ({"load": {"rate": 0, "duration": 3}}, ["load.rate"]),
    ({"load": {"rate": 2}}, ["duration is missing"]),
    ({"load": {"users": 2, "duration": 3, "warm_up": 0.5}}, ["load.warm_up", "whole seconds", "0.5 s"]),
    ({"load": {"rate": 2, "duration": 3, "warm_up": 3}}, ["load", "leaves nothing of it to measure"]),
    ({"load": {"iterations": 5, "warm_up": 3}}, ["load", "iterations and warm_up cannot be combined"]),
    ({"load": {"users": 5, "iterations": 3}}, ["5 users cannot share 3 iterations"]),
    (
        {"scenarios": [{"steps": [{"url": "/", "checks": [{"status": 200, "nmae": "a"}]}]}]},
        ["scenarios.0.steps.0.checks.0.nmae: no such field"],
    ),
    ({"load": {"users": 2, "durration": 3}}, ["load.durration", "did you mean 'duration'"]),
    ({"load": {"stages": [{"duration": 0, "users": 3}]}}, ["no time at all"]),
    ({"target": "localhost:8000"}, ["target", "has no scheme", "http://localhost:8000"]),
    ({"target": "http://"}, ["target", "no host"]),
    ({"scenarios": steps({"url": "/x"})}, ["has no scheme", "no target"]),
    (
        {"scenarios": steps({"url": URL, "metod": "GET"})},
        ["scenarios.0.steps.0.metod", "did you mean 'method'"],
    ),
    ({"scenarios": steps({"url": URL, "method": "G T"})}, ["method", "not an HTTP method"]),
    ({"scenarios": steps({"url": URL, "body": "a", "json": {}})}, ["one body, not body and json"]),
    ({"scenarios": steps({"url": URL, "headers": {"A": "b\r\nC: d"}})}, ["line break"]),
    ({"scenarios": steps({"url": URL, "checks": [{"statuss": 200}]})}, ["checks.0", "needs one of: status"]),
    (
        {"scenarios": steps({"url": URL, "checks": [{"json": "$..x["}]})},
        ["checks.0.json", "not a JSONPath query"],
    ),
    (
        {"scenarios": steps({"url": URL, "extract": {"a": {"regex": "("}}})},
        ["extract.a.regex", "regular expression"],
    ),
    ({"scenarios": steps({"pause": "-1s"}, {"url": URL})}, ["steps.0.pause", "negative"]),
    (
        {"load": {"rate": 5, "duration": 3}, "scenarios": [{"pacing": 1, "steps": [{"url": URL}]}]},
        ["scenarios.default.pacing", "the rate decides when iterations start"],
    ),
    ({"scenarios": [{"pacing": 0, "steps": [{"url": URL}]}]}, ["scenarios.0.pacing", "must be more than 0"]),
    ({"scenarios": steps({"pause": {"mean": 1}})}, ["steps.0.pause.stdev: is missing"]),
    (
        {"scenarios": steps({"pause": {"mean": "-1s", "stdev": 1}})},
        ["steps.0.pause.mean", "cannot be negative"],
    ),
    ({"scenarios": steps({"pause": {"poisson": 0}})}, ["steps.0.pause.poisson", "more than 0"]),
    (
        {"scenarios": steps({"pause": {"poisson": 1, "mean": 1}})},
        ["steps.0.pause", "number of seconds, {min, max}"],
    ),
    ({"scenarios": steps({"pause": {"gauss": 1}})}, ["steps.0.pause", "{mean, stdev} or {poisson}"]),
    ({"thresholds": ["p95 < 500"]}, ["thresholds.0", "needs a unit"]),
    ({"thresholds": ["p42 < 5ms"]}, ["no figure is called 'p42'"]),
    ({"data": {"users": {"rows": []}}}, ["data.users", "at least one row"]),
]


@pytest.mark.parametrize(("change", "words"), MISTAKES, ids=[words[-1] for _, words in MISTAKES])
def test_a_mistake_is_one_message_that_names_file_and_field(tmp_path, change, words):
    data = {"scenarios": steps({"url": URL}), "load": LOAD, **change}
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(data))
    with pytest.raises(PlanError) as caught:
        Plan.from_file(file)
    assert caught.value.exit_code == 2
    assert str(file) in str(caught.value)
    for word in words:
        assert word in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


def test_yaml_and_json_say_the_same(tmp_path):
    (tmp_path / "a.yaml").write_text(
        "target: http://127.0.0.1:8000\nload: {users: 3, duration: 1m, ramp_up: 5s}\n"
        "scenarios:\n- steps:\n  - url: /login\n    method: post\n    json: {a: 1}\n  - pause: 500ms\n"
    )
    written = Plan.from_file(tmp_path / "a.yaml")
    (tmp_path / "a.json").write_text(written.model_dump_json(by_alias=True, exclude_unset=True))
    assert Plan.from_file(tmp_path / "a.json") == written
    assert written.requests()[0].method == "POST"
    assert written.load == ClosedLoad(users=3, duration=60, ramp_up=5)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.yaml", "load: [", "not YAML"),
        ("a.yaml", "load: {users: 1}\nload: {users: 2}\n", "'load' is given twice"),
        ("a.yaml", "- 1\n", "not a list"),
        ("a.json", "{", "not JSON"),
        ("a.json", "", "not JSON"),
    ],
)
def test_a_file_that_cannot_be_parsed_is_named(tmp_path, name, content, words):
    (tmp_path / name).write_text(content)
    with pytest.raises(PlanError, match=words) as caught:
        Plan.from_file(tmp_path / name)
    assert name in str(caught.value)


def test_an_unreadable_file_is_named(tmp_path):
    with pytest.raises(PlanError, match=r"missing\.yaml: cannot be read: No such file"):
        Plan.from_file(tmp_path / "missing.yaml")
    (tmp_path / "latin.yaml").write_bytes(b"name: \xe9\xff")
    with pytest.raises(PlanError, match="not UTF-8"):
        Plan.from_file(tmp_path / "latin.yaml")


def test_a_rate_asks_for_the_open_model():
    assert isinstance(plan({"rate": 0.5, "duration": 10}).load, OpenLoad)
    assert isinstance(plan({"stages": [{"duration": 5, "rate": 10}]}).load, OpenLoad)
    assert isinstance(plan({"stages": [{"duration": 5, "users": 10}]}).load, ClosedLoad)
    assert isinstance(plan({"stages": [RateStage(duration=5, rate=10)]}).load, OpenLoad)


def test_duration_is_the_total_with_the_ramp():
    load = plan({"users": 4, "duration": 7, "ramp_up": 2}).load
    assert load.duration_s == 7
    assert load.points() == [(0, 0), (2, 4), (7, 4)]


def test_the_schema_is_complete_json_schema():
    schema = Plan.model_json_schema()
    text = json.dumps(schema)
    for word in (
        "Scenario",
        "ClosedLoad",
        "OpenLoad",
        "IterationLoad",
        "JsonCheck",
        "RegexExtract",
        "Feed",
        "Tls",
    ):
        assert word in text
    assert schema["additionalProperties"] is False


def test_secrets_are_masked_wherever_a_plan_is_shown():
    secret = "hunter2"
    shown = public_dict(
        Plan.from_dict(
            {
                "target": f"http://me:{secret}@127.0.0.1/",
                "load": LOAD,
                "data": {"users": {"rows": [{"name": "a", "password": secret}]}},
                "variables": {"api_key": secret, "region": "eu"},
                "scenarios": steps(
                    {
                        "url": "/x",
                        "headers": {"Authorization": f"Bearer {secret}", "X-Trace": "1"},
                        "json": {"user": "me", "password": secret},
                        "params": {"token": secret},
                    },
                    {"url": f"/q?token={secret}&a=1", "json": {"deep": [{"secret": secret}]}},
                    {"url": "/y", "auth": {"basic": {"username": "me", "password": secret}}},
                    {"url": "/z", "auth": {"api_key": {"name": "k", "value": secret}}},
                ),
            }
        )
    )
    text = json.dumps(shown)
    assert secret not in text
    assert MASK in text
    assert shown["variables"]["region"] == "eu"
    assert shown["scenarios"][0]["steps"][0]["headers"]["X-Trace"] == "1"


@pytest.mark.parametrize(
    ("text", "request_name", "metric", "op", "value"),
    [
        ("p95 < 500ms", None, "p95", "<", 500),
        ("p99.9 <= 1.5s", None, "p999", "<=", 1500),
        ("error_rate < 1%", None, "error_rate", "<", 0.01),
        ("error_rate == 0", None, "error_rate", "==", 0),
        ("throughput > 50/s", None, "throughput", ">", 50),
        ("GET /a: b: mean < 1s", "GET /a: b", "mean", "<", 1000),
        ("checks > 99%", None, "checks", ">", 0.99),
    ],
)
def test_thresholds_are_parsed(text, request_name, metric, op, value):
    threshold = parse_threshold(text)
    assert (threshold.request, threshold.metric, threshold.op) == (request_name, metric, op)
    assert threshold.value == pytest.approx(value)
