"""An option that takes several values at once: ``--runs a1.json a2.json --runs b1.json b2.json``."""

from __future__ import annotations

from typing import Any

import click


class GroupedCommand(click.Command):
    """A command whose option ``grouped`` takes all that follows it up to the next option, each time it is given.

    The option's own values are then such groups, as lines of one text: see `groups`.
    """

    def __init__(self, *args: Any, grouped: str, **attributes: Any) -> None:
        super().__init__(*args, **attributes)
        self._grouped = grouped

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        return super().parse_args(ctx, _joined(args, self._grouped))


def _joined(args: list[str], option: str) -> list[str]:
    joined: list[str] = []
    rest = list(args)
    while rest:
        word = rest.pop(0)
        joined.append(word)
        if word == option:
            group = []
            while rest and not rest[0].startswith("-"):
                group.append(rest.pop(0))
            joined += ["\n".join(group)] if group else []
    return joined


def groups(values: tuple[str, ...]) -> list[list[str]]:
    """The values of a grouped option, a list for each time it was given."""
    return [value.split("\n") for value in values]
