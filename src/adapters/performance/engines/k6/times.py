"""The times of requests that the script only counts: k6 tells those of answers at its end; failures come in rows."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from ...metrics.collector import MetricsCollector
from ...metrics.histogram import Histogram
from ...metrics.result import ResultWarning
from ...metrics.samples import Samples
from .trends import histogram_of


class Times:
    """Kept until k6 has told its Trends, for some of the times would be taken for all of them."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._answers: Histogram | None = None
        self._failures = Histogram()

    def keep(self, samples: Samples) -> Samples:
        """Keeps the times of requests that failed on the way; the samples without."""
        self._failures.record(samples.latency_ns[~np.isnan(samples.latency_ns)])
        unknown = np.full(len(samples), np.nan)
        return replace(samples, latency_ns=unknown, ttfb_ns=None, connect_ns=None, tls_ns=None)

    def read(self, trends: Sequence[bytes]) -> None:
        """Takes what k6 says of its Trends."""
        self._answers = Histogram()
        for figures in trends:
            self._answers.merge(histogram_of(np.frombuffer(base64.b64decode(figures), dtype=np.float64)))

    def pass_on(self, collector: MetricsCollector) -> float:
        """Tells the collector the times if they are known; the longest, in ms."""
        if self._answers is None or self._name not in collector.by_name:
            return 0.0
        times = self._answers + self._failures
        collector.add_latencies({self._name: times})
        return (times.max_ns or 0) / 1e6

    def warnings(self, collector: MetricsCollector) -> Iterator[ResultWarning]:
        """What is to be known of the times beside what they are."""
        if self._answers is None:
            text = "k6 did not come to its summary, from which the times of requests come: they are not known"
            yield ResultWarning(code="TimesUnknown", message=text)
            return
        answers = sum((collector.totals().status_codes or {}).values())
        if answers != self._answers.count:
            known = self._answers.count
            text = f"k6 tells the times of {known} answers, and {answers} were counted until it was stopped"
            yield ResultWarning(code="TimesDiffer", message=text)
