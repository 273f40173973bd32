"""The kinds of documents that polyload writes, by the name in their schema; each is imported when it is used."""

from __future__ import annotations

import json
from importlib import import_module

from ..errors import UsageError
from ..metrics.document import Document

KINDS = {
    "result": ("..metrics.result", "RunResult"),
    "stress": (".stress.result", "StressResult"),
    "capacity": (".capacity.result", "CapacityResult"),
    "scalability": (".scalability", "ScalabilityResult"),
    "comparison": (".comparison.result", "ComparisonResult"),
    "suite": (".suite", "SuiteResult"),
    "http-benchmark": (".http_benchmark.result", "HttpBenchmarkResult"),
    "benchmark": ("..microbench.result", "BenchmarkResult"),
    "benchmark-comparison": ("..microbench.comparison", "BenchmarkComparison"),
}
"""Kind to the module and the class of its documents, whose schema is ``polyload.KIND/VERSION``."""


def document_class(kind: str) -> type[Document]:
    """The class of documents of a kind; KeyError for one that there is not."""
    module, name = KINDS[kind]
    found: type[Document] = getattr(import_module(module, __package__), name)
    return found


def read_document(text: str | bytes, *, source: str) -> Document:
    """The document that `Document.to_json` wrote, of whatever kind; UsageError says what ``source`` holds instead."""
    schema = _schema(text, source)
    kind = schema.removeprefix("polyload.").partition("/")[0]
    if kind not in KINDS:
        raise UsageError(
            f"{source}: is no document of this version of polyload: its schema is {schema!r}",
            hint=f"known are {', '.join(f'polyload.{known}' for known in KINDS)}",
        )
    try:
        return document_class(kind).from_json(text)
    except ValueError as error:
        raise UsageError(f"{source}: is no {schema}: {_first(error)}") from error


def _schema(text: str | bytes, source: str) -> str:
    try:
        data = json.loads(text)
    except ValueError as error:
        raise UsageError(f"{source}: is no JSON: {error}") from error
    schema = data.get("schema") if isinstance(data, dict) else None
    if not isinstance(schema, str):
        raise UsageError(f"{source}: is no document of polyload: it names no schema")
    return schema


def _first(error: ValueError) -> str:
    errors = getattr(error, "errors", None)
    if errors is None:
        return str(error)
    first = errors(include_url=False)[0]
    return ": ".join([*([".".join(map(str, first["loc"]))] if first["loc"] else []), first["msg"]])
