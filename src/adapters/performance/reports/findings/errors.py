"""Rules on failures: of which kind they are, where, and when."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from ...metrics.summary import Summary
from .. import figures
from ..page.model import Finding
from ..page.ticks import clock
from .seen import Seen, quoted

_FEWEST = 10
_MOST = 0.8
_SHORT = 0.2
_THROTTLED = 429

_ADVICE = {
    "refused": "Nobody listened there: was the target running all the time? Is its backlog long enough?",
    "connect": "Look at the network between here and there, and at limits on open connections on both sides.",
    "dns": "Check the host name and the resolver; an address in place of a name shows whether it is that.",
    "tls": "Check the certificate and the TLS versions of the target.",
    "reset": "The target, or something before it, broke connections in use: look for crashes, restarts, limits.",
    "closed": "The target closed connections before answering: compare its keep-alive timeout with the plan's pauses.",
    "truncated": "Answers broke off: look for crashes and limits on time or size at the target or a proxy before it.",
    "timeout": "Find out what the slow requests waited for; a longer timeout only hides it.",
    "protocol": "What came back was not HTTP: check the port and the scheme of the URL.",
    "check": "The target answered, but not what the plan expects: look at one such answer.",
    "extract": "Answers lacked a value that later steps need: look at one such answer.",
    "redirects": "Follow one of the redirects by hand: they may go in a circle.",
    "script": "The script itself raised errors: run it once with a single user.",
}
_BY_STATUS = {
    401: "Check the credentials in the plan, and whether they expire during a run.",
    403: "Check what the credentials in the plan are allowed to do.",
    404: "Check the URLs in the plan, and whether the data it asks for is there.",
    500: "Look for the error in the target's log at the times shown below.",
    502: "A proxy got no good answer: look at the service behind it.",
    503: "The target refused work: it, or its load balancer, was at its limit or not ready.",
    504: "A proxy waited too long: look at what the service behind it waited for.",
}


def throttled(seen: Seen) -> Iterator[Finding]:
    """The target answered 429."""
    codes = _codes(seen.result.summary)
    if count := codes[_THROTTLED]:
        yield Finding(
            "The target throttled this load",
            f"{figures.count(count)} of {figures.count(seen.result.summary.requests)} requests "
            f"({figures.share(count, seen.result.summary.requests)}) were answered 429, too many requests.",
            "These figures are those of a rate limiter. Exempt the test from it, or stay below its limit.",
        )


def one_kind(seen: Seen) -> Iterator[Finding]:
    """Failures are nearly all of one kind; throttling has a rule of its own."""
    summary = seen.result.summary
    if summary.failures < _FEWEST:
        return
    kinds: Counter[str] = Counter()
    for error in summary.errors:
        kinds[error.kind] += error.count
    kind, count = max(kinds.items(), key=lambda item: item[1], default=("", 0))
    if count < _MOST * summary.failures:
        return
    first = max((error for error in summary.errors if error.kind == kind), key=lambda error: error.count)
    code = _status(first.message) if kind == "status" and first.count >= _MOST * count else None
    if code == _THROTTLED:
        return
    what = f"answers with status {code}" if code else f"of the kind {quoted(kind)}"
    yield Finding(
        f"Most failures are {what}",
        f"{figures.count(count)} of {figures.count(summary.failures)} failures "
        f"({figures.share(count, summary.failures)}) are of the kind {quoted(kind)}; the most frequent message, "
        f"{figures.count(first.count)} times: {quoted(first.message or kind)}.",
        (_BY_STATUS.get(code) if code else _ADVICE.get(kind)) or "Look at one of them in the target's log.",
        "bad",
    )


def one_request(seen: Seen) -> Iterator[Finding]:
    """Answers of 500 and above come from one of several request names."""
    requests = seen.result.requests
    broken = {name: _server_errors(summary) for name, summary in requests.items()}
    total = sum(broken.values())
    if len(requests) < 2 or total < _FEWEST:
        return
    name = max(broken, key=lambda key: broken[key])
    all_requests = sum(summary.requests for summary in requests.values())
    of_requests = requests[name].requests / all_requests
    if broken[name] < _MOST * total or of_requests > _MOST / 2:
        return
    yield Finding(
        f"Server errors come from {quoted(name)}",
        f"{figures.count(broken[name])} of {figures.count(total)} answers with a status of 500 or above, while it is "
        f"{figures.percent(of_requests)} of the requests.",
        "Begin with the log and the dependencies of this one; the others answer.",
        "bad",
    )


def one_stretch(seen: Seen) -> Iterator[Finding]:
    """Failures fall into a short part of the run."""
    counts = [part.failures for part in seen.parts]
    total = sum(counts)
    if total < 2 * _FEWEST:
        return
    first, last = _narrowest(counts, _MOST * total)
    start_s, end_s = seen.parts[first].start_s, seen.parts[last].end_s
    whole_s = seen.parts[-1].end_s - seen.parts[0].start_s
    if end_s - start_s > _SHORT * whole_s:
        return
    within = sum(counts[first : last + 1])
    yield Finding(
        "Failures came at one time",
        f"{figures.count(within)} of {figures.count(total)} failures ({figures.share(within, total)}) fell between "
        f"{clock(start_s)} and {clock(end_s)} of the run.",
        "Look at what the target did then: a deployment, a restart, a job, a full queue.",
        "bad",
    )


def _narrowest(counts: list[int], least: float) -> tuple[int, int]:
    """The first and last of the fewest neighbours that have so much together."""
    best, first, within = (0, len(counts) - 1), 0, 0
    for last, count in enumerate(counts):
        within += count
        while within - counts[first] >= least:
            within -= counts[first]
            first += 1
        if within >= least and last - first < best[1] - best[0]:
            best = first, last
    return best


def _codes(summary: Summary) -> Counter[int]:
    codes: Mapping[str, int] = summary.status_codes or {}
    return Counter({int(code): count for code, count in codes.items() if code.isdigit()})


def _status(message: str) -> int | None:
    """The status that a failure's message names."""
    found = re.search(r"\b[45]\d\d\b", message)
    return int(found[0]) if found else None


def _server_errors(summary: Summary) -> int:
    return sum(count for code, count in _codes(summary).items() if code >= 500)
