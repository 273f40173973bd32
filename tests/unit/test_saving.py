"""Reports from Python: the same as on the command line, in a folder."""

from __future__ import annotations

import pytest
from tests.unit.test_cli_report import stress, suite
from tests.unit.test_reports_formats import make_result

from adapters.performance import RunResult, save_report
from adapters.performance.cli.saving import NAMES
from adapters.performance.errors import ReportError, UsageError
from adapters.performance.reports.write import FORMATS


def test_every_format_has_a_file_of_its_own(tmp_path):
    files = save_report(make_result(), tmp_path / "new" / "results", FORMATS)
    assert [path.name for path in files] == [NAMES[name] for name in FORMATS]
    assert len({path for path in files if path.stat().st_size}) == len(FORMATS)
    assert RunResult.from_json((tmp_path / "new/results/result.json").read_bytes()) == make_result()


@pytest.mark.parametrize("make", [stress, suite])
def test_other_kinds_have_their_formats(tmp_path, make):
    files = save_report(make(), tmp_path, ["md", "junit", "junit"])
    assert [path.name for path in files] == ["report.md", "junit.xml"]
    with pytest.raises(UsageError, match="has no report as csv"):
        save_report(make(), tmp_path / "none", ["csv"])
    assert not (tmp_path / "none").exists()


def test_a_folder_that_cannot_be_made_is_said(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(ReportError, match="cannot be made"):
        save_report(make_result(), tmp_path / "file")


def test_a_report_that_cannot_be_made_is_said(tmp_path):
    stored = RunResult.from_json(make_result().to_json())
    with pytest.raises(ReportError, match="does not hold them"):
        save_report(stored, tmp_path, ["hgrm"])
