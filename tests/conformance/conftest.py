"""Says at the end what each engine refused, as it declares: those tests passed without a run."""

from collections import Counter, defaultdict

import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    refused: dict[str, Counter[str]] = defaultdict(Counter)
    for report in terminalreporter.getreports("passed"):
        for name, told in report.user_properties:
            if name == "refused" and report.when == "call":
                suite = report.nodeid.split("::")[1]
                refused[suite][str(told)] += 1
    if refused:
        terminalreporter.section("refused, as declared")
    for suite, counts in sorted(refused.items()):
        terminalreporter.line(f"{suite}: {counts.total()} tests")
        for told, count in counts.most_common():
            terminalreporter.line(f"  {count:3} {told}")
