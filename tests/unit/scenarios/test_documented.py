"""What the documentation and the examples show of plans in Python is so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from adapters.performance import Plan

ROOT = Path(__file__).parents[3]
BLOCKS = re.findall(
    r"```python\n(.*?)```", (ROOT / "docs" / "authoring.md").read_text(encoding="utf-8"), re.S
)


def test_the_chain_of_calls_makes_a_plan():
    (block,) = [block for block in BLOCKS if "Steps()" in block]
    names: dict[str, object] = {}
    exec(block, names)
    assert isinstance(names["shop"], Plan)


def test_the_ready_made_scenarios_make_plans():
    (block,) = [block for block in BLOCKS if "RestScenario(" in block]
    names: dict[str, object] = {}
    exec(re.sub(r"^result = .*$", "", block, flags=re.M), names)
    assert [step.method for step in names["api"].plan(1, 1).requests()] == ["GET", "POST", "PUT", "DELETE"]
    assert len(names["site"].plan(1, 1).requests()) == 4


@pytest.mark.parametrize("name", ["scenario.py", "shop.yaml"])
def test_plans_among_the_examples_are_valid(name, monkeypatch):
    monkeypatch.delenv("SHOP_URL", raising=False)
    assert Plan.from_file(ROOT / "examples" / name).requests()
