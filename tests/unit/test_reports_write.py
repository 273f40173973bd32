"""Reports are written as a whole or not at all, and what cannot be written is said before the load starts."""

from __future__ import annotations

import os
import stat
import threading

import pytest
from tests.unit.test_reports_formats import make_result

from adapters.performance.errors import ReportError, UsageError
from adapters.performance.metrics import RunResult
from adapters.performance.reports import write
from adapters.performance.reports.write import (
    FORMATS,
    Destination,
    check_destinations,
    parse_destination,
    write_reports,
    write_text,
)


@pytest.mark.parametrize(
    ("text", "format_", "path"),
    [("html=a.html", "html", "a.html"), ("md=x=y.md", "markdown", "x=y.md"), ("json=-", "json", "-")],
)
def test_a_destination_is_a_format_and_a_file(text, format_, path):
    assert parse_destination(text) == Destination(format_, path)


def test_another_kind_of_result_has_formats_of_its_own():
    with pytest.raises(UsageError, match="a suite has no report as hgrm") as caught:
        parse_destination("hgrm=a", ("json", "junit"), "a suite")
    assert caught.value.hint == "there are json, junit"


@pytest.mark.parametrize("text", ["pdf=a.pdf", "html", "html=", "=a.html"])
def test_a_destination_that_is_none_names_the_formats_there_are(text):
    with pytest.raises(UsageError) as caught:
        parse_destination(text)
    assert "html, json, markdown" in caught.value.hint


def test_every_format_is_written(tmp_path):
    destinations = [Destination(name, str(tmp_path / name)) for name in FORMATS]
    check_destinations(destinations)
    result = make_result()
    assert write_reports(result, destinations) == []
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(FORMATS)
    assert RunResult.from_json((tmp_path / "json").read_bytes()) == result


@pytest.mark.parametrize("path", ["missing/report.html", "."])
@pytest.mark.parametrize("name", FORMATS)
def test_a_place_that_cannot_be_written_is_refused_up_front(tmp_path, monkeypatch, name, path):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ReportError, match=r"folder"):
        check_destinations([Destination(name, path)])
    assert list(tmp_path.iterdir()) == []


def test_the_check_leaves_nothing_behind(tmp_path):
    check_destinations([Destination("html", str(tmp_path / "report.html"))])
    assert list(tmp_path.iterdir()) == []


def test_a_file_system_that_refuses_is_found_out_up_front(tmp_path, monkeypatch):
    def refuse(**_):
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(write.tempfile, "TemporaryFile", refuse)
    with pytest.raises(ReportError, match="Read-only file system"):
        check_destinations([Destination("html", str(tmp_path / "report.html"))])


@pytest.mark.parametrize("paths", [("a.json", "./a.json"), ("-", "-")])
@pytest.mark.parametrize("name", FORMATS)
def test_two_reports_cannot_share_a_place(tmp_path, monkeypatch, name, paths):
    monkeypatch.chdir(tmp_path)
    formats = ("json", name)
    with pytest.raises(UsageError, match="two reports"):
        check_destinations([Destination(*pair) for pair in zip(formats, paths, strict=True)])


def test_a_failed_write_leaves_the_old_file_and_no_other(tmp_path, monkeypatch):
    path = tmp_path / "report.html"
    path.write_text("old")

    def fail(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(write.os, "fsync", fail)
    with pytest.raises(ReportError, match="No space left"):
        write_text(path, "new")
    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [("report.html", "old")]


def test_a_report_that_fails_does_not_keep_the_others_from_being_written(tmp_path):
    places = [str(tmp_path / "gone" / "a.json"), str(tmp_path / "b.json")]
    problems = write_reports(make_result(), [Destination("json", place) for place in places])
    assert len(problems) == 1
    assert (tmp_path / "b.json").exists()


def test_a_replaced_file_keeps_its_mode_and_a_new_one_follows_the_umask(tmp_path):
    old, new = tmp_path / "old", tmp_path / "new"
    old.write_text("x")
    old.chmod(0o640)
    before = os.umask(0o027)
    try:
        write_text(old, "y")
        write_text(new, "y")
    finally:
        os.umask(before)
    assert [stat.S_IMODE(path.stat().st_mode) for path in (old, new)] == [0o640, 0o640]


def test_a_symbolic_link_keeps_pointing_where_it_did(tmp_path):
    (tmp_path / "target").write_text("old")
    link = tmp_path / "link"
    link.symlink_to("target")
    write_text(link, "new")
    assert link.is_symlink()
    assert (tmp_path / "target").read_text() == "new"


def test_what_is_no_regular_file_is_written_to_and_not_replaced(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    received = []
    reader = threading.Thread(target=lambda: received.append(pipe.read_text()))
    reader.start()
    write_text(pipe, "through the pipe")
    reader.join()
    assert received == ["through the pipe"]
    assert stat.S_ISFIFO(pipe.stat().st_mode)
