"""Findings: what the figures of a run show, with the evidence, in plain words, and what to do about it.

Pure functions on a result. A rule says something only where the result carries it: most need a number of requests, some
the histograms of a recording, and one that compares parts of a run looks only at where the load stayed the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from ...metrics.result import RunResult
from ..page.model import Finding
from ..run.slices import Slice
from . import distribution, errors, generator, trend
from .seen import Seen, see

Rule = Callable[[Seen], Iterator[Finding]]

RULES: tuple[Rule, ...] = (
    generator.saturated,
    generator.dropped,
    errors.throttled,
    errors.one_kind,
    errors.one_request,
    errors.one_stretch,
    distribution.few_requests,
)
"""Rules on whatever was measured, the weightiest first."""

ON_LATENCY: tuple[Rule, ...] = (
    distribution.waiting,
    distribution.one_request,
    distribution.two_speeds,
    distribution.long_tail,
    distribution.connecting,
    trend.growing,
    trend.slow_beginning,
)
"""Rules on latency, from which nothing is concluded where the generator itself was at its limit."""

LOOKED_FOR = (
    "a generator at its limit, dropped arrivals, throttling, failures of one kind, at one request or at one time, "
    "waiting before sending, slow requests of one name, two speeds, a long tail, costly connections, growing latency "
    "and a slow beginning"
)
NEED_RECORDING = "slow requests of one name, two speeds and costly connections"
_WEIGHTS = {"bad": 0, "warn": 1, "plain": 2, "good": 3}


def findings(result: RunResult, parts: Sequence[Slice] | None = None) -> list[Finding]:
    """What the figures of a run show, the weightiest first; ``parts`` are its slices, where they are there already."""
    seen = see(result, parts)
    rules = RULES if generator.spoiled(result) else (*RULES, *ON_LATENCY)
    found = [finding for rule in rules for finding in rule(seen)]
    return sorted(found, key=lambda finding: _WEIGHTS[finding.tone])


def nothing_found(result: RunResult) -> str:
    """What is said when there are no findings: what was looked for, and what could not be."""
    if not result.summary.requests:
        return "No request was measured, so there is nothing to look at."
    if result.recording is None:
        return (
            f"Nothing stands out. Looked for {LOOKED_FOR}; not for {NEED_RECORDING}, which take histograms."
        )
    return f"Nothing stands out. Looked for {LOOKED_FOR}."


__all__ = ["LOOKED_FOR", "NEED_RECORDING", "ON_LATENCY", "RULES", "findings", "nothing_found"]
