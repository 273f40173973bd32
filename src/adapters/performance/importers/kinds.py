"""The kinds of files that plans are made from; their code is imported when it is used."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from ..errors import UsageError
from .draft import Draft
from .options import Options
from .source import Source


@dataclass(frozen=True)
class Kind:
    """A kind of file; its module, one of this package, has ``sniff(source)`` and ``read(source, options)``."""

    name: str
    summary: str
    module: str
    options: frozenset[str] = frozenset()
    """Which of the `Options` it knows; others that are given are refused."""

    def sniff(self, source: Source) -> bool:
        """Whether the file looks like one of this kind, by a glance at its `Source.head`."""
        look: Callable[[Source], bool] = self._of_module("sniff")
        return look(source)

    def read(self, source: Source, options: Options) -> Draft:
        """The draft of a plan; SourceError says what is wrong with the file."""
        strange = [name for name in options.given() if name not in self.options]
        if strange:
            raise UsageError(
                f"--{strange[0].replace('_', '-').removesuffix('-s')} means nothing for {self.name}: {self.summary}"
            )
        make: Callable[[Source, Options], Draft] = self._of_module("read")
        return make(source, options)

    def _of_module(self, function: str) -> Any:
        return getattr(import_module(f".{self.module}", __package__), function)


_URLS = frozenset({"include", "exclude", "target"})

KINDS = {
    kind.name: kind
    for kind in (
        Kind(
            "har",
            "a recording of a browser or a proxy (HAR 1.2)",
            "har",
            _URLS | {"keep_static", "keep_hosts", "max_pause_s"},
        ),
        Kind(
            "openapi",
            "a description of an API (OpenAPI 3, Swagger 2)",
            "openapi",
            _URLS | {"tag", "optional"},
        ),
        Kind("postman", "a Postman collection (v2.1, v2.0)", "postman", _URLS | {"environment"}),
        Kind("curl", "curl commands, typed or copied from a browser", "curl", _URLS | {"read_files"}),
        Kind(
            "log",
            "an access log of nginx or Apache (common, combined)",
            "access_log",
            _URLS | {"keep_static", "all_methods", "follow"},
        ),
        Kind("loaddensity", "a LoadDensity action JSON", "seeds.loaddensity", _URLS | {"profile"}),
        Kind("loadspiker", "a LoadSpiker JSON configuration", "seeds.loadspiker", _URLS),
        Kind(
            "suite",
            "the YAML of the load-testing suite",
            "seeds.testing_suite",
            frozenset({"target", "profile"}),
        ),
    )
}
"""By name, in the order in which `detect` looks: what is told by more goes first."""


def kind_named(name: str) -> Kind:
    """The kind of a name; UsageError lists those there are."""
    if name in KINDS:
        return KINDS[name]
    near = difflib.get_close_matches(name, KINDS, n=1)
    raise UsageError(
        f"--from: no kind of file is called {name!r}" + (f"; did you mean {near[0]!r}?" if near else ""),
        hint=f"there are {', '.join(KINDS)}",
    )


def detect(source: Source) -> Kind:
    """The kind that a file is of; UsageError says what it was looked at for when it is none of them."""
    for kind in KINDS.values():
        if kind.sniff(source):
            return kind
    if source.head.lstrip()[:1] in ("{", "["):
        _ = source.json  # is it at all?
    looked = ", ".join(f"{kind.summary} ({kind.name})" for kind in KINDS.values())
    raise UsageError(
        f"{source.name}: what this is cannot be seen; it was looked at for {looked}",
        hint="say what it is with --from KIND",
    )
