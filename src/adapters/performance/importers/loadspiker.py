"""To be written."""

from __future__ import annotations

from .draft import Draft
from .options import Options
from .source import Source


def sniff(source: Source) -> bool:
    return False


def read(source: Source, options: Options) -> Draft:
    raise source.wrong("not read yet")
