"""The documentation says what is so: pages made from code are current."""

from pathlib import Path

from adapters.performance.engines.table import engines_markdown

ROOT = Path(__file__).parents[2]


def test_the_page_of_engines_is_what_the_engines_declare():
    assert (ROOT / "docs" / "engines.md").read_text(encoding="utf-8") == engines_markdown(), "run: make docs"
