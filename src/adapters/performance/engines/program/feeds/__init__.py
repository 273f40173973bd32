"""Data feeds of a program: read, checked and laid out before the run, so that any row can be had at any time."""

from __future__ import annotations

import random
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ....errors import PlanError
from ....plan.feeds import Feed
from ....plan.model import Plan
from .columns import Columns, used_columns
from .csv_rows import lay_out_csv
from .index import private_file
from .json_rows import lay_out_json, lay_out_json_lines
from .source import Source
from .sqlite_rows import lay_out_query

_LAY_OUT = {
    "csv": lay_out_csv,
    "json": lay_out_json,
    "jsonl": lay_out_json_lines,
    "sqlite": lay_out_query,
}


def lay_out_feeds(plan: Plan, compiled: Any, folder: Path | None) -> dict[str, dict[str, Any]]:
    """The program's feeds, with what workers need to draw rows left in a folder; without one, files are not read.

    ``compiled`` is the rest of the program. PlanError names the feed, the file, the line and the column that are wrong,
    or the placeholder that asks for a column that the feed does not have. It never quotes a row.
    """
    for part in ("setup", "teardown"):
        for name, columns in used_columns(compiled[part]).items():
            raise PlanError(
                f"{part}: {min(columns)!r} of data.{name}: rows are drawn by iterations, and {part} is none",
                hint="use a variable there, or a scenario's before and after, which have the user's rows",
            )
    used = used_columns(compiled)
    return {
        name: _laid_out(
            name,
            feed,
            number,
            Columns(name, used.get(name, {}), _where(name, feed)),
            plan.options.seed,
            folder,
        )
        for number, (name, feed) in enumerate(plan.data.items())
    }


@dataclass(frozen=True, slots=True)
class FeedFacts:
    """What is known of a feed whose rows were read: how many there are, and the columns that any of them has."""

    rows: int
    columns: tuple[str, ...]


def feed_facts(plan: Plan) -> dict[str, FeedFacts]:
    """Reads every feed of a plan as a run would; PlanError says what is wrong with one."""
    return {name: facts_of(name, feed) for name, feed in plan.data.items()}


def facts_of(name: str, feed: Feed) -> FeedFacts:
    """Reads one feed as a run would; PlanError says what is wrong with it."""
    columns = Columns(name, {}, _where(name, feed))
    with tempfile.TemporaryDirectory(prefix="polyload-") as folder:
        entry = _laid_out(name, feed, 0, columns, None, Path(folder))
    return FeedFacts(entry["size"], tuple(columns.known))


def _laid_out(
    name: str, feed: Feed, number: int, columns: Columns, seed: int | None, folder: Path | None
) -> dict[str, Any]:
    shuffled = feed.strategy == "shuffled"
    entry: dict[str, Any] = {
        "strategy": "sequential" if shuffled else feed.strategy,
        "on_end": feed.on_end,
    }
    numbers = np.random.RandomState(_seed_of(name, seed)) if shuffled else None
    if feed.rows is not None:
        rows = [columns.check(dict(row), "row", place) for place, row in enumerate(feed.rows, start=1)]
        columns.finish()
        if numbers is not None:
            rows = [rows[place] for place in numbers.permutation(len(rows))]
        return {**entry, "size": len(rows), "rows": rows}
    if folder is None:
        return entry
    source = Source(name, feed, folder / f"feed-{number}")
    store = _LAY_OUT[source.kind](source, columns)
    if not store["size"]:
        raise PlanError(f"{source.where}: has no rows")
    if numbers is not None:
        store["order"] = str(_write_order(numbers, store["size"], source.beside("order")))
    return {**entry, "size": store.pop("size"), "store": store}


def _where(name: str, feed: Feed) -> str:
    return f"data.{name}" if feed.file is None else f"data.{name}: {feed.file}"


def _seed_of(name: str, seed: int | None) -> int:
    """Feeds that are shuffled in one plan have orders of their own."""
    return random.Random(None if seed is None else f"{seed} {name}").getrandbits(32)


def _write_order(numbers: np.random.RandomState, size: int, path: Path) -> Path:
    order = np.arange(size, dtype=np.uint32 if size < 2**32 else np.uint64)
    numbers.shuffle(order)
    with private_file(path) as out:
        out.write(order.data)
    return path
