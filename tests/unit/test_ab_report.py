"""ab's report, as captured from ab 2.3 (httpd 2.4.71)."""

import pytest

from adapters.performance.engines.ab.report import parse_report
from adapters.performance.errors import EngineFailed

KEPT = """

Server Software:        nginx/1.22.1
Server Hostname:        127.0.0.1
Server Port:            8765

Document Path:          /tiny
Document Length:        Variable

Concurrency Level:      2
Time taken for tests:   0.000 seconds
Complete requests:      7
Failed requests:        0
Keep-Alive requests:    7
Total transferred:      1043 bytes
HTML transferred:       14 bytes
Requests per second:    14925.37 [#/sec] (mean)
Time per request:       0.134 [ms] (mean)
Time per request:       0.067 [ms] (mean, across all concurrent requests)
Transfer rate:          2171.76 [Kbytes/sec] received

Connection Times (ms)
              min  mean[+/-sd] median   max
Connect:        0    0   0.0      0       0
Processing:     0    0   0.1      0       0
Waiting:        0    0   0.0      0       0
Total:          0    0   0.1      0       0

Percentage of the requests served within a certain time (ms)
  50%      0
 100%      0 (longest request)
"""
RESETS = """

Server Software:        \nServer Hostname:        127.0.0.1
Server Port:            36407

Document Path:          /fault-every/10/reset
Document Length:        Variable

Concurrency Level:      5
Time taken for tests:   1.005 seconds
Complete requests:      100
Failed requests:        20
   (Connect: 0, Receive: 10, Length: 0, Exceptions: 10)
Write errors:           3
Non-2xx responses:      4
Keep-Alive requests:    90
Total transferred:      9450 bytes
Total body sent:        16300
HTML transferred:       180 bytes
Requests per second:    99.50 [#/sec] (mean)
"""
NOTHING = """

Server Software:        \nServer Hostname:        127.0.0.1
Server Port:            36407

Document Path:          /hang
Document Length:        Variable

Concurrency Level:      3
Time taken for tests:   0.497 seconds
Complete requests:      0
Failed requests:        0
Total transferred:      0 bytes
HTML transferred:       0 bytes
"""


def test_a_report_without_failures() -> None:
    report = parse_report(KEPT)
    assert (report.complete, report.kept, report.received_bytes, report.body_bytes) == (7, 7, 1043, 14)
    assert (report.connect, report.receive, report.oversize, report.write_errors, report.not_2xx) == (
        0,
        0,
        0,
        0,
        0,
    )
    assert report.sent_bytes is None


def test_a_report_with_failures() -> None:
    report = parse_report(RESETS)
    assert (report.complete, report.receive, report.connect, report.oversize) == (100, 10, 0, 0)
    assert (report.write_errors, report.not_2xx, report.kept, report.sent_bytes) == (3, 4, 90, 16300)


def test_failures_that_are_in_no_group_are_heads_too_long() -> None:
    assert (
        parse_report(RESETS.replace("Failed requests:        20", "Failed requests:        22")).oversize == 2
    )


def test_a_report_of_nothing() -> None:
    report = parse_report(NOTHING)
    assert (report.complete, report.taken_s, report.kept, report.received_bytes) == (0, 0.497, None, 0)


def test_short_runs_take_what_their_rate_says() -> None:
    assert parse_report(KEPT).taken_s == pytest.approx(7 / 14925.37)


def test_a_rate_that_contradicts_the_time_is_passed_over() -> None:
    assert parse_report(RESETS.replace("99.50", "42.00")).taken_s == 1.005


@pytest.mark.parametrize(
    "line",
    ["Complete requests", "Time taken for tests", "Total transferred", "HTML transferred", "Failed requests"],
)
def test_a_line_that_is_missing_is_named(line: str) -> None:
    with pytest.raises(EngineFailed, match=f"no line '{line}'"):
        parse_report(KEPT.replace(line, "Something else"))


def test_only_lines_of_the_report_itself_count() -> None:
    assert parse_report(KEPT.replace("nginx/1.22.1", "Non-2xx responses:      9")).not_2xx == 0
