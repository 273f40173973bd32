"""A dry run on a terminal: each request and its answer, as they come."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from http import HTTPStatus

from rich.console import Console
from rich.text import Text

from ..engines.native.watched import Ended
from ..reports.console import print_headline
from ..reports.figures import latency, size
from ..reports.text import cut, printable
from ..reports.words import plural
from ..workflows.dry_run import DryRun, Sent, ShownBody

_NAME, _STATUS = 40, 25
_LONGEST_VALUE = 70
_LONGEST_EXCERPT = 300
_MOST_LINES = 60

Line = tuple[str, str]
"""A style, and a text that has been made printable."""


class Shower:
    """Prints requests as they are told; with ``trace`` their headers and bodies too."""

    def __init__(self, console: Console, *, trace: bool) -> None:
        self._console = console
        self._trace = trace
        self._scenario: str | None = None

    def show(self, event: Sent | Ended) -> None:
        """Print a request and its answer, or a group that ended, below the scenario that they belong to."""
        self._begin(event.scenario)
        if isinstance(event, Ended):
            line = f"  ▸ group {printable(event.group)}: {latency(event.duration_ms, 0.001)}"
            self._console.print(Text(line, style="red" if event.failed else "dim"), soft_wrap=True)
        else:
            self._show(event)

    def _begin(self, scenario: str) -> None:
        if scenario != self._scenario:
            self._scenario = scenario
            self._console.print()
            self._console.print(Text(printable(scenario), style="bold"))

    def _show(self, sent: Sent) -> None:
        self._console.print(_first_line(sent), soft_wrap=True)
        for style, line in (*_request_line(sent), *self._inside(sent), *_outcome(sent)):
            self._console.print(Text(f"    {line}", style=style), soft_wrap=True)

    def conclude(self, run: DryRun) -> None:
        """Print what the dry run came to."""
        for why in run.skipped:
            self._console.print(Text(f"  not done: {printable(why)}", style="yellow"), soft_wrap=True)
        self._console.print()
        requests = plural(len(run.sent), "request")
        if run.success:
            print_headline(
                "PASSED", f"dry run: {requests}, each answered as it should be", "good", self._console
            )
            return
        told = [f"{run.failures} of {requests} failed"] if run.failures else []
        told += [f"nothing was sent of scenario {name!r}" for name in run.unseen]
        told += map(printable, run.problems)
        print_headline("FAILED", f"dry run: {'; '.join(told) or 'nothing was sent'}", "bad", self._console)

    def _inside(self, sent: Sent) -> Iterator[Line]:
        if self._trace:
            yield from _message(">", sent.headers, sent.body)
            if sent.status is not None:
                yield "cyan", f"< {_status(sent)}"
                yield from _message("<", sent.answer_headers, sent.answer)
        elif sent.failures and sent.answer.text:
            excerpt = cut(" ".join(sent.answer.text.split()), _LONGEST_EXCERPT)
            yield "dim", f"answered: {printable(excerpt)}"


def _first_line(sent: Sent) -> Text:
    mark, style = ("✓", "green") if sent.ok else ("✗", "red")
    name = cut(printable(sent.name), _NAME)
    took = latency(sent.latency_ms, 0.001) if sent.method else ""
    figures = f"{took:>9}  {size(sent.answer.size) if sent.status else '':>9}"
    aside = "  (in no figure)" if sent.aside else ""
    bad = sent.status is None or sent.status >= 400
    status = Text(f"{cut(_status(sent), _STATUS):<{_STATUS}}", style="yellow" if bad else "")
    return Text.assemble("  ", (f"{mark} ", style), f"{name:<{_NAME}}  ", status, figures, (aside, "dim"))


def _request_line(sent: Sent) -> Iterator[Line]:
    if sent.method:
        yield "dim", f"{printable(sent.method)} {printable(sent.url)}"


def _status(sent: Sent) -> str:
    if sent.status is None:
        return "no answer" if sent.method else "not sent"
    try:
        return f"{sent.status} {HTTPStatus(sent.status).phrase}"
    except ValueError:
        return str(sent.status)


def _outcome(sent: Sent) -> Iterator[Line]:
    """Checks, what went wrong besides, and the values that were extracted."""
    untold = list(sent.failures)
    for name, passed in sent.checks:
        why = next((one for one in untold if one[0] == "check" and one[1].startswith(name)), None)
        if why is not None and not passed:
            untold.remove(why)
        yield ("", f"✓ {printable(name)}") if passed else ("red", f"✗ {printable(why[1] if why else name)}")
    for kind, message in untold:
        told = message if kind in ("status", "extract", "check") else f"{kind}: {message}"
        yield "red", f"✗ {printable(told)}"
    for name, value in sent.extracted.items():
        yield "", f"{printable(name)} = {printable(cut(value, _LONGEST_VALUE))}"


def _message(mark: str, headers: Iterable[tuple[str, str]], body: ShownBody) -> Iterator[Line]:
    """Headers and body, each line marked as what was sent or what came."""
    for name, value in headers:
        yield "cyan", f"{mark} {printable(name)}: {printable(value)}"
    if not body.size:
        return
    yield "cyan", mark
    if body.text is None:
        yield "dim", f"{mark} ({size(body.size)}, no text)"
        return
    lines = _laid_out(body).splitlines()
    for line in lines[:_MOST_LINES]:
        yield "", f"{mark} {printable(line)}"
    if body.cut or len(lines) > _MOST_LINES:
        yield "dim", f"{mark} … ({size(body.size)} in all)"


def _laid_out(body: ShownBody) -> str:
    """A body as lines: JSON indented, as far as it is whole."""
    text = body.text or ""
    if body.cut or text[:1] not in "{[":
        return text
    try:
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return text
