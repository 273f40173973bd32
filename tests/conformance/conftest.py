"""Says at the end what each engine refused, as it declares, and what was tried again: those tests passed."""

from collections import Counter, defaultdict
from collections.abc import Iterator

import pytest

NOTES = {
    "refused": "refused, as declared",
    "tried again": "tried again: moments were not kept at first",
}
"""A property of a test to the heading under which it is told."""


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    told: dict[str, dict[str, Counter[str]]] = {name: defaultdict(Counter) for name in NOTES}
    for suite, name, text in _notes(terminalreporter):
        told[name][suite][text] += 1
    for name, suites in told.items():
        if suites:
            terminalreporter.section(NOTES[name])
        for suite, counts in sorted(suites.items()):
            terminalreporter.line(f"{suite}: {counts.total()} tests")
            for text, count in counts.most_common():
                terminalreporter.line(f"  {count:3} {text}")


def _notes(reporter: pytest.TerminalReporter) -> Iterator[tuple[str, str, str]]:
    """The suite, the name and the text of each note on a test that passed."""
    for report in reporter.getreports("passed"):
        if report.when == "call":
            for name, text in report.user_properties:
                if name in NOTES:
                    yield report.nodeid.split("::")[1], name, str(text)
