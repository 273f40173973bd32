"""``polyload run -p``: a pattern is the load, and what contradicts it is refused by name."""

import pytest

from adapters.performance import UsageError
from adapters.performance.cli.planning import Wishes, make_plan
from adapters.performance.plan.load import ClosedLoad, OpenLoad


def load_of(target="http://x/", **given):
    return make_plan(target, Wishes(given)).load


def test_a_pattern_of_users():
    load = load_of(pattern="ramp:1:100:60", warm_up=5)
    assert isinstance(load, ClosedLoad)
    assert (load.points()[-1], load.warm_up) == ((60, 100), 5)


def test_a_pattern_of_rates_may_be_bounded():
    load = load_of(pattern="spike:20/s:200/s:1m:30s", max_users=50)
    assert isinstance(load, OpenLoad)
    assert (load.duration_s, load.max_users) == (150, 50)


def test_a_pattern_replaces_a_plans_load(tmp_path):
    file = tmp_path / "plan.yaml"
    file.write_text("scenarios: [{steps: [{url: 'http://x/'}]}]\nload: {rate: 5, duration: 9, max_users: 3}")
    load = load_of(str(file), pattern="constant:7:60")
    assert (load.users, load.duration_s) == (7, 60)


@pytest.mark.parametrize("name", ["users", "duration", "ramp_up", "rate", "iterations"])
def test_what_the_pattern_says_cannot_be_said_again(name):
    with pytest.raises(UsageError, match=f"--{name.replace('_', '-')} cannot be combined with --pattern"):
        load_of(pattern="constant:7:60", **{name: 5})


def test_users_are_not_bounded_by_users():
    with pytest.raises(UsageError, match="--max-users cannot be combined with --pattern") as refused:
        load_of(pattern="constant:7:60", max_users=5)
    assert "/s" in refused.value.hint


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"pattern": "constant:7:60", "warm_up": 60}, "nothing of it to measure"),
        ({"pattern": "constant:7:0"}, "duration"),
        ({"pattern": "stages:0:60"}, "no stage has any users"),
        ({"pattern": "sine:7:60"}, "no pattern is called 'sine'"),
    ],
)
def test_a_pattern_that_is_no_load_is_a_usage_error(given, told):
    with pytest.raises(UsageError, match=told):
        load_of(**given)
