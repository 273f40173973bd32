"""Progress: true figures of the last seconds, a dash where there are none, and nothing when not wanted."""

from __future__ import annotations

import asyncio
import io
import re

from adapters.performance.cli import meter as meter_module
from adapters.performance.cli.meter import Meter
from adapters.performance.cli.progress import (
    Lines,
    Screen,
    Silent,
    line,
    open_display,
    shown,
    sparkline,
    time_left,
)
from adapters.performance.metrics import RequestStats, Window
from adapters.performance.plan import Plan


def make_plan(**load):
    return Plan.for_url("http://127.0.0.1:1/", load=load or {"users": 3, "duration": 30})


def window(second, *, requests=340, failures=0, users=3, iterations=None):
    stats = RequestStats(requests, failures)
    stats.latency.record([1e6] * (requests // 2) + [3e6] * (requests - requests // 2))
    return Window(second, users=users, requests={"a": stats}, iterations=iterations)


class _Clock:
    now = 100.0

    def __call__(self):
        return self.now


def metered(monkeypatch, *windows, **load):
    """A meter that received each window two seconds after it ended, in a run that began at 100."""
    clock = _Clock()
    monkeypatch.setattr(meter_module, "perf_counter", clock)
    meter = Meter(make_plan(**load))
    for item in windows:
        clock.now = 100.0 + item.start_s + 1
        meter.add(item)
    return meter, clock


def test_a_line_tells_rate_users_failures_and_percentiles(monkeypatch):
    meter, _ = metered(monkeypatch, window(0), window(1, failures=2))
    assert line(meter, meter.take()) == "2s 340 req/s 3 users 2 failures p50 1.00ms p95 3.00ms"


def test_failures_are_those_of_the_whole_run_and_rates_of_the_time_since_the_last_line(monkeypatch):
    meter, _ = metered(monkeypatch, window(0, failures=2))
    meter.take()
    meter.add(window(1, requests=10))
    assert "10 req/s 3 users 2 failures" in line(meter, meter.take())


def test_what_is_not_known_is_a_dash(monkeypatch):
    meter, _ = metered(monkeypatch)
    assert line(meter, meter.take()) == "starting – req/s – users 0 failures p50 – p95 –"
    assert meter.done is None


def test_how_far_a_run_is(monkeypatch):
    meter, clock = metered(monkeypatch, window(0))
    clock.now = 115.0
    assert meter.done == 0.5
    assert time_left(meter) == "15s of 30s, 15s left"
    clock.now = 131.0
    assert time_left(meter) == "30s are over, finishing"


def test_how_far_a_number_of_iterations_is(monkeypatch):
    meter, _ = metered(monkeypatch, window(0, iterations=25), iterations=100)
    assert meter.done == 0.25
    assert time_left(meter) == "1s, 25 of 100 iterations"
    unknown, _ = metered(monkeypatch, window(0), iterations=100)
    assert unknown.done is None
    assert time_left(unknown) == "1s, – of 100 iterations"


def test_a_sparkline_begins_at_zero():
    assert sparkline([0, 50, 100]) == "▁▅█"
    assert sparkline([0, 0]) == "▁▁"
    assert sparkline([]) == ""


class _Terminal(io.StringIO):
    def isatty(self):
        return True


def test_the_display_suits_the_stream():
    kinds = {"title": "x", "quiet": False, "progress": True}
    assert isinstance(open_display(_Terminal(), **kinds), Screen)
    assert type(open_display(io.StringIO(), **kinds)) is Lines
    assert type(open_display(_Terminal(), **{**kinds, "progress": False})) is Silent


def test_quiet_says_nothing_and_no_progress_only_messages():
    for quiet, told in ((True, ""), (False, "stopping\n")):
        stream = io.StringIO()
        display = open_display(stream, "x", quiet=quiet, progress=False)
        display.show(Meter(make_plan()))
        display.say("stopping")
        assert stream.getvalue() == told


async def show_one_window(display):
    async def windows():
        yield window(0)

    async with shown(display, make_plan(), windows()):
        await asyncio.sleep(0.05)
        display.say("a message")


async def test_lines_are_written_for_logs(monkeypatch):
    stream = io.StringIO()
    monkeypatch.setattr(Lines, "every_s", 0.01)
    await show_one_window(Lines(stream))
    assert re.match(r"1s 340 req/s 3 users 0 failures p50 1.00ms p95 3.00ms\n", stream.getvalue())


async def test_the_screen_shows_the_run_and_clears_up(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(Screen, "every_s", 0.01)
    stream = _Terminal()
    await show_one_window(Screen(stream, "[bold]hostile\x1b[2J"))
    text = stream.getvalue()
    assert "[bold]hostile\\x1b[2J" in text
    assert "340 req/s" in text
    assert "of 30s" in text
    assert "a message" in text
    assert text.rfind("\x1b[?25h") > text.rfind("\x1b[?25l")


def test_a_warm_up_is_named_and_its_failures_end_with_it(monkeypatch):
    load = {"users": 3, "duration": 30, "warm_up": 2}
    meter, clock = metered(monkeypatch, window(0, failures=5), **load)
    assert line(meter, meter.take()).startswith("1s warming up 340 req/s 3 users 5 failures")
    assert time_left(meter).startswith("warming up, 1s of 30s")
    clock.now += 2
    meter.add(window(2, failures=1))
    assert line(meter, meter.take()).startswith("3s 340 req/s 3 users 1 failures")
    assert time_left(meter).startswith("3s of 30s")
