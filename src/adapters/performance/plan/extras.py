"""Packages that only some plans need."""

from __future__ import annotations

from importlib.util import find_spec

_PACKAGES = {
    "jsonpath": ("jsonpath_rfc9535",),
    "jmespath": ("jmespath",),
    "html": ("lxml", "cssselect"),
    "schema": ("jsonschema",),
}
"""Extra of polyload to the modules that it brings."""


def needs_extra(what: str, extra: str) -> str:
    """That something needs an extra, and how to get it."""
    return f"{what} need the extra {extra!r}: pip install 'polyload[{extra}]'"


def has_extra(extra: str) -> bool:
    """Whether the packages of an extra are installed; none is imported."""
    return all(find_spec(module) is not None for module in _PACKAGES[extra])
