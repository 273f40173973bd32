"""Thresholds of two sources together."""

from __future__ import annotations

from collections.abc import Sequence

from .thresholds import parse_threshold


def merged_thresholds(less: Sequence[str], more: Sequence[str]) -> tuple[str, ...]:
    """The first, but for those on a figure that one of the second bounds in the same direction; then the second."""
    replaced = {_bounded(text) for text in more}
    return (*(text for text in less if _bounded(text) not in replaced), *more)


def _bounded(text: str) -> tuple[object, ...]:
    threshold = parse_threshold(text)
    figure = threshold.request, threshold.metric, threshold.selector
    return *figure, threshold.window_s, threshold.op[0]
