"""A dry run sends what one user sends that goes once through each scenario, and shows it without secrets."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from adapters.performance import Plan, UnsupportedFeature
from adapters.performance.blocking import run_to_end
from adapters.performance.cli import main
from adapters.performance.testing import RecordingServer
from adapters.performance.workflows.dry_run import dry_run


@pytest.fixture(scope="module")
def server():
    with RecordingServer() as server:
        yield server


@pytest.fixture
def rehearsed(server):
    """Does the dry run of steps, or of scenarios, and returns it with the log of the server."""
    server.reset()

    def run(*steps, scenarios=None, **plan):
        fields = {
            "target": server.url,
            "scenarios": scenarios or [{"steps": steps}],
            "load": {"rate": 50, "duration": 9},
        }
        return run_to_end(lambda: dry_run(Plan.from_dict({**fields, **plan})))

    return run


def test_each_scenario_is_gone_through_once_in_order(rehearsed, server):
    scenarios = [
        {"name": "often", "weight": 99, "steps": [{"url": "/json"}, {"pause": "30s"}, {"url": "/echo"}]},
        {"name": "seldom", "weight": 1, "steps": [{"url": "/status/204"}]},
    ]
    done = rehearsed(scenarios=scenarios)
    assert [request.path for request in server.log] == ["/json", "/echo", "/status/204"]
    assert [(sent.scenario, sent.status) for sent in done.sent] == [
        ("often", 200),
        ("often", 200),
        ("seldom", 204),
    ]
    assert done.success


def test_what_is_shown_is_what_the_server_saw(rehearsed, server):
    step = {
        "name": "echo",
        "method": "POST",
        "url": "/echo?a=1",
        "json": {"n": 1},
        "headers": {"X-Team": "qa"},
    }
    (sent,) = rehearsed(step).sent
    seen = server.log.last
    assert (sent.method, sent.url) == (seen.method, f"{server.url}/echo?a=1")
    assert {name.lower(): value for name, value in sent.headers} == {
        name.lower(): value for name, value in seen.headers
    }
    assert sent.body.text == seen.body.decode() == '{"n":1}'
    assert dict(sent.answer_headers)["Content-Type"] == "application/json"
    assert sent.answer.size == len(sent.answer.text)
    assert 0 < sent.first_byte_ms <= sent.latency_ms
    assert sent.connect_ms > 0


def test_checks_and_values_are_those_of_the_step(rehearsed):
    step = {
        "name": "a",
        "url": "/json",
        "checks": [{"status": 200}, {"json": "$.absent"}],
        "extract": {"agent": {"header": "content-type"}},
    }
    (sent,) = rehearsed(step).sent
    assert sent.checks == (("status is 200", True), ("json $.absent exists", False))
    assert not sent.ok
    (good,) = rehearsed({**step, "checks": []}).sent
    assert good.extracted == {"agent": "application/json"}


@pytest.mark.parametrize(
    ("step", "failures"),
    [
        ({"url": "/status/404"}, (("status", "status 404"),)),
        ({"url": "/status/404", "checks": [{"status": 404}]}, ()),
        ({"url": "/json", "extract": {"x": {"json": "$.no"}}}, (("extract", "no value for x"),)),
        ({"url": "/truncated"}, None),
    ],
)
def test_a_request_fails_as_it_would_in_a_run(rehearsed, step, failures):
    done = rehearsed({"name": "a", **step})
    (sent,) = done.sent
    if failures is None:
        assert (sent.status, [kind for kind, _ in sent.failures]) == (None, ["truncated"])
    else:
        told = zip(sent.failures, failures, strict=True)
        assert all(kind == of and message.startswith(why) for (kind, message), (of, why) in told)
    assert done.success is sent.ok


def test_each_redirect_is_shown(rehearsed):
    sent = rehearsed({"name": "a", "url": "/redirect/2", "redirects": 5}).sent
    assert [(one.name, one.status) for one in sent] == [("a", 302), ("a", 302), ("a", 200)]


def test_a_scenario_of_which_nothing_is_sent_is_no_success(rehearsed):
    done = rehearsed({"url": "/json", "run_if": False})
    assert (done.sent, done.unseen, done.success) == ((), ("default",), False)


def test_secrets_of_the_plan_and_of_answers_are_masked(rehearsed, server):
    steps = [
        {"name": "a", "url": "/cookie/set?session=cookie-secret-1"},
        {
            "name": "b",
            "method": "POST",
            "url": "/echo",
            "json": {"password": "plan-secret-22", "other": "seen"},
            "auth": {"bearer": "plan-secret-33"},
            "extract": {"token": {"json": "$.method", "default": "x"}},
        },
        {"name": "c", "url": "/echo?key=${token}", "headers": {"X-API-Key": "plan-secret-44"}},
    ]
    done = rehearsed(*steps)
    shown = json.dumps(done.to_dict(trace=True))
    for secret in ("cookie-secret-1", "plan-secret-22", "plan-secret-33", "plan-secret-44"):
        assert secret not in shown
    assert "seen" in shown
    assert "Cookie" in dict(done.sent[1].headers)
    assert done.sent[1].extracted == {"token": "**********"}


def test_bodies_are_bounded_and_told_by_their_size_when_they_are_no_text(rehearsed):
    binary = {"name": "b", "method": "POST", "url": "/gzip", "body_base64": "AP8A/w=="}
    large, packed = rehearsed({"url": "/bytes/100000"}, binary).sent
    assert (large.answer.size, large.answer.cut, len(large.answer.text)) == (100_000, True, 4_000)
    assert (packed.body.size, packed.body.text) == (4, None)
    assert packed.answer.text.startswith("{")


def test_what_goes_through_httpx_is_shown_too(rehearsed, server):
    auth = {"digest": {"username": "ann", "password": "digest-secret-5"}}
    done = rehearsed({"name": "a", "url": "/json", "auth": auth})
    assert [sent.status for sent in done.sent] == [200]
    assert "digest-secret-5" not in json.dumps(done.to_dict(trace=True))


def test_rows_of_data_are_drawn(rehearsed, server):
    data = {"people": {"rows": [{"name": "ann"}], "strategy": "unique"}}
    rehearsed({"url": "/echo?who=${people.name}"}, data=data)
    assert server.log.last.query == "who=ann"


def test_what_the_native_engine_cannot_do_is_refused(rehearsed):
    options = {"http_version": "2", "ip": 4}
    with pytest.raises(UnsupportedFeature, match="native, which does dry runs, cannot"):
        rehearsed({"url": "/json"}, options=options)


# On the command line


@pytest.fixture
def validate(server, tmp_path):
    def run(step, *args):
        path = tmp_path / "plan.json"
        fields = {
            "target": server.url,
            "scenarios": [{"steps": [step]}],
            "load": {"users": 5, "duration": 60},
        }
        path.write_text(json.dumps(fields))
        server.reset()
        return CliRunner().invoke(main, ["validate", "--no-config", str(path), *args])

    return run


def test_nothing_is_sent_unless_it_is_asked_for(validate, server):
    assert validate({"url": "/json"}).exit_code == 0
    assert server.log.count() == 0


def test_each_request_is_printed_with_what_came_of_it(validate, server):
    step = {
        "name": "page",
        "url": "/json",
        "checks": [{"status": 200}],
        "extract": {"kind": {"header": "Content-Type"}},
    }
    done = validate(step, "--dry-run")
    assert done.exit_code == 0
    lines = [line.strip() for line in done.stdout.splitlines()]
    assert any(line.startswith("✓ page") and "200 OK" in line for line in lines)
    assert {f"GET {server.url}/json", "✓ status is 200", "kind = application/json"} <= set(lines)
    assert lines[-1] == "PASSED  dry run: 1 request, each answered as it should be"
    assert "> Host" not in done.stdout


def test_trace_prints_headers_and_bodies(validate):
    done = validate(
        {"method": "POST", "url": "/echo", "json": {"password": "trace-secret-6", "a": 1}}, "--trace"
    )
    assert "> User-Agent: polyload" in done.stdout
    assert '>   "a": 1' in done.stdout
    assert "< Content-Type: application/json" in done.stdout
    assert "trace-secret-6" not in done.output


def test_a_failure_is_exit_code_1_and_says_what_was_answered(validate):
    done = validate({"name": "page", "url": "/status/404"}, "--dry-run")
    assert done.exit_code == 1
    assert "✗ status 404" in done.stdout
    assert done.stdout.splitlines()[-1] == "FAILED  dry run: 1 of 1 request failed"


def test_json_holds_it_all(validate):
    done = validate({"name": "page", "url": "/json"}, "--dry-run", "--json")
    (document,) = json.loads(done.stdout)["plans"]
    (request,) = document["dry_run"]["requests"]
    assert (request["name"], request["status"], request["ok"]) == ("page", 200, True)
    assert "headers" not in request


# Steps in steps, and steps that are done once


def test_setup_comes_first_teardown_last_and_both_are_in_no_figure(rehearsed, server):
    done = rehearsed(
        {"name": "use", "url": "/echo?kind=${kind}"},
        setup=[{"name": "begin", "url": "/json", "extract": {"kind": {"header": "content-type"}}}],
        teardown=[{"name": "end", "url": "/status/204"}],
    )
    assert [(sent.scenario, sent.name, sent.aside) for sent in done.sent] == [
        ("setup", "begin", True),
        ("default", "use", False),
        ("teardown", "end", True),
    ]
    assert server.log.on("/echo")[0].query == "kind=application/json"
    assert done.success


def test_when_setup_fails_nothing_is_loaded(rehearsed, server):
    done = rehearsed({"url": "/json"}, setup=[{"name": "begin", "url": "/status/500"}])
    assert [request.path for request in server.log] == ["/status/500"]
    assert not done.success
    assert "begin" in done.problems[0]


def test_groups_and_loops_are_gone_through(rehearsed, server):
    steps = [{"repeat": 2, "steps": [{"name": "page", "url": "/json"}, {"pause": "30s"}]}]
    done = rehearsed({"group": "visit", "steps": steps})
    assert [sent.name for sent in done.sent] == ["page", "page"]
    (group,) = done.groups
    assert (group.group, group.failed) == ("visit", False)


def test_a_user_that_a_failure_stops_goes_no_further(rehearsed, server):
    scenarios = [
        {"name": "a", "steps": [{"url": "/status/500", "on_failure": "stop_user"}]},
        {"name": "b", "steps": [{"url": "/json"}]},
    ]
    done = rehearsed(scenarios=scenarios)
    assert server.log.count() == 1
    assert (done.unseen, done.success) == (("b",), False)
