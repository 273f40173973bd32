"""Reports of a result from Python, in a folder: what ``--report`` is on the command line."""

from __future__ import annotations

from collections.abc import Iterable
from os import PathLike
from pathlib import Path

from ..errors import ReportError
from ..metrics.document import Document
from ..reports.write import Destination, check_destinations, parse_destination, write_reports
from .kinds import kind_of

NAMES = {
    "html": "report.html",
    "json": "result.json",
    "markdown": "report.md",
    "junit": "junit.xml",
    "csv": "requests.csv",
    "windows-csv": "windows.csv",
    "xml": "result.xml",
    "summary": "summary.json",
    "percentiles": "percentiles.txt",
    "hgrm": "latency.hgrm",
    "openmetrics": "metrics.txt",
}
"""The file of each format."""


def save_report(
    result: Document, folder: str | PathLike[str], formats: Iterable[str] = ("json", "html")
) -> list[Path]:
    """Write a result of any kind into a folder, which is made if need be, and return the files.

    Each format has a file name of its own: ``result.json``, ``report.html``, ``report.md``, ``junit.xml`` and so on.
    UsageError for a format that this kind of result has not, ReportError for what cannot be written.
    """
    kind, place = kind_of(result), Path(folder)
    named = [parse_destination(f"{name}={name}", kind.formats, kind.noun).format for name in formats]
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ReportError(f"{place}: cannot be made: {error.strerror or error}") from error
    destinations = [Destination(name, str(place / NAMES[name])) for name in dict.fromkeys(named)]
    check_destinations(destinations)
    problems = write_reports(result, destinations, kind.renderer)
    if problems:
        raise problems[0]
    return [Path(destination.path) for destination in destinations]
