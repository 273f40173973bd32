"""The page on thresholds says what is so: its examples are understood, and its tables are whole."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from adapters.performance.plan.model import Plan
from adapters.performance.plan.threshold_figures import ERROR_KINDS, SINGLE, STATISTICS, TIMES
from adapters.performance.plan.threshold_keys import thresholds_from_keys
from adapters.performance.plan.thresholds import parse_threshold

PAGE = (Path(__file__).parents[3] / "docs" / "thresholds.md").read_text(encoding="utf-8")
QUOTED = re.findall(r"`([^`\n]+)`", PAGE)
EXAMPLES = sorted({text for text in QUOTED if re.search(r"[<>=] *\d", text) and '["' not in text})
KEYS = sorted({text for text in QUOTED if re.fullmatch(r"(max|min)_\w+: [\d.]+", text)})
PLANS = [yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)]


def test_the_page_has_examples() -> None:
    assert len(EXAMPLES) > 20
    assert len(KEYS) > 5
    assert len(PLANS) == 2


@pytest.mark.parametrize("text", EXAMPLES)
def test_each_example_is_a_threshold(text: str) -> None:
    assert str(parse_threshold(text)) == text


@pytest.mark.parametrize("plan", PLANS, ids=["list", "mapping"])
def test_each_plan_is_valid(plan: dict[str, object]) -> None:
    assert len(Plan.from_dict(plan).thresholds) >= 4


def test_each_figure_kind_and_statistic_is_on_the_page() -> None:
    for name in (*SINGLE, *STATISTICS, *ERROR_KINDS):
        assert re.search(rf"`{name}[`\[]", PAGE), f"{name} is missing"
    for time in TIMES:
        assert f"`{time}.p95`" in PAGE


def test_each_key_means_what_the_page_says() -> None:
    rows = [row for row in PAGE.splitlines() if re.match(r"\| `(max|min)_", row)]
    for row in rows:
        *given, meant = re.findall(r"`([^`]+)`", row)
        for key in given:
            if ": " not in key:
                continue
            name, value = key.split(": ")
            assert thresholds_from_keys({name: float(value)}, source="page") == (meant,)


def test_a_key_that_cannot_be_meant_is_refused() -> None:
    with pytest.raises(Exception, match="would allow every request to fail"):
        thresholds_from_keys({"max_error_rate": 1}, source="page")
