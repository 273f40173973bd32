"""The job: a program as the script reads it, with every check, extractor and request numbered."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .. import kinds
from ..program.compile import Program
from ..program.runtime import DRAWS_AS
from .answers import condition_for_script, for_script
from .feeds import write_feed
from .options import SHORTEST_S, k6_options
from .trends import TREND_NAMES, with_trends

FIRST_GROUP = 1_000_000
"""Groups of steps are numbered from here, in the column that has the number of a request."""


@dataclass(slots=True)
class Numbers:
    """What the numbers in the script's reports stand for.

    Requests whose numbers are in ``aside`` are in no other figure; numbers from ``FIRST_GROUP`` are those of groups.
    """

    requests: list[str] = field(default_factory=list)
    redirects: list[int] = field(default_factory=list)
    checks: list[str] = field(default_factory=list)
    failures: list[tuple[str, str]] = field(default_factory=list)
    feeds: list[str] = field(default_factory=list)
    aside: set[int] = field(default_factory=set)
    groups: list[str] = field(default_factory=list)


def loops(program: Program) -> bool:
    """Whether users go through their iterations without k6: in a closed load where nothing counts over all users."""
    load = program["load"]
    return load["kind"] == "closed" and (load["users"] == 1 or not _counts(program))


def write_job(
    program: Program, folder: Path, control: str | None, *, counts: bool = False
) -> tuple[Path, Numbers]:
    """Writes the job and its feeds' rows into ``folder``; ``control`` is where the script asks whether to stop.

    With ``counts`` the answers to the program's one request are only counted, and k6 keeps Trends of their times.
    """
    numbers = Numbers(feeds=list(program["feeds"]))
    load = program["load"]
    options = k6_options(program, loops=loops(program))
    job = {
        "options": with_trends(options) if counts else options,
        "trends": TREND_NAMES if counts else [],
        "control": control,
        "load": load,
        "lasts_s": load["max_duration_s"] if load["kind"] == "iterations" else load["duration_s"],
        "shortest_ms": SHORTEST_S * 1000 if load["kind"] == "iterations" else 0,
        "graceful_stop_s": program["options"]["graceful_stop_s"],
        "cookies": program["options"]["cookies"],
        "counts": _counts(program),
        "variables": {name: json.dumps(value) for name, value in program["variables"].items()},
        "feeds": [
            write_feed(name, feed, number, folder)
            for number, (name, feed) in enumerate(program["feeds"].items())
        ],
        "auths": [_auth(entry, numbers) for entry in program["auths"]],
        "pools": [
            _pool(name, values, number, folder)
            for number, (name, values) in enumerate(program["pools"].items())
        ],
        "seed": None if program["options"]["seed"] is None else str(program["options"]["seed"]),
        "setup_timeout_ms": 1000 * program["options"]["setup_timeout_s"],
        "setup": _steps(program["setup"], numbers, aside=True),
        "teardown": _steps(program["teardown"], numbers, aside=True),
        "draws_as": DRAWS_AS,
        "scenarios": [
            {
                "weight": scenario["weight"],
                "pacing_ms": 1000 * (scenario["pacing_s"] or 0.0),
                "before": _steps(scenario["before"], numbers, aside=True),
                "steps": _steps(scenario["steps"], numbers),
                "after": _steps(scenario["after"], numbers, aside=True),
            }
            for scenario in program["scenarios"]
        ],
    }
    path = folder / "job.json"
    path.write_text(json.dumps(job), encoding="utf-8")
    return path, numbers


def _pool(name: str, values: list[Any], number: int, folder: Path) -> dict[str, str]:
    file = folder / f"pool-{number}.json"
    file.write_text(json.dumps([json.dumps(value) for value in values]), encoding="utf-8")
    return {"name": name, "file": str(file)}


def _steps(steps: list[dict[str, Any]], numbers: Numbers, *, aside: bool = False) -> list[dict[str, Any]]:
    return [
        {
            **_step(step, numbers, aside),
            **{name: _as_json(condition_for_script(step[name])) for name in ("run_if", "skip_if")},
        }
        for step in steps
    ]


def _step(step: dict[str, Any], numbers: Numbers, aside: bool) -> dict[str, Any]:
    """A step whose values are JSON texts, since JavaScript would not keep them as they are."""
    inside = {"steps": _steps(step["steps"], numbers, aside=aside)} if "steps" in step else {}
    match step["kind"]:
        case "request":
            return _request(step, numbers, aside)
        case "set":
            return {**step, "set": [[name, json.dumps(value)] for name, value in step["set"]]}
        case "choose":
            choices = step["choices"]
            steps = [_steps(choice["steps"], numbers, aside=aside) for choice in choices]
            return {
                **step,
                "choices": [{**choice, "steps": inner} for choice, inner in zip(choices, steps, strict=True)],
            }
        case "group":
            numbers.groups.append(step["name"])
            return {**step, **inside, "number": FIRST_GROUP + len(numbers.groups) - 1}
        case "repeat":
            return {**step, **inside, "times": _as_json(step["times"])}
        case "while":
            return {**step, **inside, "while": json.dumps(condition_for_script(step["while"]))}
        case "for_each":
            return {**step, **inside, "items": json.dumps(step["items"])}
    return step


def _as_json(value: Any) -> str | None:
    return None if value is None else json.dumps(value)


def _request(step: dict[str, Any], numbers: Numbers, aside: bool) -> dict[str, Any]:
    number = len(numbers.requests)
    numbers.requests.append(step["name"])
    numbers.redirects.append(step["redirects"])
    if aside:
        numbers.aside.add(number)
    return {
        **step,
        "number": number,
        "checks": [_check(check, numbers) for check in step["checks"]],
        "extract": [_extractor(step["name"], entry, numbers) for entry in step["extract"]],
    }


def _auth(entry: dict[str, Any], numbers: Numbers) -> dict[str, Any]:
    """An auth, whose own requests are in no other figure."""
    numbers.failures.append((kinds.AUTH, entry.get("failure", "no signature could be made")))
    numbered = {**entry, "failure": len(numbers.failures) - 1}
    if entry["kind"] == "digest":
        numbered["challenge"] = len(numbers.requests)
        numbers.aside.add(len(numbers.requests))
        numbers.requests.append(entry["name"])
        numbers.redirects.append(0)
    for way in ("fetch", "refresh"):
        if entry.get(way):
            numbered[way] = _steps(entry[way], numbers, aside=True)
    return numbered


def _check(check: dict[str, Any], numbers: Numbers) -> dict[str, Any]:
    numbers.checks.append(check["name"])
    entry = {**for_script(check), "number": len(numbers.checks) - 1, "failure": len(numbers.failures)}
    numbers.failures.append((kinds.CHECK, check["name"]))
    return entry


def _extractor(label: str, entry: dict[str, Any], numbers: Numbers) -> dict[str, Any]:
    failures = {}
    for why in ("absent", "unfit", "too_much"):
        failures[why] = len(numbers.failures)
        message = entry.get(why) or f"{label}: no value for {entry['var']}"
        numbers.failures.append((kinds.EXTRACT, message))
    return {"index": 0, "transform": [], **for_script(entry), **failures}


def _counts(program: Program) -> bool:
    """Whether anything counts iterations over all users: a feed in order, or ``${iteration}``."""
    in_order = any(feed["strategy"] in ("sequential", "unique") for feed in program["feeds"].values())
    return in_order or any(
        part.get("counter") == "iteration" for part in _objects([program["scenarios"], program["auths"]])
    )


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    match value:
        case dict():
            yield value
            for item in value.values():
                yield from _objects(item)
        case list():
            for item in value:
                yield from _objects(item)
