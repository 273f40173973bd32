"""How values are inserted into texts: as they are, into URLs, and into JSON."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from json.encoder import encode_basestring
from typing import Any
from urllib.parse import quote

from .values import json_text, shown

URL_SAFE = "%/:?#[]@!$&'()*+,;=-._~"
_LONGEST_KEPT = 200
_unreserved = re.compile(r"[\w.~-]*", re.ASCII).fullmatch
_STRAY_PERCENT = re.compile("%(?![0-9A-Fa-f]{2})")

Insert = Callable[[Any], str]


def encode(value: Any, encoding: str) -> str:
    """A value as it is inserted into a text of this encoding."""
    return INSERTED[encoding](value)


def _in_string(value: Any) -> str:
    return encode_basestring(value if type(value) is str else shown(value))[1:-1]


def _in_query(value: Any) -> str:
    text = value if type(value) is str else shown(value)
    if _unreserved(text):
        return text
    return _quoted(text) if len(text) <= _LONGEST_KEPT else quote(text, safe="")


def _in_url(value: Any) -> str:
    text = value if type(value) is str else shown(value)
    if _unreserved(text):
        return text
    return _quoted_in_url(text) if len(text) <= _LONGEST_KEPT else _quote_in_url(text)


def _quote_in_url(text: str) -> str:
    return _STRAY_PERCENT.sub("%25", quote(text, safe=URL_SAFE))


_quoted = lru_cache(maxsize=4096)(lambda text: quote(text, safe=""))
_quoted_in_url = lru_cache(maxsize=4096)(_quote_in_url)

INSERTED: dict[str, Insert] = {
    "": shown,
    "json": json_text,
    "jsonstr": _in_string,
    "query": _in_query,
    "url": _in_url,
}
"""Encoding to how a value is inserted into a text of it."""
