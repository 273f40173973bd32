"""A file that may be larger than memory: read whole only where that is wanted, else line by line."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

from ..errors import SourceError
from .source import HEAD, MAX_BYTES, Source, unpacked

_CHUNK = 1 << 20
_LONGEST_LINE = 1 << 20
MOST_STREAMED = 50
"""How many times the bound of a whole file a file that is read by lines may be."""


class FileSource(Source):
    """The content of a file at a path; gzip is undone."""

    def __init__(self, path: str | Path, *, max_bytes: int = MAX_BYTES) -> None:
        object.__setattr__(self, "name", str(path))
        self.__dict__["path"] = Path(path)
        self.__dict__["max_bytes"] = max_bytes
        self.__dict__["beginning"] = next(self._chunks(HEAD), b"")[:HEAD]

    @cached_property
    def data(self) -> bytes:
        """All of it; SourceError when it is too large."""
        return Source.read(self.__dict__["path"], max_bytes=self.__dict__["max_bytes"]).data

    @cached_property
    def head(self) -> str:
        """The first 64 KiB as text."""
        return Source(self.name, self.__dict__["beginning"]).head

    def lines(self) -> Iterator[bytes]:
        """Its lines, in memory one piece after the other; what is too long to be a line is cut."""
        rest, total = b"", 0
        for chunk in self._chunks(_CHUNK):
            total += len(chunk)
            if total > MOST_STREAMED * self.__dict__["max_bytes"]:
                raise self.wrong(
                    f"larger than {MOST_STREAMED * self.__dict__['max_bytes'] / 1e9:g} GB",
                    hint="take a part of it, or allow more with --max-size",
                )
            first, *more = (rest + chunk).split(b"\n")
            if more:
                yield first
                yield from more[:-1]
                rest = more[-1]
            else:
                rest = first[:_LONGEST_LINE]
        if rest:
            yield rest

    def _chunks(self, size: int) -> Iterator[bytes]:
        path: Path = self.__dict__["path"]
        try:
            with path.open("rb") as file, unpacked(file, str(path)) as content:
                while chunk := content.read(size):
                    yield chunk
        except OSError as error:
            raise SourceError(
                f"{path}: cannot be read: {error.strerror or error}", hint="check the path"
            ) from error
