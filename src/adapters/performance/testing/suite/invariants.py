"""What holds of every result, whatever engine ran and however the run went."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from itertools import pairwise

from ...engines import kinds
from ...metrics.changes import paused_s
from ...metrics.result import RunResult
from ...metrics.summary import LatencySummary, Summary
from ...plan.model import Plan
from ..messages import SeenRequest

MAYBE_UNSEEN = {
    kinds.REFUSED,
    kinds.CONNECT,
    kinds.DNS,
    kinds.TLS,
    kinds.RESET,
    kinds.CLOSED,
    kinds.OTHER,
    kinds.AUTH,
}
"""Kinds of failures of requests that perhaps never reached a server."""
_BYTES = ("bytes_received", "bytes_sent")
_ORDERED = ("min", "p50", "p75", "p90", "p95", "p99", "p999", "max")
_BIN = 0.001  # percentiles are read from bins 0.1 % wide
_CLOCKS_S = 0.1


def check_invariants(
    result: RunResult,
    seen: Sequence[SeenRequest],
    *,
    plan: Plan | None = None,
    unknown: Collection[str] = (),
    uncounted: float = 0,
) -> None:
    """Asserts what must hold of any result and of what the server saw of the run.

    ``unknown`` are figures that the engine declares it cannot know. ``uncounted`` is how many of the requests that
    were seen may be missing in the result, beside those in flight at the end; infinity when it was broken off.
    """
    _adds_up(result, unknown)
    _verdict_follows(result)
    _survives_json(result)
    for summary in (result.summary, *result.requests.values(), *result.aside.values()):
        _summary_is_sound(summary)
    for group in result.groups.values():
        assert 0 <= group.failures <= group.count
        _latency_is_sound(group.duration_ms)
    users = None if plan is None else getattr(plan.load, "user_limit", None) or _users(plan)
    warm_up = result.warm_up.requests if result.warm_up else 0
    _agrees_with_server(_all_told(result), seen, users, uncounted + warm_up)
    _covers_the_run(result, seen)
    if not math.isinf(uncounted):
        _takes_users_time(result, users)


def kinds_of(summary: Summary) -> set[str]:
    """The kinds of failures there were."""
    return {error.kind for error in summary.errors}


def _users(plan: Plan) -> int:
    users: int = getattr(plan.load, "max_users", None) or getattr(plan.load, "users", None) or 1
    return users


def _adds_up(result: RunResult, unknown: Collection[str]) -> None:
    total, parts = result.summary, result.requests.values()
    assert sum(part.requests for part in parts) == total.requests
    assert sum(part.failures for part in parts) == total.failures
    for name in _BYTES:
        counts = [getattr(part, name) for part in parts]
        if getattr(total, name) is not None:
            assert sum(counts) == getattr(total, name), name
    if total.status_codes is not None:
        by_name = sum((Counter(part.status_codes) for part in parts if part.status_codes), Counter[str]())
        assert by_name == Counter(total.status_codes)
    if "timeline" not in unknown:
        assert sum(point.requests for point in result.timeline) == total.requests
        assert sum(point.failures for point in result.timeline) == total.failures
    assert [point.t for point in result.timeline] == sorted({point.t for point in result.timeline})


def _summary_is_sound(summary: Summary) -> None:
    assert 0 <= summary.failures <= summary.requests
    assert sum(error.count for error in summary.errors) == summary.failures
    assert all(error.count > 0 and error.message for error in summary.errors)
    assert {error.kind for error in summary.errors} <= _KINDS
    if summary.requests:
        assert summary.error_rate == summary.failures / summary.requests
    else:
        assert summary.error_rate is None
    _latency_is_sound(summary.latency_ms)
    _statuses_are_sound(summary)


_KINDS = {value for name, value in vars(kinds).items() if name.isupper()}


def _latency_is_sound(latency: LatencySummary) -> None:
    told = [value for name in _ORDERED if (value := getattr(latency, name)) is not None]
    assert len(told) in (0, len(_ORDERED)), "some percentiles are known and some are not"
    if told:
        assert all(one <= other * (1 + _BIN) for one, other in pairwise(told)), told
        assert latency.mean is not None
        assert told[0] * (1 - _BIN) <= latency.mean <= told[-1] * (1 + _BIN)
        assert told[0] > 0, "no request takes no time: what is below the resolution is not 0"


def _statuses_are_sound(summary: Summary) -> None:
    """Whoever tells statuses has one for each request but those that failed on the way."""
    if summary.status_codes is None:
        return
    with_status = sum(summary.status_codes.values())
    assert set(summary.status_codes) <= {str(code) for code in range(100, 600)}
    assert all(summary.status_codes.values()), "a status that no answer had is not in the table"
    judged = {kinds.STATUS, kinds.CHECK, kinds.EXTRACT, kinds.REDIRECTS, kinds.SCRIPT}
    on_the_way = sum(error.count for error in summary.errors if error.kind not in judged)
    assert summary.requests - on_the_way <= with_status <= summary.requests
    by_status = sum(error.count for error in summary.errors if error.kind == kinds.STATUS)
    assert by_status <= sum(count for code, count in summary.status_codes.items() if int(code) >= 400)


def _verdict_follows(result: RunResult) -> None:
    assert result.success == (result.reason is None)
    assert result.success == (result.exit_code == 0)
    if result.success:
        assert result.stopped == "completed"
        assert result.summary.requests > 0
        assert all(threshold.acceptable for threshold in result.thresholds)
    if result.summary.failures and not result.thresholds:
        assert not result.success


def _survives_json(result: RunResult) -> None:
    assert RunResult.from_json(result.to_json()) == result


def _all_told(result: RunResult) -> Summary:
    """What the server should have seen: the requests, and those told aside; their times are left out."""
    parts = [result.summary, *result.aside.values()]
    statuses = [part.status_codes for part in parts]
    known = all(codes is not None for codes in statuses)
    return result.summary.model_copy(
        update={
            "requests": sum(part.requests for part in parts),
            "failures": sum(part.failures for part in parts),
            "errors": tuple(error for part in parts for error in part.errors),
            "status_codes": dict(sum(map(Counter, filter(None, statuses)), Counter[str]()))
            if known
            else None,
            **{name: _sum_if_known(getattr(part, name) for part in parts) for name in _BYTES},
        }
    )


def _sum_if_known(counts: Iterable[int | None]) -> int | None:
    known = list(counts)
    return None if None in known else sum(filter(None, known))


def _agrees_with_server(
    summary: Summary, seen: Sequence[SeenRequest], users: int | None, uncounted: float
) -> None:
    """Requests reported are requests seen, but for those in flight at the end; so are statuses and bytes."""
    most_in_flight = math.inf if users is None else users
    unseen = sum(error.count for error in summary.errors if error.kind in MAYBE_UNSEEN)
    in_flight = most_in_flight if summary.interrupted is None else summary.interrupted
    assert in_flight <= most_in_flight, "more requests were interrupted than there were users"
    assert len(seen) >= summary.requests - unseen, "requests are reported that the server never saw"
    assert len(seen) <= summary.requests + in_flight + uncounted, (
        "the server saw requests that are not in the result"
    )
    whole = [request for request in seen if request.completed]
    exact = len(whole) == len(seen) == summary.requests
    if summary.status_codes is not None:
        told = Counter({int(code): count for code, count in summary.status_codes.items()})
        given = Counter(request.status for request in seen if request.status is not None)
        assert told == given if exact else told <= given
    _bytes_agree(summary.bytes_received, [request.bytes_out for request in seen], exact)
    if not unseen:
        _bytes_agree(summary.bytes_sent, [request.bytes_in for request in seen], exact)


def _bytes_agree(told: int | None, on_the_wire: list[int], exact: bool) -> None:
    if told is None:
        return
    if exact:
        assert told == sum(on_the_wire), "bytes"
    else:
        assert told <= sum(on_the_wire), "more bytes than there were"


def _covers_the_run(result: RunResult, seen: Sequence[SeenRequest]) -> None:
    """The measured window holds what the server saw, and rates are per second of it."""
    duration = result.duration_s
    if duration is None:
        assert not result.summary.requests, "something was measured, in no time"
        assert result.summary.throughput_rps is None
        return
    assert duration > 0
    warm_up_s = result.warm_up.duration_s if result.warm_up else 0
    loaded_s = duration - warm_up_s - paused_s(result.changes, duration, since_s=warm_up_s)
    wanted_rps = result.summary.requests / loaded_s if loaded_s > 0 else None
    assert result.summary.throughput_rps == wanted_rps
    assert all(point.t >= warm_up_s for point in result.timeline)
    if seen and result.stopped == "completed" and not result.aside:  # that may come before it, and after
        first, last = seen[0].received_s, max(request.answered_s or request.received_s for request in seen)
        assert duration >= last - first - _CLOCKS_S, "the measured window is shorter than the run"
        started = result.started_at.timestamp()
        assert started <= seen[0].received_at + _CLOCKS_S, "the run began before it says so"


def _takes_users_time(result: RunResult, users: int | None) -> None:
    """Requests of one user follow each other, so that together they take no longer than the users were there."""
    if users is None or result.duration_s is None:
        return
    timed = [part for part in result.requests.values() if not kinds_of(part) & MAYBE_UNSEEN]
    taken_s = sum((part.latency_ms.mean or 0.0) / 1000 * part.requests for part in timed)
    assert taken_s <= users * result.duration_s * 1.05 + _CLOCKS_S, "longer than there was time"
