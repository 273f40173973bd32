"""Where the history is, as an option of each command that reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from .keeping import OFF, history_settings

if TYPE_CHECKING:
    from ..history.history import History

PLACE = click.option(
    "--history",
    "where",
    metavar="FILE|URL",
    help="Where it is kept.  [default: as the settings say, else .polyload/history.db]",
)


def opened(where: str | None) -> History:
    """The history in this place, or where the command above or the settings say."""
    from ..history.history import History

    parent = click.get_current_context().parent
    above = None if parent is None else parent.params.get("where")
    named = where or above or history_settings({}).url
    return History(None if named in (None, "", OFF) else named)
