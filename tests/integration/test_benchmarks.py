"""Benchmarks of real functions, in real processes."""

import asyncio
import gc
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest

from adapters.performance import BenchmarkRunner, UsageError

QUICK = {"processes": 2, "values": 3, "min_time_s": 0.0005}
RUNNER = BenchmarkRunner()


def work(n=1000):
    return sum(range(n))


async def nap(seconds=0.01):
    await asyncio.sleep(seconds)


def mark(path, text="x"):
    with Path(path).open("a") as file:
        file.write(text)


async def mark_later(path):
    await asyncio.sleep(0)
    mark(path)


def codes(result):
    return {warning.code for warning in result.warnings}


def test_a_result_has_what_was_promised():
    result = RUNNER.benchmark_sync(func=work, iterations=1000)
    assert result.success
    assert (result.mode, result.processes, result.calls) == ("processes", 16, 1000)
    assert 0 < result.min_ms <= result.median_ms
    assert result.throughput == pytest.approx(1000 / result.avg_time)
    assert result.name == "work"


async def test_async_too():
    result = await RUNNER.benchmark_async(func=nap, iterations=6, warmup_iterations=1, processes=2)
    assert result.avg_time >= 10
    assert result.warm_up.calls == 2
    assert result.settings.is_async


@pytest.mark.parametrize("mode", ["processes", "in-process"])
@pytest.mark.parametrize(("iterations", "warmup"), [(23, 0), (20, 3), (5, 0)])
def test_the_function_is_called_exactly_as_often_as_asked(mode, iterations, warmup, tmp_path):
    log = tmp_path / "log"
    processes = {"processes": 4} if mode == "processes" else {}
    result = RUNNER.benchmark_sync(mark, iterations, warmup, args=[str(log)], mode=mode, **processes)
    assert result.calls == iterations
    assert len(log.read_text()) == iterations + warmup * result.processes


async def test_concurrent_calls_are_exactly_as_many(tmp_path):
    log = tmp_path / "log"
    result = await RUNNER.benchmark_async(mark_later, 25, 0, args=[str(log)], concurrency=4, processes=3)
    assert result.calls == len(log.read_text()) == 25


async def test_concurrent_calls_overlap():
    result = await RUNNER.benchmark_async(nap, concurrency=5, **QUICK)
    assert 3 < result.throughput * result.avg_time / 1000 <= 5.01


def test_a_grid_gives_a_result_for_each_point():
    results = RUNNER.benchmark_sync(work, params={"n": [10, 100_000]}, **QUICK)
    assert [result.name for result in results] == ["work(n=10)", "work(n=100000)"]
    assert results[1].median_ms > 10 * results[0].median_ms
    assert {turn for result in results for turn in result.order} == {0, 1, 2, 3}


def test_partials_and_methods_are_measured_in_processes():
    for func in (partial(work, 10), "abc".upper, len):
        arguments = {"args": ["abc"]} if func is len else {}
        assert RUNNER.benchmark_sync(func, **arguments, **QUICK).mode == "processes"


def test_a_closure_is_measured_here_and_says_why():
    seen = []
    result = RUNNER.benchmark_sync(lambda: seen.append(1), iterations=50, warmup_iterations=0)
    assert len(seen) == 50
    assert result.exploratory
    assert "lambda" in result.why
    assert "Exploratory" in codes(result)


async def test_an_async_closure_runs_on_the_loop_of_its_caller():
    here = asyncio.get_running_loop()
    seen = set()

    async def look():
        seen.add(asyncio.get_running_loop())

    result = await RUNNER.benchmark_async(look, iterations=5)
    assert result.exploratory
    assert seen == {here}


# Comparing


def five_times(n=1000):
    for _ in range(5):
        work(n)


def test_functions_that_take_turns_are_compared():
    comparison = RUNNER.compare_functions(work, five_times, processes=5, values=3, min_time_s=0.001)
    assert comparison.interleaved
    assert comparison.compared[0].verdict == "slower"
    assert comparison.fastest == "work"


def test_results_of_their_own_are_compared_with_a_warning():
    results = [RUNNER.benchmark_sync(func, processes=5, values=2) for func in (work, five_times)]
    comparison = RUNNER.compare_benchmarks(results)
    assert not comparison.interleaved
    assert comparison.compared[0].drift is not None


async def nap_longer():
    await asyncio.sleep(0.03)


async def test_async_functions_are_compared_where_an_event_loop_runs():
    """As in a notebook."""
    comparison = RUNNER.compare_functions(nap, nap_longer, iterations=10, warmup_iterations=0, processes=5)
    assert comparison.compared[0].verdict == "slower"


async def test_async_closures_are_measured_where_an_event_loop_runs():
    loops = set()

    async def look():
        loops.add(asyncio.get_running_loop())

    (result,) = RUNNER.measure_functions(look, iterations=5)
    assert result.exploratory
    assert loops
    assert asyncio.get_running_loop() not in loops


# Setup, garbage, faults


def make_list():
    return [3, 1, 2]


def check_list(numbers):
    assert numbers == [3, 1, 2]
    numbers.sort()


def test_setup_per_value_makes_what_the_function_gets():
    result = RUNNER.benchmark_sync(check_list, 2, 0, setup=make_list, setup_per="value", processes=2)
    assert result.success


def test_setup_and_teardown_are_called_once_per_process(tmp_path):
    up, down = tmp_path / "up", tmp_path / "down"
    RUNNER.benchmark_sync(work, setup=partial(mark, str(up)), teardown=partial(mark, str(down)), **QUICK)
    assert (up.read_text(), down.read_text()) == ("xx", "xx")


def note_gc(path):
    mark(path, "1" if gc.isenabled() else "0")


@pytest.mark.parametrize(("policy", "told"), [("off", "0000"), ("on", "1111")])
def test_garbage_is_collected_as_asked(policy, told, tmp_path):
    log = tmp_path / "log"
    RUNNER.benchmark_sync(note_gc, 4, 0, args=[str(log)], gc=policy, processes=2)
    assert log.read_text() == told
    assert gc.isenabled()


def fail_at(path, number):
    mark(path)
    if len(Path(path).read_text()) == number:
        raise ValueError("enough")


@pytest.mark.parametrize("mode", ["auto", "in-process"])
def test_a_function_that_raises_is_told_with_the_call_and_its_traceback(mode, tmp_path):
    result = RUNNER.benchmark_sync(fail_at, 40, 2, args=[str(tmp_path / "log"), 7], mode=mode)
    assert not result.success
    assert (result.failure.kind, result.failure.error) == ("raised", "ValueError")
    assert result.avg_time is None
    assert 'raise ValueError("enough")' in result.failure.traceback
    assert "timing.py" not in result.failure.traceback
    if mode == "in-process":
        assert result.failure.call == 7


def die():
    os.kill(os.getpid(), signal.SIGKILL)


def leave():
    os._exit(3)


@pytest.mark.parametrize(("func", "told"), [(die, "SIGKILL"), (leave, "exit code 3")])
def test_a_worker_that_dies_is_told(func, told):
    result = RUNNER.benchmark_sync(func, **QUICK)
    assert (result.success, result.failure.kind) == (False, "died")
    assert told in result.failure.sentence


async def block():
    time.sleep(0.02)


async def test_a_function_that_blocks_the_loop_is_told():
    blocking = await RUNNER.benchmark_async(block, 6, 1, processes=2)
    free = await RUNNER.benchmark_async(nap, 6, 1, args=[0.02], processes=2)
    assert "LoopBlocked" in codes(blocking)
    assert "LoopBlocked" not in codes(free)


KEPT = []


def leak():
    KEPT.append(os.urandom(100_000))


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="needs /proc")
def test_a_function_that_leaks_is_told():
    result = RUNNER.benchmark_sync(leak, 200, 2, processes=2)
    assert result.memory_growth_bytes_per_call == pytest.approx(100_000, rel=0.3)
    assert "MemoryGrowth" in codes(result)


def returns_nothing():
    return None


def gives_a_coroutine():
    return nap()


def counts():
    yield 1


async def counts_async():
    yield 1


@pytest.mark.parametrize("mode", ["auto", "in-process"])
@pytest.mark.parametrize(
    ("func", "told"),
    [
        (gives_a_coroutine, "only makes a coroutine.*\n.*benchmark_async"),
        (counts, "only makes a generator.*\n.*goes through it: for"),
        (counts_async, "only makes an async generator.*\n.*goes through it: async for"),
    ],
)
def test_a_call_that_does_none_of_the_work_is_refused(func, told, mode):
    with pytest.raises(UsageError, match=told):
        RUNNER.benchmark_sync(func, mode=mode)


@pytest.mark.parametrize("mode", ["auto", "in-process"])
@pytest.mark.parametrize(
    ("func", "told"),
    [(returns_nothing, "returned NoneType.*\n.*benchmark_sync"), (counts, "only makes a generator")],
)
async def test_what_cannot_be_awaited_is_refused(func, told, mode):
    with pytest.raises(UsageError, match=told):
        await RUNNER.benchmark_async(func, mode=mode)


async def test_what_returns_an_awaitable_is_awaited():
    result = await RUNNER.benchmark_async(gives_a_coroutine, 4, 0, processes=2)
    assert result.avg_time >= 10


def hang_at(path, number):
    mark(path)
    if len(Path(path).read_text()) == number:
        time.sleep(100)


def swallow_everything():
    while True:
        with suppress(BaseException):
            time.sleep(100)


async def wait_for_ever():
    await asyncio.Event().wait()


BOUNDS_S = (1, 5, 25)
"""The first that leaves time to load this module, on a machine that is busy with other things."""


def test_a_call_that_hangs_is_ended_and_told(tmp_path):
    for bound_s in BOUNDS_S:
        log = tmp_path / f"log-{bound_s}"
        result = RUNNER.benchmark_sync(hang_at, 40, 2, args=[str(log), 2], timeout_s=bound_s)
        if result.failure.call is not None:
            break
    assert (result.success, result.failure.kind, result.failure.call) == (False, "timed-out", 2)
    assert result.failure.sentence == f"timed out after {bound_s} s in call 2 (process 1)"
    assert "time.sleep(100)" in result.failure.traceback
    assert "microbench" not in result.failure.traceback


def add_up_in_compiled_code():
    return sum(range(10**13))


@pytest.mark.skipif(os.name != "posix", reason="needs signals")
@pytest.mark.parametrize("func", [swallow_everything, add_up_in_compiled_code])
def test_a_call_that_will_not_be_interrupted_is_ended_too(func):
    for bound_s in BOUNDS_S:
        result = RUNNER.benchmark_sync(func, timeout_s=bound_s)
        if func.__name__ in result.failure.traceback:
            break
    assert result.failure.kind == "timed-out"
    assert func.__name__ in result.failure.traceback
    assert "microbench" not in result.failure.traceback


def speak_letter_by_letter():
    for letter in "the last words, " * 10:
        os.write(2, letter.encode())
    os._exit(3)


def test_last_words_are_kept_however_they_are_written():
    result = RUNNER.benchmark_sync(speak_letter_by_letter)
    assert "the last words, " * 10 in result.failure.traceback + " "


@pytest.mark.parametrize("concurrency", [1, 3])
@pytest.mark.parametrize("mode", ["processes", "in-process"])
async def test_an_async_call_that_hangs_is_told_with_where_it_waits(mode, concurrency):
    for bound_s in BOUNDS_S:
        result = await RUNNER.benchmark_async(
            wait_for_ever, timeout_s=bound_s, mode=mode, concurrency=concurrency
        )
        if result.failure.call is not None:
            break
    assert result.failure.call == concurrency
    assert "await asyncio.Event().wait()" in result.failure.traceback


def test_what_is_quick_enough_is_not_ended():
    assert RUNNER.benchmark_sync(work, timeout_s=60, **QUICK).success


def test_a_bound_that_cannot_be_kept_is_refused():
    with pytest.raises(UsageError, match=r"cannot be ended.*is a lambda"):
        RUNNER.benchmark_sync(lambda: None, timeout_s=1)


def leave_a_process_behind(path):
    left = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(100)"])
    mark(path, f"{left.pid} ")


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")
def test_no_process_of_a_function_is_left_behind(tmp_path):
    log = tmp_path / "log"
    RUNNER.benchmark_sync(leave_a_process_behind, 2, 0, args=[str(log)], processes=1)
    pids = log.read_text().split()
    assert len(pids) == 2
    assert wait_until(lambda: not any(is_running(pid) for pid in pids))


HANGS = """
import os, signal, sys, time
from adapters.performance import BenchmarkRunner

def hang():
    with open("pid", "w") as file:
        file.write(f"{os.getpid()} ")
    time.sleep(100)

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored, when the tests run in the background
    BenchmarkRunner().benchmark_sync(hang)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="needs F_SETSIG")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_worker_ends_with_the_process_that_started_it(number, tmp_path):
    (tmp_path / "script.py").write_text(HANGS)
    script = subprocess.Popen([sys.executable, "script.py"], cwd=tmp_path, stderr=subprocess.DEVNULL)
    try:
        assert wait_until(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text(), 30)
        worker = (tmp_path / "pid").read_text().strip()
        assert is_running(worker)
        script.send_signal(number)
        assert script.wait(10) != 0
        assert wait_until(lambda: not is_running(worker))
    finally:
        script.kill()
        script.wait()


def is_running(pid):
    try:
        return Path(f"/proc/{pid}/cmdline").read_text() != ""
    except OSError:
        return False


def wait_until(holds, seconds=10):
    ends_at = time.monotonic() + seconds
    while not holds() and time.monotonic() < ends_at:
        time.sleep(0.01)
    return holds()


async def test_cancelling_ends_the_worker():
    running = asyncio.ensure_future(RUNNER.benchmark_async(nap, args=[60]))
    await asyncio.sleep(0.2)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


# Scripts


UNGUARDED = """
from adapters.performance import BenchmarkRunner
print("started")
def first():
    return sum(range(100))
one = BenchmarkRunner().benchmark_sync(first, processes=2, values=2)
def second():
    return sum(range(100))
two = BenchmarkRunner().benchmark_sync(second, processes=2, values=2)
print(one.mode, two.mode, two.why)
"""


def python(*args, cwd, text=None):
    done = subprocess.run(
        [sys.executable, *args], cwd=cwd, input=text, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_script_without_a_main_guard_runs_once(tmp_path):
    (tmp_path / "script.py").write_text(UNGUARDED)
    started, told = python("script.py", cwd=tmp_path).splitlines()
    assert started == "started"
    assert told.startswith("processes in-process")
    assert "up to its first benchmark" in told


def test_a_script_with_a_main_guard_is_measured_in_processes(tmp_path):
    guarded = UNGUARDED.partition("one = ")[0] + (
        "if __name__ == '__main__':\n"
        "    print(BenchmarkRunner().benchmark_sync(first, processes=2, values=2).mode)\n"
    )
    (tmp_path / "script.py").write_text(guarded)
    assert python("script.py", cwd=tmp_path).splitlines() == ["started", "processes"]


# Notebooks


KERNEL = """
import ast, asyncio, inspect, sys

async def run(cells):
    for number, cell in enumerate(cells):
        code = compile(cell, f"<cell {number}>", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        waiting = eval(code, vars(sys.modules["__main__"]))
        if inspect.iscoroutine(waiting):
            await waiting

asyncio.run(run([
    "from adapters.performance import BenchmarkRunner\\n"
    "runner, quick = BenchmarkRunner(), {'processes': 5, 'values': 3, 'min_time_s': 0.0005}",
    CELLS
]))
"""


@pytest.fixture
def notebook(tmp_path):
    """What cells print that are run as a notebook runs them: in a __main__ that is no file, on its event loop."""

    def run(*cells):
        text = KERNEL.replace("CELLS", ", ".join(map(repr, cells)))
        return python("-", cwd=tmp_path, text=text).splitlines()

    return run


def test_functions_of_a_notebook_are_copied_to_processes(notebook):
    told = notebook(
        "import asyncio, time\nTABLE = list(range(100))\ndef total(n): return sum(TABLE[:n])",
        "def one(): return total(10)\ndef many(n=10, *, times=20):\n    return [total(n) for _ in range(times)]",
        "async def nap(): await asyncio.sleep(0.002)\nasync def longer(): await asyncio.sleep(0.01)",
        "result = runner.benchmark_sync(one, **quick)\nprint(result.mode, result.warnings[0].code)",
        "print((await runner.benchmark_async(nap, 6, processes=2)).mode)",
        "print(runner.compare(one, many, **quick).compared[0].verdict)",
        "print(runner.compare(nap, longer, iterations=10, processes=5).compared[0].verdict)",
        "def hang():\n    while True: pass\nprint(runner.benchmark_sync(hang, timeout_s=3).failure.call)",
    )
    assert told == ["processes Copied", "processes", "slower", "slower", "1"]


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("class Point: pass\ndef one(): return Point()", "uses the class Point, which no file holds"),
        ("import threading\nlock = threading.Lock()\ndef one(): return lock", "cannot pickle '_thread.lock'"),
        ("x = 1\ndef one(): return globals()['x']", "a copy of it in a worker process raised KeyError: 'x'"),
        ("import functools\n@functools.cache\ndef f(): pass\ndef one(): return f()", "with a cache"),
        ("big = bytes(70_000_000)\ndef one(): return len(big)", "over 64 MiB"),
        (
            "def outer(n):\n    def f(): return n\n    return f\nf = outer(1)\ndef one(): f()",
            "inside another",
        ),
        ("one = lambda: 1", "the function is a lambda"),
    ],
)
def test_what_cannot_be_copied_is_measured_in_the_notebook_and_says_why(cell, told, notebook):
    measured = "result = runner.benchmark_sync(one, 10)\nprint(result.mode)\nprint(result.why)"
    mode, why = notebook(cell, measured)
    assert mode == "in-process"
    assert told in why


def test_a_function_of_a_notebook_that_raises_says_so(notebook):
    shown = "print(result.failure.sentence)"
    cell = f"def one(): raise KeyError('x')\nresult = runner.benchmark_sync(one)\n{shown}"
    assert notebook(cell) == ["call 1 in process 1 raised KeyError: 'x'"]


def test_what_is_in_no_file_is_copied(tmp_path):
    told = python("-", cwd=tmp_path, text=UNGUARDED)
    assert "processes processes" in told
