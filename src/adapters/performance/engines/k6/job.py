"""The job: a program as the script reads it, with every check, extractor and request numbered."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .. import kinds
from ..program.compile import Program
from .answers import for_script
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
    numbers = Numbers()
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
            _feed(name, feed, number, folder) for number, (name, feed) in enumerate(program["feeds"].items())
        ],
        "scenarios": [
            {
                "weight": scenario["weight"],
                "pacing_ms": 1000 * (scenario["pacing_s"] or 0.0),
                "steps": [_step(step, numbers) for step in scenario["steps"]],
            }
            for scenario in program["scenarios"]
        ],
    }
    path = folder / "job.json"
    path.write_text(json.dumps(job), encoding="utf-8")
    return path, numbers


def _feed(name: str, feed: dict[str, Any], number: int, folder: Path) -> dict[str, str]:
    file = folder / f"feed-{number}.json"
    file.write_text(json.dumps([json.dumps(row) for row in feed["rows"]]), encoding="utf-8")
    return {"name": name, "strategy": feed["strategy"], "file": str(file)}


def _step(step: dict[str, Any], numbers: Numbers) -> dict[str, Any]:
    conditions = {
        name: None if step[name] is None else json.dumps(step[name]) for name in ("run_if", "skip_if")
    }
    if step["kind"] == "pause":
        return {**step, **conditions}
    numbers.requests.append(step["name"])
    numbers.redirects.append(step["redirects"])
    return {
        **step,
        **conditions,
        "number": len(numbers.requests) - 1,
        "checks": [_check(check, numbers) for check in step["checks"]],
        "extract": [_extractor(entry, numbers) for entry in step["extract"]],
    }


def _check(check: dict[str, Any], numbers: Numbers) -> dict[str, Any]:
    numbers.checks.append(check["name"])
    entry = {**for_script(check), "number": len(numbers.checks) - 1, "failure": len(numbers.failures)}
    numbers.failures.append((kinds.CHECK, check["name"]))
    return entry


def _extractor(entry: dict[str, Any], numbers: Numbers) -> dict[str, Any]:
    failures = {}
    for why in ("absent", "unfit", "too_much"):
        failures[why] = len(numbers.failures)
        numbers.failures.append((kinds.EXTRACT, entry[why]))
    return {**for_script(entry), **failures}


def _counts(program: Program) -> bool:
    """Whether anything counts iterations over all users: a feed in order, or ``${iteration}``."""
    in_order = any(feed["strategy"] == "sequential" for feed in program["feeds"].values())
    return in_order or any(part.get("counter") == "iteration" for part in _objects(program["scenarios"]))


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    match value:
        case dict():
            yield value
            for item in value.values():
                yield from _objects(item)
        case list():
            for item in value:
                yield from _objects(item)
