"""CSV files: each row found and its fields counted in one fast pass, and slowly where something is out of the ordinary.

The fast pass takes rows only where it is certain to read them as Python's ``csv`` module does: quotes stand at the ends
of fields, lines end in LF or CRLF, every row has as many fields as there are columns, and the text is UTF-8. From the
first piece of the file on in which that is not so, ``csv`` itself decides, and says what is wrong.
"""

from __future__ import annotations

import csv
import os
from collections import deque
from collections.abc import Iterator
from typing import Any, BinaryIO

import numpy as np

from ....errors import PlanError
from .columns import Columns
from .index import Index
from .source import Source

_PIECE_BYTES = 4 << 20
_LONGEST = 131_072
"""Bytes of a row, and characters of a field: csv.field_size_limit() as it is set."""
_LF, _CR = 10, 13

Positions = np.ndarray[Any, np.dtype[np.int64]]


def lay_out_csv(source: Source, columns: Columns) -> dict[str, Any]:
    """Where each row of a CSV file begins, and how to read it."""
    feed = source.feed
    delimiter = feed.delimiter or ("\t" if source.given.suffix.lower() == ".tsv" else ",")
    dialect = {"delimiter": delimiter, "quote": feed.quote or None}
    path, offset = source.text()
    with source.reading(path, offset) as file, Index(source.beside("index")) as index:
        rows = _Rows(source, file, dialect, offset)
        names = list(feed.columns) if feed.columns else rows.header()
        columns.named(names)
        _index(rows, index, len(names))
        laid_out = index.end(rows.offset)
    return {
        "file": str(path.absolute()),
        "bytes": path.stat().st_size,
        "columns": names,
        **dialect,
        **laid_out,
    }


def _index(rows: _Rows, index: Index, width: int) -> None:
    delimiter, quote = rows.dialect["delimiter"], rows.dialect["quote"]
    if delimiter.isascii() and (quote is None or quote.isascii()):
        while True:
            piece = rows.peek(_PIECE_BYTES)
            if not piece:
                return
            found = _rows_in(piece, width, ord(delimiter), ord(quote) if quote else None, rows.at_end)
            if found is None:
                rows.skip(b"")
                break
            starts, length = found
            index.add_all(starts + rows.offset)
            rows.skip(piece[:length])
    for start, line, values in rows:
        if len(values) != width:
            what = "more" if len(values) > width else "fewer"
            raise rows.source.error(
                f"{what} fields than the header has columns: {len(values)} instead of {width}"
                if rows.source.feed.columns is None
                else f"{what} fields than there are columns: {len(values)} instead of {width}",
                line,
            )
        index.add(start)


def _rows_in(
    piece: bytes, width: int, delimiter: int, quote: int | None, at_end: bool
) -> tuple[Positions, int] | None:
    """Where the rows of a piece begin that are whole, and where the last ends; None for a piece to be read slowly."""
    if at_end and not piece.endswith(b"\n"):
        piece += b"\n"
    data = np.frombuffer(piece, np.uint8)
    ends = np.flatnonzero(data == _LF)
    quotes: Positions | None = None
    if quote is not None and quote in piece:
        quotes = np.flatnonzero(data == quote)
        ends = ends[np.searchsorted(quotes, ends) % 2 == 0]
    if not len(ends):
        return None
    length = int(ends[-1]) + 1
    if at_end and length < len(piece):
        return None
    if quotes is not None:
        quotes = quotes[: np.searchsorted(quotes, length)]
        if not _at_ends_of_fields(data, quotes, delimiter):
            return None
    if not _plain(piece[:length], data[:length]):
        return None
    starts = np.concatenate(([0], ends[:-1] + 1))
    lengths = ends - starts
    if lengths.max() > _LONGEST:
        return None
    filled = (lengths > 1) | ((lengths == 1) & (data[starts] != _CR))
    starts, ends = starts[filled], ends[filled]
    if not _evenly_divided(data[:length], starts, ends, quotes, delimiter, width - 1):
        return None
    return starts, length


def _at_ends_of_fields(data: np.ndarray[Any, np.dtype[np.uint8]], quotes: Positions, delimiter: int) -> bool:
    """Whether each pair of quotes encloses a field, or a part of one between doubled quotes."""
    opening, closing = quotes[::2], quotes[1::2]
    before = data[np.maximum(opening - 1, 0)]
    after = data[closing + 1]
    doubled_before = np.zeros(len(opening), bool)
    doubled_before[1:] = opening[1:] == closing[:-1] + 1
    begins = (opening == 0) | (before == delimiter) | (before == _LF) | doubled_before
    doubled_after = np.zeros(len(closing), bool)
    doubled_after[:-1] = doubled_before[1:]
    ends = (after == delimiter) | (after == _LF) | (after == _CR) | doubled_after
    return bool(begins.all() and ends.all())


def _plain(piece: bytes, data: np.ndarray[Any, np.dtype[np.uint8]]) -> bool:
    """Whether a piece is UTF-8 without NULs, and each CR is followed by a LF."""
    if b"\r" in piece and (data[np.flatnonzero(data == _CR) + 1] != _LF).any():
        return False
    if b"\0" in piece:
        return False
    if not piece.isascii():
        try:
            piece.decode()
        except UnicodeDecodeError:
            return False
    return True


def _evenly_divided(
    data: np.ndarray[Any, np.dtype[np.uint8]],
    starts: Positions,
    ends: Positions,
    quotes: Positions | None,
    delimiter: int,
    count: int,
) -> bool:
    """Whether there are so many delimiters outside quotes in each row."""
    delimiters = np.flatnonzero(data == delimiter)
    if quotes is not None:
        delimiters = delimiters[np.searchsorted(quotes, delimiters) % 2 == 0]
    if len(delimiters) != count * len(starts):
        return False
    if count == 0:
        return True
    by_row = delimiters.reshape(-1, count)
    return bool((by_row[:, 0] >= starts).all() and (by_row[:, -1] < ends).all())


class _Rows:
    """The rows of a file one by one, as ``csv`` reads them: the offset and the line at which one begins, its values."""

    def __init__(self, source: Source, file: BinaryIO, dialect: dict[str, Any], offset: int) -> None:
        self.source = source
        self.dialect = dialect
        self.offset = offset
        self._file = file
        self._line = 1
        self._waiting: deque[bytes] = deque()
        quote = dialect["quote"]
        how = {"quotechar": quote} if quote else {"quoting": csv.QUOTE_NONE}
        self._reader = csv.reader(self._lines(), delimiter=dialect["delimiter"], strict=True, **how)

    def __iter__(self) -> Iterator[tuple[int, int, list[str]]]:
        while True:
            start, line = self.offset, self._line
            try:
                values = next(self._reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise self.source.error(_in_words(error), line) from None
            if values:
                yield start, line, values

    def header(self) -> list[str]:
        """The names in the first row."""
        for _, line, values in self:
            names = [value.strip() for value in values]
            for place, name in enumerate(names, start=1):
                if not name:
                    raise self.source.error("the column has no name", line, place)
                if name in names[: place - 1]:
                    raise self.source.error(f"there are two columns {name!r}", line, place)
            return names
        raise PlanError(f"{self.source.where}: has no rows: it is empty")

    def peek(self, size: int) -> bytes:
        """What comes next, up to so many bytes, without going on; then ``at_end`` tells whether it is all there is."""
        self._file.seek(self.offset)
        self._waiting.clear()
        piece = self._file.read(size)
        self.at_end = len(piece) < size
        return piece

    def skip(self, piece: bytes) -> None:
        """Goes on after rows that were found otherwise."""
        self.offset += len(piece)
        self._line += piece.count(b"\n")
        self._file.seek(self.offset)

    at_end = False

    def _lines(self) -> Iterator[str]:
        """Lines as Python's own text files have them: ended by LF, CRLF or CR, which stay."""
        while True:
            if not self._waiting:
                self._waiting.extend(self._line_or_several().splitlines(keepends=True))
            if not self._waiting:
                return
            line = self._waiting.popleft()
            self.offset += len(line)
            self._line += 1
            yield self._text(line)

    def _line_or_several(self) -> bytes:
        """What is up to the next LF; where there is none near, several lines that end in CR."""
        read = self._file.readline(_LONGEST + 2)
        if len(read) <= _LONGEST or read.endswith(b"\n"):
            return read
        whole = read.rfind(b"\r", 0, -1) + 1
        if not whole:
            raise self.source.error(f"a row of more than {_LONGEST} bytes", self._line)
        self._file.seek(whole - len(read), os.SEEK_CUR)
        return read[:whole]

    def _text(self, line: bytes) -> str:
        try:
            text = line.decode()
        except UnicodeDecodeError as error:
            before = line[: error.start].decode()
            problem = "not UTF-8; give the file's encoding, such as encoding: cp1252"
            raise self.source.error(problem, self._line - 1, len(before) + 1) from None
        if "\0" in text:
            problem = "a NUL; if the file is UTF-16, give encoding: utf-16-le or utf-16-be"
            raise self.source.error(problem, self._line - 1, text.index("\0") + 1)
        return text


def _in_words(error: csv.Error) -> str:
    """What ``csv`` complains of."""
    said = str(error)
    if "field limit" in said:
        return f"a field of more than {_LONGEST} characters; is a quote not closed?"
    if "expected after" in said:
        return "something stands between a closing quote and the next delimiter; inside a field a quote is doubled"
    if "unexpected end" in said:
        return "a quote is not closed"
    return said
