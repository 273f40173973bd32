"""Shares on the command line: ``5%``, ``0.05``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    _Type = click.ParamType[float]
else:
    _Type = click.ParamType


class Share(_Type):
    """A share from 0 on, written as a percentage or as a fraction."""

    name = "share"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        from ..microbench.shares import parse_share

        try:
            return parse_share(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


SHARE = Share()
