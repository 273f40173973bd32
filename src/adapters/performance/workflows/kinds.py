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
    "bench": ("..microbench.document", "BenchmarkSet"),
    "benchmark": ("..microbench.result", "BenchmarkResult"),
    "benchmark-comparison": ("..microbench.verdicts", "BenchmarkComparison"),
}
"""Kind to the module and the class of its documents, whose schema is ``polyload.KIND/VERSION``."""


def document_class(kind: str) -> type[Document]:
    """The class of documents of a kind; KeyError for one that there is not."""
    module, name = KINDS[kind]
    found: type[Document] = getattr(import_module(module, __package__), name)
    return found


def kind_name(schema: str) -> str:
    """The kind that a schema names: ``stress`` of ``polyload.stress/1``; it need not be one that there is."""
    return schema.removeprefix("polyload.").partition("/")[0]


def parse_document(text: str | bytes, *, source: str) -> Document:
    """The document that `Document.to_json` wrote, of whatever kind; UsageError says what ``source`` holds instead."""
    schema = _schema(text, source)
    kind = kind_name(schema)
    if kind not in KINDS or document_class(kind).model_fields["schema_name"].default != schema:
        raise UsageError(
            f"{source}: is of schema {schema!r}, which holds no result that this version knows", hint=_WRITTEN
        )
    try:
        return document_class(kind).from_json(text)
    except ValueError as error:
        raise UsageError(f"{source}: is no {schema}: {_first(error)}", hint=_WRITTEN) from error


def _schema(text: str | bytes, source: str) -> str:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{source}: is no JSON: {error}", hint=_WRITTEN) from error
    schema = data.get("schema") if isinstance(data, dict) else None
    if not isinstance(schema, str):
        raise UsageError(f"{source}: is no result: it names no schema", hint=_WRITTEN)
    return schema


def _first(error: ValueError) -> str:
    errors = getattr(error, "errors", None)
    if errors is None:
        return str(error)
    first = errors(include_url=False)[0]
    return ": ".join([*([".".join(map(str, first["loc"]))] if first["loc"] else []), first["msg"]])


_WRITTEN = "'--json FILE' of a command such as 'polyload run' writes one"
