"""What the native engine sends through httpx, and what cannot be had there."""

from __future__ import annotations

from collections.abc import Iterator

from ...metrics.semantics import Semantics
from ...plan.model import Plan
from ..contract import Refusal
from ..uses import used_features

_NEEDS = {
    "http2": "HTTP/2",
    "proxy": "a proxy",
    "app": "an ASGI application",
}
CANNOT = {
    "keep_alive.shared": "each user has an httpx client of its own",
    "resolve.once": "httpx looks names up for each connection",
    "ip": "httpx takes the addresses as they come",
    "tls.resume": "httpx has no setting for TLS sessions",
    "threshold.connect": "httpx does not tell how long it took to connect",
    "threshold.tls": "httpx does not tell how long a handshake took",
}
"""Each feature that httpx does not carry out, with the reason."""
_NOT_THROUGH_A_PROXY = {
    "resolve.connection": "it is the proxy that looks the names up",
    "local_address": "httpx has no setting for it where there is a proxy",
    "tls.server_name": "httpx has no setting for it where there is a proxy",
}
_ONCE = ("setup", "teardown")
_NOT_IN_AN_APP = (
    *CANNOT,
    "keep_alive.idle_timeout",
    "resolve.connection",
    "local_address",
    "tls.server_name",
)

SEMANTICS = Semantics(
    latency="from just before the request is handed to httpx to its last byte read; connecting included",
    resolution_ms=0.001,
    connections="one httpx client per user, its connections kept, or a new one for each request",
    redirects="not followed unless the plan says so; then each hop is a request of its own",
)


def why_httpx(plan: Plan) -> str | None:
    """What of a plan only httpx does, in words; None when our own wire code does it all."""
    needs = [_NEEDS[use.feature] for use in used_features(plan) if use.feature in _NEEDS]
    return " and ".join(needs) or None


def only_by_httpx(plan: Plan) -> Iterator[Refusal]:
    """What of a plan our own wire code does not do."""
    for use in used_features(plan):
        if use.feature in _NEEDS:
            yield Refusal(use.feature, use.where, "only httpx does this, and sender is 'wire'")


def refusals(plan: Plan) -> Iterator[Refusal]:
    """What a plan asks for that cannot be had together with what makes it go through httpx."""
    reason = why_httpx(plan)
    for use in used_features(plan):
        if not use.explicit:
            continue
        if plan.options.app is not None and use.feature in _NOT_IN_AN_APP:
            yield Refusal(use.feature, use.where, "an application called in the generator has no connections")
        elif plan.options.app is not None and use.feature in _ONCE:
            why = "it is done in a process of its own, where the application would be another one"
            yield Refusal(use.feature, use.where, why)
        elif plan.options.proxy is not None and use.feature in _NOT_THROUGH_A_PROXY:
            yield Refusal(use.feature, use.where, _NOT_THROUGH_A_PROXY[use.feature])
        elif reason is not None and use.feature in CANNOT:
            why = f"the plan asks for {reason}, so that httpx sends, and {CANNOT[use.feature]}"
            yield Refusal(use.feature, use.where, why)
