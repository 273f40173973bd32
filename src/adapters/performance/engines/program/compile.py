"""Plan to program: names resolved, templates parsed, bodies and URLs encoded once."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ...errors import PlanError
from ...plan.connections import KeepAlive, check_proxy
from ...plan.load import ClosedLoad, Load, OpenLoad
from ...plan.masking import Secrets
from ...plan.model import Options, Plan
from ...plan.names import feed_called_data
from ...plan.steps import Request, check_url
from .answers import compile_check, compile_extractor
from .bodies import compile_body
from .feeds import lay_out_feeds
from .flow import Steps
from .texts import Texts, as_parts

Program = dict[str, Any]


def compile_plan(
    plan: Plan, *, environ: Mapping[str, str] = os.environ, folder: Path | None = None
) -> Program:
    """The program of a plan; ``${env.X}`` is looked up in ``environ``.

    The files of feeds are read and checked, and what workers need to draw their rows is left in ``folder``, which is to
    last as long as the run; without one, such feeds have no rows.
    """
    texts = Texts(frozenset(plan.data), environ, data=feed_called_data(plan), seed=plan.options.seed)
    hide = Secrets.of(plan, environ).hide
    steps, on_failure = Steps(texts, lambda step: _request(plan, step, texts, hide)), plan.options.on_failure
    program: Program = {
        "version": 1,
        "setup": steps.compiled(plan.setup, "end_iteration"),
        "scenarios": [
            {
                "name": scenario.name,
                "weight": scenario.weight,
                "pacing_s": scenario.pacing,
                "before": steps.compiled(scenario.before, on_failure),
                "steps": steps.compiled(scenario.steps, on_failure),
                "after": steps.compiled(scenario.after, on_failure),
            }
            for scenario in plan.scenarios
        ],
        "teardown": steps.compiled(plan.teardown, "continue"),
        "load": _load(plan.load),
        "pools": texts.pools,
        "variables": {name: texts.environment(value) for name, value in plan.variables.items()},
        "options": _options(plan.options, texts),
    }
    return {**program, "feeds": lay_out_feeds(plan, program, folder)}


def _request(plan: Plan, step: Request, texts: Texts, hide: Callable[[str], str]) -> dict[str, Any]:
    body, content_type = compile_body(step, texts)
    headers = {name.lower(): (name, value) for name, value in plan.options.headers.items()}
    headers |= {name.lower(): (name, value) for name, value in step.headers.items()}
    if content_type and "content-type" not in headers:
        headers["content-type"] = ("Content-Type", content_type)
    query: dict[str, Any] = dict(step.params)
    digest = None
    match step.auth:
        case None:
            pass
        case auth if hasattr(auth, "basic"):
            headers["authorization"] = ("Authorization", texts.basic(auth.basic))
        case auth if hasattr(auth, "bearer"):
            headers["authorization"] = ("Authorization", f"Bearer {auth.bearer.get_secret_value()}")
        case auth if hasattr(auth, "digest"):
            digest = {"username": auth.digest.username, "password": auth.digest.password.get_secret_value()}
        case auth:
            key = auth.api_key
            if key.where == "query":
                query[key.name] = key.value.get_secret_value()
            else:
                headers[key.name.lower()] = (key.name, key.value.get_secret_value())
    return {
        "kind": "request",
        "name": step.label,
        "method": step.method,
        "url": _url(plan, step, query, texts),
        "headers": [[name, _header_value(step, name, value, texts)] for name, value in headers.values()],
        "body": body,
        "timeout_s": plan.options.timeout if step.timeout is None else step.timeout,
        "redirects": plan.options.redirects if step.redirects is None else step.redirects,
        "checks": [compile_check(step.label, check, texts, hide) for check in step.checks],
        "extract": [
            compile_extractor(step.label, name, extractor, hide) for name, extractor in step.extract.items()
        ],
        **({"digest": digest} if digest else {}),
    }


def _url(plan: Plan, step: Request, query: dict[str, Any], texts: Texts) -> Any:
    url = texts.url(plan.target, step.url, query)
    if isinstance(url, str):
        try:
            check_url(url)
        except ValueError as error:
            raise PlanError(f"step {step.label!r}: {error}") from error
    return url


def _header_value(step: Request, name: str, value: str, texts: Texts) -> Any:
    text = texts.plain(value)
    if any(forbidden in part for part in as_parts(text) if isinstance(part, str) for forbidden in "\r\n\0"):
        raise PlanError(f"step {step.label!r}: the value of the header {name} holds a line break or a NUL")
    return text


def _load(load: Load) -> dict[str, Any]:
    match load:
        case ClosedLoad():
            return {
                "kind": "closed",
                "points": [list(point) for point in load.points()],
                "users": load.max_users,
                "duration_s": load.duration_s,
            }
        case OpenLoad():
            return {
                "kind": "open",
                "points": [list(point) for point in load.points()],
                "users": load.user_limit,
                "duration_s": load.duration_s,
                "arrivals": load.arrivals,
                "when_exhausted": load.when_exhausted,
            }
        case _:
            return {
                "kind": "iterations",
                "iterations": load.iterations,
                "users": load.users,
                "max_duration_s": load.max_duration,
            }


def _options(options: Options, texts: Texts) -> dict[str, Any]:
    tls = options.tls
    kept = options.keep_alive if isinstance(options.keep_alive, KeepAlive) else KeepAlive()
    return {
        "keep_alive": bool(options.keep_alive),
        "shared": kept.shared,
        "idle_timeout_s": kept.idle_timeout,
        "resolve": options.resolve,
        "ip": options.ip,
        "local_addresses": list(options.local_address),
        "unix_socket": str(options.unix_socket.absolute()) if options.unix_socket else None,
        "proxy": _proxy(options.proxy, texts),
        "cookies": options.cookies,
        "http_version": options.http_version,
        "graceful_stop_s": options.graceful_stop,
        "setup_timeout_s": options.setup_timeout,
        "seed": options.seed,
        "tls": {
            "verify": tls.verify,
            "ca_file": str(tls.ca_file.absolute()) if tls.ca_file else None,
            "client_cert": str(tls.client_cert.absolute()) if tls.client_cert else None,
            "client_key": str(tls.client_key.absolute()) if tls.client_key else None,
            "server_name": tls.server_name,
            "resume": tls.resume,
        },
    }


def _proxy(proxy: str | None, texts: Texts) -> str | None:
    if proxy is None:
        return None
    try:
        return check_proxy(texts.environment(proxy))
    except ValueError as error:
        raise PlanError(f"options.proxy: {error}") from error
