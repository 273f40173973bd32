"""What k6 writes, read in whatever pieces it comes."""

from __future__ import annotations

import base64
import csv
import io
import math

import numpy as np
import pytest

from adapters.performance.engines.k6.failures import failure_of
from adapters.performance.engines.k6.job import Numbers
from adapters.performance.engines.k6.log import Log
from adapters.performance.engines.k6.records import Records
from adapters.performance.engines.k6.rows import CsvRows
from adapters.performance.metrics.collector import MetricsCollector

PARTS = (
    "reqs",
    "req_duration",
    "req_blocked",
    "req_connecting",
    "req_tls_handshaking",
    "req_sending",
    "req_waiting",
)
COLUMNS = ["check", "error", "error_code", "expected_response", "name", "status"]
NAME = 'a,"b"\nc'


def csv_of(*requests: tuple[float, str, str], header: bool = True) -> bytes:
    """CSV as k6 writes it: requests of (end in s, name, status), each of 2 ms + 1 ms blocked; 5 iterations first."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    if header:
        writer.writerow(["metric_name", "timestamp", "metric_value", *COLUMNS, "extra_tags", "metadata"])
    for end, name, status in requests:
        tags = ["", "", "", "true" if status < "400" else "false", name, status, "x=1", ""]
        values = dict.fromkeys([*PARTS, "req_receiving"], "0.000000")
        values |= {
            "reqs": "1.000000",
            "req_duration": "2.000000",
            "req_blocked": "1.000000",
            "req_receiving": "0.5",
        }
        for part, value in values.items():
            writer.writerow([f"http_{part}", str(int(end * 1e6)), value, *tags])
        writer.writerow(["iterations", str(int(end * 1e6)), "1.000000", *[""] * 8])
    return out.getvalue().encode()


@pytest.mark.parametrize("size", [1, 7, 64, 100_000])
def test_rows_in_pieces_are_the_same_requests(size: int) -> None:
    data = csv_of((10.1, NAME, "200"), (10.2, "é", "503"), (11.7, NAME, "200"))
    collector = MetricsCollector()
    rows = CsvRows(collector)
    for start in range(0, len(data), size):
        rows.feed(data[start : start + size])
        rows.tick()
    rows.finish()
    assert {name: (s.requests, s.failures) for name, s in collector.by_name.items()} == {
        NAME: (2, 0),
        "é": (1, 1),
    }
    assert collector.by_name["é"].errors == {("status", "status 503"): 1}
    assert collector.iterations == 3
    latency = collector.totals().latency
    assert latency.quantile(1.0) == pytest.approx(3e6, rel=1e-3)
    assert rows.duration_s == pytest.approx(11.7 - 10.1 + 0.003)
    assert [row.requests for row in collector.timeline] == [2, 1]


def line_of(now: int, *requests: tuple[float, ...], iterations: int = 0, checks: str = "-") -> bytes:
    rows = base64.b64encode(np.array(requests, dtype=np.float64).tobytes()).decode()
    return f"S {now} {iterations} - {checks} - {rows}\n".encode()


@pytest.mark.parametrize("size", [1, 50, 100_000])
def test_reports_in_pieces(size: int) -> None:
    numbers = Numbers(["one", "two"], [0, 3], ["one: status is 200"], [("check", "one: status is 200")])
    data = b'k6 says hello\nB 1000000\nU 1000000 1\nM 65 1212 "dial: connection refused"\n'
    data += line_of(
        1000100,
        (0, 1000050, 1.5, 1.0, 0.25, 0.5, 200, 0),
        (0, 1000060, 1.5, 1.0, math.nan, math.nan, 200, -1),
        (1, 1000070, 1.5, 1.0, math.nan, math.nan, 404, 1),
        (1, 1000080, 1.5, 1.0, math.nan, math.nan, 302, 2),
        (1, 1000090, math.nan, math.nan, math.nan, math.nan, 0, 1065),
        (1, 1000099, math.nan, math.nan, math.nan, math.nan, 0, 3),
        iterations=2,
        checks="0:3:1",
    )
    data += (
        b"U 1001500 1\n"
        + line_of(1002000, (0, 1002000, 3, 2, math.nan, math.nan, 200, 0))
        + b'D 4\nX "boom"\nE 0\nS 10021'
    )
    collector = MetricsCollector()
    records = Records(numbers, collector)
    for start in range(0, len(data), size):
        records.feed(data[start : start + size])
        records.tick()
    records.finish()
    total = collector.totals()
    assert (total.requests, total.failures, total.latency.count, records.cut_off.total()) == (6, 4, 5, 1)
    assert total.errors == {
        ("check", "one: status is 200"): 1,
        ("status", "status 404"): 1,
        ("redirects", "more than 3 redirects"): 1,
        ("refused", "dial: connection refused"): 1,
    }
    assert total.status_codes == {200: 3, 404: 1, 302: 1}
    assert (total.connect.max_ns, total.tls.max_ns) == (0.25e6, 0.5e6)
    assert (collector.iterations, collector.dropped, records.exceptions) == (2, 4, ["boom"])
    assert collector.checks == {"one: status is 200": (3, 1)}
    assert [row.users for row in collector.timeline] == [1, 2, 2]
    assert records.duration_s == 2.0


def test_a_run_that_ended_within_a_step_of_the_clock_took_no_less_than_that_step() -> None:
    failed = (0, 1000000, math.nan, math.nan, math.nan, math.nan, 0, 1065)
    records = Records(Numbers(["one"], [0], [], []), MetricsCollector())
    records.feed(b'B 1000000\nM 65 1101 "lookup x: no such host"\n' + line_of(1000000, failed, iterations=1))
    records.finish()
    assert records.duration_s == 0.001


@pytest.mark.parametrize(
    ("code", "message", "kind", "text"),
    [
        (1212, "dial: connection refused", "refused", "dial: connection refused"),
        (1000, "read tcp 127.0.0.1:5->127.0.0.1:80: EOF", "closed", "EOF"),
        (1000, "unexpected EOF", "truncated", "unexpected EOF"),
        (1000, "x509: certificate has expired or is not yet valid", "tls", None),
        (1010, "remote error: tls: bad certificate", "tls", None),
        (1000, 'malformed HTTP response "x"', "protocol", None),
        (1101, "lookup: no such host", "dns", None),
        (1211, "dial: i/o timeout", "timeout", None),
        (1220, "read: connection reset by peer", "reset", None),
        (1000, "http chunk length too large", "protocol", None),
        (1000, "net/http: server response headers exceeded 10485760 bytes; aborted", "too_large", None),
        (1000, "http: suspiciously long trailer after chunked body", "too_large", None),
        (1701, "error decompressing response body (gzip: invalid header)", "decode", None),
        (1000, "flate: corrupt input before offset 5", "decode", None),
        (1000, "something new", "other", "something new"),
    ],
)
def test_kinds_of_failures(code: int, message: str, kind: str, text: str | None) -> None:
    assert failure_of(code, message) == (kind, text or message)


def test_the_log_tells_exceptions_from_what_a_script_prints() -> None:
    log = Log()
    lines = (
        b'{"level":"error","msg":"boom\\n\\tat x","source":"stacktrace"}\n'
        b'{"level":"error","msg":"printed","source":"console"}\n{"level":"warning","msg":"Request Failed"}\nsummary\n'
    )
    for start in range(len(lines)):
        log.feed(lines[start : start + 1])
    assert (log.exceptions, log.errors) == (1, ["boom\n\tat x"])
    assert log.tail == lines


def test_requests_told_aside_and_groups_are_no_requests_of_the_load() -> None:
    numbers = Numbers(requests=["login", "page"], aside={0}, groups=["checkout"])
    collector = MetricsCollector()
    records = Records(numbers, collector)
    rows = (
        (0, 900.0, 5.0, 4.0, math.nan, math.nan, 200, 0),
        (1, 1500.0, 7.0, 6.0, math.nan, math.nan, 200, 0),
        (1_000_000, 1600.0, 90.0, math.nan, math.nan, math.nan, 0, 0),
        (1_000_000, 1700.0, 95.0, math.nan, math.nan, math.nan, 0, -1),
    )
    records.feed(b"B 1000\n" + line_of(1700, *rows))
    records.finish()
    assert {name: stats.requests for name, stats in collector.by_name.items()} == {"page": 1}
    assert {name: stats.requests for name, stats in collector.aside.items()} == {"login": 1}
    group = collector.groups["checkout"]
    assert (group.count, group.failures, group.duration.max_ns) == (2, 1, pytest.approx(95e6))
