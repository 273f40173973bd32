"""Files that plans are made from: read within bounds, as what they are, with errors that name them."""

import gzip
import io
import sys
from pathlib import Path

import pytest

from adapters.performance.errors import SourceError
from adapters.performance.importers.source import Source
from adapters.performance.importers.streaming import FileSource


def test_a_file_is_read_as_it_is(tmp_path: Path):
    file = tmp_path / "a.json"
    file.write_bytes(b'{"a": "\xc3\xa9"}')
    source = Source.read(file)
    assert (source.name, source.json, source.keys) == (str(file), {"a": "é"}, frozenset({"a"}))


def test_standard_input_is_a_dash(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"hello")))
    source = Source.read("-")
    assert (source.name, source.text) == ("standard input", "hello")


def test_a_file_that_is_not_there_is_told(tmp_path: Path):
    with pytest.raises(SourceError, match=r"none\.har: cannot be read: No such file"):
        Source.read(tmp_path / "none.har")


def test_a_large_file_is_refused_with_the_bound(tmp_path: Path):
    file = tmp_path / "a.har"
    file.write_bytes(b"x" * 2001)
    with pytest.raises(SourceError, match=r"larger than 0\.002 MB") as told:
        Source.read(file, max_bytes=2000)
    assert "--max-size" in (told.value.hint or "")


def test_gzip_is_undone_and_several_members_are_one_file(tmp_path: Path):
    file = tmp_path / "a.log.gz"
    file.write_bytes(gzip.compress(b"one ") + gzip.compress(b"two"))
    assert Source.read(file).text == "one two"


def test_a_gzip_file_may_have_very_many_members(tmp_path: Path):
    file = tmp_path / "a.log.gz"
    file.write_bytes(gzip.compress(b"") * 5_000 + gzip.compress(b"line\n"))
    assert Source.read(file).data == b"line\n"
    assert list(FileSource(file).lines()) == [b"line"]


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (gzip.compress(b"\0" * 5_000_000), "larger than 1 MB"),
        (gzip.compress(b"hello")[:-9], "begins like a gzip file and is none"),
        (b"\x1f\x8bnothing of the kind", "begins like a gzip file and is none"),
    ],
    ids=["bomb", "cut-short", "no-gzip"],  # gzip holds the time, and workers must agree on names
)
def test_gzip_that_is_too_much_or_none_is_refused(tmp_path: Path, data: bytes, problem: str):
    file = tmp_path / "a.gz"
    file.write_bytes(data)
    with pytest.raises(SourceError, match=problem):
        Source.read(file, max_bytes=1_000_000)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_byte_order_mark_says_the_encoding(encoding: str):
    assert Source("a", '{"é": "漢😀"}'.encode(encoding)).json == {"é": "漢😀"}


def test_what_is_no_text_is_told_with_the_byte():
    with pytest.raises(SourceError, match=r"a\.har: is not UTF-8 text: invalid start byte at byte 3"):
        _ = Source("a.har", b"abc\xff").text


def test_json_and_yaml_are_told_with_line_and_column():
    with pytest.raises(SourceError, match="a: line 2, column 1: not JSON"):
        _ = Source("a", b'{"a": 1\n').json
    with pytest.raises(SourceError, match="a: line 1, column 4: not YAML"):
        _ = Source("a", b"a: *b").yaml


def test_a_document_is_json_when_it_begins_so():
    assert Source("a", b' {"a": 1}').document == {"a": 1}
    assert Source("a", b"a: 2026-01-02").document == {"a": "2026-01-02"}


def test_an_emoji_does_not_change_what_a_large_json_says():
    text = '{"a": "x😀\U0010ffffy", "b": "' + "z" * 1_100_000 + '"}'
    assert Source("a", text.encode()).json["a"] == "x😀\U0010ffffy"
