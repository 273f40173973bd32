"""Which features a plan uses, and where: found by looking at every part of it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

from ..plan.auth import kind_of, login_urls
from ..plan.conditions import AllOf, AnyOf, Condition, Matches, Not
from ..plan.connections import KeepAlive
from ..plan.flow import Choose, ForEach, Group, Repeat, Set, Step, While
from ..plan.load import ClosedLoad, IterationLoad, OpenLoad
from ..plan.logins import FormAuth, OAuth2Auth
from ..plan.model import Options, Plan
from ..plan.pause import NormalPause, Pause, PoissonPause
from ..plan.steps import Request
from ..plan.template import Call, parse, placeholders
from ..plan.thresholds import parse_threshold
from ..plan.walk import placed_steps
from .answer_uses import check_features, extractor_features
from .features import Use
from .program.texts import Texts


def used_features(plan: Plan) -> list[Use]:
    """Every feature that a plan uses, each once, with the first place where it is used."""
    first: dict[str, Use] = {}
    for use in (*_load(plan), *_scenarios(plan), *_auths(plan), *_options(plan), *_thresholds(plan)):
        known = first.get(use.feature)
        if known is None or (use.explicit and not known.explicit):
            first[use.feature] = use
    return list(first.values())


def _thresholds(plan: Plan) -> Iterator[Use]:
    """An optional threshold may stay without an answer."""
    for text in plan.thresholds:
        threshold = parse_threshold(text)
        features = {
            "threshold.window": threshold.window_s is not None,
            "threshold.abort": threshold.abort,
            f"threshold.{threshold.times}": threshold.times not in (None, "latency"),
        }
        for feature, used in features.items():
            if used:
                yield Use(feature, f"thresholds: {text!r}", explicit=not threshold.optional)


def _load(plan: Plan) -> Iterator[Use]:
    match plan.load:
        case ClosedLoad(stages=stages, ramp_up=ramp_up):
            yield Use("load.closed", "load")
        case OpenLoad(stages=stages, ramp_up=ramp_up) as load:
            yield Use("load.open", "load")
            if load.arrivals == "poisson":
                yield Use("load.poisson", "load.arrivals")
            if load.when_exhausted == "queue":
                yield Use("load.queue", "load.when_exhausted")
        case IterationLoad(max_duration=max_duration):
            yield Use("load.iterations", "load")
            if max_duration is not None:
                yield Use("load.max_duration", "load.max_duration")
            return
    if plan.load.warm_up:
        yield Use("load.warm_up", "load.warm_up")
    if stages:
        yield Use("load.stages", "load.stages")
    if ramp_up:
        yield Use("load.ramp", "load.ramp_up", explicit="ramp_up" in plan.load.model_fields_set)


def _scenarios(plan: Plan) -> Iterator[Use]:
    if len(plan.scenarios) > 1:
        yield Use("scenarios", "scenarios")
    for scenario in plan.scenarios:
        if scenario.pacing is not None:
            yield Use("pacing", f"scenario {scenario.name!r}")
        if len(scenario.steps) > 1:
            yield Use("steps", f"scenario {scenario.name!r}")
    for placed in placed_steps(plan):
        if placed.part != "steps":
            yield Use(placed.part, placed.where)
        yield from _step(placed.step, placed.where)


def _step(step: Step, where: str) -> Iterator[Use]:
    conditions = [step.run_if, step.skip_if, step.while_ if isinstance(step, While) else None]
    if step.run_if is not None or step.skip_if is not None:
        yield Use("condition", where)
    if any(map(_has_regex, conditions)):
        yield Use("condition.regex", where)
    match step:
        case Request():
            yield from _request(step)
        case Pause():
            yield from _pause(step, where)
        case Group():
            yield Use("group", where)
        case Repeat() | While() | ForEach():
            yield Use("loop", where)
        case Choose():
            yield Use("choose", where)
        case Set():
            yield Use("set", where)
            yield from (Use(feature, where) for feature in _templates(step.set))


def _has_regex(condition: Condition | None) -> bool:
    match condition:
        case Matches():
            return True
        case AllOf(all=parts) | AnyOf(any=parts):
            return any(map(_has_regex, parts))
        case Not(not_=part):
            return _has_regex(part)
    return False


def _pause(step: Pause, where: str) -> Iterator[Use]:
    yield Use("pause", where)
    if isinstance(step.pause, NormalPause):
        yield Use("pause.normal", where)
    elif isinstance(step.pause, PoissonPause):
        yield Use("pause.poisson", where)


def _request(step: Request) -> Iterator[Use]:
    where = f"step {step.label!r}"
    if step.method != "GET":
        yield Use("method", where)
    if step.headers:
        yield Use("headers", where)
    if step.body_base64 is not None or any(part.base64 for part in step.multipart or ()):
        yield Use("body.binary", where)
    if step.multipart is not None:
        yield Use("body.multipart", where)
    if step.body is not None or step.form is not None or "json_" in step.model_fields_set:
        yield Use("body", where)
    yield from (Use(feature, where) for feature in _templates(_texts_of(step)))
    yield from (Use(feature, where) for check in step.checks for feature in check_features(check))
    yield from (Use(feature, where) for one in step.extract.values() for feature in extractor_features(one))
    if step.redirects:
        yield Use("redirects", where)
    if step.timeout is not None:
        yield Use("timeout", where)
    if step.retry is not None:
        yield Use("retry", where)
    if step.on_failure not in (None, "continue"):
        yield Use(f"on_failure.{step.on_failure}", where)


def _auths(plan: Plan) -> Iterator[Use]:
    for where, auth in plan.auths():
        kind = kind_of(auth)
        if kind in ("basic", "bearer", "api_key"):
            yield Use("headers", where)
        elif kind != "none":
            yield Use(f"auth.{kind}", where)
        yield from (Use(feature, where) for feature in _templates(auth.model_dump()))
        if isinstance(auth, OAuth2Auth) and auth.oauth2.share == "run":
            yield Use("auth.oauth2.shared", f"{where}: oauth2.share")
        if isinstance(auth, FormAuth):
            yield from (Use(name, where) for check in auth.form.checks for name in check_features(check))


def _texts_of(step: Request) -> dict[str, Any]:
    return step.model_dump(exclude={"name", "auth", "checks", "extract", "run_if", "skip_if"})


def _templates(texts: object) -> set[str]:
    found: set[str] = set()
    for text in _strings(texts):
        for part in placeholders(parse(text)):
            if (part.function if isinstance(part, Call) else part.name).startswith("faker."):
                found.add("template.faker")
            elif isinstance(part, Call):
                found.add("template.call")
            elif part.path[0] != "env":
                found.add("template")
    return found


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif hasattr(value, "get_secret_value"):
        yield value.get_secret_value()
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from _strings(name)
            yield from _strings(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _strings(item)


def _options(plan: Plan) -> Iterator[Use]:
    options = plan.options
    given = options.model_fields_set
    if options.cookies != "off":
        feature = "cookies" if options.cookies == "user" else "cookies.iteration"
        yield Use(feature, "options.cookies", explicit="cookies" in given)
    if options.redirects:
        yield Use("redirects", "options.redirects")
    if options.on_failure != "continue":
        yield Use(f"on_failure.{options.on_failure}", "options.on_failure")
    yield Use("timeout", "options.timeout", explicit="timeout" in given)
    yield Use("graceful_stop", "options.graceful_stop", explicit="graceful_stop" in given)
    yield Use(
        "keep_alive" if options.keep_alive else "keep_alive.off",
        "options.keep_alive",
        explicit="keep_alive" in given,
    )
    yield from _connections(options)
    if options.headers:
        yield Use("headers", "options.headers")
        yield from (Use(feature, "options.headers") for feature in _templates(options.headers))
    yield from (Use(feature, "target") for feature in _templates(plan.target))
    if options.http_version == "2":
        yield Use("http2", "options.http_version")
    if options.app is not None:
        yield Use("app", "options.app")
    if options.samples is not None:
        yield Use("samples", "options.samples")
    if options.seed is not None:
        yield Use("seed", "options.seed")
    for feed in plan.data.values():
        yield Use("feed.unique" if feed.strategy == "unique" else "feed", "data")
    yield from _tls(plan, options)


def _connections(options: Options) -> Iterator[Use]:
    if isinstance(options.keep_alive, KeepAlive):
        given = {"shared": options.keep_alive.shared, "idle_timeout": options.keep_alive.idle_timeout}
        for name, value in given.items():
            if value is not None:
                yield Use(f"keep_alive.{name}", f"options.keep_alive.{name}")
    if options.resolve is not None:
        yield Use(f"resolve.{options.resolve}", "options.resolve")
    for name in ("ip", "local_address", "unix_socket", "proxy"):
        if getattr(options, name):
            yield Use(name, f"options.{name}")


def _tls(plan: Plan, options: Options) -> Iterator[Use]:
    tls = options.tls
    if tls.ca_file is not None:
        yield Use("tls.ca_file", "options.tls.ca_file")
    if tls.client_cert is not None or tls.client_key is not None:
        yield Use("tls.client_cert", "options.tls.client_cert")
    if tls.server_name is not None:
        yield Use("tls.server_name", "options.tls.server_name")
    if tls.resume:
        yield Use("tls.resume", "options.tls.resume")
    texts = Texts(frozenset(), os.environ)
    said = [plan.target or "", *(step.url for step in plan.requests())]
    said += [url for _, auth in plan.auths() for url in login_urls(auth)]
    urls = map(texts.environment, said)
    if any(url.lower().startswith("https:") for url in urls):
        yield Use("tls.verify" if tls.verify else "tls", "options.tls.verify")
