"""The kinds of results that commands make and files hold: how each is read, shown, and written in which formats."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from pydantic import ValidationError
from rich.console import Console

from ..errors import UsageError
from ..metrics.document import Document
from ..reports.write import FORMATS, renderer

if TYPE_CHECKING:
    from ..reports.cases import Suite
    from ..reports.overview import Against, Overview

_SHARED = ("html", "json", "markdown", "junit", "xml")
"""Formats of every kind, made from its JSON, its view and its page."""


class View(Protocol):
    """A module in ``cli/views``."""

    def show(self, result: Any, console: Console) -> None: ...

    def overview(self, result: Any) -> Overview: ...

    def suites(self, result: Any) -> list[Suite]: ...


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of result: what it is called, its class, its module in ``views`` and ``pages``; ``own``: further formats.

    Those are modules with a function ``render``, relative to this package.
    """

    noun: str
    home: str
    class_name: str
    view_name: str
    own: Mapping[str, str] = field(default_factory=dict)

    @property
    def formats(self) -> tuple[str, ...]:
        """The formats in which such a result can be written."""
        return tuple(name for name in FORMATS if name in _SHARED or name in self.own)

    @property
    def view(self) -> View:
        """How it is shown."""
        module: Any = import_module(f".views.{self.view_name}", __package__)
        view: View = module
        return view

    def renderer(self, name: str, against: Against | None = None) -> Callable[[Any], str]:
        """The function that makes a format; ``against`` is what a run was held against."""
        if name in self.own:
            render: Callable[..., str] = import_module(self.own[name], __package__).render
            return render if name != "markdown" else partial(render, against=against)
        if name == "html":
            page: Callable[[Any], str] = import_module(f".pages.{self.view_name}", __package__).render
            return page
        if name in ("json", "xml"):
            return renderer(name)
        return self._markdown if name == "markdown" else self._junit

    def _markdown(self, result: Any) -> str:
        from ..reports.markdown import render_overview

        return render_overview(self.view.overview(result))

    def _junit(self, result: Any) -> str:
        from ..reports.junit import render_suites

        return render_suites(self.view.suites(result))

    def read(self, text: bytes) -> Document:
        """The result that a text holds; ValueError when it is something else."""
        document: type[Document] = getattr(import_module(self.home, __package__), self.class_name)
        return document.from_json(text)


RUN = Kind(
    "a run",
    "..metrics.result",
    "RunResult",
    "run",
    {name: f"..reports{module}" for name, module in FORMATS.items()},
)
KINDS = {
    "polyload.result/1": RUN,
    "polyload.stress/1": Kind("a stress test", "..workflows.stress.result", "StressResult", "stress"),
    "polyload.capacity/1": Kind(
        "a capacity search", "..workflows.capacity.result", "CapacityResult", "capacity"
    ),
    "polyload.scalability/1": Kind(
        "a measurement of scalability", "..workflows.scalability", "ScalabilityResult", "scalability"
    ),
    "polyload.comparison/1": Kind(
        "a comparison", "..workflows.comparison.result", "ComparisonResult", "comparison"
    ),
    "polyload.suite/1": Kind("a suite", "..workflows.suite", "SuiteResult", "suite"),
    "polyload.http-benchmark/1": Kind(
        "a benchmark of a URL", "..workflows.http_benchmark.result", "HttpBenchmarkResult", "endpoint"
    ),
    "polyload.bench/1": Kind("a benchmark", "..microbench.document", "BenchmarkSet", "functions"),
    "polyload.benchmark/1": Kind("a benchmark", "..microbench.result", "BenchmarkResult", "functions"),
    "polyload.benchmark-comparison/1": Kind(
        "a comparison of benchmarks", "..microbench.comparison", "BenchmarkComparison", "functions"
    ),
}
"""By the ``schema`` that its JSON names."""


def kind_of(result: Document) -> Kind:
    """The kind of a result."""
    return KINDS[result["schema"]]


def read_document(file: str) -> Document:
    """The result in a JSON file, of whatever kind; UsageError when there is none in it."""
    try:
        text = Path(file).read_bytes()
        data = json.loads(text)
    except OSError as error:
        raise UsageError(
            f"{file}: cannot be read: {error.strerror or error}", hint="check the path"
        ) from error
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{file}: is no JSON: {error}", hint=_WRITTEN) from error
    schema = data.get("schema") if isinstance(data, dict) else None
    if not isinstance(schema, str) or schema not in KINDS:
        told = (
            "names no schema"
            if schema is None
            else f"is of schema {schema!r}, which holds no result that this version knows"
        )
        raise UsageError(f"{file}: is no result: it {told}", hint=_WRITTEN)
    try:
        return KINDS[schema].read(text)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise UsageError(f"{file}: is no {schema}: {where}: {first['msg']}", hint=_WRITTEN) from error


_WRITTEN = "'--json FILE' of a command such as 'polyload run' writes one"
