"""The report of an hour of fifty request names stays small, however long these names are."""

from __future__ import annotations

import pytest
from benchmarks.html_report import long_result

from adapters.performance.metrics import Recording, RunResult
from adapters.performance.metrics.result import CheckResult, ResultWarning
from adapters.performance.reports import html

MOST_BYTES = 300_000
HOSTILE = "</script><b>" * 900


@pytest.fixture(scope="module")
def an_hour() -> RunResult:
    return long_result()


def renamed(result: RunResult) -> RunResult:
    names = {name: f"{number} {HOSTILE}" for number, name in enumerate(result.requests)}
    assert result.recording is not None
    requests = {names[name]: stats for name, stats in result.recording.requests.items()}
    changed = result.model_copy(
        update={
            "requests": {names[name]: summary for name, summary in result.requests.items()},
            "checks": tuple(CheckResult(name=name, passed=1, failed=1) for name in names.values()),
            "warnings": tuple(ResultWarning(code="LeftOut", message=name) for name in names.values()),
            "plan": {**result.plan, "variables": names},
            "reason": HOSTILE,
            "resources": {"binary": HOSTILE},
        }
    )
    return changed.recorded(Recording(requests, result.recording.seconds))


def test_an_hour_of_fifty_names(an_hour):
    text = html.render(an_hour)
    assert len(text.encode()) <= MOST_BYTES
    assert text.count('<th scope="row"') == 50


def test_names_of_ten_thousand_characters_are_cut(an_hour):
    text = html.render(renamed(an_hour))
    assert len(text.encode()) <= 1.15 * MOST_BYTES
    assert "the whole plan is in the JSON result" in text
