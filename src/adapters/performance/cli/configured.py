"""What the command line takes from settings: which hold, and the plan of a run with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from ..errors import UsageError
from ..plan.load import Load
from ..plan.model import Plan, Scenario
from ..plan.python_file import is_python_file
from ..plan.reading import read_fields
from ..plan.secrets import mask_url
from ..plan.steps import Request
from ..reports.text import printable
from ..reports.write import Destination, parse_destination
from ..settings.defaults import chosen_load, finished, request_fields, target_url
from ..settings.model import Settings
from ..settings.profiles import BUILT_IN, profile_in_words
from ..settings.resolve import Resolved, load_settings
from ..workflows.configured import (
    Planned,
    check_engines,
    default_amounts,
    plan_of_fields,
    requests_sketch,
    with_load,
)
from .loading import changed_load
from .planning import Wishes, changed_plan, check_there, is_plan_file, make_plan

_SOME_LOAD = {"users": 1, "duration": 1}
_FILES = {
    "json": "summary.json",
    "markdown": "report.md",
    "junit": "junit.xml",
    "windows-csv": "windows.csv",
    "summary": "summary.txt",
    "percentiles": "percentiles.txt",
    "openmetrics": "metrics.txt",
}
"""Format to the name of its report in a run's folder; the others are ``report.FORMAT``."""


def read_settings(given: Mapping[str, Any], flags: Sequence[str] = ("profile",)) -> Resolved:
    """The settings that hold for a command line; those of the ``flags`` that were given come first."""
    file, env_file = given["config"], given["env_file"]
    if given["no_config"] and (file or env_file):
        raise UsageError(f"--no-config cannot be combined with {'--config' if file else '--env-file'}")
    named = {name: (given[name], f"--{name}") for name in flags if given.get(name)}
    resolved = load_settings(file, read_files=not given["no_config"], env_file=env_file, given=named)
    check_engines(resolved)
    return resolved


def in_words(resolved: Resolved, *, with_profile: bool = True) -> str | None:
    """Which files and which profile hold, in a line; None when there are none."""
    parts = [str(found[0]) for found in (resolved.file, resolved.env_file) if found]
    settings = resolved.settings
    if settings.profile is not None and with_profile:
        profile = settings.profiles.get(settings.profile) or BUILT_IN[settings.profile]
        parts.append(f"profile {settings.profile} ({profile_in_words(profile)})")
    return f"settings: {', '.join(parts)}" if parts else None


def say_settings(resolved: Resolved, target: str | None, wishes: Wishes) -> None:
    """Tell on stderr which files and profile hold for a run, and what of them has no effect."""
    unused = list(resolved.remarks)
    if target is not None and resolved.settings.requests:
        unused.append(
            f"the requests in {resolved.origin('requests').text} are not sent: {mask_url(target)} is"
        )
    held = in_words(resolved, with_profile="pattern" not in wishes.load)
    for line in (held, *(f"warning: {remark}" for remark in unused)):
        if line:
            click.echo(printable(line), err=True)


def plan_with(target: str | None, wishes: Wishes, resolved: Resolved) -> Planned:
    """The plan for a command line under its settings; ``target`` None is what the settings say."""
    settings = resolved.settings
    _check_amount(wishes, resolved)
    if target is None and settings.requests:
        return _for_steps(_sketch(resolved), wishes, settings)
    if target is not None and is_plan_file(target):
        return _for_file(target, wishes, settings)
    url = target_url(settings, target)
    if url is None:
        raise click.UsageError(
            "Missing argument 'TARGET': a URL or a plan file, unless the settings have target.base_url; or -i",
            click.get_current_context(silent=True),
        )
    return _for_url(url, wishes, settings)


def _sketch(resolved: Resolved) -> Plan:
    return requests_sketch(resolved.settings, str(resolved.file[0]) if resolved.file else "settings")


def _check_amount(wishes: Wishes, resolved: Resolved) -> None:
    if "pattern" in wishes.load and resolved.origin("profile").kind == "given":
        raise UsageError("--profile cannot be combined with --pattern: each says the whole load")


def _for_file(path: str, wishes: Wishes, settings: Settings) -> Planned:
    check_there(path)
    fields = read_fields(path)
    if is_python_file(path) and "load" not in fields:
        sketch = plan_of_fields(settings, {**fields, "load": _SOME_LOAD}, path)
        return _for_steps(sketch, wishes, settings)
    plan = plan_of_fields(settings, fields, path)
    plan = _under_profile(plan, wishes, settings)
    return finished(_checked(changed_plan(plan, _but_load(wishes, settings)), path), settings, own_load=True)


def _under_profile(plan: Plan, wishes: Wishes, settings: Settings) -> Plan:
    """The plan with the load of the profile, if one is chosen, changed by what was given."""
    load = _profiled(plan.scenarios, wishes, settings)
    return plan if load is None else with_load(plan, load, source=f"profile {settings.profile!r}")


def _profiled(scenarios: Sequence[Scenario], wishes: Wishes, settings: Settings) -> Load | None:
    if "pattern" in wishes.load or (load := chosen_load(settings, scenarios)) is None:
        return None
    return changed_load(load, wishes.load, whose=f"profile {settings.profile!r}")


def _but_load(wishes: Wishes, settings: Settings) -> Wishes:
    """The wishes without the load, when it has gone into that of the profile."""
    return wishes if settings.profile is None or "pattern" in wishes.load else replace(wishes, load={})


def _checked(plan: Plan, source: str) -> Plan:
    """The plan, when its load and its scenarios go together."""
    return with_load(plan, plan.load, source=source)


def _for_steps(sketch: Plan, wishes: Wishes, settings: Settings) -> Planned:
    """Steps that say no load, as the requests of the settings: how much is what a URL would get."""
    if (load := _profiled(sketch.scenarios, wishes, settings)) is None:
        load = make_plan("http://load/", Wishes(_amounts(wishes, settings))).load
    plan = changed_plan(with_load(sketch, load, source="settings"), replace(wishes, load={}))
    return finished(plan, settings, own_load=_own_load(wishes, settings))


def _for_url(url: str, wishes: Wishes, settings: Settings) -> Planned:
    profiled = settings.profile is not None and "pattern" not in wishes.load
    plan = make_plan(url, replace(wishes, load={} if profiled else _amounts(wishes, settings)))
    plan = _under_profile(_with_proof(plan, settings), wishes, settings)
    if settings.name is not None:
        plan = plan.model_copy(update={"name": settings.name})
    return finished(plan, settings, own_load=_own_load(wishes, settings))


def _with_proof(plan: Plan, settings: Settings) -> Plan:
    """The plan of one request, sent with the credentials of the settings where they belong."""
    (request,) = plan.requests()
    given = {name: getattr(request, name) for name in request.model_fields_set}
    sent = Request(**request_fields(settings, request.url, given))
    return plan.model_copy(update={"scenarios": (Scenario(steps=(sent,)),)})


def _own_load(wishes: Wishes, settings: Settings) -> bool:
    return settings.profile is not None or "pattern" in wishes.load


def _amounts(wishes: Wishes, settings: Settings) -> dict[str, Any]:
    if "pattern" in wishes.load or "max_users" in wishes.load:
        return dict(wishes.load)
    return default_amounts(settings, wishes.load)


@contextmanager
def destinations_with(given: Sequence[str], resolved: Resolved) -> Iterator[list[Destination]]:
    """Where reports go: those ``given``, else those of the settings, and into a folder for this run if they say so.

    The folder is made at once, and is gone afterwards when nothing was written to it.
    """
    settings = resolved.settings
    listed = [parse_destination(text) for text in given] or _listed(resolved)
    folder = settings.output.directory
    if folder is None:
        yield listed
        return
    own = _new_folder(Path(folder), resolved)
    try:
        yield listed + [
            _destination(name, own / _FILES.get(name, f"report.{name}"), resolved)
            for name in formats(resolved)
        ]
    finally:
        with suppress(OSError):
            own.rmdir()


def check_parts(resolved: Resolved) -> None:
    """Raises UsageError for reports in the settings that there are not, and for requests that are none."""
    if resolved.settings.requests:
        _sketch(resolved)
    _listed(resolved)
    formats(resolved)


def _listed(resolved: Resolved) -> list[Destination]:
    return [_parsed(text, resolved, "reports") for text in resolved.settings.reports]


def formats(resolved: Resolved) -> list[str]:
    """The formats of the reports in a run's folder, each once."""
    if resolved.settings.output.directory is None:
        return []
    named = resolved.settings.output.formats
    return list(dict.fromkeys(_parsed(f"{name}=x", resolved, "output", "formats").format for name in named))


def _destination(name: str, file: Path, resolved: Resolved) -> Destination:
    return _parsed(f"{name}={file}", resolved, "output", "formats")


def _parsed(text: str, resolved: Resolved, *key: str) -> Destination:
    try:
        return parse_destination(text)
    except UsageError as error:
        origin = resolved.origin(*key)
        message = "no report" if origin.secret else error.message
        raise UsageError(f"{origin.text}: {'.'.join(key)}: {message}", hint=error.hint) from error


def _new_folder(folder: Path, resolved: Resolved) -> Path:
    stamp = datetime.now().strftime("%Y%m%d-%H%M%S")
    for number in range(1, 100):
        own = folder / (stamp if number == 1 else f"{stamp}-{number}")
        try:
            own.mkdir(parents=True)
        except FileExistsError:
            continue
        except OSError as error:
            where = resolved.origin("output", "directory").text
            raise UsageError(
                f"{where}: output.directory: {own} cannot be made: {error.strerror or error}"
            ) from error
        return own
    raise UsageError(f"output.directory: {folder} has too many folders of this second")
