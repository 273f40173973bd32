"""Lists of whole numbers on the command line: ``1,2,4``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    _Type = click.ParamType[tuple[int, ...]]
else:
    _Type = click.ParamType


class WholeNumbers(_Type):
    """Whole numbers, separated by commas."""

    name = "numbers"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, ...]:
        parts = [part.strip() for part in str(value).split(",")]
        if not all(part.isascii() and part.isdigit() for part in parts):
            self.fail(f"{value!r} is no list of whole numbers such as 1,2,4", param, ctx)
        return tuple(map(int, parts))


WHOLE_NUMBERS = WholeNumbers()
