"""What ab does not do exactly, and why."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from ...plan.load import ClosedLoad, IterationLoad
from ...plan.model import Plan
from ...plan.secrets import mask_url
from ...plan.steps import Request
from ..contract import Refusal

_ONE_URL = "ab sends one request over and over"
_SAME_BYTES = "ab sends the same bytes each time"
_NO_BODY = "ab does not look at what an answer holds"
_NO_EXTRACT = "ab takes nothing out of an answer"
_ALL_AT_ONCE = "ab's users all send from the beginning to the end"
_GOES_ON = "each of ab's users sends its next request whatever the last one came to"
_CLOSED = "each of ab's users sends when its last answer has come, whatever the rate"
_ONE_TIME = "ab's figures are of the whole time of a request"

CANNOT = {
    "load.ramp": _ALL_AT_ONCE,
    "load.stages": _ALL_AT_ONCE,
    "load.warm_up": "ab does not tell in which second a request ended",
    "load.open": _CLOSED,
    "load.poisson": _CLOSED,
    "load.queue": _CLOSED,
    "steps": _ONE_URL,
    "scenarios": _ONE_URL,
    "pacing": "ab's users do not wait between requests",
    "pause": "ab's users do not wait between requests",
    "pause.normal": "ab's users do not wait between requests",
    "pause.poisson": "ab's users do not wait between requests",
    "condition": _ONE_URL,
    "condition.regex": _ONE_URL,
    "group": "ab times single requests",
    "loop": _ONE_URL,
    "choose": _ONE_URL,
    "set": _SAME_BYTES,
    "retry": _GOES_ON,
    "on_failure.end_iteration": _GOES_ON,
    "on_failure.stop_user": _GOES_ON,
    "before": _ONE_URL,
    "after": _ONE_URL,
    "setup": _ONE_URL,
    "teardown": _ONE_URL,
    "template": _SAME_BYTES,
    "template.call": _SAME_BYTES,
    "template.faker": _SAME_BYTES,
    "feed": _SAME_BYTES,
    "feed.unique": _SAME_BYTES,
    "check.body": _NO_BODY,
    "check.regex": _NO_BODY,
    "check.json": _NO_BODY,
    "check.header": "ab does not look at the headers of an answer",
    "check.time": "ab does not tell which requests took how long",
    "check.size": _NO_BODY,
    "check.jmespath": _NO_BODY,
    "check.schema": _NO_BODY,
    "check.html": _NO_BODY,
    "check.input": _NO_BODY,
    "check.python": "ab calls nothing inside a Python process",
    "check.cookie": "ab does not look at the headers of an answer",
    "check.template": _SAME_BYTES,
    "extract.json": _NO_EXTRACT,
    "extract.header": _NO_EXTRACT,
    "extract.cookie": _NO_EXTRACT,
    "extract.regex": _NO_EXTRACT,
    "extract.status": _NO_EXTRACT,
    "extract.jmespath": _NO_EXTRACT,
    "extract.css": _NO_EXTRACT,
    "extract.input": _NO_EXTRACT,
    "extract.xpath": _NO_EXTRACT,
    "extract.body": _NO_EXTRACT,
    "extract.random": _NO_EXTRACT,
    "auth.digest": "ab answers no challenge",
    "auth.form": _ONE_URL,
    "auth.oauth2": _ONE_URL,
    "auth.oauth2.shared": _ONE_URL,
    "auth.sigv4": _SAME_BYTES,
    "auth.hmac": _SAME_BYTES,
    "auth.custom": _SAME_BYTES,
    "cookies": "ab keeps no cookies; a Cookie header is sent as it is",
    "cookies.iteration": "ab keeps no cookies; a Cookie header is sent as it is",
    "redirects": "ab follows no redirects",
    "timeout": "ab has none for a request; it gives up the whole run when nothing at all comes for that long",
    "graceful_stop": "ab cuts off what is in flight at the end",
    "keep_alive.shared": "each of ab's users has its own connection",
    "keep_alive.idle_timeout": "ab has no setting for it",
    "resolve.connection": "ab looks the host up once, before it begins",
    "ip": "ab takes the first address that the host has",
    "local_address": "polyload does not give ab one",
    "unix_socket": "ab connects over the network only",
    "proxy": "polyload has ab connect to the target itself; its credentials would stand in the list of processes",
    "tls.server_name": "ab asks for the URL's host",
    "tls.resume": "ab makes a full handshake for each connection",
    "http2": "ab speaks HTTP/1.0",
    "tls.verify": "ab verifies no certificate",
    "tls.ca_file": "ab verifies no certificate",
    "samples": "ab does not tell which request had which status, or failed",
    "app": "ab calls nothing inside a Python process",
    "threshold.window": "ab does not tell in which second a request ended",
    "threshold.abort": "ab tells nothing before its end",
    "threshold.ttfb": _ONE_TIME,
    "threshold.connect": _ONE_TIME,
    "threshold.tls": _ONE_TIME,
    "threshold.response": _ONE_TIME,
    "threshold.lag": _ONE_TIME,
}
"""Each feature that is refused, with the reason."""

MOST_USERS = 20_000
_MOST_REQUESTS = 2**31 - 1


def further_refusals(plan: Plan) -> Iterator[Refusal]:
    """What depends on the values in a plan: how many users and requests, headers, and what stands in the URL."""
    if isinstance(plan.load, ClosedLoad) and plan.load.max_users > MOST_USERS:
        yield Refusal("load.closed", "load.users", f"ab has at most {MOST_USERS} users")
    if isinstance(plan.load, IterationLoad):
        if plan.load.users > MOST_USERS:
            yield Refusal("load.iterations", "load.users", f"ab has at most {MOST_USERS} users")
        if plan.load.iterations > _MOST_REQUESTS:
            yield Refusal("load.iterations", "load.iterations", f"ab sends at most {_MOST_REQUESTS} requests")
    if "http_version" in plan.options.model_fields_set and plan.options.http_version != "2":
        yield Refusal("http2", "options.http_version", "ab speaks HTTP/1.0, and no later version")
    for step in plan.requests():
        yield from _of_request(plan, step)


def _of_request(plan: Plan, step: Request) -> Iterator[Refusal]:
    where = f"step {step.label!r}"
    names = {name.lower() for name in (*plan.options.headers, *step.headers)}
    if has_body(step):
        if step.method == "HEAD":
            yield Refusal("body", where, "ab waits for the body of an answer to HEAD that had a body itself")
        if "content-length" in names:
            yield Refusal("headers", where, "ab writes Content-Length itself")
    if plan.options.keep_alive and "connection" in names:
        yield Refusal("headers", where, "ab writes Connection itself when it keeps connections")
    for url in (plan.target or "", step.url):
        if "://" in url and "@" in urlsplit(url).netloc:
            why = "ab takes no user name and password from a URL; use auth: basic"
            yield Refusal("headers", mask_url(url), why)


def has_body(step: Request) -> bool:
    """Whether a request has a body, be it empty."""
    given = (step.body, step.body_base64, step.form, step.multipart)
    return any(body is not None for body in given) or "json_" in step.model_fields_set
