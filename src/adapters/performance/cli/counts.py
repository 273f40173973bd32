"""Numbers on the command line that may be left to polyload: ``4``, ``auto``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import click

if TYPE_CHECKING:
    _Type = click.ParamType[int | Literal["auto"]]
else:
    _Type = click.ParamType


class CountOrAuto(_Type):
    """A whole number from 1 on, or ``auto``."""

    name = "count"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> int | Literal["auto"]:
        if value == "auto":
            return "auto"
        text = str(value)
        if not (text.isascii() and text.isdigit() and int(text) >= 1):
            self.fail(f"{text!r} is neither 'auto' nor a whole number from 1 on", param, ctx)
        return int(text)


COUNT_OR_AUTO = CountOrAuto()
