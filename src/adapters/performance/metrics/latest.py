"""The result of the latest run of this process, for calls that say "what was just measured" without naming it."""

from __future__ import annotations

from .result import RunResult

_latest: RunResult | None = None


def remember(result: RunResult) -> None:
    """Take note of a run that ended."""
    global _latest
    _latest = result


def latest() -> RunResult | None:
    """The result of the latest run; None when none has ended yet, or it was forgotten."""
    return _latest


def forget() -> None:
    """Let go of it."""
    global _latest
    _latest = None
