"""When users start and leave under Locust."""

import pytest

from adapters.performance.engines.locust.inside.schedule import changes
from adapters.performance.plan import ClosedLoad


def test_users_start_evenly_over_a_ramp_the_first_at_once():
    points = ClosedLoad(users=4, ramp_up=2, duration=5).points()
    assert changes(points) == [(0.0, 1), (0.5, 1), (1.0, 1), (1.5, 1)]


def test_without_a_ramp_all_start_at_once():
    assert changes(ClosedLoad(users=1000, duration=5).points()) == [(0.0, 1000)]


def test_users_leave_as_they_came_the_last_first():
    assert changes([[0, 4], [2, 0]]) == [(0.5, -1), (1.0, -1), (1.5, -1), (2.0, -1)]


def test_jumps_and_holds():
    assert changes([[0, 0], [0, 3], [1, 3], [1, 1], [2, 1], [2, 2]]) == [(0.0, 3), (1.0, -2), (2.0, 1)]


@pytest.mark.parametrize("stages", [[(2, 7), (1, 7), (3, 2), (0, 9), (1, 0)], [(0, 5), (0, 5), (4, 1)]])
def test_the_number_of_users_follows_the_line(stages):
    load = ClosedLoad.model_validate({"stages": [{"duration": d, "users": u} for d, u in stages]})
    steps = changes(load.points())
    assert [at for at, _ in steps] == sorted(at for at, _ in steps)
    active = 0
    for _, change in steps:
        active += change
        assert 0 <= active <= load.max_users
    assert active == load.points()[-1][1]
