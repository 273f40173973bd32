"""A recording of a browser or a proxy (HAR 1.2) as a plan."""

from __future__ import annotations

import re

from .draft import Draft
from .options import Options
from .source import Source

_LOOKS = re.compile(r'\s*\{\s*"log"\s*:\s*\{')


def sniff(source: Source) -> bool:
    return _LOOKS.match(source.head) is not None


def read(source: Source, options: Options) -> Draft:
    """The draft of the requests of a recording, in their order."""
    steps = [
        {"method": e["request"]["method"], "url": e["request"]["url"]} for e in source.json["log"]["entries"]
    ]
    return Draft(
        {"scenarios": [{"name": "recording", "steps": steps}], "load": {"users": 1, "duration": "1m"}}
    )
