"""Rows of data feeds, read once before the run."""

from __future__ import annotations

import csv
import json
import random
from pathlib import Path
from typing import Any

from ...errors import PlanError
from ...plan.feeds import Feed

Row = dict[str, Any]


def load_rows(name: str, feed: Feed, *, seed: int | None) -> list[Row]:
    """Every row of a feed, shuffled if the plan says so; PlanError names the feed, the file and the line."""
    rows = list(feed.rows) if feed.rows is not None else _read(name, Path(str(feed.file)))
    if not rows:
        raise PlanError(f"data.{name}: {feed.file} has no rows")
    if feed.strategy == "shuffled":
        random.Random(seed).shuffle(rows)
    return rows


def _read(name: str, path: Path) -> list[Row]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            match path.suffix.lower():
                case ".json":
                    rows = json.load(lines)
                case ".jsonl" | ".ndjson":
                    rows = [json.loads(line) for line in lines if line.strip()]
                case _:
                    return _read_csv(name, path, csv.DictReader(lines, strict=True))
    except OSError as error:
        raise PlanError(f"data.{name}: {path} cannot be read: {error.strerror}") from error
    except (UnicodeDecodeError, json.JSONDecodeError, csv.Error) as error:
        raise PlanError(f"data.{name}: {path}: {error}") from error
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise PlanError(f"data.{name}: {path} must hold a list of objects")
    return rows


def _read_csv(name: str, path: Path, reader: csv.DictReader[str]) -> list[Row]:
    rows = []
    for row in reader:
        if None in row or None in row.values():
            what = "more" if None in row else "fewer"
            raise PlanError(
                f"data.{name}: {path}, line {reader.line_num}: {what} fields than the header has columns"
            )
        rows.append(dict(row))
    return rows
