"""A threshold, parsed: what must hold of which figure, how, and what follows when it does not."""

from __future__ import annotations

from dataclasses import dataclass

from .threshold_figures import SELECTED, SHARE, Kind, family_of, kind_of


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

    def check(self) -> None:
        """ValueError when it is well formed, but cannot be meant."""
        problem = self._of_the_figure() or self._of_the_clauses()
        if problem is not None:
            raise ValueError(f"{self.expression[:120]!r}: {problem}")

    def _of_the_figure(self) -> str | None:
        if self.share and self.value > 1:
            return f"{self.metric} is a share of 100% at most; for five percent write 5%"
        if self.kind.grows and self.value != int(self.value):
            in_percent = "; for a share write percent, such as 1%" if self.metric in SELECTED else ""
            return f"a count is a whole number{in_percent}"
        if self.metric == "status" and self.selector is None:
            return "say which status, such as status[5xx]"
        if self.request is not None and not self.kind.by_request:
            return f"{self.metric} is known of the whole run, not of one request"
        return None

    def _of_the_clauses(self) -> str | None:
        if (self.window_s is not None or self.abort) and not self.kind.by_second:
            return f"{self.metric} is known of the whole run, not while it goes on"
        bounded = self.op in ("<", "<=") or (self.op == "==" and not self.value)
        if self.abort and self.window_s is None and self.kind.grows and not bounded:
            return f"{self.metric} grows while the run goes on: 'abort' needs an upper bound (<, <=, == 0), or 'for'"
        return None
