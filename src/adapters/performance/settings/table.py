"""The table of all settings in docs/settings.md, made from the model; ``make docs`` writes it."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from ..plan.descriptions import described_fields
from ..plan.quantity import format_duration
from .model import Settings
from .resolve import NOT_YET
from .variables import Key, keys, variable

_DURATIONS = {("default_ramp_up",)}


def settings_markdown() -> str:
    """Every setting with its variable, its default and what it is, as a table in Markdown."""
    return "\n".join(["| key | variable | default | what it is |", "|---|---|---|---|", *map(_row, keys())])


def not_yet_markdown() -> str:
    """Which groups of settings have no effect in this version."""
    return "\n".join(
        f"Not in this version, and refused in files: `{name}` ({why})." for name, why in NOT_YET.items()
    )


def with_tables(page: str) -> str:
    """The page with its tables as they are now: they stand between ``<!-- settings -->`` and ``<!-- end -->``."""
    told = "\n\n".join(filter(None, [settings_markdown(), not_yet_markdown()]))
    return re.sub(r"(?s)(<!-- settings -->\n).*?(<!-- end -->)", lambda m: f"{m[1]}{told}\n{m[2]}", page)


def _row(key: Key) -> str:
    model = _model_of(key)
    name = variable(key)
    cells = (
        f"`{'.'.join(key)}`",
        f"`{name}`" if name else "",
        _default(key, model.model_fields[key[-1]]),
        described_fields(model).get(key[-1], ""),
    )
    return f"| {' | '.join(cell.replace(chr(10), ' ') for cell in cells)} |"


def _model_of(key: Key) -> type[BaseModel]:
    model: type[BaseModel] = Settings
    for name in key[:-1]:
        kind = model.model_fields[name].annotation
        assert isinstance(kind, type)
        model = kind
    return model


def _default(key: Key, described: FieldInfo) -> str:
    value = described.get_default(call_default_factory=False)
    if value is None or value in ((), {}):
        return ""
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if key in _DURATIONS:
        return f"`{format_duration(value)}`"
    return f"`{', '.join(value)}`" if isinstance(value, tuple) else f"`{value}`"


if __name__ == "__main__":
    place = Path(sys.argv[1])
    place.write_text(with_tables(place.read_text(encoding="utf-8")), encoding="utf-8")
