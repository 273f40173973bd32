"""What ``polyload validate`` found, on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.text import Text

from ..engines.features import FEATURES
from ..plan.masking import public_dict
from ..plan.model import Plan
from ..reports.console import open_console
from ..reports.text import printable
from ..reports.words import load_in_words, plural
from .exits import say_error
from .show_dry_run import Shower

if TYPE_CHECKING:
    from ..engines.native.watched import Ended
    from ..workflows.dry_run import DryRun, Sent
    from ..workflows.validation import Finding
    from .survey import Entry
    from .validating import Checked

_TITLE = 7
_MOST_REASONS = 3
_STYLES = {"error": "red", "warning": "yellow", "note": "dim"}


class Printer:
    """Prints what is found of each plan, and its dry run; nothing at all when ``silent``."""

    def __init__(self, *, trace: bool, silent: bool) -> None:
        self._console = open_console(sys.stdout)
        self._trace, self._silent = trace, silent
        self._shower: Shower | None = None

    def show(self, found: Checked) -> None:
        """Print what was found in a plan: on stderr when it is not valid."""
        if self._silent:
            return
        for finding in found.findings:
            if finding.level == "error":
                prefix = "" if found.plan is None else f"{found.path}: "
                say_error(prefix + finding.message, finding.hint)
        if found.plan is None or found.invalid:
            return
        headline = f"{printable(found.path)}: valid: {_in_words(found.plan, found.has_load)}"
        self._console.print(Text(headline), soft_wrap=True)
        for title, text in (*_engines(found.engines), *map(_remark, _remarks(found))):
            line = Text.assemble((f"  {title:<{_TITLE}}  ", "dim"), text)
            self._console.print(line, soft_wrap=True)

    def sent(self, event: Sent | Ended) -> None:
        """Print a request of the dry run, or a group."""
        if self._silent:
            return
        if self._shower is None:
            self._shower = Shower(self._console, trace=self._trace)
        self._shower.show(event)

    def conclude(self, run: DryRun) -> None:
        """Print what the dry run came to."""
        if not self._silent:
            (self._shower or Shower(self._console, trace=self._trace)).conclude(run)
            self._shower = None


def _in_words(plan: Plan, has_load: bool) -> str:
    """What is in a plan."""
    load = load_in_words(public_dict(plan)) if has_load else "no load of its own (-u, -d and the like say it)"
    parts = [
        plural(len(plan.scenarios), "scenario"),
        plural(len(plan.requests()), "request"),
        load,
        plural(len(plan.thresholds), "threshold"),
    ]
    return ", ".join(parts)


def _engines(entries: tuple[Entry, ...]) -> Iterator[tuple[str, Text]]:
    """Which engines run it, and what the others refuse of it."""
    able = [_named(entry) for entry in entries if entry.carries_out]
    yield "engines", Text(", ".join(able) or "none carries it out", style="" if able else "yellow")
    for entry in entries:
        words = list(dict.fromkeys(FEATURES[refusal.feature] for refusal in entry.refusals))
        if words:
            more = f", and {len(words) - _MOST_REASONS} more" if len(words) > _MOST_REASONS else ""
            yield "", Text(f"not {entry.name}: {', '.join(words[:_MOST_REASONS])}{more}", style="dim")


def _named(entry: Entry) -> str:
    return entry.name if entry.availability.available else f"{entry.name} (not installed)"


def _remarks(found: Checked) -> list[Finding]:
    return [finding for finding in found.findings if finding.level != "error"]


def _remark(finding: Finding) -> tuple[str, Text]:
    hint = f"; {finding.hint}" if finding.hint else ""
    return finding.level, Text(printable(finding.message) + hint, style=_STYLES[finding.level])
