"""A file that a plan is to be made from, read within bounds."""

from __future__ import annotations

import json
import re
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from gzip import BadGzipFile, GzipFile
from io import BufferedReader, BytesIO, RawIOBase
from pathlib import Path
from typing import Any, BinaryIO, cast

from ..errors import SourceError
from ..plan.documents import NotData, json_data
from ..plan.yaml_text import yaml_data

MAX_BYTES = 200_000_000
HEAD = 65_536
_SMALL = 1_000_000
_ASTRAL = re.compile(rb"[\xf0-\xf4][\x80-\xbf]{3}")
_YAML_KEY = re.compile(r"^([\w.-]{1,60})[ ]*:(?:\s|$)", re.MULTILINE)
_JSON_KEY = re.compile(r'"([^"\\]{1,60})"\s*:')
GZIP = b"\x1f\x8b"
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


@dataclass(frozen=True)
class Source:
    """The content of a file under the name that messages call it by."""

    name: str
    data: bytes

    @classmethod
    def read(cls, path: str | Path, *, max_bytes: int = MAX_BYTES) -> Source:
        """The file at a path, or standard input for ``-``; gzip is undone. SourceError when it is too large."""
        if str(path) == "-":
            return cls("standard input", _bounded(sys.stdin.buffer, "standard input", max_bytes))
        try:
            with Path(path).open("rb") as file:
                return cls(str(path), _bounded(file, str(path), max_bytes))
        except OSError as error:
            raise SourceError(
                f"{path}: cannot be read: {error.strerror or error}", hint="check the path"
            ) from error

    @cached_property
    def head(self) -> str:
        """The first 64 KiB as text, whatever cannot be decoded replaced: enough for a glance at what it is."""
        bom, encoding = self._encoding()
        return self.data[len(bom) : HEAD].decode(encoding, "replace")

    def lines(self) -> Iterator[bytes]:
        """Its lines, without what ends them."""
        return (line.rstrip(b"\r\n") for line in BytesIO(self.data))

    @property
    def text(self) -> str:
        """All of it as text: UTF-8, or UTF-16 after a byte order mark. Not kept: large ones are read once."""
        bom, encoding = self._encoding()
        try:
            return str(memoryview(self.data)[len(bom) :], encoding)
        except UnicodeDecodeError as error:
            raise SourceError(
                f"{self.name}: is not {encoding.upper()} text: {error.reason} at byte {len(bom) + error.start}",
                hint="save it as UTF-8",
            ) from None

    @cached_property
    def json(self) -> Any:
        """What it says as JSON; SourceError with line and column when it is none."""
        with self._told():
            return json_data(self.text if len(self.data) < _SMALL else self._narrow_text())

    @cached_property
    def yaml(self) -> Any:
        """What it says as YAML, keys and dates as the texts they are; SourceError with line and column."""
        with self._told():
            return yaml_data(self.text, as_json=True)

    @cached_property
    def document(self) -> Any:
        """What it says: as JSON when it begins like that, else as YAML."""
        return self.json if self.head.lstrip()[:1] in ("{", "[") else self.yaml

    @cached_property
    def keys(self) -> frozenset[str]:
        """The keys of the mapping that it is, by a glance: all of a small JSON, else what the head shows."""
        if self.head.lstrip()[:1] != "{":
            return frozenset(_YAML_KEY.findall(self.head))
        if len(self.data) > _SMALL:
            return frozenset(_JSON_KEY.findall(self.head))
        try:
            found = self.json
        except SourceError:
            return frozenset()
        return frozenset(found) if isinstance(found, dict) else frozenset()

    def wrong(self, problem: str, *, hint: str | None = None) -> SourceError:
        """An error that names the file."""
        return SourceError(f"{self.name}: {problem}", hint=hint)

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except NotData as error:
            raise self.wrong(str(error)) from None

    def _narrow_text(self) -> str:
        """The text of a JSON with emoji and their like as escapes: one of them makes all of a text twice as large."""
        _, encoding = self._encoding()
        if encoding != "utf-8" or not _ASTRAL.search(self.data):
            return self.text
        return Source(self.name, _ASTRAL.sub(_escaped, self.data)).text

    def _encoding(self) -> tuple[bytes, str]:
        return next(((bom, name) for bom, name in _BOMS if self.data.startswith(bom)), (b"", "utf-8"))


def _bounded(file: BinaryIO, name: str, max_bytes: int) -> bytes:
    with unpacked(file, name) as content:
        data = content.read(max_bytes + 1)
    if len(data) > max_bytes:
        raise SourceError(
            f"{name}: larger than {max_bytes / 1e6:g} MB",
            hint="leave out what is not to be tested, or allow more with --max-size",
        )
    return data


@contextmanager
def unpacked(file: BinaryIO, name: str) -> Iterator[BinaryIO]:
    """The content of a file, gzip undone, of its several members too; SourceError when it only begins like gzip."""
    buffered = file if isinstance(file, BufferedReader) else BufferedReader(cast(RawIOBase, file))
    if not buffered.peek(len(GZIP)).startswith(GZIP):
        yield buffered
        return
    try:
        with GzipFile(fileobj=buffered) as content:
            yield cast(BinaryIO, content)
    except (BadGzipFile, EOFError, zlib.error) as error:
        raise SourceError(f"{name}: begins like a gzip file and is none: {error}") from None


def _escaped(found: re.Match[bytes]) -> bytes:
    """A character beyond U+FFFF as JSON may write it; what is none stays, and is told where it is decoded."""
    character = found.group().decode(errors="replace")
    return json.dumps(character)[1:-1].encode() if len(character) == 1 else found.group()
