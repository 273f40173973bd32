"""Baselines: results saved under a name, as versioned JSON, to hold later ones against."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from pydantic import ConfigDict, Field, ValidationError

from ..errors import ReportError, UsageError
from ..metrics.document import ResultModel
from .comparison import compare_pairs
from .result import BenchmarkResult
from .settings import MARGIN
from .verdicts import Compared

FOLDER = Path(".polyload") / "benchmarks"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


class Baseline(ResultModel):
    """The file of a baseline: its benchmarks by name."""

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True, serialize_by_alias=True)

    schema_name: Literal["polyload.benchmarks/1"] = Field(default="polyload.benchmarks/1", alias="schema")
    benchmarks: dict[str, BenchmarkResult]


def path_of(name: str, folder: Path = FOLDER) -> Path:
    """The file of a baseline; UsageError for a name that is none."""
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"{name!r} is no name for a baseline", hint="use letters, digits, dots, hyphens and underscores"
        )
    return folder / f"{name}.json"


def save(name: str, results: Sequence[BenchmarkResult], folder: Path = FOLDER) -> Path:
    """Saves results under a name, in place of those it has of the same benchmarks; others in it stay.

    UsageError for a result that failed, ReportError when it cannot be written.
    """
    for result in results:
        if not result.success:
            raise UsageError(f"{result.name} failed, so it is not saved as baseline {name!r}")
    path = path_of(name, folder)
    kept = load(name, folder) if path.exists() else {}
    baseline = Baseline(benchmarks={**kept, **{result.name: result for result in results}})
    try:
        folder.mkdir(parents=True, exist_ok=True)
        temporary = path.with_suffix(".tmp")
        temporary.write_text(baseline.model_dump_json(indent=1) + "\n", encoding="utf-8")
        temporary.replace(path)
    except OSError as error:
        raise ReportError(f"{path}: cannot be written: {error.strerror or error}") from error
    return path


def load(name: str, folder: Path = FOLDER) -> dict[str, BenchmarkResult]:
    """The benchmarks of a baseline by name; UsageError names the baselines there are."""
    path = path_of(name, folder)
    try:
        return Baseline.model_validate_json(path.read_bytes()).benchmarks
    except FileNotFoundError:
        found = ", ".join(sorted(file.stem for file in folder.glob("*.json"))) or "none yet"
        raise UsageError(
            f"there is no baseline {name!r} in {folder}", hint=f"saved are: {found}; --save makes one"
        ) from None
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror or error}") from error
    except ValidationError as error:
        raise UsageError(
            f"{path} is no baseline of this version: {error.errors()[0]['msg']}", hint="save it again"
        ) from error


def against(
    baseline: dict[str, BenchmarkResult],
    name: str,
    results: Sequence[BenchmarkResult],
    *,
    margin: float = MARGIN,
) -> tuple[list[Compared], list[str]]:
    """Each result against the baseline's of its name, and the names that the baseline does not hold."""
    missing = [result.name for result in results if result.name not in baseline]
    pairs = [(baseline[result.name], result) for result in results if result.name in baseline]
    compared = compare_pairs(pairs, margin=margin)
    return [one.model_copy(update={"base": f"baseline {name!r}"}) for one in compared], missing
