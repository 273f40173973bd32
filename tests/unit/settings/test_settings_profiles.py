"""Profiles: the numbers of the built-in ones, a user's own, and the load each is for a plan."""

from __future__ import annotations

import pytest

from adapters.performance.errors import PlanError, UsageError
from adapters.performance.plan.load import ClosedLoad, IterationLoad, OpenLoad
from adapters.performance.plan.masking import public_dict
from adapters.performance.plan.model import Plan
from adapters.performance.settings.defaults import chosen_load
from adapters.performance.settings.profiles import BUILT_IN
from adapters.performance.workflows.configured import planned

URL = "http://127.0.0.1:1/"


def scenarios(*steps, weight=1.0):
    return {"scenarios": [{"steps": list(steps), "weight": weight}], "load": {"users": 1, "duration": 1}}


ONE = Plan.from_dict(scenarios({"url": URL})).scenarios


@pytest.mark.parametrize(
    ("name", "users", "rate", "duration_s"),
    [
        ("smoke", 5, 10, 30),
        ("light", 10, 50, 60),
        ("normal", 50, 200, 5 * 60),
        ("heavy", 100, 500, 10 * 60),
        ("stress", 200, 1000, 5 * 60),
        ("soak", 30, 100, 3600),
        ("spike", 150, 500, 2 * 60),
    ],
)
def test_the_built_in_profiles(settle, name, users, rate, duration_s):
    settings = settle(given={"profile": (name, "--profile")}).settings
    assert chosen_load(settings, ONE) == OpenLoad(rate=rate, max_users=users, duration=duration_s)
    assert len(BUILT_IN) == 7


@pytest.mark.parametrize(
    ("written", "load"),
    [
        ("{concurrent_users: 3, duration_seconds: 9}", ClosedLoad(users=3, duration=9)),
        (
            "{concurrent_users: 3, duration_seconds: 9, ramp_up_seconds: 2}",
            ClosedLoad(users=3, duration=9, ramp_up=2),
        ),
        ("{requests_per_second: 8, duration_seconds: 9}", OpenLoad(rate=8, duration=9)),
        ("{pattern: 'constant:5/s:3s', max_users: 2}", OpenLoad(rate=5, duration=3, max_users=2)),
        ("{users: 3, duration: 1m, ramp_up: 5s}", ClosedLoad(users=3, duration=60, ramp_up=5)),
        ("{rate: 8, duration: 9, arrivals: poisson}", OpenLoad(rate=8, duration=9, arrivals="poisson")),
        ("{iterations: 100, users: 4}", IterationLoad(iterations=100, users=4)),
        (
            "{stages: [{users: 5, duration: 2}]}",
            ClosedLoad.model_validate({"stages": [{"users": 5, "duration": 2}]}),
        ),
    ],
)
def test_profiles_of_ones_own(settle, written, load):
    settings = settle({"qa.yaml": f"profile: mine\nprofiles:\n  mine: {written}\n"}).settings
    assert chosen_load(settings, ONE) == load


def test_a_profile_in_the_file_replaces_the_built_in_one_of_its_name(settle):
    settings = settle({"qa.yaml": "profile: heavy\nprofiles: {heavy: {users: 1, duration: 1}}\n"}).settings
    assert chosen_load(settings, ONE) == ClosedLoad(users=1, duration=1)


def test_requests_per_second_are_requests_not_iterations(settle):
    settings = settle(given={"profile": ("heavy", "--profile")}).settings
    step = {"url": URL}
    four = Plan.from_dict(scenarios(*[{**step, "name": str(n)} for n in range(4)], {"pause": 1})).scenarios
    assert chosen_load(settings, four).rate == 125
    mixed = Plan.from_dict(
        {
            "scenarios": [
                {"name": "a", "weight": 3, "steps": [step]},
                {"name": "b", "weight": 1, "steps": [step, {**step, "name": "second"}]},
            ],
            "load": {"users": 1, "duration": 1},
        }
    ).scenarios
    assert chosen_load(settings, mixed).rate == 500 / 1.25


def test_requests_per_second_of_a_plan_with_conditions_are_refused(settle):
    settings = settle(given={"profile": ("heavy", "--profile")}).settings
    conditional = Plan.from_dict(
        scenarios({"url": URL}, {"url": URL, "name": "b", "run_if": "${x}"})
    ).scenarios
    with pytest.raises(UsageError, match=r"profile 'heavy': its requests_per_second cannot be kept"):
        chosen_load(settings, conditional)


# What they, and defaults, are for runs in Python


def settings_of(settle, text, profile=None):
    return settle({"qa.yaml": text}, given={"profile": (profile, "profile")} if profile else None).settings


def test_defaults_of_runs_in_python(settle):
    settings = settings_of(settle, "default_users: 4\ndefault_duration: 20\ndefault_ramp_up: 2\n")
    plan, warnings = planned({"target_url": URL}, settings)
    assert (plan.load.users, plan.load.duration, plan.load.ramp_up) == (4, 20, 2)
    assert "ramp_up" not in plan.load.model_fields_set
    assert warnings == ()
    assert planned({"target_url": URL, "users": 1}, settings)[0].load.users == 1
    assert planned({"target_url": URL, "rate": 5.0}, settings)[0].load == OpenLoad(rate=5, duration=20)
    assert planned({"target_url": URL, "iterations": 3}, settings)[0].load == IterationLoad(
        iterations=3, users=3
    )


def test_a_ramp_up_that_is_asked_for_is_no_default(settle):
    settings = settings_of(settle, "default_ramp_up: 2\n")
    plan, _ = planned({"target_url": URL, "ramp_up": 1}, settings)
    assert plan.load.ramp_up == 1
    assert "ramp_up" in plan.load.model_fields_set
    assert planned({"target_url": URL, "ramp_up": 0}, settings)[0].load.ramp_up == 0


def test_a_default_ramp_up_that_is_too_long_is_left_out_with_a_warning(settle):
    plan, (warning,) = planned(
        {"target_url": URL, "duration": 3}, settings_of(settle, "default_ramp_up: 5\n")
    )
    assert plan.load.ramp_up == 0
    assert warning.code == "LeftOut"
    assert "default_ramp_up, 5s, is longer than the run, 3s" in warning.message


def test_arguments_change_the_profile(settle):
    settings = settings_of(settle, "tool: auto\n", "heavy")
    assert planned({"target_url": URL, "duration": 2}, settings)[0].load == OpenLoad(
        rate=500, duration=2, max_users=100
    )
    with pytest.raises(PlanError, match="rate and users cannot be combined"):
        planned({"target_url": URL, "users": 2}, settings)
    mine = planned({"target_url": URL, "load": {"users": 1, "duration": 1}}, settings)[0].load
    assert mine == ClosedLoad(users=1, duration=1)


def test_a_profile_and_paced_scenarios_do_not_go_together(settle):
    paced = {**scenarios({"url": URL})}
    paced["scenarios"][0]["pacing"] = 1
    with pytest.raises(PlanError, match=r"profile 'heavy': .*pacing"):
        planned({"plan": Plan.from_dict(paced)}, settings_of(settle, "tool: auto\n", "heavy"))


def test_all_of_a_plan_but_its_load_stays_under_a_profile(settle):
    taken = {"t": {"json": "$.t"}}
    data = {
        "name": "n",
        "target": "http://h",
        "variables": {"a": 1},
        "data": {"users": {"rows": [{"id": 1}], "strategy": "random"}},
        "scenarios": [{"steps": [{"url": "/${users.id}", "checks": [{"status": 200}], "extract": taken}]}],
        "load": {"users": 1, "duration": 1},
        "options": {"tls": {"verify": False}, "keep_alive": {"shared": 3}},
    }  # fmt: skip
    plan = Plan.from_dict(data)
    changed, _ = planned({"plan": plan}, settings_of(settle, "tool: auto\n", "heavy"))
    assert changed.load == OpenLoad(rate=500, duration=600, max_users=100)
    assert changed.model_copy(update={"load": plan.load}) == plan


def test_a_target_of_the_settings(settle):
    settings = settings_of(settle, "target: {base_url: 'http://127.0.0.1:1/shop/'}\n")
    assert planned({}, settings)[0].requests()[0].url == "http://127.0.0.1:1/shop/"
    assert planned({"target_url": "/cart"}, settings)[0].requests()[0].url == "http://127.0.0.1:1/shop/cart"
    assert planned({"target_url": "http://h/"}, settings)[0].requests()[0].url == "http://h/"


def test_a_plan_takes_target_variables_and_name_where_it_has_none(settle, tmp_path):
    settings = settings_of(
        settle, "name: ours\nvariables: {a: 1, b: 2}\ntarget: {base_url: 'http://h', api_key: k}\n"
    )
    path = tmp_path / "plan.yaml"
    path.write_text("variables: {b: 3}\nscenarios: [{steps: [{url: /x}]}]\nload: {users: 1, duration: 1}\n")
    plan, _ = planned({"plan": path}, settings)
    assert (plan.target, plan.name) == ("http://h", "ours")
    assert plan.variables == {"a": 1, "b": 3, "api_key": "k"}


def test_keys_go_home_and_nowhere_else(settle):
    home = "target: {base_url: 'http://127.0.0.1:8000', api_key: k, organization_id: o, username: u, password: p}\n"
    settings = settings_of(settle, home)
    (sent,) = planned({"target_url": "http://127.0.0.1:8000/a"}, settings)[0].requests()
    assert sent.headers == {"X-API-Key": "k", "X-Organization-ID": "o"}
    assert sent.auth.basic.username == "u"
    (away,) = planned({"target_url": "http://127.0.0.1:8001/a"}, settings)[0].requests()
    assert (away.headers, away.auth) == ({}, None)
    given = {"target_url": "/", "headers": {"x-api-key": "mine"}, "auth": {"bearer": "t"}}
    (own,) = planned(given, settings)[0].requests()
    assert own.headers == {"x-api-key": "mine", "X-Organization-ID": "o"}
    assert own.auth.bearer.get_secret_value() == "t"


@pytest.mark.parametrize(
    ("header", "auth"),
    [
        ("Authorization", {"bearer": "k$${x}"}),
        ("X-Auth", {"api_key": {"name": "X-Auth", "value": "k$${x}", "where": "header"}}),
    ],
)
def test_an_api_key_is_sent_as_it_is_and_masked_whatever_its_header(settle, header, auth):
    text = f"target: {{base_url: 'http://h', api_key: 'k$${{x}}', api_key_header: {header}}}\n"
    plan, _ = planned({}, settings_of(settle, text))
    (sent,) = plan.requests()
    assert sent.auth == type(sent.auth).model_validate(auth)
    assert "k$" not in str(public_dict(plan))


@pytest.mark.parametrize("header", ["Authorization", "X-Shop"])
def test_an_api_key_that_another_authentication_would_uncover_is_refused(settle, header):
    text = (
        f"target: {{base_url: 'http://h', api_key: k, api_key_header: {header}, username: u, password: p}}\n"
    )
    with pytest.raises(UsageError, match=r"target\.api_key"):
        planned({}, settings_of(settle, text))


def test_credentials_of_an_env_file_go_to_the_url_of_a_run(settle):
    settings = settle({".env": "USERNAME=u\nPASSWORD=p\n"}).settings
    (sent,) = planned({"target_url": URL}, settings)[0].requests()
    assert sent.auth.basic.password.get_secret_value() == "p"


def test_requests_of_the_settings_are_sent_in_turn(settle):
    settings = settings_of(
        settle, "base_url: http://h\nname: n\nrequests: [{url: /a}, {url: /b, method: POST}]\n"
    )
    plan, _ = planned({"users": 2, "duration": 5}, settings)
    assert [(step.method, step.url) for step in plan.requests()] == [("GET", "/a"), ("POST", "/b")]
    assert (plan.load, plan.target, plan.name) == (ClosedLoad(users=2, duration=5), "http://h", "n")
    with pytest.raises(
        UsageError, match="the requests of the settings say what is sent, and method is given"
    ):
        planned({"method": "POST"}, settings)


def test_a_request_of_the_settings_that_is_wrong_names_its_field(settle):
    settings = settings_of(settle, "base_url: http://h\nrequests: [{urll: /a}]\n")
    with pytest.raises(PlanError, match=r"requests\.0\.urll: no such field; did you mean 'url'"):
        planned({}, settings)
