"""``polyload validate`` tells what is wrong with plans, likely to be wrong, and which engines run them; offline."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from adapters.performance.cli import main

PLAN = {
    "target": "http://127.0.0.1:1",
    "scenarios": [{"steps": [{"name": "login", "url": "/login", "extract": {"token": {"json": "$.t"}}}]}],
    "load": {"users": 2, "duration": 5},
}


@pytest.fixture
def plan_file(tmp_path):
    def write(name="plan.json", **changes):
        path = tmp_path / name
        fields = {**PLAN, **changes}
        path.write_text(json.dumps({key: value for key, value in fields.items() if value is not None}))
        return str(path)

    return write


def validate(*args, **settings):
    return CliRunner().invoke(main, ["validate", "--no-config", *args], **settings)


def findings(path, **settings):
    done = validate("--json", path, **settings)
    (document,) = json.loads(done.stdout)["plans"]
    return done.exit_code, [(one["level"], one["message"]) for one in document["findings"]]


def steps(*more):
    return [{"steps": [*PLAN["scenarios"][0]["steps"], *more]}]


def test_a_valid_plan_is_told_with_the_engines_that_run_it(plan_file):
    path = plan_file()
    done = validate(path)
    assert done.exit_code == 0
    first, engines, *refusals = done.stdout.splitlines()
    assert first == f"{path}: valid: 1 scenario, 1 request, 2 users for 5s, 0 thresholds"
    assert engines.startswith("  engines  native, k6")
    assert [line.strip() for line in refusals] == ["not ab: extract from JSON"]


def test_each_of_several_files_is_told(plan_file):
    good, bad, other = plan_file("a.json"), plan_file("b.json", lod=3), plan_file("c.json")
    done = validate(good, bad, other)
    assert done.exit_code == 2
    assert "b.json: lod: no such field; did you mean 'load'?" in done.stderr
    assert done.stdout.count(": valid: ") == 2


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        (
            {"thresholds": ["logn: p95 < 1s"]},
            "thresholds: 'logn: p95 < 1s': no request or group is called 'logn'",
        ),
        ({"options": {"tls": {"ca_file": "none.pem"}}}, "options.tls.ca_file: there is no file"),
        ({"data": {"people": {"file": "none.csv"}}}, "cannot be read"),
    ],
)
def test_what_keeps_a_plan_from_running_is_an_error(plan_file, changes, told):
    code, found = findings(plan_file(**changes))
    assert code == 2
    assert [level for level, message in found if told in message] == ["error"]


FORM = {
    "login_url": "/in",
    "username": "${people.name}",
    "password": "${people.pw}",
    "success_indicator": "hi",
}


@pytest.mark.parametrize(
    ("strategy", "url", "options", "warned"),
    [
        ("sequential", "/me/${people.name}", {}, True),
        ("sequential", "/me/${data.name}", {}, True),
        ("per_user", "/me/${people.name}", {}, False),
        ("sequential", "/me", {}, False),
        ("sequential", "/me/${people.name}", {"cookies": "iteration"}, False),
    ],
)
def test_a_login_with_a_row_that_iterations_do_not_keep_is_warned_of(
    plan_file, tmp_path, strategy, url, options, warned
):
    (tmp_path / "people.csv").write_text("name,pw\nann,a\nbob,b\n")
    path = plan_file(
        auth={"form": FORM},
        data={"people": {"file": "people.csv", "strategy": strategy}},
        scenarios=[{"steps": [{"url": url}]}],
        options=options,
    )
    told = "auth: a user logs in with the row of 'people' that it has then, and its iterations have others"
    code, found = findings(path)
    assert code == 0
    assert found == ([("warning", f"{told} ({strategy})")] if warned else [])


def test_rows_that_only_logins_read_are_not_warned_of(plan_file, tmp_path):
    (tmp_path / "people.csv").write_text("name,pw\nann,a\n")
    step = {"url": "/me", "auth": {"form": FORM}}
    path = plan_file(
        data={"people": {"file": "people.csv"}},
        scenarios=[{"steps": [{"group": "all", "steps": [step]}]}],
    )
    assert findings(path) == (0, [])


def test_rows_that_no_iteration_reads_are_not_warned_of(plan_file, tmp_path):
    (tmp_path / "people.csv").write_text("name,pw\nann,a\n")
    path = plan_file(
        auth={"form": FORM},
        data={"people": {"file": "people.csv"}},
        scenarios=[{"before": [{"url": "/hello/${people.name}"}], "steps": [{"url": "/me"}]}],
    )
    assert findings(path) == (0, [])


def test_a_hint_names_the_nearest_name(plan_file):
    done = validate(plan_file(thresholds=["logn: p95 < 1s"]))
    assert "did you mean 'login'?" in done.stderr


def test_a_threshold_may_be_on_a_group(plan_file):
    steps = [{"steps": [{"group": "login", "steps": [{"name": "page", "url": "/"}]}]}]
    code, found = findings(plan_file(scenarios=steps, thresholds=["login: p95 < 1s"]))
    assert (code, found) == (0, [])


def test_a_threshold_on_a_request_and_a_group_of_one_name_is_a_mistake(plan_file):
    steps = [{"steps": [{"group": "login", "steps": [{"name": "login", "url": "/"}]}]}]
    done = validate(plan_file(scenarios=steps, thresholds=["login: p95 < 1s"]))
    assert "a request and a group are both called 'login': name them apart" in done.stderr


def test_an_optional_threshold_may_name_what_there_is_not(plan_file):
    code, found = findings(plan_file(thresholds=["other: p95 < 1s optional"]))
    assert (code, found) == (0, [])


@pytest.mark.parametrize(
    ("step", "told"),
    [
        ({"url": "/${tokn}"}, "${tokn}"),
        ({"url": "/a", "auth": {"bearer": "${tokn}"}}, "${tokn}"),
        ({"url": "/a", "json": {"b": ["${other.name}"]}}, "${other.name}"),
        ({"url": "/a", "headers": {"X-A": "${env.NOT_SET_AT_ALL}"}}, "NOT_SET_AT_ALL"),
    ],
)
def test_a_name_that_nothing_gives_a_value_is_a_warning(plan_file, step, told):
    path = plan_file(scenarios=steps(step))
    code, found = findings(path)
    assert code == 0
    ((level, message),) = found
    assert level == "warning"
    assert told in message
    assert validate("--strict", path).exit_code == 2


@pytest.mark.parametrize(
    "text", ["${token}", "${iteration}", "${user}", "${x:-y}", "$${x}", "${uuid()}", "${env.HOME}"]
)
def test_names_that_have_a_value_are_not_told(plan_file, text):
    assert findings(plan_file(scenarios=steps({"url": f"/{text}"})), env={"HOME": "/"}) == (0, [])


def test_what_is_not_used_is_a_note(plan_file):
    rows = {"people": {"rows": [{"name": "ann"}]}}
    code, found = findings(plan_file(variables={"a": 1}, data=rows))
    assert code == 0
    assert {level for level, _ in found} == {"note"}
    assert {message.split()[0] for _, message in found} == {"variables.a", "data.people"}


def test_an_only_feed_may_be_called_data(plan_file):
    rows = {"people": {"rows": [{"name": "ann"}]}}
    scenarios = steps({"url": "/${data.name}"})
    assert findings(plan_file(scenarios=scenarios, data=rows)) == (0, [])


def test_settings_give_a_plan_its_target(plan_file, tmp_path):
    config = tmp_path / "qa.yaml"
    config.write_text("target: {base_url: 'http://127.0.0.1:1', username: ann, password: s3cret-word}\n")
    path = plan_file("p.json", target=None)
    assert "has no target to join it to" in validate(path).stderr
    done = CliRunner().invoke(main, ["validate", "-c", str(config), path])
    assert done.exit_code == 0, done.stderr
    assert "s3cret" not in done.output


def test_scenarios_in_python_need_no_load(tmp_path):
    path = tmp_path / "scenario.py"
    path.write_text(
        "from adapters.performance.scenarios import Scenario\nscenario = Scenario('a', 'http://127.0.0.1:1').get('/')\n"
    )
    done = validate(str(path))
    assert done.exit_code == 0
    assert "no load of its own" in done.stdout
