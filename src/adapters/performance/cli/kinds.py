"""The kinds of results that commands make and files hold: how each is read, shown, and written in which formats."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from rich.console import Console

from ..errors import UsageError
from ..metrics.document import Document
from ..reports.write import FORMATS, renderer
from ..workflows.kinds import kind_name, parse_document

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
    """A kind of result: what it is called, its module in ``views`` and ``pages``; ``own`` are further formats.

    Those are modules with a function ``render``, relative to this package.
    """

    noun: str
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


RUN = Kind("a run", "run", {name: f"..reports{module}" for name, module in FORMATS.items()})
KINDS = {
    "result": RUN,
    "stress": Kind("a stress test", "stress"),
    "capacity": Kind("a capacity search", "capacity"),
    "scalability": Kind("a measurement of scalability", "scalability"),
    "comparison": Kind("a comparison", "comparison"),
    "suite": Kind("a suite", "suite"),
    "http-benchmark": Kind("a benchmark of a URL", "endpoint"),
    "bench": Kind("a benchmark", "functions"),
    "benchmark": Kind("a benchmark", "functions"),
    "benchmark-comparison": Kind("a comparison of benchmarks", "functions"),
}
"""By the names of ``workflows.kinds``."""


def kind_of(result: Document) -> Kind:
    """The kind of a result."""
    return KINDS[kind_name(result["schema"])]


def read_document(file: str) -> Document:
    """The result in a JSON file, of whatever kind; UsageError when there is none in it."""
    try:
        text = Path(file).read_bytes()
    except OSError as error:
        raise UsageError(
            f"{file}: cannot be read: {error.strerror or error}", hint="check the path"
        ) from error
    return parse_document(text, source=file)
