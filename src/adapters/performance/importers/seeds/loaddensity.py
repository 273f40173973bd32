"""A LoadDensity action JSON: a list of commands, of which ``LD_start_test`` says what is sent, and how much of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ...errors import UsageError
from ..draft import Draft
from ..options import Options
from ..shapes import mapping, number, sequence, text
from ..source import Source
from ..withheld import Withheld
from .density_tasks import Tasks
from .fields import note_environment, note_unknown, without_secrets

_LOOKS = re.compile(r'\s*(\{\s*"load_density"\s*:\s*)?\[\s*\[\s*"LD_')
_USERS = ("http_user", "fast_http_user", "")
_START = (
    "user_detail_dict",
    "user_count",
    "spawn_rate",
    "test_time",
    "tasks",
    "mode",
    "variables",
    "csv_sources",
)
_VARIABLES = ("LD_register_variable", "LD_register_variables")
_SOURCES = ("LD_register_csv_source", "LD_register_csv_sources")
_REPORT = re.compile(r"LD_(generate_\w+|summary)")
_VARIABLE_NAME = re.compile(r"[A-Za-z_]\w*")
_MOST_S = 10_000_000

Command = tuple[str, Mapping[str, Any], list[Any]]
"""A name, with arguments by name or by place."""


def sniff(source: Source) -> bool:
    """Whether it is a list of commands that begin with ``LD_``, alone or under ``load_density``."""
    return _LOOKS.match(source.head) is not None or source.keys == {"load_density"}


def read(source: Source, options: Options) -> Draft:
    """The draft of an action JSON: the tasks of its test, with the variables and sources registered before it."""
    document = source.document
    listed = mapping(document).get("load_density") if isinstance(document, dict) else document
    if not isinstance(listed, list):
        raise source.wrong("not a LoadDensity action JSON: a list of commands, or {load_density: […]}")
    draft, withheld = Draft({}), Withheld()
    commands = list(_commands(listed, draft))
    tests = [arguments for name, arguments, _ in commands if name == "LD_start_test"]
    test = _chosen(tests, options.profile, draft, source)
    variables, sources = _registered(commands, test)
    _note_others(commands, draft)
    tasks = Tasks(variables, options, draft, withheld)
    scenarios = tasks.scenarios(test.get("tasks"), text(test.get("mode")))
    if not scenarios:
        raise source.wrong(
            f"it has no task that a plan could be made of: {'; '.join(draft.notes) or 'none at all'}"
        )
    if tasks.target:
        draft.plan["target"] = tasks.target
    if variables:
        draft.plan["variables"] = without_secrets(variables, withheld)
    if sources:
        draft.plan["data"] = sources
        draft.note("LoadDensity takes a new row for each placeholder, polyload one for each iteration")
    draft.plan["scenarios"] = scenarios
    draft.plan["load"] = _load(test, draft)
    draft.plan["options"] = {"redirects": 5}
    draft.beside["options", "redirects"] = "as Locust follows them"
    note_unknown(draft, test, _START, "LD_start_test")
    note_environment(draft, withheld)
    draft.notes += withheld.note()
    return draft


def _commands(listed: list[Any], draft: Draft) -> Iterator[Command]:
    for count, action in enumerate(listed, 1):
        parts = [action] if isinstance(action, str) else sequence(action)
        if not parts or not isinstance(parts[0], str):
            draft.note(f"action {count} is left out: not a command")
            continue
        given = parts[1] if len(parts) > 1 else {}
        yield parts[0], mapping(given), sequence(given)


def _chosen(
    tests: list[Mapping[str, Any]], wanted: str | None, draft: Draft, source: Source
) -> Mapping[str, Any]:
    """The test of the number that is wanted, else the first that is of HTTP users."""
    if wanted is not None:
        if not wanted.isdecimal() or not 1 <= int(wanted) <= len(tests):
            raise UsageError(
                f"{source.name}: --profile: it has {len(tests)} tests, given by their numbers, not {wanted!r}"
            )
        return tests[int(wanted) - 1]
    http = [test for test in tests if _user(test) in _USERS]
    others = sorted({_user(test) for test in tests} - set(_USERS))
    if others:
        draft.note(f"tests of {', '.join(others)[:200]} are left out: polyload speaks HTTP")
    if not http:
        raise source.wrong(
            "it has no LD_start_test of HTTP users" + (f": {'; '.join(draft.notes)}" if others else "")
        )
    if len(http) > 1:
        draft.note(
            f"it has {len(tests)} tests, and a plan is one: this is the first; --profile 2 takes the second"
        )
    return http[0]


def _user(test: Mapping[str, Any]) -> str:
    return text(mapping(test.get("user_detail_dict")).get("user"))


def _registered(commands: list[Command], test: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The variables, and the CSV files as feeds, that hold for a test: registered anywhere, or its own."""
    variables: dict[str, Any] = {}
    files: dict[str, Any] = {}
    for name, by_name, by_place in commands:
        if name in _VARIABLES:
            given = by_place[0] if len(by_place) == 1 else by_name.get("variables")
            key = by_place[0] if len(by_place) > 1 else by_name.get("name", by_name.get("key"))
            value = by_place[1] if len(by_place) > 1 else by_name.get("value")
            variables |= mapping(given) or ({key: value} if isinstance(key, str) else {})
        if name in _SOURCES:
            found = by_name.get("sources", by_place[0] if len(by_place) == 1 else [by_name])
            pair = {"name": by_place[0], "file_path": by_place[1]} if len(by_place) > 1 else None
            files |= _files([pair] if pair else sequence(found))
    variables |= mapping(test.get("variables"))
    files |= _files(sequence(test.get("csv_sources")))
    return {name: value for name, value in variables.items() if _VARIABLE_NAME.fullmatch(str(name))}, files


def _files(listed: list[Any]) -> dict[str, Any]:
    pairs = ((text(mapping(one).get("name")), text(mapping(one).get("file_path"))) for one in listed)
    return {
        name: {"file": path}
        for name, path in pairs
        if _VARIABLE_NAME.fullmatch(name) and path and "\0" not in path
    }


def _note_others(commands: list[Command], draft: Draft) -> None:
    names = list(dict.fromkeys(name for name, _, _ in commands))
    reports = [name for name in names if _REPORT.fullmatch(name)]
    if reports:
        how = "polyload run plan.yaml --report html=report.html"
        draft.note(f"{', '.join(reports)}: reports are asked for when it runs: {how}")
    known = {*_VARIABLES, *_SOURCES, "LD_start_test", *reports}
    others = [name[:40] for name in names if name not in known]
    if others:
        draft.note(f"commands that are not carried over: {', '.join(others[:12])}")


def _load(test: Mapping[str, Any], draft: Draft) -> dict[str, Any]:
    """Users started at ``spawn_rate`` a second, all within ``test_time``."""
    users, spawn_rate, seconds = (
        number(test.get(name)) for name in ("user_count", "spawn_rate", "test_time")
    )
    users = int(users) if users is not None and 1 <= users <= 1e6 else 50
    if seconds is None or not 0 < seconds <= _MOST_S:
        draft.note("test_time is not given, and LoadDensity goes on until it is stopped; a minute is a guess")
        seconds = 60.0
    spawn_rate = spawn_rate if spawn_rate and 0 < spawn_rate <= 1e6 else 10.0
    ramp_up_s = users / spawn_rate
    if ramp_up_s > seconds:
        reached = max(1, round(spawn_rate * seconds))
        draft.note(
            f"{users} users at {spawn_rate:g} a second are more than can start in {seconds:g} s: {reached} do"
        )
        return {"stages": [{"duration": f"{seconds:g}s", "users": reached}]}
    return {"users": users, "duration": f"{seconds:g}s", "ramp_up": f"{ramp_up_s:.4g}s"}
