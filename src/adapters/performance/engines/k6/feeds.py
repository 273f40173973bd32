"""Data feeds as k6 has them: files of one row a line, in the order in which they are drawn."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from ...errors import UnsupportedFeature
from ...plan.model import Plan
from ..contract import Refusal
from ..program.feeds.index import private_file
from ..program.runtime.rows import StoredRows

_MOST_BYTES = 128 << 20
_PIECE_BYTES = 8 << 20
_TOO_LARGE = (
    f"k6 keeps every row in memory, at about ten times its size: at most {_MOST_BYTES >> 20} MiB of rows"
)


def large_feeds(plan: Plan) -> Iterator[Refusal]:
    """Feeds whose files are too large to be kept in memory; what a query gives is known only when it is read."""
    for name, feed in plan.data.items():
        if feed.file is not None and feed.kind != "sqlite" and _bytes(feed.file) > _MOST_BYTES:
            yield Refusal("feed", f"data.{name}", _TOO_LARGE)


def write_feed(name: str, feed: dict[str, Any], number: int, folder: Path) -> dict[str, Any]:
    """Writes the rows of a program's feed into ``folder``; what the script needs to draw them."""
    file = folder / f"feed-{number}.lines"
    store = feed.get("store", {"columns": None})
    delimiter = None
    if "store" not in feed:
        _write(name, file, (json.dumps(row).encode() for row in feed["rows"]))
    else:
        rows = StoredRows(store)
        if store["columns"] and (store["quote"] is None or rows.text.find(store["quote"].encode()) < 0):
            delimiter = store["delimiter"]
        _write(name, file, _lines(rows, feed["size"], store, as_they_are=delimiter is not None))
    return {
        "name": name,
        "strategy": feed["strategy"],
        "size": feed["size"],
        "runs_out": feed["strategy"] == "unique" and feed["on_end"] != "recycle",
        "file": str(file),
        "columns": store["columns"],
        "delimiter": delimiter,
    }


def _lines(rows: StoredRows, size: int, store: dict[str, Any], *, as_they_are: bool) -> Iterable[bytes]:
    if as_they_are and "order" not in store:
        return _pieces(rows)
    if as_they_are or store["columns"] is None:
        return (rows.line(number).strip(b"\r\n") for number in range(size))
    return (json.dumps([*rows[number].values()]).encode() for number in range(size))


def _pieces(rows: StoredRows) -> Iterator[bytes]:
    """The lines of all rows, many at a time; nothing in them is quoted."""
    at, end = rows.bounds
    while at < end:
        piece = rows.text[at : min(at + _PIECE_BYTES, end)]
        whole = (
            len(piece) if at + len(piece) == end else max(piece.rfind(b"\n"), piece.rfind(b"\r", 0, -1)) + 1
        )
        lines = piece[:whole].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        while b"\n\n" in lines:
            lines = lines.replace(b"\n\n", b"\n")
        if filled := lines.strip(b"\n"):
            yield filled
        at += whole


def _write(name: str, file: Path, lines: Iterable[bytes]) -> None:
    written = 0
    with private_file(file) as out:
        for line in lines:
            written += out.write(b"\n" if written else b"") + out.write(line)
            if written > _MOST_BYTES:
                raise UnsupportedFeature(f"k6 cannot have data.{name}: {_TOO_LARGE}")


def _bytes(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0  # whoever reads it says what is wrong
