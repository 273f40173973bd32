"""How many worker processes a load gets, and what the system allows them."""

import os
import resource

import pytest

from adapters.performance import HttpxAdapter, NativeAdapter, Plan
from adapters.performance.engines.native import processes
from adapters.performance.engines.native.files import raise_file_limit
from adapters.performance.engines.native.limits import Limits, check_limits, files_needed, origins
from adapters.performance.engines.native.processes import usable_processors, worker_count
from adapters.performance.engines.program.compile import compile_plan
from adapters.performance.errors import UsageError

NO_LIMITS = Limits(None, None)


def program(users=100, url="http://127.0.0.1:1/"):
    return compile_plan(Plan.for_url(url, load={"users": users, "duration": 1}))


@pytest.mark.parametrize(
    ("users", "processors", "workers"),
    [(1, 8, 1), (9, 8, 1), (20, 8, 2), (79, 8, 7), (1000, 8, 8), (1000, 1, 1)],
)
def test_auto_is_a_process_for_each_processor_with_at_least_ten_users_each(users, processors, workers):
    assert worker_count("auto", users, processors) == workers


def test_a_number_is_what_it_says_as_far_as_there_are_users():
    assert worker_count(3, 7, 1) == 3
    assert worker_count(8, 7, 1) == 7


def test_auto_keeps_an_application_whole():
    assert worker_count("auto", 1000, 8, app=True) == 1


@pytest.mark.parametrize("adapter", [NativeAdapter, HttpxAdapter])
@pytest.mark.parametrize("wrong", [0, -1, 1.5, True, "many", None])
def test_another_number_of_processes_is_refused(adapter, wrong):
    with pytest.raises(UsageError, match="'auto' or a whole number"):
        adapter(processes=wrong)


@pytest.mark.parametrize(
    ("told", "most"), [("150000 100000\n", 2), ("50000 100000\n", 1), ("max 100000\n", None), (None, None)]
)
def test_processors_are_those_of_the_affinity_within_the_quota(tmp_path, monkeypatch, told, most):
    quota = tmp_path / "cpu.max"
    if told is not None:
        quota.write_text(told)
    monkeypatch.setattr(processes, "_QUOTA", quota)
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: set(range(4)), raising=False)
    assert usable_processors() == (most or 4)


def test_a_worker_needs_a_file_for_each_connection_of_its_users_and_some_more():
    one = files_needed(program(users=100), workers=3)
    assert 34 < one < 34 + 100
    assert files_needed(program(users=400), workers=3) - one == 134 - 34


def test_users_connect_to_each_origin_once():
    steps = [
        {"url": "http://a.test/1"},
        {"url": "http://A.test/2?x=${user}"},
        {"url": "https://a.test/"},
        {"url": "http://b.test:81"},
        {"pause": 1},
    ]
    plan = {"scenarios": [{"steps": steps}], "load": {"users": 1, "duration": 1}}
    assert origins(compile_plan(Plan.from_dict(plan))) == 3


def test_enough_is_enough():
    need = files_needed(program(), 1)
    assert check_limits(program(), 1, NO_LIMITS, certain=True) == []
    assert check_limits(program(), 1, Limits(files=need, ports=100), certain=True) == []


def test_too_few_files_are_told_with_need_limit_and_what_raises_it():
    need = files_needed(program(50_000), 1)
    with pytest.raises(UsageError) as caught:
        check_limits(program(50_000), 1, Limits(files=20_064, ports=None), certain=True)
    assert caught.value.exit_code == 2
    assert (
        f"50,000 users in 1 process need {need:,} open files, and the limit is 20,064" in caught.value.message
    )
    assert f"ulimit -n {need}" in caught.value.hint
    assert "3 processes" in caught.value.hint
    assert check_limits(program(50_000), 3, Limits(files=20_064, ports=None), certain=True) == []


def test_too_few_ports_are_told_whatever_the_processes():
    with pytest.raises(UsageError, match=r"40,000 users need as many local ports .* there are 28,232"):
        check_limits(program(40_000), 8, Limits(files=None, ports=28_232), certain=True)


def test_users_that_may_never_come_to_be_are_worth_a_warning():
    (warning,) = check_limits(program(50_000), 1, Limits(files=1024, ports=None), certain=False)
    assert warning.code == "LimitTooLow"
    assert "ulimit -n" in warning.message


def test_a_process_raises_its_own_limit_as_far_as_it_may(monkeypatch):
    limits = {"now": (256, 1000)}
    monkeypatch.setattr(resource, "getrlimit", lambda which: limits["now"])
    monkeypatch.setattr(resource, "setrlimit", lambda which, new: limits.update(now=new))
    for need, soft in [(100, 256), (500, 500), (5000, 1000)]:
        raise_file_limit(need)
        assert limits["now"] == (soft, 1000)
