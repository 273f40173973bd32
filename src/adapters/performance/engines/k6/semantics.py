"""What k6's figures mean, which depends on how it is run."""

from __future__ import annotations

from ...metrics.semantics import Semantics
from ...plan.model import Plan
from ...plan.thresholds import Threshold, parse_threshold

_LATENCY = (
    "from asking for a connection to the last byte (k6: blocked + duration); connecting and TLS included"
)
_SENT_AGAIN = (
    "a GET, HEAD, OPTIONS or TRACE whose kept connection breaks before the answer is sent once more by Go's client, "
    "and counted once"
)
OF_PLAN = Semantics(
    latency=_LATENCY,
    resolution_ms=0.000001,
    connections=f"one kept connection per user and host, or a new one for each request; {_SENT_AGAIN}",
    redirects="not followed unless the plan says so; then each hop is a request of its own",
)
OF_COUNTS = OF_PLAN.model_copy(
    update={
        "latency": "from sending the request to the last byte (k6: duration), in total only, as timeline is 'counts'; "
        "connecting and TLS not included"
    }
)
OF_SCRIPT = Semantics(
    latency=_LATENCY,
    resolution_ms=0.000001,
    connections=f"as the script has them; {_SENT_AGAIN}",
    redirects="as the script has them, k6 by default follows ten; each hop is a request of its own",
)


def only_counts(plan: Plan) -> bool:
    """Whether answers are only counted as they come, and their times taken from k6's own totals at the end.

    k6's totals are of all requests of the whole run together: with more than one in the plan, or a warm-up, each
    request is told of, and so it is for a threshold that needs its times while the run goes on, or in parts.
    """
    warm_up = getattr(plan.load, "warm_up", 0)
    if plan.options.timeline != "counts" or len(plan.requests()) != 1 or warm_up or plan.auths():
        return False
    return not any(_needs_each_time(parse_threshold(text)) for text in plan.thresholds)


def _needs_each_time(threshold: Threshold) -> bool:
    if threshold.times is None:
        return False
    return threshold.times != "latency" or threshold.window_s is not None or threshold.abort
