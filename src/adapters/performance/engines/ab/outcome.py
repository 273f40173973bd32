"""What became of the requests, worked out from ab's log, its report and its complaints.

A complete request, as ab calls it, is one after which the connection was closed or used again. An answer that began
is in the log; whether it came to its end shows in one of three ways: all of it is in the log, or ab counted it as
answered on a kept connection, or the bytes of all bodies together say so.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from .. import kinds
from .log import AnswerLog
from .report import Report

Failure = tuple[str, str]

_COMPLAINT = re.compile(r"^apr_socket_recv: (.+) \(\d+\)$", re.MULTILINE)
_HANDSHAKE = "SSL handshake failed"
_BY_WORD = (
    ("refused", kinds.REFUSED),
    ("reset", kinds.RESET),
    ("timed out", kinds.TIMEOUT),
    ("unreachable", kinds.CONNECT),
    ("No route", kinds.CONNECT),
)
_CLOSED = (kinds.CLOSED, "the connection was closed before the head of an answer was complete")
_TRUNCATED = (kinds.TRUNCATED, "the connection was closed inside the answer")
_EITHER = (kinds.CLOSED, "the connection was closed before or inside the answer, ab does not tell which")
_NOT_SENT = (kinds.CLOSED, "the connection was closed before the request was sent")
_TLS = (kinds.TLS, "the TLS handshake failed")
_NOT_HTTP = (kinds.PROTOCOL, "what came back is not HTTP")
_OVERSIZE = (kinds.TOO_LARGE, "the head of the answer is longer than the 8 KiB that ab can hold")
_NOT_CONNECTED = (kinds.CONNECT, "no connection")


@dataclass(slots=True)
class Outcome:
    """How the requests ended: whole answers by ``status``, ``failed`` without one, ``beside`` ab's complete requests.

    ``doubt`` says what of this ab does not tell; the figures are then what is certain.
    """

    answered: Counter[int] = field(default_factory=Counter)
    failed: Counter[Failure] = field(default_factory=Counter)
    beside: Counter[Failure] = field(default_factory=Counter)
    doubt: str | None = None

    def failures(self, judge: Callable[[int], Failure | None]) -> Counter[Failure]:
        """All failures by kind and message, those of whole answers too."""
        found = self.failed + self.beside
        for status, count in self.answered.items():
            if (failure := judge(status)) is not None:
                found[failure] += count
        return found

    def alike(self) -> bool:
        """Whether all of ab's complete requests ended in the same way."""
        return len(self.answered) + len(self.failed) == 1 and not self.beside


def outcome_of_report(log: AnswerLog, report: Report, stderr: str) -> Outcome:
    """The outcome of a run that ab reports on."""
    outcome = _outcome(log, report.complete, stderr, report)
    connect = {_NOT_CONNECTED: report.connect, _OVERSIZE: report.oversize}
    outcome.beside = Counter({failure: count for failure, count in connect.items() if count})
    if outcome.doubt is None and report.not_2xx - report.oversize not in (log.not_2xx - 1, log.not_2xx):
        outcome.doubt = f"ab counts {report.not_2xx} answers other than 2xx and its log shows {log.not_2xx}"
    return outcome


def outcome_without_report(log: AnswerLog, stderr: str, *, users: int, timeout_s: int | None) -> Outcome:
    """The outcome of a run that ab gave up, because nothing at all came for ``timeout_s`` if that is not None."""
    outcome = _outcome(log, log.total or 0, stderr, None)
    outcome.beside[_OVERSIZE] = log.oversize
    if timeout_s is not None:
        outcome.beside[kinds.TIMEOUT, f"nothing came for {timeout_s} s"] = in_flight(log, users)
    outcome.beside = +outcome.beside
    return outcome


def in_flight(log: AnswerLog, users: int) -> int:
    """How many users there are at the end, each with a request: they join the first once an answer has begun."""
    return users if log.answers else 1


def _outcome(log: AnswerLog, complete: int, stderr: str, report: Report | None) -> Outcome:
    cut, doubt = _cut_off(log, report)
    answered, doubt_of_status = _without(log, cut)
    _drop_recent(log, answered, answered.total() - complete)
    lacking = max(0, complete - answered.total())
    headless = min(lacking, max(0, complete - log.answers))
    failed = _reasons(lacking, headless, log, stderr, report)
    if answered.total() > complete:
        doubt = f"ab's log shows {log.answers} answers, {complete} requests are complete"
    if not_http := answered.pop(0, 0):
        failed[_NOT_HTTP] += not_http
    return Outcome(answered, failed, doubt=doubt or doubt_of_status)


def _cut_off(log: AnswerLog, report: Report | None) -> tuple[int, str | None]:
    """How many of the answers that began did not come to their end, and what is not certain about it."""
    unproven = log.unproven.total() + log.unproven_kept.total()
    if not unproven:
        return 0, None
    if report is None:
        return 0, f"up to {unproven} answers may have been cut off; ab does not tell"
    if report.kept is not None and not log.unproven:
        return max(0, log.kept - report.kept), None
    came_later = report.body_bytes - log.shown
    if came_later <= 0:
        return unproven, None
    missing = log.owed - came_later
    at_least = math.ceil(missing / log.most_owed)
    begun_at_the_end = max(0, log.answers - report.complete)
    if at_least <= begun_at_the_end:
        return max(0, at_least), None
    return at_least, f"at least {at_least} answers were cut off; ab does not tell how many"


def _without(log: AnswerLog, cut: int) -> tuple[Counter[int], str | None]:
    """The statuses of the answers that came to their end."""
    unproven = log.unproven + log.unproven_kept
    if cut < unproven.total() and cut and len(unproven) > 1:
        doubt = f"ab does not tell which of the statuses {sorted(unproven)} the {cut} answers cut off had"
    else:
        doubt = None
    gone: Counter[int] = Counter()
    for status, count in unproven.most_common():
        gone[status] = min(count, cut - gone.total())
    return log.statuses - gone, doubt


def _drop_recent(log: AnswerLog, answered: Counter[int], surplus: int) -> None:
    """Takes out the answers that were being received when the run ended, which are the latest."""
    for status in reversed(log.recent):
        if surplus <= 0:
            return
        if answered[status]:
            answered[status] -= 1
            surplus -= 1
            if not answered[status]:
                del answered[status]


def _reasons(
    lacking: int, headless: int, log: AnswerLog, stderr: str, report: Report | None
) -> Counter[Failure]:
    """Why ``lacking`` requests got no whole answer, of which ``headless`` not even a head."""
    reasons: Counter[Failure] = Counter()
    if not lacking:
        return reasons
    told = _complaints(stderr, report)
    told[_NOT_SENT] = report.write_errors if report else 0
    told[_TLS] = headless if not log.answers and _HANDSHAKE in stderr else stderr.count(_HANDSHAKE)
    for failure, count in told.items():
        reasons[failure] = min(count, lacking - reasons.total())
    rest = lacking - reasons.total()
    if not reasons.total():
        reasons[_CLOSED], reasons[_TRUNCATED] = headless, lacking - headless
    elif headless == lacking:
        reasons[_CLOSED] = rest
    elif headless == 0:
        reasons[_TRUNCATED] = rest
    else:
        reasons[_EITHER] = rest
    return +reasons


def _complaints(stderr: str, report: Report | None) -> Counter[Failure]:
    """The errors of receiving by kind; ab's complaints say which, but only the last of them are kept."""
    told: Counter[Failure] = Counter((_kind(text), text) for text in _COMPLAINT.findall(stderr))
    errors = told.total() if report is None else report.receive
    if told.total() == errors:
        return told
    if len(told) == 1:
        return Counter(dict.fromkeys(told, errors))
    texts = ", ".join(text for _, text in told) or "ab does not tell why"
    return Counter({(kinds.OTHER, f"the connection broke (of the last: {texts})"): errors})


def _kind(text: str) -> str:
    return next((kind for word, kind in _BY_WORD if word in text), kinds.OTHER)
