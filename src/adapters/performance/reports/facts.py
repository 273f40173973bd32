"""The figures of a result as label and text: what every report for people says, in the same words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ..metrics.result import RunResult
from ..metrics.summary import Summary
from . import figures
from .text import printable
from .words import load_in_words, plan_in_words

Tone = Literal["good", "bad", "warn", "plain"]

RESPONSE = "latency counted from the moment the request was due, so that waiting to be sent is in it"


@dataclass(frozen=True, slots=True)
class Headline:
    """The verdict in a word, and the sentence that explains it."""

    word: str
    tone: Tone
    sentence: str


@dataclass(frozen=True, slots=True)
class Fact:
    """One labelled figure."""

    label: str
    text: str
    tone: Tone = "plain"


def headline(result: RunResult) -> Headline:
    """The verdict on a run."""
    if result.success:
        return Headline("PASSED", "good", _why_passed(result))
    reason = printable(result.reason or "no reason was given")
    if result.stopped == "interrupted":
        return Headline("INTERRUPTED", "warn", reason)
    return Headline("FAILED", "bad", reason)


def about(result: RunResult) -> list[Fact]:
    """What ran, on what, and what its figures mean."""
    engine = result.engine
    meaning = engine.semantics
    return [
        Fact("plan", plan_in_words(result.plan)),
        Fact("load", load_in_words(result.plan)),
        Fact("engine", printable(f"{engine.name} {engine.version or figures.UNKNOWN}")),
        Fact("started", f"{result.started_at:%Y-%m-%d %H:%M:%S %Z}".rstrip()),
        Fact(
            "latency is",
            f"{printable(meaning.latency)}; resolution {figures.resolution(meaning.resolution_ms)}",
        ),
        *([Fact("response is", RESPONSE)] if result.summary.response_ms else []),
    ]


def semantics(result: RunResult) -> list[Fact]:
    """What the engine's figures mean, and why this engine ran."""
    meaning = result.engine.semantics
    return [
        Fact("latency", printable(meaning.latency)),
        Fact("resolution", figures.resolution(meaning.resolution_ms)),
        Fact("connections", printable(meaning.connections)),
        Fact("redirects", printable(meaning.redirects)),
        *([Fact("response", RESPONSE)] if result.summary.response_ms else []),
        *([Fact("note", printable(result.engine.note))] if result.engine.note else []),
    ]


def totals(result: RunResult) -> list[Fact]:
    """The figures of the whole run."""
    summary, reconnects = result.summary, result.resources.get("reconnects")
    return [
        Fact("requests", figures.count(summary.requests)),
        Fact("failures", figures.count(summary.failures), "bad" if summary.failures else "plain"),
        Fact("error rate", figures.percent(summary.error_rate), "bad" if summary.failures else "plain"),
        Fact("throughput", figures.rate(summary.throughput_rps)),
        Fact("duration", figures.duration(result.duration_s)),
        *_warm_up(result),
        Fact("received", figures.size(summary.bytes_received)),
        Fact("sent", figures.size(summary.bytes_sent)),
        Fact("iterations", figures.count(summary.iterations)),
        Fact("dropped", figures.count(summary.dropped), "warn" if summary.dropped else "plain"),
        Fact("interrupted", figures.count(summary.interrupted), "warn" if summary.interrupted else "plain"),
        *([Fact("reconnects", figures.count(reconnects))] if reconnects else []),
    ]


def _warm_up(result: RunResult) -> list[Fact]:
    """What the other figures leave out."""
    warm_up = result.warm_up
    if warm_up is None:
        return []
    failed = f", {figures.count(warm_up.failures)} failed" if warm_up.failures else ""
    text = (
        f"{figures.duration(warm_up.duration_s)}, {figures.count(warm_up.requests)} requests left out{failed}"
    )
    return [Fact("warm-up", text, "warn" if failed else "plain")]


def statuses(summary: Summary) -> str:
    """How often each status came: ``200 × 1,234, none × 5``; "none" is requests that were never answered."""
    if summary.status_codes is None:
        return figures.UNKNOWN
    counts = {code: n for code, n in summary.status_codes.items() if code != "0"}
    unanswered = summary.requests - sum(counts.values())
    if unanswered:
        counts["none"] = unanswered
    return (
        ", ".join(f"{printable(code)} × {figures.count(n)}" for code, n in counts.items()) or figures.UNKNOWN
    )


def warnings(result: RunResult) -> list[Fact]:
    """What the reader must know before trusting the figures."""
    return [Fact(printable(item.code), printable(item.message), "warn") for item in result.warnings]


def _why_passed(result: RunResult) -> str:
    summary = result.summary
    failed = "none failed" if not summary.failures else f"{figures.count(summary.failures)} failed"
    held = len(result.thresholds)
    thresholds = "" if not held else ", the threshold held" if held == 1 else f", all {held} thresholds held"
    return f"{figures.count(summary.requests)} requests, {failed}{thresholds}"
