"""What a run of ab measured, told to the collector."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from ...metrics.collector import MetricsCollector
from ...metrics.grouping import group
from ...metrics.samples import FloatArray, Samples
from ...metrics.window import RequestStats, Window, bounded_errors
from .job import PERCENTILES, ROWS, Job, passes
from .outcome import Outcome
from .report import Report
from .tables import Rows, ends_s, read_rows


def stats_of(job: Job, outcome: Outcome, report: Report | None, request_bytes: int | None) -> RequestStats:
    """The figures of all requests, but for their latencies; without a report, what is certain of them."""
    failures = outcome.failures(job.judge)
    requests = outcome.answered.total() + outcome.failed.total() + outcome.beside.total()
    return RequestStats(
        requests=requests,
        failures=failures.total(),
        status_codes=outcome.answered.copy(),
        errors=bounded_errors(failures),
        bytes_received=report.received_bytes if report else None,
        bytes_sent=_sent(job, outcome, report, request_bytes),
    )


def _sent(job: Job, outcome: Outcome, report: Report | None, request_bytes: int | None) -> int | None:
    """ab tells what it sent only with a body; but when each request was answered, each was sent whole."""
    if request_bytes is not None and not outcome.failed and not outcome.beside:
        return outcome.answered.total() * (request_bytes + (job.body_bytes or 0))
    return report.sent_bytes if report else None


def tell_requests(
    collector: MetricsCollector,
    job: Job,
    stats: RequestStats,
    alike: bool,
    rows: Iterable[tuple[Rows, FloatArray]],
) -> None:
    """Tells of the requests by the second in which each ended, if they all ended ``alike``; else without their time.

    Which requests failed, and which answer had which status, ab does not tell: a timeline of them would be invented.
    """
    if alike:
        for window in _windows(job.label, stats, rows):
            collector.add_window(window)
        return
    for part, _ in rows:
        stats.latency.record(part.latency_ns[~np.isnan(part.latency_ns)])
    if stats.requests:
        collector.add_totals({job.label: stats})


def tell_counts(
    collector: MetricsCollector, job: Job, outcome: Outcome, requests: int, interrupted: int
) -> None:
    """Tells of iterations, which are requests here, and of the checks, which look at whole answers only."""
    checks: dict[str, tuple[int, int]] = {}
    for check in job.checks:
        passed = sum(count for status, count in outcome.answered.items() if passes(check, status))
        checks[check["name"]] = (passed, outcome.answered.total() - passed)
    collector.add_counts(None, iterations=requests, interrupted=interrupted, checks=checks)


def timed_rows(folder: Path, report: Report, began_at: float) -> Iterator[tuple[Rows, FloatArray]]:
    """The rows of ab's table in parts, with the moment when each request ended."""
    if not report.complete:
        return  # then ab writes no tables
    for rows in read_rows(folder / ROWS, folder / PERCENTILES, report.complete):
        yield rows, ends_s(rows, began_at, report.taken_s)


def _windows(label: str, whole: RequestStats, parts: Iterable[tuple[Rows, FloatArray]]) -> Iterator[Window]:
    told = 0
    for rows, end_s in parts:
        same = np.zeros(len(end_s), dtype=np.int64)
        samples = Samples([label], [], same, same - 1, end_s, rows.latency_ns)
        for second, requests in group(samples):
            stats = requests[label]
            _fill(stats, whole, told)
            told += stats.requests
            yield Window(second or 0, requests=requests)


def _fill(stats: RequestStats, whole: RequestStats, before: int) -> None:
    """Gives some of requests that all ended alike their share of what is known of the whole."""
    count = stats.requests
    stats.failures = count if whole.failures else 0
    stats.status_codes = Counter(dict.fromkeys(whole.status_codes or (), count))
    stats.errors = Counter(dict.fromkeys(whole.errors, count))
    for name in ("bytes_received", "bytes_sent"):
        total = getattr(whole, name)
        if total is not None:
            setattr(
                stats, name, total * (before + count) // whole.requests - total * before // whole.requests
            )
