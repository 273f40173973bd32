"""A program's load and options as k6's options: which executor, how many VUs, for how long."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ...errors import PlanError
from ..native.shape import active_spans
from .rates import common_rates

SHORTEST_S = 1.0
"""k6 refuses durations under a second, but in stages."""

_FIRST_RATE = 1000
_FIRST_ARRIVAL: dict[str, Any] = {"duration": "1ms"}
"""k6's ramps begin with a distance; this stage lets the first arrival come at the beginning, as it does elsewhere."""

_SLACK_S = 15.0
_FOREVER_S = 10 * 365 * 86400.0


def k6_options(program: dict[str, Any], *, loops: bool) -> dict[str, Any]:
    """The options of a script that runs the program; ``loops`` when users go through their iterations themselves.

    The script ends the load itself. k6's own bounds lie later and are reached only when something goes wrong.
    """
    options = program["options"]
    once_s = _duration(options["setup_timeout_s"] + _SLACK_S)
    return {
        "scenarios": _scenarios(program["load"], options["graceful_stop_s"], loops=loops),
        "discardResponseBodies": True,
        "maxRedirects": 0,
        "noCookiesReset": True,
        "noConnectionReuse": not options["keep_alive"],
        "insecureSkipTLSVerify": not options["tls"]["verify"],
        "tlsAuth": _client_certificate(options["tls"]),
        "dns": _names(options),
        "systemTags": [],
        "noSetup": not program["setup"],
        "setupTimeout": once_s,
        "teardownTimeout": once_s,
    }


def _scenarios(load: dict[str, Any], grace_s: float, *, loops: bool) -> dict[str, Any]:
    grace = _duration(grace_s + _SLACK_S)
    match load["kind"]:
        case "closed" if loops:
            bound = _duration(load["duration_s"] + grace_s + _SLACK_S)
            once = {
                "executor": "per-vu-iterations",
                "iterations": 1,
                "maxDuration": bound,
                "gracefulStop": "0s",
            }
            return {
                "load": {**once, "exec": "loop", "vus": load["users"]},
                "control": {**once, "exec": "control", "vus": 1},
            }
        case "closed":
            bound = _duration(load["duration_s"] + grace_s + _SLACK_S)
            shape = {
                "executor": "ramping-vus",
                "startVUs": 0,
                "stages": user_stages(load),
                "gracefulRampDown": bound,
            }
        case "open":
            shape = {**_arrivals(load), "preAllocatedVUs": load["users"], "maxVUs": load["users"]}
        case _:
            longest = load["max_duration_s"]
            shape = {
                "executor": "shared-iterations",
                "vus": load["users"],
                "iterations": load["iterations"],
                "maxDuration": _duration(_FOREVER_S if longest is None else max(longest, SHORTEST_S)),
            }
    return {"load": {**shape, "exec": "iteration", "gracefulStop": grace}}


def user_stages(load: dict[str, Any]) -> list[dict[str, Any]]:
    """Stages in which each user joins and leaves at the moment when it does so on every engine."""
    changes: dict[float, int] = {}
    for user in range(load["users"]):
        for start, end in active_spans(load["points"], user):
            changes[start] = changes.get(start, 0) + 1
            changes[end] = changes.get(end, 0) - 1
    stages, users, reached = [], 0, 0.0
    for moment in sorted(changes):
        stages.append({"duration": _duration(moment - reached), "target": users})
        users += changes[moment] if moment < load["duration_s"] else 0
        stages.append({"duration": "0s", "target": users})
        reached = moment
    return [*stages, {"duration": _duration(load["duration_s"] - reached), "target": users}]


def _arrivals(load: dict[str, Any]) -> dict[str, Any]:
    points = load["points"]
    found = common_rates([rate for _, rate in points])
    assert found is not None, "such a rate was refused before"
    counts, unit_s = found
    unit = f"{unit_s}s"
    at_once = points[1][0] == 0 and len(set(counts[1:])) == 1
    if at_once and load["duration_s"] >= SHORTEST_S:
        duration = _duration(load["duration_s"])
        return {
            "executor": "constant-arrival-rate",
            "rate": counts[1],
            "timeUnit": unit,
            "duration": duration,
        }
    stages = [_FIRST_ARRIVAL | {"target": _FIRST_RATE * unit_s}, {"duration": "0s", "target": counts[0]}]
    for number in range(1, len(points)):
        lasts_s = points[number][0] - points[number - 1][0]
        stages.append({"duration": _duration(lasts_s), "target": counts[number]})
    return {
        "executor": "ramping-arrival-rate",
        "startRate": _FIRST_RATE * unit_s,
        "timeUnit": unit,
        "stages": stages,
    }


def _duration(seconds: float) -> str:
    return f"{round(seconds * 1e9)}ns"


def _names(options: dict[str, Any]) -> dict[str, str]:
    """How k6 looks host names up: by itself it keeps addresses for five minutes, and takes any of those it prefers."""
    kept = {"once": {"ttl": "inf"}, "connection": {"ttl": "0"}}
    policy = {4: {"policy": "onlyIPv4"}, 6: {"policy": "onlyIPv6"}}
    return {**kept.get(options["resolve"], {}), **policy.get(options["ip"], {})}


def _client_certificate(tls: dict[str, Any]) -> list[dict[str, str]]:
    if not tls["client_cert"]:
        return []
    return [
        {
            "cert": _pem(tls["client_cert"], "client_cert"),
            "key": _pem(tls["client_key"] or tls["client_cert"], "client_key"),
        }
    ]


def _pem(path: str, name: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PlanError(f"options.tls.{name}: {path} cannot be read: {error}") from error
