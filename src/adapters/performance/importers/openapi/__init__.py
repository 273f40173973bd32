"""A description of an API (OpenAPI 3.0 and 3.1, Swagger 2) as a plan: every operation once, in an order that works.

`document` follows references, `swagger2` puts the older language into the words of the newer, `operations` lists what
there is to ask for, `resources` says in which order and where ids come from; `schemas`, `samples` and `patterns` make
values, `parameters`, `bodies` and `security` put them into requests, and `plan` makes a draft of it all.
"""

from __future__ import annotations

import re
from typing import Any

from ..draft import Draft
from ..options import Options
from ..source import Source
from .plan import Planner

_LOOKS = re.compile(
    r"""(?m)^\s{0,8}["']?(?:openapi["']?\s*:\s*["']?3\.|swagger["']?\s*:\s*["']?2)|\{\s*"(?:openapi"\s*:\s*"3\.|swagger"\s*:\s*"2)"""
)


def sniff(source: Source) -> bool:
    """Whether a line near the beginning says which version of the language it is in, or a key somewhere."""
    return _LOOKS.search(source.head) is not None or bool({"openapi", "swagger"} & source.keys)


def read(source: Source, options: Options) -> Draft:
    """The draft of every operation that is wanted; SourceError when nothing is described."""
    root: Any = source.document
    if not isinstance(root, dict):
        raise source.wrong("a description of an API is a mapping of fields")
    version = str(root.get("openapi", root.get("swagger", "")))
    if not version.startswith(("3.", "2")):
        raise source.wrong(f"not OpenAPI 3 or Swagger 2: its version is {version[:20]!r}")
    draft = Planner(root, options).read()
    if not draft.plan["scenarios"]:
        hint = "allow more with --include, --exclude and --tag" if root.get("paths") else None
        raise source.wrong("it describes no operation that is wanted", hint=hint)
    return draft
