"""Which values tell where they came from: long enough, and not what anybody would say by himself."""

from __future__ import annotations

import re

from ...plan.secrets import is_secret

SHORTEST, LONGEST = 6, 8192
_COMMON = frozenset(["undefined", "localhost", "default", "unknown", "success", "enabled", "disabled"])
_MOMENT = re.compile(
    r"\d{4}-\d\d-\d\d([T ][\d:.]+(Z|[+-]\d\d:?\d\d)?)?|\d\d:\d\d(:\d\d)?|[A-Z][a-z]{2}, \d\d .*GMT"
)
_ORDINARY = re.compile(
    r"[\d.,]*\.\d+|[a-z]+/[a-z0-9.+-]+(;.*)?|\d{1,4}x\d{1,4}|#[0-9a-fA-F]{6}|v?\d+(\.\d+)+"
)
_MIXED = re.compile(r"(?=.*[a-z])(?=.*[A-Z])[^\s/]{16,}")
_ID = re.compile(r"(?:^|[_-])(?:id|uuid|guid|key|no|number)$|(?:Id|ID|Uuid|Key)$", re.IGNORECASE)
_ID_SUFFIX = re.compile(r"[_-]?(?:id|ids|uuid|guid)$", re.IGNORECASE)

TOKEN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{5,2047}")
"""What may be a value within a longer text."""
WIDE_TOKEN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.~+/=@-]{5,8191}")
"""The same for those with dots and the like in them, such as JSON Web Tokens and base64."""


def is_telling(text: str, name: str) -> bool:
    """Whether a value that was handed out under a name is likely to be the same one when it is seen again."""
    if not SHORTEST <= len(text) <= LONGEST or text.lower() in _COMMON:
        return False
    if " " in text or _MOMENT.fullmatch(text) or _ORDINARY.fullmatch(text):
        return text.startswith(("Bearer ", "bearer "))
    return any(map(str.isdigit, text)) or is_secret(name) or _MIXED.fullmatch(text) is not None


def is_id(name: str) -> bool:
    """Whether a name is that of an identifier: ``id``, ``order_id``, ``orderId``."""
    return name.lower() == "id" or _ID.search(name) is not None


def noun(name: str) -> str:
    """What an identifier or a path is about: ``order`` for ``order_id``, ``orderId``, ``orders`` and ``Order``."""
    bare = _ID_SUFFIX.sub("", name).lower().strip("_-")
    if bare.endswith("ies"):
        return bare[:-3] + "y"
    return bare.removesuffix("s")
