"""What was counted in a log, as the draft of a plan."""

from __future__ import annotations

import datetime
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from ...plan.quantity import format_duration
from ...plan.secrets import is_secret
from ..draft import Draft
from ..options import Options
from ..source import Source
from ..withheld import literal
from .rate import Rate
from .routes import VARIES, Route, Routes

_MOST_ROUTES = 60
_PAIR = re.compile(r"(?<=[?&])([^=&#]+)=[^&#]*&?")
_COUNTED = re.compile(r"[^0-9A-Za-z]+")


@dataclass
class Told:
    """What the reader of the plan is to know of the lines that are not in it."""

    requests: int = 0
    malformed: int = 0
    no_request: int = 0
    static: int = 0
    unwanted: int = 0
    bots: int = 0
    methods: Counter[str] = field(default_factory=Counter)
    hosts: set[str] = field(default_factory=set)


def draft(source: Source, options: Options, routes: Routes, rate: Rate, told: Told) -> Draft:
    """The draft; SourceError when nothing is left."""
    made = Draft({})
    found = list(routes.all())
    failing = [one for one in found if one[2].failed * 2 > one[2].count or not one[2].samples]
    good = [one for one in found if one not in failing]
    kept, rare = good[:_MOST_ROUTES], good[_MOST_ROUTES:]
    _tell(made, options, told, routes)
    if failing:
        made.note(f"left out: {_requests(failing)} that mostly failed, such as {_named(failing[0])}")
    if rare:
        made.note(f"left out: {_requests(rare)} that came least often, such as {_named(rare[0])}")
    if not kept:
        raise source.wrong(f"it has no request that a plan could be made of: {'; '.join(made.notes)}")
    share = sum(route.count for _, _, route in kept) / max(1, rate.total)
    made.plan["target"] = _target(made, options, told)
    made.plan["load"] = _load(options, rate, share)
    made.above["load",] = _shape(rate, share)
    _add_scenarios(made, kept)
    return made


def _tell(made: Draft, options: Options, told: Told, routes: Routes) -> None:
    if told.malformed:
        made.note(f"{_count(told.malformed, 'line')} could not be read as the common or combined format")
    if told.no_request:
        made.note(f"left out: {_count(told.no_request, 'line')} whose request is no HTTP")
    if told.methods:
        named = ", ".join(f"{method} ({count:,})" for method, count in told.methods.most_common(6))
        made.note(f"left out, as a log has no bodies: {named}; --all-methods keeps them, without bodies")
    if told.static:
        made.note(
            f"left out: {_count(told.static, 'request')} for images, fonts, styles and scripts; "
            "--keep-static keeps them"
        )
    if told.unwanted:
        made.note(
            f"left out: {_count(told.unwanted, 'request')} that --include and --exclude do not let through"
        )
    if routes.beyond:
        made.note(f"left out: {_count(routes.beyond, 'request')} on paths that are too many to tell apart")
    if told.bots:
        made.note(
            f"{_count(told.bots, 'request')} came from robots and tools, by what they call themselves; "
            "they are in the plan"
        )
    if len(told.hosts) > 1:
        made.note(f"the log is of {len(told.hosts)} hosts, whose requests all go to one target")
    if options.all_methods:
        made.note("a log has no bodies: give those of POST, PUT and PATCH requests yourself")


def _target(made: Draft, options: Options, told: Told) -> str:
    if options.target:
        return options.target
    host = next(iter(told.hosts)) if len(told.hosts) == 1 else ""
    known = f", such as https://{host}" if host else ""
    made.note(
        f"a log does not say where the server is: give the environment variable BASE_URL, or --target{known}"
    )
    return "${env.BASE_URL:-http://127.0.0.1:8000}"


def _load(options: Options, rate: Rate, share: float) -> dict[str, Any]:
    if not options.follow:
        return {"rate": _rounded(rate.average * share), "duration": "1m"}
    stages: list[dict[str, Any]] = []
    for length_s, per_s in rate.steps():
        stages.append({"duration": 0, "rate": _rounded(per_s * share)})
        stages.append({"duration": format_duration(length_s), "rate": _rounded(per_s * share)})
    return {"stages": stages}


def _rounded(rate: float) -> float:
    """A rate to four significant digits."""
    return float(f"{rate:.4g}")


def _shape(rate: Rate, share: float) -> str:
    begin = datetime.datetime.fromtimestamp(rate.first_s or 0, datetime.UTC)
    busiest = [
        f"{found:,.4g}/s in the busiest {name}"
        for name, span in (("second", 1), ("minute", 60), ("hour", 3600))
        if rate.duration_s > span and (found := rate.busiest(span)) is not None
    ]
    whole = "" if share == 1 else "; with what was left out for its answers, "
    return (
        f"The log: {format_duration(rate.duration_s)} from {begin:%Y-%m-%d %H:%M:%S} UTC, with "
        f"{rate.average * share:,.4g} of these requests a second on average"
        + (f"{whole or ', '}{', '.join(busiest)}." if busiest else ".")
    )


def _add_scenarios(made: Draft, kept: list[tuple[str, str, Route]]) -> None:
    total = sum(route.count for _, _, route in kept)
    feeds: dict[str, Any] = {}
    scenarios: list[dict[str, Any]] = []
    for number, (method, form, route) in enumerate(kept):
        columns = _columns(form)
        shown = _filled(form, ["{" + column + "}" for column in columns])
        url, rows = _url(form, columns, route, _feed_name(form, feeds))
        if rows is not None:
            name, found = rows
            feeds[name] = {"strategy": "random", "rows": found}
            made.above["data", name] = (
                f"{_count(len(found), 'URL')} drawn from the {route.sampled:,} of {method} {shown}"
            )
        step: dict[str, Any] = {"name": f"{method} {shown}", "method": method, "url": url}
        if method == "GET":
            del step["method"]
        scenarios.append({"name": f"{method} {shown}", "weight": route.count, "steps": [step]})
        made.beside["scenarios", number, "weight"] = _seen(route, total)
    made.plan["scenarios"] = scenarios
    if feeds:
        made.plan["data"] = feeds


def _seen(route: Route, total: int) -> str:
    """How often a route was asked for, and how it was answered."""
    answers = ", ".join(
        f"{status or 'no status'} {count / route.count:.3g}".replace(" 1", " 100 %")
        if count == route.count
        else f"{status or 'no status'} {count / route.count * 100:.2g} %"
        for status, count in route.statuses.most_common(4)
    )
    took = f"; {route.took_s / route.timed * 1000:,.4g} ms on average" if route.timed else ""
    return f"{route.count / total * 100:.3g} %; {answers}{took}"


def _columns(form: str) -> list[str]:
    """Names for the parts of a path that vary: ``id``, or that of what stands before when there are several."""
    parts = form.split("/")
    places = [place for place, part in enumerate(parts) if part == VARIES]
    if len(places) < 2:
        return ["id"] * len(places)
    names: list[str] = []
    for place in places:
        before = _COUNTED.sub("_", parts[place - 1]).strip("_").lower() if parts[place - 1] != VARIES else ""
        name = f"{before}_id" if before and before[0].isalpha() else "id"
        names.append(name if name not in names else f"{name}_{len(names) + 1}")
    return names


def _url(
    form: str, columns: list[str], route: Route, feed: str
) -> tuple[str, tuple[str, list[dict[str, Any]]] | None]:
    """The URL of a route, and the rows of the feed that it draws from, when it varies."""
    rows = [_row(form, columns, _without_secrets(sample)) for sample in route.samples]
    queries = {str(row["query"]) for row in rows}
    if len(queries) == 1:
        query = literal(queries.pop())
        rows = [{key: value for key, value in row.items() if key != "query"} for row in rows]
    else:
        query = "${" + feed + ".query}"
    url = _filled(form, ["${" + f"{feed}.{column}" + "}" for column in columns]) + query
    return url, ((feed, rows) if columns or rows[0] else None)


def _row(form: str, columns: list[str], url: str) -> dict[str, Any]:
    path, question, query = url.partition("?")
    parts = path.split("/")
    varying = [
        parts[place] for place, part in enumerate(form.split("/")) if part == VARIES and place < len(parts)
    ]
    values = (
        int(part) if part.isdecimal() and len(part) < 16 and str(int(part)) == part else part
        for part in varying
    )
    return {**dict(zip(columns, values, strict=True)), "query": question + query}


def _without_secrets(url: str) -> str:
    """A URL without the parts of its query that are secrets."""
    path, question, query = url.partition("?")
    made = _PAIR.sub(lambda pair: "" if is_secret(pair[1]) else pair[0], question + query)
    return path + (made.rstrip("?&") if made != question + query else made)


def _filled(form: str, values: list[str]) -> str:
    rest = iter(values)
    return "/".join(next(rest) if part == VARIES else literal(part) for part in form.split("/"))


def _feed_name(form: str, used: dict[str, Any]) -> str:
    words = [
        _COUNTED.sub("_", part).strip("_").lower() for part in form.split("/") if part and part != VARIES
    ]
    name = "_".join(filter(None, words[-2:])) or "pages"
    name = name if name[0].isalpha() else f"r_{name}"
    name = f"{name}_urls" if name in ("env", "var", "csv", "data", "faker", "iteration", "user") else name
    number, free = 1, name
    while free in used:
        number, free = number + 1, f"{name}_{number + 1}"
    return free


def _requests(some: list[tuple[str, str, Route]]) -> str:
    count = sum(route.count for _, _, route in some)
    return f"{_count(count, 'request')} on {_count(len(some), 'path')}"


def _named(one: tuple[str, str, Route]) -> str:
    method, form, route = one
    status = route.statuses.most_common(1)[0][0]
    return f"{method} {form[:60]} ({status})"


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"
