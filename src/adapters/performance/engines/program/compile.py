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
from ...plan.model import Options, Plan, Scenario
from ...plan.names import feed_called_data
from ...plan.steps import Request
from ...plan.urls import check_url
from .answers import compile_check, compile_extractor
from .auths import Auths, Proofs, check_text
from .bodies import compile_body
from .feeds import lay_out_feeds
from .flow import Steps
from .texts import Texts, joined

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
    auths = Auths(plan, texts, lambda step: _request(plan, step, texts, hide, Proofs()))

    def steps(scenario: Scenario | None) -> Steps:
        return Steps(texts, lambda step: _request(plan, step, texts, hide, auths.of(step, scenario)))

    on_failure = plan.options.on_failure
    program: Program = {
        "version": 1,
        "setup": steps(None).compiled(plan.setup, "end_iteration"),
        "scenarios": [
            {
                "name": scenario.name,
                "weight": scenario.weight,
                "pacing_s": scenario.pacing,
                "before": steps(scenario).compiled(scenario.before, on_failure),
                "steps": steps(scenario).compiled(scenario.steps, on_failure),
                "after": steps(scenario).compiled(scenario.after, on_failure),
            }
            for scenario in plan.scenarios
        ],
        "teardown": steps(None).compiled(plan.teardown, "continue"),
        "auths": auths.entries,
        "load": _load(plan.load),
        "pools": texts.pools,
        "variables": {name: texts.environment(value) for name, value in plan.variables.items()},
        "options": _options(plan.options, texts),
    }
    return {**program, "feeds": lay_out_feeds(plan, program, folder)}


def _request(
    plan: Plan, step: Request, texts: Texts, hide: Callable[[str], str], proofs: Proofs
) -> dict[str, Any]:
    body, content_type = compile_body(step, texts)
    given = {name.lower(): (name, value) for name, value in plan.options.headers.items()}
    given |= {name.lower(): (name, value) for name, value in step.headers.items()}
    if content_type and "content-type" not in given:
        given["content-type"] = ("Content-Type", content_type)
    headers = {key: (name, texts.plain(value)) for key, (name, value) in given.items()}
    headers |= {name.lower(): (name, text) for name, text in proofs.headers}
    for name, text in (*headers.values(), *(("Cookie", text) for text in proofs.cookies)):
        check_text(text, f"step {step.label!r}: the value of the header {name}")
    own_cookies = [text for _, text in [headers.pop("cookie", ("", ""))] if text]
    return {
        "kind": "request",
        "name": step.label,
        "method": step.method,
        "url": _url(plan, step, {**step.params, **proofs.query}, texts),
        "headers": [[name, text] for name, text in headers.values()],
        "cookie": joined([*own_cookies, *proofs.cookies], "; "),
        "body": body,
        "timeout_s": plan.options.timeout if step.timeout is None else step.timeout,
        "redirects": plan.options.redirects if step.redirects is None else step.redirects,
        "checks": [compile_check(step.label, check, texts, hide) for check in step.checks],
        "extract": [
            compile_extractor(step.label, name, extractor, hide) for name, extractor in step.extract.items()
        ],
        "auth": proofs.number,
        "private": [
            "authorization",
            "cookie",
            "host",
            *sorted({name.lower() for name, _ in proofs.headers} - {"authorization"}),
        ],
    }


def _url(plan: Plan, step: Request, query: dict[str, Any], texts: Texts) -> Any:
    url = texts.url(plan.target, step.url, query)
    if isinstance(url, str):
        try:
            check_url(url)
        except ValueError as error:
            raise PlanError(f"step {step.label!r}: {error}") from error
    return url


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
