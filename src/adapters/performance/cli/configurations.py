"""The configurations that ``polyload compare`` is asked for: plans and URLs, or one file with a whole comparison."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ..errors import UsageError
from ..plan.python_file import is_python_file
from ..plan.secrets import mask_url
from ..workflows.comparison.reading import holds_comparison, read_comparison
from ..workflows.entry import Entry
from .loading import option
from .planning import Wishes, is_plan_file, make_plan

_IN_FILE = ("repeats", "gates", "margin", "error_margin", "allow", "seed")


def configurations_of(
    targets: Sequence[str], given: Mapping[str, Any], load: Mapping[str, Any]
) -> tuple[dict[str, Entry], dict[str, Any]]:
    """The configurations by name, and the options with what their file says of those that were not given."""
    wishes = Wishes({name: value for name, value in load.items() if value is not None})
    tool = given["tool"] or "auto"
    if (
        len(targets) == 1
        and is_plan_file(targets[0])
        and not is_python_file(targets[0])
        and Path(targets[0]).exists()
        and holds_comparison(targets[0])
    ):
        if wishes.load:
            raise UsageError(
                f"{option(next(iter(wishes.load)))} cannot be combined with a comparison file, whose plans say it"
            )
        file = read_comparison(targets[0], tool=tool, approximate=given["approximate"])
        written = {name: getattr(file.written, name) for name in _IN_FILE}
        kept = {name: value for name, value in written.items() if given[name] in (None, ())}
        return file.configurations, {**given, **kept}
    if len(targets) == 1:
        raise UsageError(
            f"{mask_url(targets[0])} is one configuration, and a comparison needs two",
            hint="give another plan or URL, or a file with 'configurations'",
        )
    entries = {
        name: Entry(make_plan(target, wishes), tool, approximate=given["approximate"])
        for name, target in zip(_names(targets), targets, strict=True)
    }
    return entries, dict(given)


def _names(targets: Sequence[str]) -> list[str]:
    """A name for each: the file's where those differ, and a number where the very same is given again."""
    shown = [target if is_plan_file(target) else mask_url(target) for target in targets]
    stems = [Path(target).stem if is_plan_file(target) else target for target in shown]
    names = stems if len(set(stems)) == len(stems) else shown
    return [
        name if names.count(name) == 1 else f"{name} ({names[: place + 1].count(name)})"
        for place, name in enumerate(names)
    ]
