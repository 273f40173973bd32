"""JSON and JSON Lines: every row looked at once, none kept."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, BinaryIO

from .columns import Columns
from .index import Index, private_file
from .source import Source

_LONGEST = 16 << 20
_CHUNK = 1 << 20
_SPACE = " \t\r\n"


def lay_out_json_lines(source: Source, columns: Columns) -> dict[str, Any]:
    """Where each row of a JSON Lines file begins."""
    path, offset = source.text()
    with source.reading(path, offset) as file, Index(source.beside("index")) as index:
        number = 0
        while line := file.readline(_LONGEST + 1):
            number += 1
            if len(line) > _LONGEST:
                raise source.error(f"a row of more than {_LONGEST} bytes", number)
            if not line.isspace():
                columns.check(_object(source, line, number), "line", number)
                index.add(offset)
            offset += len(line)
        laid_out = index.end(offset)
    if laid_out["size"]:
        columns.finish()
    return {"file": str(path.absolute()), "bytes": path.stat().st_size, "columns": None, **laid_out}


def _object(source: Source, line: bytes, number: int) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise source.error(f"not JSON: {error.msg}", number, error.colno) from None
    except UnicodeDecodeError:
        raise source.error("not UTF-8; give the file's encoding, such as encoding: cp1252", number) from None
    except RecursionError:
        raise source.error("JSON that is nested too deeply", number) from None
    if not isinstance(row, dict):
        raise source.error(f"a row is an object, not {_kind(row)}", number)
    return row


def lay_out_json(source: Source, columns: Columns) -> dict[str, Any]:
    """The rows of a JSON file, a list of objects, written as JSON Lines; the file need not fit into memory."""
    return write_rows(source, columns, _elements(source), "line")


def write_rows(
    source: Source, columns: Columns, rows: Iterator[tuple[int, dict[str, Any]]], word: str
) -> dict[str, Any]:
    """Rows as a file of JSON Lines of the run's own; each comes with its place, ``word`` says of what kind that is."""
    path = source.beside("rows")
    offset = 0
    with private_file(path) as out, Index(source.beside("index")) as index:
        for place, row in rows:
            columns.check(row, word, place)
            line = json.dumps(row).encode() + b"\n"
            index.add(offset)
            offset += out.write(line)
        laid_out = index.end(offset)
    if laid_out["size"]:
        columns.finish()
    return {"file": str(path.absolute()), "bytes": offset, "columns": None, **laid_out}


def _elements(source: Source) -> Iterator[tuple[int, dict[str, Any]]]:
    """The elements of a list and the lines on which they begin, decoded one by one."""
    path, offset = source.text()
    with source.reading(path, offset) as file:
        yield from _elements_of(source, _Text(source, file))


def _elements_of(source: Source, text: _Text) -> Iterator[tuple[int, dict[str, Any]]]:
    if text.next() != "[":
        raise source.error("a JSON file of rows is a list of objects", text.line)
    text.take(1)
    separator = ""
    while (character := text.next()) != "]" or separator == ",":
        line = text.line
        if character != "{":
            raise source.error("a row is an object, and between two there is a comma", line)
        yield line, text.element()
        separator = text.next()
        if separator not in (",", "]"):
            raise source.error("between two rows there is a comma, and a ] after the last", text.line)
        text.take(1 if separator == "," else 0)
    text.take(1)
    if text.next():
        raise source.error("something follows after the list of rows", text.line)


class _Text:
    """The text of a JSON file, of which only what is looked at is in memory."""

    _decoder = json.JSONDecoder()

    def __init__(self, source: Source, file: BinaryIO) -> None:
        self._source = source
        self._file = file
        self._text = ""
        self._at = 0
        self._rest = b""
        self._ended = False
        self.line = 1

    def next(self) -> str:
        """The next character that is no space; an empty text at the end."""
        while True:
            while self._at < len(self._text) and self._text[self._at] in _SPACE:
                self.take(1)
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._read():
                return ""

    def take(self, length: int) -> None:
        """Passes over characters."""
        self.line += self._text.count("\n", self._at, self._at + length)
        self._at += length

    def element(self) -> dict[str, Any]:
        """The object that begins here."""
        while True:
            try:
                row, end = self._decoder.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                if len(self._text) - self._at <= _LONGEST and self._read(len(self._text) - self._at):
                    continue
                line = self.line + self._text.count("\n", self._at, error.pos)
                raise self._source.error(f"not JSON: {error.msg}", line) from None
            except RecursionError:
                raise self._source.error("JSON that is nested too deeply", self.line) from None
            self.take(end - self._at)
            found: dict[str, Any] = row
            return found

    def _read(self, size: int = 0) -> bool:
        """Reads on, at least so much more as is there; False at the end of the file."""
        if self._ended:
            return False
        chunk = self._file.read(max(_CHUNK, size))
        self._ended = not chunk
        data = self._rest + chunk
        try:
            more = data.decode()
            self._rest = b""
        except UnicodeDecodeError as error:
            if self._ended or len(data) - error.start > 3:
                problem = "not UTF-8; give the file's encoding, such as encoding: cp1252"
                line = self.line + self._text.count("\n", self._at) + data.count(b"\n", 0, error.start)
                raise self._source.error(problem, line) from None
            more, self._rest = data[: error.start].decode(), data[error.start :]
        self._text = self._text[self._at :] + more
        self._at = 0
        return True


def _kind(value: object) -> str:
    return {type(None): "null", list: "a list", str: "a text", bool: "a boolean"}.get(type(value), "a number")
