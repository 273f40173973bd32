"""Which source comes first: every pair of them, and where the value that holds came from."""

from __future__ import annotations

from itertools import combinations

import pytest

from adapters.performance.cli.configured import plan_with
from adapters.performance.cli.planning import Wishes
from adapters.performance.plan.load import ClosedLoad, OpenLoad

URL = "http://127.0.0.1:1/"


def given(value):
    return {"given": {"timeout": (value, "--timeout")}}


def environment(value):
    return {"environ": {"POLYLOAD_TIMEOUT": value}}


def env_file(value):
    return {"files": {"config.env": f"POLYLOAD_TIMEOUT={value}\n"}}


def settings_file(value):
    return {"files": {"qa.yaml": f"tool: auto\ntimeout: {value}\n"}}


def shared_environment(value):
    return {"environ": {"timeout": value}}


def shared_env_file(value):
    return {"files": {"config.env": f"timeout={value}\n"}}


SOURCES = {  # in the order that docs/settings.md gives
    given: ("given", "--timeout"),
    environment: ("environment", "POLYLOAD_TIMEOUT"),
    env_file: ("env file", "config.env:1 POLYLOAD_TIMEOUT"),
    settings_file: ("file", "qa.yaml:2"),
    shared_environment: ("environment", "timeout"),
    shared_env_file: ("env file", "config.env:1 timeout"),
}


def both(higher, lower):
    """What two sources give, together."""
    merged = {**higher}
    for name, values in lower.items():
        merged[name] = {**merged.get(name, {}), **values}
        for key in values.keys() & higher.get(name, {}).keys():
            merged[name][key] = higher[name][key] + values[key]
    return merged


@pytest.mark.parametrize(("higher", "lower"), list(combinations(SOURCES, 2)))
def test_of_two_sources_the_one_that_comes_first_holds(settle, higher, lower):
    resolved = settle(**both(higher("1"), lower("2")))
    assert resolved.settings.timeout == 1.0
    origin = resolved.origin("timeout")
    assert (origin.kind, origin.text) == SOURCES[higher]


@pytest.mark.parametrize("source", SOURCES)
def test_any_source_comes_before_the_default(settle, source):
    resolved = settle(**source("1"))
    assert resolved.settings.timeout == 1.0
    assert (resolved.origin("timeout").kind, resolved.origin("timeout").text) == SOURCES[source]
    assert settle().origin("default_users").kind == "built in"


def test_of_our_names_for_the_history_the_one_that_says_so_holds(settle):
    from adapters.performance.settings.variables import names

    order = [name for name, key in names().items() if key == ("history", "url")]
    assert order == ["POLYLOAD_HISTORY_URL", "POLYLOAD_DATABASE_URL", "POLYLOAD_HISTORY"]


# Flags, the profile and the plan, which say how much a run is


@pytest.fixture
def plan(settle, tmp_path):
    def plan(target=URL, *, load=None, files=None, environ=None, profile=None, **wishes):
        given = {"profile": (profile, "--profile")} if profile else None
        resolved = settle(files, environ, given)
        return plan_with(target, Wishes(load=load or {}, **wishes), resolved)[0]

    return plan


FILE = {
    "qa.yaml": "default_users: 4\ndefault_duration: 20\ntimeout: 7\nthresholds: ['p95 < 2s', 'p99 < 3s']\n"
}


def test_a_flag_comes_before_the_profile(plan):
    assert plan(profile="heavy", load={"duration": 5.0}).load == OpenLoad(rate=500, duration=5, max_users=100)


def test_the_profile_comes_before_the_plan(plan, tmp_path):
    path = tmp_path / "plan.yaml"
    path.write_text(f"scenarios: [{{steps: [{{url: '{URL}'}}]}}]\nload: {{users: 1, duration: 1}}\n")
    assert plan(str(path)).load == ClosedLoad(users=1, duration=1)
    assert plan(str(path), profile="smoke").load == OpenLoad(rate=10, duration=30, max_users=5)


def test_the_profile_comes_before_defaults_wherever_they_are_from(plan):
    by_environment = plan(profile="light", environ={"POLYLOAD_DEFAULT_USERS": "3"})
    assert by_environment.load == plan(profile="light", files=FILE).load == plan(profile="light").load


def test_a_flag_comes_before_defaults(plan):
    load = plan(files=FILE, load={"users": 9}).load
    assert (load.users, load.duration) == (9, 20)
    assert plan(files=FILE).load.users == 4


def test_the_environment_comes_before_the_file_for_what_a_run_leaves_open(plan):
    assert plan(files=FILE, environ={"POLYLOAD_DEFAULT_USERS": "3"}).load.users == 3


def test_the_plan_comes_before_defaults(plan, tmp_path):
    path = tmp_path / "plan.yaml"
    path.write_text(
        f"scenarios: [{{steps: [{{url: '{URL}'}}]}}]\nload: {{users: 1, duration: 1}}\n"
        "options: {timeout: 2}\nthresholds: ['p95 < 1s']\n"
    )
    made = plan(str(path), files=FILE)
    assert made.load == ClosedLoad(users=1, duration=1)
    assert made.options.timeout == 2
    assert made.thresholds == ("p99 < 3s", "p95 < 1s")


def test_a_flag_comes_before_the_plan_and_its_threshold_before_that_of_the_settings(plan):
    made = plan(files=FILE, options={"timeout": 1.0}, thresholds=["p95 < 9s"])
    assert made.options.timeout == 1.0
    assert made.thresholds == ("p99 < 3s", "p95 < 9s")


def test_the_profile_of_a_flag_before_that_of_the_environment_before_that_of_the_file(settle):
    file = {"qa.yaml": "profile: soak\n"}
    environ = {"POLYLOAD_PROFILE": "light"}
    flag = {"profile": ("heavy", "--profile")}
    assert settle(file).settings.profile == "soak"
    assert settle(file, environ).settings.profile == "light"
    assert settle(file, environ, flag).settings.profile == "heavy"
