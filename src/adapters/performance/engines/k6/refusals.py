"""What k6 does not do exactly, and why."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from ...plan.load import ClosedLoad, OpenLoad
from ...plan.logins import FormAuth
from ...plan.model import Plan
from ...plan.steps import Request
from ...plan.template import Call, parse, placeholders
from ...plan.walk import placed_steps
from ..contract import Refusal
from ..features import FEATURES
from ..program.compile import compile_plan
from ..uses import used_features
from .feeds import large_feeds
from .job import loops
from .patterns import refused_checks, refused_conditions, refused_patterns
from .rates import common_rates
from .semantics import only_counts

_NOT_DUE = "k6 does not tell when a request was due"
_NO_JMESPATH = "k6 has no JMESPath; a JSONPath query (json: …) says the same there"
_NO_HTML = "k6 makes other trees of HTML than lxml where it is not well-formed; input: or a regex says the same there"
_NO_PYTHON = "k6 calls nothing inside a Python process"
CANNOT = {
    "load.poisson": "k6 starts arrivals at even distances only",
    "load.queue": "k6 drops an arrival that finds no free user; it does not let it wait",
    "check.jmespath": _NO_JMESPATH,
    "check.schema": "k6 has no JSON Schema",
    "check.html": _NO_HTML,
    "check.python": _NO_PYTHON,
    "extract.jmespath": _NO_JMESPATH,
    "extract.css": _NO_HTML,
    "extract.xpath": _NO_HTML,
    "auth.oauth2.shared": "k6's users share no state, so that none could have a token that another asked for",
    "auth.custom": _NO_PYTHON,
    "keep_alive.shared": "each of k6's users has its own connections",
    "keep_alive.idle_timeout": "k6 closes idle connections after 90 seconds, always",
    "local_address": "polyload does not give k6 one",
    "unix_socket": "k6 connects over the network only",
    "proxy": "k6 takes its proxy from the environment, and sends to this machine without it",
    "tls.server_name": "k6 asks for the URL's host",
    "tls.resume": "k6 makes a full handshake for each connection",
    "http2": "k6 negotiates HTTP/2 only over TLS, and uses HTTP/1.1 in silence where it is not offered",
    "app": _NO_PYTHON,
    "threshold.response": _NOT_DUE,
    "threshold.lag": _NOT_DUE,
}
"""Each feature that is refused, with the reason."""

_LOAD_BY_FLAGS = ("load.closed", "load.ramp", "load.stages", "load.iterations", "load.max_duration")
_BY_FLAGS = (*_LOAD_BY_FLAGS, "keep_alive", "keep_alive.off", "tls", "tls.verify", "samples")
_MEASURED = ("threshold.window", "threshold.abort", "threshold.ttfb", "threshold.connect", "threshold.tls")
CANNOT_WITH_SCRIPT = {
    feature: "with a script of your own, the script decides this"
    for feature in FEATURES
    if feature not in (*_BY_FLAGS, *_MEASURED)
} | {
    "threshold.response": _NOT_DUE,
    "threshold.lag": _NOT_DUE,
    "load.open": "k6 takes an arrival rate only from the script itself, as its scenarios",
    "load.warm_up": "k6 does not tell when the load of a script of your own began, only its first request",
}
"""What is refused when a script of the user's own runs: everything that is no flag of ``k6 run``."""

_BY_GO = ("content-length", "transfer-encoding", "trailer")
_LARGEST = 2**53


def further_refusals(plan: Plan) -> Iterator[Refusal]:
    """What depends on the values in a plan: rates, headers, template functions and the operating system."""
    if isinstance(plan.load, OpenLoad) and common_rates([rate for _, rate in plan.load.points()]) is None:
        yield Refusal(
            "load.open", "load.rate", "k6 takes whole numbers per unit of time, and no unit fits this rate"
        )
    if plan.options.samples is not None and only_counts(plan):
        yield Refusal("samples", "options.samples", "with timeline: counts k6 only counts the answers")
    if isinstance(plan.load, OpenLoad) and plan.load.warm_up:
        why = "k6 tells only of the whole run how many arrivals were dropped, not when"
        yield Refusal("load.warm_up", "load.warm_up", why)
    yield from large_feeds(plan)
    for name, feed in plan.data.items():
        if feed.runs_out and isinstance(plan.load, OpenLoad):
            why = "k6 starts arrivals until its time is over, and may count those dropped that come after the last row"
            yield Refusal("feed.unique", f"data.{name}", why)
    if _sends_paced_users_away(plan):
        why = "where k6 counts iterations over all users, one that waits for its pace does not leave when it is to"
        yield Refusal("pacing", "load.stages", why)
    yield from _where_k6_hands_out_iterations(plan)
    for step, place, _, _ in placed_steps(plan):
        where = place
        if isinstance(step, Request):
            where = f"step {step.label!r}"
            for name in {**plan.options.headers, **step.headers}:
                if name.lower() in _BY_GO:
                    yield Refusal("headers", where, f"k6 sets {name} itself")
            yield from refused_patterns(step)
        yield from refused_conditions(step, where)
        yield from _calls(step.model_dump(mode="python", exclude={"extract", "steps", "choose"}), where)
    for place, auth in plan.auths():
        if isinstance(auth, FormAuth):
            yield from refused_checks(auth.form.checks, place)
    tls = plan.options.tls
    if tls.ca_file is not None and sys.platform in ("darwin", "win32"):
        why = "here k6 trusts only the certificates of the operating system"
        yield Refusal("tls.ca_file", "options.tls.ca_file", why)


def _where_k6_hands_out_iterations(plan: Plan) -> Iterator[Refusal]:
    """What a user cannot know that k6 calls for each iteration (``job.loops``)."""
    uses = {use.feature: use for use in used_features(plan)}
    if not uses.keys() & {"before", "after", "on_failure.stop_user"} or loops(compile_plan(plan)):
        return
    if "after" in uses:
        why = "where k6 counts iterations over all users, or starts them at a rate, no user knows that it leaves"
        yield Refusal("after", uses["after"].where, why)
    if "on_failure.stop_user" in uses:
        why = "where k6 counts iterations over all users, or starts them at a rate, it gives them to any user"
        yield Refusal("on_failure.stop_user", uses["on_failure.stop_user"].where, why)
    if "before" in uses and isinstance(plan.load, ClosedLoad) and _some_come_back(plan.load):
        why = "where k6 counts iterations over all users, one that comes back does not know that it was away"
        yield Refusal("before", uses["before"].where, why)


def _some_come_back(load: ClosedLoad) -> bool:
    """Whether there are more users again after there were fewer."""
    changes = [later - before for (_, before), (_, later) in pairwise(load.points()) if later != before]
    return any(earlier < 0 < later for earlier, later in pairwise(changes))


def _sends_paced_users_away(plan: Plan) -> bool:
    """Whether paced users leave before the end in a load in which k6 calls for each iteration (``job.loops``)."""
    load = plan.load
    if not isinstance(load, ClosedLoad) or load.max_users == 1:
        return False
    leave = any(later < before for (_, before), (_, later) in pairwise(load.points()))
    return leave and any(scenario.pacing for scenario in plan.scenarios) and not loops(compile_plan(plan))


def _calls(value: Any, where: str) -> Iterator[Refusal]:
    for text in _texts(value):
        for part in placeholders(parse(text)):
            if isinstance(part, Call) and (why := _objection(part)):
                yield Refusal("template.call", where, why)


def _objection(call: Call) -> str | None:
    if call.function != "randint":
        return None
    low, high = map(int, call.args)
    too_large = max(abs(low), abs(high), high - low + 1) >= _LARGEST
    return f"the numbers in {call.text} are too large for JavaScript" if too_large else None


def _texts(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for name, item in value.items():
                yield from _texts(name)
                yield from _texts(item)
        case list() | tuple():
            for item in value:
                yield from _texts(item)
        case _ if hasattr(value, "get_secret_value"):
            yield value.get_secret_value()
