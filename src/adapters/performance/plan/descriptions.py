"""What the source says of the fields of a class: the text below each."""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Sequence
from functools import cache
from itertools import pairwise


def described_fields(cls: type) -> dict[str, str]:
    """Each annotated name of a class of a module, and of its bases, to the text below it; nothing without a source."""
    return {
        name: text
        for one in reversed(cls.__mro__)
        for name, text in _classes_of(one.__module__).get(one.__name__, {}).items()
    }


@cache
def _classes_of(module: str) -> dict[str, dict[str, str]]:
    try:
        tree = ast.parse(inspect.getsource(sys.modules[module]))
    except (OSError, TypeError):  # it has no source, as what is built in
        return {}
    return {one.name: _texts_in(one.body) for one in tree.body if isinstance(one, ast.ClassDef)}


def _texts_in(body: Sequence[ast.stmt]) -> dict[str, str]:
    return {
        field.target.id: inspect.cleandoc(text.value.value)
        for field, text in pairwise(body)
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
        if isinstance(text, ast.Expr) and isinstance(text.value, ast.Constant)
        if isinstance(text.value.value, str)
    }
