"""What a benchmark refuses, before anything is measured."""

import pytest

from adapters.performance import BenchmarkRunner, UsageError


def plain():
    pass


async def awaited():
    pass


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"iterations": 0}, "iterations must be a whole number of at least 1"),
        ({"iterations": 1.5}, "iterations must be a whole number"),
        ({"iterations": True}, "iterations must be a whole number"),
        ({"warmup_iterations": -1}, "warmup_iterations"),
        ({"processes": 0}, "processes"),
        ({"values": 0}, "values"),
        ({"min_time_s": 0}, "min_time_s"),
        ({"timeout_s": 0}, "timeout_s"),
        ({"gc": "maybe"}, "gc must be one of"),
        ({"mode": "thread"}, "mode must be one of"),
        ({"itterations": 5}, r"no option 'itterations'\n.*did you mean 'iterations'"),
        ({"iterations": 5, "min_time_s": 0.1}, "contradict"),
        ({"iterations": 3, "processes": 4}, "too few"),
        ({"mode": "in-process", "processes": 4}, "contradict"),
        ({"setup_per": "value"}, "neither"),
        ({"params": {"n": []}}, "at least one"),
        ({"params": {"n": "abc"}}, "list of values"),
        ({"params": {"n": [1]}, "kwargs": {"n": 2}}, "both in kwargs and in params"),
    ],
)
def test_what_cannot_be_carried_out_is_refused(settings, told):
    with pytest.raises(UsageError, match=told):
        BenchmarkRunner().benchmark_sync(plain, **settings)


def test_an_async_function_is_not_measured_as_if_it_were_not():
    with pytest.raises(UsageError, match="benchmark_async"):
        BenchmarkRunner().benchmark_sync(awaited)


async def test_concurrency_is_at_least_one():
    with pytest.raises(UsageError, match="concurrency"):
        await BenchmarkRunner().benchmark_async(awaited, concurrency=0)
    with pytest.raises(UsageError, match="too few"):
        await BenchmarkRunner().benchmark_async(awaited, iterations=5, concurrency=10)


async def test_a_coroutine_is_no_function():
    coroutine = awaited()
    with pytest.raises(UsageError, match="not what it returns"):
        await BenchmarkRunner().benchmark_async(coroutine)
    coroutine.close()


def test_a_lambda_is_not_measured_in_processes():
    with pytest.raises(UsageError, match="is a lambda"):
        BenchmarkRunner().benchmark_sync(lambda: None, mode="processes")


@pytest.mark.parametrize(
    ("functions", "settings", "told"),
    [
        ((), {}, "at least two"),
        ((plain, awaited), {}, "async and other functions"),
        ((plain, plain), {"concurrency": 2}, "concurrency is for async"),
        ((plain, plain), {"name": "x"}, "have names"),
        ((plain,), {}, "at least two"),
        ((plain, plain), {"margin": 0}, "margin"),
    ],
)
def test_functions_that_cannot_be_compared_are_refused(functions, settings, told):
    with pytest.raises(UsageError, match=told):
        BenchmarkRunner().compare_functions(*functions, **settings)
