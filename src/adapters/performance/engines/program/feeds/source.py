"""The file that a feed is read from: there, a file, and UTF-8 or made so."""

from __future__ import annotations

import codecs
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from ....errors import PlanError
from ....plan.feeds import Feed
from .index import private_file

_CHUNK_BYTES = 1 << 20
_MARKS = {
    codecs.BOM_UTF32_LE: "utf-32",  # begins as that of utf-16 does
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


class Source:
    """A feed's file; ``prefix`` is the path that what is made of it begins with."""

    def __init__(self, name: str, feed: Feed, prefix: Path) -> None:
        assert feed.file is not None
        self.name = name
        self.feed = feed
        self.given = feed.file
        self.kind = feed.kind
        self.where = f"data.{name}: {feed.file}"
        self._prefix = prefix
        try:
            mode = feed.file.stat().st_mode
        except OSError as error:
            raise self._unreadable(error) from error
        if not stat.S_ISREG(mode):
            raise PlanError(f"{self.where}: is no file that can be read at any place")

    def beside(self, suffix: str) -> Path:
        """The path of a file of the run's own, for what is made of this one."""
        return self._prefix.with_name(f"{self._prefix.name}.{suffix}")

    def error(self, problem: str, line: int, column: int | None = None) -> PlanError:
        """What is wrong, and where."""
        place = f"line {line}" + ("" if column is None else f", column {column}")
        return PlanError(f"{self.where}, {place}: {problem}")

    def text(self) -> tuple[Path, int]:
        """A file with this one's text in UTF-8, and where the text begins in it: this file itself, if it can be."""
        try:
            with self.given.open("rb") as file:
                beginning = file.read(4)
        except OSError as error:
            raise self._unreadable(error) from error
        marked = next((name for mark, name in _MARKS.items() if beginning.startswith(mark)), "utf-8")
        encoding = self.feed.encoding or marked
        if encoding in ("utf-8", "utf-8-sig", "ascii"):
            return self.given, 3 if beginning.startswith(codecs.BOM_UTF8) else 0
        return self._in_utf_8(encoding), 0

    def reading(self, path: Path, offset: int = 0) -> BinaryIO:
        """The file that ``text`` gave, open at an offset."""
        try:
            file = path.open("rb")
        except OSError as error:
            raise self._unreadable(error) from error
        file.seek(offset)
        return file

    def _in_utf_8(self, encoding: str) -> Path:
        path = self.beside("text")
        with self.reading(self.given) as file, private_file(path) as out:
            for text in self._decoded(file, encoding):
                out.write(text.encode())
        return path

    def _decoded(self, file: BinaryIO, encoding: str) -> Iterator[str]:
        decoder = codecs.getincrementaldecoder(encoding)()
        line, first = 1, True
        while True:
            chunk = file.read(_CHUNK_BYTES)
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                before = error.object[: error.start].decode(encoding, "replace")
                problem = f"not {encoding}: {error.reason}"
                raise self.error(problem, line + before.count("\n")) from None
            line += text.count("\n")
            yield text.removeprefix("\ufeff") if first else text
            first = first and not text
            if not chunk:
                return

    def _unreadable(self, error: OSError) -> PlanError:
        return PlanError(f"{self.where} cannot be read: {error.strerror}")
