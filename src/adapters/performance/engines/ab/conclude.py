"""How a run of ab went: its verdict, its reason and what a reader must know of its figures."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

from ...errors import EngineFailed
from ...metrics.collector import MetricsCollector
from ...metrics.result import ResultWarning
from ..contract import EngineReport, Stopped
from .collect import stats_of, tell_counts, tell_requests, timed_rows
from .job import Job
from .launch import Run
from .outcome import Outcome, in_flight, outcome_of_report, outcome_without_report
from .report import Report, parse_report

_NOTHING_CAME = "The timeout specified has expired"
_SHORT = 0.98
_WORDS = 3


def conclude(
    collector: MetricsCollector, job: Job, run: Run, folder: Path, version: str | None
) -> EngineReport:
    """Tells the collector what a run measured, and says how it went."""
    if run.report is not None:
        return _reported(collector, job, run, parse_report(run.report), folder, version)
    if run.exit.returncode > 0:
        return _given_up(collector, job, run, version)
    if run.exit.returncode == 0:
        raise EngineFailed(f"ab ended without a report: {_last_words(run)}")
    stopped: Stopped = "interrupted" if run.ended_by == "user" else "failed"
    name = signal.Signals(-run.exit.returncode).name
    reason = f"ab was ended by {name}; until its end it tells only that {run.log.answers} answers had come"
    return EngineReport(version, run.began_at, None, stopped, reason)


def _reported(
    collector: MetricsCollector, job: Job, run: Run, report: Report, folder: Path, version: str | None
) -> EngineReport:
    outcome = outcome_of_report(run.log, report, run.exit.stderr)
    stats = stats_of(job, outcome, report, run.log.request_bytes)
    tell_requests(collector, job, stats, outcome.alike(), timed_rows(folder, report, run.began_at))
    stopped, reason = _verdict(job, run, report, outcome)
    left = max(0, job.requests - report.complete)
    cut_off = 0 if run.ended_by == "itself" else min(left, in_flight(run.log, job.users))
    tell_counts(collector, job, outcome, stats.requests, cut_off)
    return EngineReport(
        version=version,
        started_at=run.began_at,
        duration_s=report.taken_s or None,  # ab tells milliseconds: 0 is less than it can tell
        stopped=stopped,
        reason=reason,
        warnings=[*_warnings(job, run, report, outcome, cut_off)],
    )


def _given_up(collector: MetricsCollector, job: Job, run: Run, version: str | None) -> EngineReport:
    """ab ended without its figures; its log still tells of the answers until then, but not of their times."""
    stderr, timeout_s = run.exit.stderr, job.timeout_s if _NOTHING_CAME in run.exit.stderr else None
    outcome = outcome_without_report(run.log, stderr, users=job.users, timeout_s=timeout_s)
    stats = stats_of(job, outcome, None, run.log.request_bytes)
    if stats.requests:
        tell_requests(collector, job, stats, False, ())
        tell_counts(collector, job, outcome, stats.requests, 0)
    words = f"nothing came for {timeout_s} s" if timeout_s else _last_words(run)
    reason = f"ab gave up: {words}" + (f"; {outcome.doubt}" if outcome.doubt else "")
    return EngineReport(version, run.began_at, run.lasted_s if stats.requests else None, "failed", reason)


def _verdict(job: Job, run: Run, report: Report, outcome: Outcome) -> tuple[Stopped, str | None]:
    if run.ended_by == "user":
        return "interrupted", outcome.doubt
    if run.ended_by == "deadline":
        return "failed", "ab did not end when its time was over"
    shortfall = outcome.doubt or _shortfall(job, run, report)
    return ("failed", shortfall) if shortfall else ("completed", None)


def _shortfall(job: Job, run: Run, report: Report) -> str | None:
    """Why a run that came to its end did not do what the plan says, if so."""
    if job.length_s is None:
        if report.complete >= job.requests:
            return None
        done = f"{report.complete} of {job.requests} iterations were done"
        return f"{done} when max_duration had passed" if run.ended_by == "time" else done
    if run.ended_by == "itself" and report.taken_s < job.length_s:
        return f"ab has room for {job.requests} requests, and had sent them after {report.taken_s:.1f} s"
    return None


def _last_words(run: Run) -> str:
    lines = [line.strip() for line in run.exit.last_words.splitlines() if line.strip()]
    return "; ".join(lines[-_WORDS:]) or f"exit code {run.exit.returncode}, and it does not say why"


def _warnings(job: Job, run: Run, report: Report, outcome: Outcome, cut_off: int) -> Iterator[ResultWarning]:
    yield ResultWarning(
        code="CoarseResolution",
        message="ab tells the time of a request to 1 ms and the percentiles 0 to 100 to 1 µs: times in between are "
        "interpolated; it tells the second in which a request began, within which the timeline spreads them evenly",
    )
    yield ResultWarning(code="LeftOut", message="HTTP/1.1 (options.http_version): ab speaks HTTP/1.0")
    if cut_off:
        message = f"{cut_off} requests in flight at the end were cut off, uncounted"
        yield ResultWarning(code="Interrupted", message=message)
    if not outcome.alike() and report.complete:
        message = "ab does not tell which requests ended in which way: no timeline, and latencies are of all of them"
        yield ResultWarning(code="NoTimeline", message=message)
    if job.keep_alive and outcome.answered and (report.kept or 0) < outcome.answered.total():
        message = f"{report.kept or 0} of {outcome.answered.total()} answers came on a connection that the server kept"
        yield ResultWarning(code="NotKeptAlive", message=message)
    if job.untold_type:
        message = "the plan names no Content-Type for the body, so ab sent its own: text/plain"
        yield ResultWarning(code="AddedHeader", message=message)
    if run.ended_by == "time" and job.length_s and report.taken_s < _SHORT * job.length_s:
        message = (
            f"ab sent for {report.taken_s:.3f} s of {job.length_s:g} s; before that it looked up the host"
        )
        yield ResultWarning(code="DurationShort", message=message)
