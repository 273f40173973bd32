"""The result of one run."""

from __future__ import annotations

from ...metrics.result import RunResult
from ...reports.cases import Suite, suite_of_run
from ...reports.console import print_result as show
from ...reports.overview import overview_of_run as overview

__all__ = ["overview", "show", "suites"]


def suites(result: RunResult) -> list[Suite]:
    """The run, its thresholds and its checks."""
    return [suite_of_run(result)]
