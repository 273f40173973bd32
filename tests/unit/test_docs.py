"""The documentation says what is so: pages made from code are current."""

import re
from pathlib import Path

from adapters.performance import K6Adapter, LocustAdapter, NativeAdapter, Plan
from adapters.performance.cli import report
from adapters.performance.cli.kinds import KINDS
from adapters.performance.engines.table import engines_markdown
from adapters.performance.reports.write import FORMATS

ROOT = Path(__file__).parents[2]


def test_the_page_of_engines_is_what_the_engines_declare():
    assert (ROOT / "docs" / "engines.md").read_text(encoding="utf-8") == engines_markdown(), "run: make docs"


def test_the_page_of_reports_lists_every_format_and_of_what_it_is():
    text = (ROOT / "docs" / "reports.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([\w-]+)` \| .+ \| (.+) \|$", text, re.M)
    assert [name for name, _ in rows] == list(FORMATS)
    for name, of in rows:
        shared = all(name in kind.formats for kind in KINDS.values())
        assert of.startswith("every kind" if shared else "runs"), name


def test_the_help_of_reports_names_every_format():
    (told,) = [option.help for option in report.command.params if option.name == "reports"]
    named = re.findall(
        r"[\w-]+", told.partition("Write a report:")[2].partition(";")[0].replace(", of a run", "")
    )
    assert sorted(set(named) - {"and"}) == sorted(FORMATS)


def test_the_plans_of_the_readme_are_carried_out_by_native_k6_and_locust(tmp_path):
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    plans = [
        block for block in re.findall(r"^```yaml\n(.*?)^```", text, re.M | re.S) if "scenarios:" in block
    ]
    assert len(plans) == 2
    (tmp_path / "users.csv").write_text("name\nann\n")
    for number, block in enumerate(plans):
        file = tmp_path / f"{number}.yaml"
        file.write_text(block, encoding="utf-8")
        plan = Plan.from_file(file)
        for engine in (NativeAdapter(), K6Adapter(), LocustAdapter()):
            assert engine.supports(plan).exact, engine.name
