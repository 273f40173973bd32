"""Rules on the generator: whether it, and not the target, was the limit."""

from __future__ import annotations

from collections.abc import Iterator

from ...metrics.result import RunResult
from .. import figures
from ..page.model import Finding
from ..text import printable
from .seen import Seen

_MANY = 0.01
_SATURATED = ("GeneratorSaturated", "GeneratorBusy")


def spoiled(result: RunResult) -> bool:
    """Whether the engine warned that the generator itself was at its limit, so that latencies are partly its own."""
    return any(warning.code in _SATURATED for warning in result.warnings)


def saturated(seen: Seen) -> Iterator[Finding]:
    """The engine itself warned that it could not keep up."""
    for warning in seen.result.warnings:
        if warning.code in _SATURATED:
            yield Finding(
                "The load generator was at its limit",
                _sentence(printable(warning.message)),
                "Nothing is concluded from latencies here, and the target should not be judged by them: run again with "
                "more for the generator, or with less load.",
                "bad",
            )


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."


def dropped(seen: Seen) -> Iterator[Finding]:
    """Arrivals found every user busy."""
    summary, plan = seen.result.summary, seen.plan
    if not summary.dropped or plan is None or plan.user_limit is None:
        return
    done = summary.iterations or 0
    share = figures.share(summary.dropped, summary.dropped + done)
    yield Finding(
        f"{share} of the arrivals were dropped",
        f"{figures.count(summary.dropped)} arrivals found all {figures.count(plan.user_limit)} users busy; "
        f"{figures.count(done)} iterations finished.",
        "The target got less than the planned rate. If its latency is as you expect, raise max_users to the rate times "
        "the time of an iteration; if not, it is too slow for this rate.",
        "bad" if summary.dropped >= _MANY * (summary.dropped + done) else "warn",
    )
