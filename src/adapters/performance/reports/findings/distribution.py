"""Rules on how latency is distributed: over requests, and over request names."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from ...metrics.histogram import Histogram
from ...stats.modes import find_modes
from .. import figures
from ..page.model import Finding
from .seen import Seen, quoted

_BEYOND = 10
"""A percentile is spoken of when so many requests at least are beyond it."""
_TAIL = 10.0
_WAITING = 2.0
_SLOW_SHARE = 0.6
_SLOW_FACTOR = 2.0
_APART = 3.0
_MODE_REQUESTS = 400
_MODE_POINTS = 200
_MOST_NAMES = 3
_PER_USER = 5
_NEW_SHARE = 0.5
_COSTLY = 0.2


def few_requests(seen: Seen) -> Iterator[Finding]:
    """There are too few requests for a p99."""
    count = seen.result.summary.requests
    if 0 < count < 100 * _BEYOND:
        beyond = count // 100
        told = "none is" if not beyond else "one is" if beyond == 1 else f"{beyond} are"
        yield Finding(
            "The slowest percentiles rest on few requests",
            f"Of {figures.count(count)} requests, {told} beyond p99.",
            f"Run for longer before you judge by p99: with {100 * _BEYOND:,} requests, ten are beyond it.",
            "plain",
        )


def long_tail(seen: Seen) -> Iterator[Finding]:
    """The slowest hundredth of the requests of a name takes many times their median."""
    found = []
    for name, summary in seen.result.requests.items():
        p50, p99 = summary.latency_ms.p50, summary.latency_ms.p99
        if p50 and p99 is not None and summary.requests >= 100 * _BEYOND and p99 >= _TAIL * p50:
            found.append(
                (p99 / p50, f"{quoted(name)}: p50 {figures.latency(p50)}, p99 {figures.latency(p99)}")
            )
    if not found:
        return
    found.sort(reverse=True)
    most = f"{found[0][0]:.0f} times the median"
    yield Finding(
        f"One request in a hundred takes {'up to ' if len(found) > 1 else ''}{most} or more",
        f"{'; '.join(told for _, told in found[:_MOST_NAMES])}{_more(len(found))}.",
        "A tail this long is often waiting: for a lock, a connection from a pool, a cold cache, garbage collection. "
        "The heat map shows when.",
    )


def _more(count: int) -> str:
    return f"; and {count - _MOST_NAMES} more" if count > _MOST_NAMES else ""


def waiting(seen: Seen) -> Iterator[Finding]:
    """In the open model: requests waited long before they were sent."""
    summary = seen.result.summary
    if summary.response_ms is None or summary.requests < 100 * _BEYOND:
        return
    due, sent = summary.response_ms.p99, summary.latency_ms.p99
    if due is None or not sent or due < _WAITING * sent:
        return
    lag = (
        ""
        if summary.lag_ms is None
        else f" The generator itself began iterations {_late(summary.lag_ms.p99)} late at p99."
    )
    yield Finding(
        "Requests waited before they were sent",
        f"From when it was due, the p99 of a request is {figures.latency(due)}; from when it was sent, "
        f"{figures.latency(sent)}.{lag}",
        "Users of the target wait as long as the former. Raise max_users if arrivals wait for a free user; if the "
        "generator was late, give it more processes.",
    )


def _late(ms: float | None) -> str:
    return figures.latency(ms)


def one_request(seen: Seen) -> Iterator[Finding]:
    """Of the requests beyond p99, most are of one name."""
    recording = seen.result.recording
    if recording is None or len(recording.requests) < 2:
        return
    total = recording.totals().latency
    limit_ns = total.quantile(0.99)
    if limit_ns is None or total.count < 100 * _BEYOND:
        return
    slow = {name: _beyond(stats.latency, limit_ns) for name, stats in recording.requests.items()}
    name = max(slow, key=lambda key: slow[key])
    all_slow = sum(slow.values())
    if all_slow < _BEYOND:
        return
    share = slow[name] / all_slow
    of_requests = recording.requests[name].latency.count / total.count
    if share < _SLOW_SHARE or share < _SLOW_FACTOR * of_requests:
        return
    yield Finding(
        f"Slow requests are mostly {quoted(name)}",
        f"It is {figures.percent(of_requests)} of the requests, but {figures.percent(share)} of the "
        f"{figures.count(all_slow)} that took longer than {figures.latency(limit_ns / 1e6)}, the p99 of all.",
        "Begin with this one: it makes the p99 of the run.",
    )


def _beyond(histogram: Histogram, limit_ns: float) -> int:
    lower, upper, counts = histogram.nonzero()
    return int(counts[(lower + upper) / 2 > limit_ns].sum())


def two_speeds(seen: Seen) -> Iterator[Finding]:
    """Requests of one name are of two kinds: the best cut of log latency explains more than any single hump does."""
    recording = seen.result.recording
    if recording is None:
        return
    found = []
    for name, stats in recording.requests.items():
        if (apart := _two_speeds(stats.latency)) is not None:
            found.append((stats.latency.count, name, apart))
    if not found:
        return
    found.sort(reverse=True)
    told = [
        f"{quoted(name)}: {figures.percent(1 - share)} of {figures.count(count)} around {figures.latency(fast_ms)}, "
        f"{figures.percent(share)} around {figures.latency(slow_ms)}"
        for count, name, (fast_ms, slow_ms, share) in found[:_MOST_NAMES]
    ]
    yield Finding(
        f"{quoted(found[0][1])} has two speeds"
        if len(found) == 1
        else f"{len(found)} requests have two speeds",
        f"{'; '.join(told)}{_more(len(found))}.",
        "Two groups often have two causes, such as a cache that hits or misses, or one slow instance of several: "
        "their mean is a time that hardly any request took.",
    )


def _two_speeds(histogram: Histogram) -> tuple[float, float, float] | None:
    """Typical times of the fast and the slow group in ms, and the slow one's share; None of a single group."""
    if histogram.count < _MODE_REQUESTS:
        return None
    shares = (np.arange(_MODE_POINTS) + 0.5) / _MODE_POINTS
    values = np.array(histogram.quantiles(shares.tolist()), dtype=float)
    logs = np.log(np.maximum(values, 1.0))
    modes = find_modes(logs)
    if modes is None or not modes.bimodal or modes.means[1] - modes.means[0] < math.log(_APART):
        return None
    slow = logs > modes.cut
    if not _is_valley(logs, modes.cut, modes.means):
        return None
    return float(np.median(values[~slow])) / 1e6, float(np.median(values[slow])) / 1e6, float(slow.mean())


def _is_valley(logs: np.ndarray, cut: float, means: tuple[float, float]) -> bool:
    """Whether fewer values lie around the cut than around either group's middle."""
    half = (means[1] - means[0]) / 8
    around = [
        int(((logs > place - half) & (logs <= place + half)).sum()) for place in (means[0], cut, means[1])
    ]
    return around[1] < min(around[0], around[2]) / 2


def connecting(seen: Seen) -> Iterator[Finding]:
    """Connections are made for nearly every request, and cost a good part of its time."""
    recording = seen.result.recording
    if recording is None:
        return
    totals = recording.totals()
    users = [part.users for part in seen.parts if part.users is not None]
    if totals.connect is None or not totals.connect.count or not users or not totals.latency.sum_ns:
        return
    made, requests = totals.connect.count, totals.requests
    spent_ns = totals.connect.sum_ns + (0 if totals.tls is None else totals.tls.sum_ns)
    share = spent_ns / totals.latency.sum_ns
    if requests < _PER_USER * max(users) or made < _NEW_SHARE * requests or share < _COSTLY:
        return
    yield Finding(
        "Connections are hardly reused",
        f"{figures.count(made)} connections were made for {figures.count(requests)} requests; making them took "
        f"{figures.duration(spent_ns / 1e9)} in all, the requests {figures.duration(totals.latency.sum_ns / 1e9)}.",
        "Does the target close connections (Connection: close, a short keep-alive timeout)? If the plan asks for new "
        "ones, this is their price.",
    )
