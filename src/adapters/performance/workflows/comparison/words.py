"""A comparison in words: one for a pair, and one sentence that says why."""

from __future__ import annotations

from collections.abc import Sequence

from .result import MetricComparison, Overall, Shift


def overall(metrics: Sequence[MetricComparison]) -> Overall:
    """One word for all figures that were judged."""
    verdicts = {metric.verdict for metric in metrics if metric.verdict is not None}
    if not verdicts:
        return "no verdict"
    if {"better", "worse"} <= verdicts:
        return "mixed"
    for word in ("worse", "better", "inconclusive"):
        if word in verdicts:
            return word
    return "equivalent"


def sentence(
    a: str,
    b: str,
    verdict: Overall,
    metrics: Sequence[MetricComparison],
    reasons: Sequence[str],
) -> str:
    """Why that word: what changed and by how much, what did not, and what cannot be told."""
    if verdict == "not comparable":
        more = f" (and {len(reasons) - 1} more)" if len(reasons) > 1 else ""
        return f"{b} cannot be compared with {a}: {reasons[0]}{more}"
    if verdict == "no verdict":
        why = next((metric.reason for metric in metrics if metric.reason), "no figure could be judged")
        return f"{b} against {a}: {why}"
    parts = [
        f"{word} in {', '.join(found)}"
        for word in ("worse", "better")
        if (
            found := [
                f"{metric.metric} ({in_words(metric.shift)})"
                for metric in metrics
                if metric.verdict == word and metric.shift is not None
            ]
        )
    ]
    if same := [metric.metric for metric in metrics if metric.verdict == "equivalent"]:
        parts.append(f"equivalent in {', '.join(same)}")
    if unsure := [metric.metric for metric in metrics if metric.verdict == "inconclusive"]:
        parts.append(f"inconclusive in {', '.join(unsure)}")
    return f"{b} against {a}: {'; '.join(parts)}"


def in_words(shift: Shift) -> str:
    """A change with its interval: ``+5.1%, +3.2% to +7.4%``."""
    low, high = (amount(end, shift.by) for end in (shift.low, shift.high))
    return f"{amount(shift.estimate, shift.by)}, {low} to {high}"


def amount(value: float, by: str) -> str:
    """A change with its sign, in percent or in percentage points."""
    unit = "%" if by == "share" else "pp"
    size = abs(100 * value)
    text = f"{size:.0f}" if size >= 99.95 else f"{size:.1f}" if size >= 9.95 else f"{size:.2f}"
    if not float(text):
        return f"0{unit}"
    return f"{'-' if value < 0 else '+'}{text}{unit}"
