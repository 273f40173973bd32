"""The stream from Locust: taken apart wherever it is cut, and what a run came to when it ends early."""

import math

import pytest

from adapters.performance.engines.locust.inside.frames import (
    ASIDE,
    BEGIN,
    COUNTS,
    ERROR,
    EXCEPTION,
    FINISH,
    GROUP,
    NAME,
    SAMPLE,
    SAMPLES,
    frame,
    json_frame,
)
from adapters.performance.engines.locust.report import make_report
from adapters.performance.engines.locust.samples import SampleStream
from adapters.performance.engines.process import Outcome
from adapters.performance.errors import EngineFailed
from adapters.performance.metrics import MetricsCollector
from adapters.performance.plan import Plan

ODD = 'naïve, "name"\n${x} ✓'
STREAM = b"".join(
    [
        json_frame(BEGIN, {"started_at": 1000.0, "version": "2.47.0", "python": "3.11"}),
        frame(NAME, b"a"),
        frame(NAME, ODD.encode()),
        json_frame(ERROR, ["timeout", 'no "answer"\n']),
        frame(SAMPLES, SAMPLE.pack(0.5, 2e6, 0, -1, 200) + SAMPLE.pack(0.9, 4e6, 1, 0, 0)),
        json_frame(
            COUNTS, {"second": 0, "now_s": 1.01, "users": 2, "iterations": 1, "checks": {"c": [1, 2]}}
        ),
        frame(SAMPLES, SAMPLE.pack(1.5, math.nan, 1, -1, 204)),
        frame(EXCEPTION, b"KeyError: 'x' (own.py, line 3)"),
        json_frame(COUNTS, {"second": 1, "now_s": 1.6, "users": 0, "iterations": 2, "checks": {}}),
    ]
)
FINISHED = {"duration_s": 1.6, "cut_short": False, "interrupted": 3, "exceptions": 0, "cpu_s": 0.1}
PLAN = Plan.for_url("http://x.invalid/", load={"users": 2, "duration": 1})


def fed(data, size=7):
    collector = MetricsCollector()
    stream = SampleStream(collector)
    for start in range(0, len(data), size):
        stream.feed(data[start : start + size])
    return collector, stream


def outcome(ending="exited", returncode=0, stderr=""):
    return Outcome(ending, returncode, b"", stderr)


@pytest.mark.parametrize("size", [1, 7, 100, 10_000])
def test_wherever_the_stream_is_cut_nothing_is_lost(size):
    collector, stream = fed(STREAM + json_frame(FINISH, FINISHED), size)
    assert {name: stats.requests for name, stats in collector.by_name.items()} == {"a": 1, ODD: 2}
    assert collector.by_name[ODD].errors == {("timeout", 'no "answer"\n'): 1}
    assert collector.by_name["a"].latency.count == 1
    assert (collector.by_name[ODD].requests, collector.by_name[ODD].latency.count) == (2, 1)
    assert (collector.iterations, collector.interrupted, collector.checks) == (3, 3, {"c": (1, 2)})
    assert [(row.start_s, row.requests, row.users) for row in collector.timeline] == [(0, 2, 2), (1, 1, 0)]
    assert stream.finished == FINISHED


def test_a_frame_of_an_unknown_kind_is_not_passed_over():
    with pytest.raises(EngineFailed, match="unknown kind"):
        fed(frame(b"?", b"x"))


def test_a_run_that_came_to_its_end():
    report = make_report(PLAN, *fed(STREAM + json_frame(FINISH, FINISHED)), outcome(), 999.0)
    assert (report.stopped, report.reason, report.version) == ("completed", None, "2.47.0")
    assert (report.duration_s, report.started_at) == (1.6, 1000.0)


def test_errors_in_the_script_are_no_success():
    finished = {**FINISHED, "exceptions": 4}
    report = make_report(PLAN, *fed(STREAM + json_frame(FINISH, finished)), outcome(returncode=1), 999.0)
    assert (report.stopped, report.reason) == (
        "failed",
        "script errors: 4 (first: KeyError: 'x' (own.py, line 3))",
    )


def test_a_killed_locust_leaves_a_partial_result_of_known_length():
    report = make_report(PLAN, *fed(STREAM), outcome(returncode=-9), 999.0)
    assert (report.stopped, report.duration_s) == ("failed", 1.6)
    assert "ended by SIGKILL" in report.reason


def test_a_locust_that_never_began_is_told_in_its_own_words():
    with pytest.raises(EngineFailed, match=r"exit code 1 before the load began:\nSyntaxError"):
        make_report(PLAN, *fed(b""), outcome(returncode=1, stderr="SyntaxError: no\n"), 999.0)


@pytest.mark.parametrize(("ending", "stopped"), [("stopped", "interrupted"), ("deadline", "failed")])
def test_before_the_load_began_a_stop_is_an_interruption_and_a_deadline_a_failure(ending, stopped):
    report = make_report(PLAN, *fed(b""), outcome(ending), 999.0)
    assert (report.stopped, report.duration_s, report.started_at) == (stopped, None, 999.0)


def test_a_locust_that_never_says_anything_is_told_with_its_last_words():
    report = make_report(PLAN, *fed(b""), outcome("deadline", stderr="Address already in use"), 999.0)
    assert report.reason == (
        "Locust did not begin anything within 60 s and was killed:\nAddress already in use"
    )


def test_requests_told_aside_and_groups_are_no_requests_of_the_load():
    stream = b"".join(
        [
            json_frame(BEGIN, {"started_at": 1000.0, "version": "2.47.0", "python": "3.11"}),
            *(frame(kind, name) for kind, name in ((ASIDE, b"login"), (NAME, b"page"), (GROUP, b"checkout"))),
            json_frame(ERROR, ["check", "a request of the group failed"]),
            frame(SAMPLES, SAMPLE.pack(-0.2, 5e6, 0, -1, 200) + SAMPLE.pack(0.5, 7e6, 1, -1, 200)),
            frame(SAMPLES, SAMPLE.pack(0.6, 90e6, 2, -1, 0) + SAMPLE.pack(1.7, 95e6, 2, 0, 0)),
        ]
    )
    collector, _ = fed(stream)
    assert {name: stats.requests for name, stats in collector.by_name.items()} == {"page": 1}
    assert {name: stats.requests for name, stats in collector.aside.items()} == {"login": 1}
    group = collector.groups["checkout"]
    assert (group.count, group.failures, group.duration.max_ns) == (2, 1, pytest.approx(95e6))
