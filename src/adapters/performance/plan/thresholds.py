"""Thresholds: what must hold of a run, written ``p95 < 500ms`` or ``login: error_rate <= 1% for 10s abort``."""

from __future__ import annotations

from dataclasses import dataclass

from .threshold_figures import SHARE, STATISTICS, Kind, family_of, kind_of
from .threshold_text import read_threshold

LATENCY_METRICS = STATISTICS
"""Figures of how long requests took, by their names in a summary's ``latency_ms``."""


@dataclass(frozen=True, slots=True)
class Threshold:
    """A parsed threshold; ``value`` is in ms for times, a fraction for shares, 1/s for throughput.

    ``metric`` is canonical: ``p95`` is a latency, ``ttfb.p95`` another time. ``selector`` is what stands in brackets,
    the kind of errors or the status. ``share``: value and figure are fractions. ``window_s``: it must hold in every
    window of so many seconds. ``abort``: when it does not hold it ends the run, not before ``abort_after_s`` seconds
    of it were measured. ``optional``: that it cannot be evaluated is no failure.
    """

    expression: str
    request: str | None
    metric: str
    op: str
    value: float
    unit: str
    selector: str | None = None
    share: bool = False
    window_s: int | None = None
    abort: bool = False
    abort_after_s: float = 0.0
    optional: bool = False

    def __str__(self) -> str:
        return self.expression

    @property
    def on_errors(self) -> bool:
        """Whether it says how many failures are allowed, of whatever kind."""
        return self.metric in ("error_rate", "failures")

    @property
    def kind(self) -> Kind:
        """What its figure is."""
        return SHARE if self.share else kind_of(self.metric)

    @property
    def times(self) -> str | None:
        """The distribution of times it is on: latency, response, ttfb, connect, tls or lag; None when on none."""
        family = family_of(self.metric)
        return None if family is None else family[0]


def parse_threshold(text: str) -> Threshold:
    """The threshold that a text stands for; ValueError says what is not understood, and where."""
    read = read_threshold(text)
    return Threshold(
        expression=text.strip(),
        request=read.request,
        metric=read.metric,
        op=read.op,
        value=read.value,
        unit=read.unit,
        selector=read.selector,
        share=read.share,
        window_s=read.clauses.window_s,
        abort=read.clauses.abort,
        abort_after_s=read.clauses.abort_after_s,
        optional=read.clauses.optional,
    )


def is_share(expression: str) -> bool:
    """Whether the figure of a threshold is a fraction, to be shown in percent; False for what is no threshold here."""
    try:
        return parse_threshold(expression).share
    except ValueError:  # written by another version
        return False
