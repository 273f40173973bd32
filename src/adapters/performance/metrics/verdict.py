"""Thresholds held against what was measured; a figure that was not measured makes a threshold not evaluable."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence

from ..plan.thresholds import Threshold
from .changes import Change, paused_s, pauses
from .collector import MetricsCollector
from .measuring import Measured, farthest, holds, measure
from .part import Part, Sliding, part_of
from .result import ThresholdResult
from .watch import Breach


def evaluate(
    thresholds: Sequence[Threshold],
    collector: MetricsCollector,
    duration_s: float | None,
    *,
    spans: Sequence[range] = (),
    breach: Breach | None = None,
) -> list[ThresholdResult]:
    """Each threshold with the figure it was held against; ``passed`` is None when there is no such figure.

    Those with a window need the ``spans`` of whole seconds that were measured (see `measured_spans`), and a collector
    that kept the seconds. The threshold whose ``breach`` ended the run did not hold, whatever came after.
    """
    return [_evaluate(threshold, collector, duration_s, spans, breach) for threshold in thresholds]


def measured_spans(
    duration_s: float | None, load_s: float | None, warm_up_s: int, changes: Sequence[Change] = ()
) -> list[range]:
    """The whole seconds that windows slide over, those in a row together.

    They begin after the warm-up and end with the load, which was to last ``load_s`` seconds (None: as long as it
    takes), or with the run if that is sooner; the last, partial one is left out, as is each that was paused.
    """
    if duration_s is None:
        return []
    end = duration_s if load_s is None else min(duration_s, load_s + paused_s(changes, duration_s))
    spans, first = [], warm_up_s
    for since, until in pauses(changes, duration_s):
        if since < end:
            spans.append(range(first, max(first, int(since))))
            first = max(first, -int(-until // 1))
    spans.append(range(first, max(first, int(end))))
    return [span for span in spans if span]


def _evaluate(
    threshold: Threshold,
    collector: MetricsCollector,
    duration_s: float | None,
    spans: Sequence[range],
    breach: Breach | None,
) -> ThresholdResult:
    if breach is not None and breach.threshold is threshold:
        result = _result(threshold, False, breach.actual, breach.in_words())
        return result.model_copy(update={"aborted_at_s": breach.at_s})
    unknown = _no_such_request(threshold, collector)
    if unknown is not None:
        return _result(threshold, None, None, unknown)
    if threshold.window_s is not None:
        return _by_window(threshold, threshold.window_s, collector, spans)
    measured = measure(threshold, _whole(threshold, collector), duration_s)
    passed = holds(threshold, measured)
    return _result(threshold, passed, measured.actual, measured.reason if passed is None else None)


def _result(
    threshold: Threshold,
    passed: bool | None,
    actual: float | None,
    reason: str | None,
    windows: int | None = None,
) -> ThresholdResult:
    return ThresholdResult(
        expression=threshold.expression,
        passed=passed,
        actual=actual,
        unit=threshold.unit or None,
        reason=reason,
        optional=threshold.optional,
        windows=windows,
    )


def _no_such_request(threshold: Threshold, collector: MetricsCollector) -> str | None:
    name = threshold.request
    if name is None or name in collector.by_name or name in collector.groups:
        return None
    if threshold.metric == "checks" and any(check.startswith(f"{name}: ") for check in collector.checks):
        return None
    near = difflib.get_close_matches(name, [*collector.by_name, *collector.groups], n=1)
    return f"no request was called {name!r}" + (f"; did you mean {near[0]!r}?" if near else "")


def _whole(threshold: Threshold, collector: MetricsCollector) -> Part:
    part = part_of(collector.by_name, collector.checks, threshold.request, groups=collector.groups)
    if threshold.request is None:
        part.lag, part.iterations = collector.lag, collector.iterations
        part.dropped, part.interrupted = collector.dropped, collector.interrupted
    return part


# In every window


def _by_window(
    threshold: Threshold, length: int, collector: MetricsCollector, spans: Sequence[range]
) -> ThresholdResult:
    undated = _undated(threshold, collector)
    if undated is not None:
        return _result(threshold, None, None, undated)
    windows = list(_windows(threshold, length, collector, spans))
    if not windows:
        seconds = "1 second" if length == 1 else f"{length} seconds in a row"
        return _result(threshold, None, None, f"not {seconds} were measured")
    return _over_all(threshold, length, windows)


def _undated(threshold: Threshold, collector: MetricsCollector) -> str | None:
    """What is not known by the second, if anything: then no window can be told."""
    if collector.seconds is None:
        return "nothing was kept by the second"
    whole, dated = _whole(threshold, collector), collector.seconds.total(threshold.request)
    if dated.requests < whole.stats.requests:
        return f"in which second {whole.stats.requests - dated.requests} of the requests ended is not known"
    if threshold.metric == "checks" and dated.checks < whole.passed + whole.failed:
        return "in which second checks were run is not known"
    return None


def _windows(
    threshold: Threshold, length: int, collector: MetricsCollector, spans: Sequence[range]
) -> Iterator[tuple[int, Measured]]:
    """The first second and the figure of each window."""
    if collector.seconds is None:
        return
    for span in spans:
        sliding = Sliding(length)
        for second, part in zip(span, collector.seconds.parts(threshold.request, span), strict=True):
            total = sliding.push(part)
            if total is not None:
                yield second + 1 - length, measure(threshold, total, float(length))


def _over_all(threshold: Threshold, length: int, windows: Sequence[tuple[int, Measured]]) -> ThresholdResult:
    count = len(windows)
    missed = sum(holds(threshold, measured) is False for _, measured in windows)
    unknown = [(first, measured) for first, measured in windows if holds(threshold, measured) is None]
    if unknown and not missed:
        first, measured = unknown[0]
        share = f"in {len(unknown)} of {_counted(count)} of {length} s"
        reason = f"{measured.reason} {share}, the first {_at(first, length)}"
        return _result(threshold, None, None, reason, count)
    known = [(first, measured.actual) for first, measured in windows if measured.actual is not None]
    first, worst = max(known, key=lambda window: farthest(threshold, window[1]))
    told = (
        f"in {missed} of {_counted(count)} of {length} s, worst"
        if missed
        else f"the worst of {_counted(count)}, that"
    )
    return _result(threshold, not missed, worst, f"{told} {_at(first, length)}", count)


def _counted(windows: int) -> str:
    return "1 window" if windows == 1 else f"{windows} windows"


def _at(first: int, length: int) -> str:
    return f"from {first} s to {first + length} s"
