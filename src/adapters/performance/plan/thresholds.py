"""Thresholds: what must hold of a run, written ``p95 < 500ms`` or ``login: error_rate <= 1% for 10s abort``."""

from __future__ import annotations

from .threshold_figures import STATISTICS
from .threshold_model import Threshold
from .threshold_text import read_threshold

__all__ = ["LATENCY_METRICS", "Threshold", "is_share", "parse_threshold"]

LATENCY_METRICS = STATISTICS
"""Figures of how long requests took, by their names in a summary's ``latency_ms``."""


def parse_threshold(text: str) -> Threshold:
    """The threshold that a text stands for; ValueError says what is not understood, and where."""
    threshold = read_threshold(text)
    threshold.check()
    return threshold


def is_share(expression: str) -> bool:
    """Whether the figure of a threshold is a fraction, to be shown in percent; False for what is no threshold here."""
    try:
        return parse_threshold(expression).share
    except ValueError:  # written by another version
        return False
