"""Checks by functions, as a user would write them."""

from __future__ import annotations

from typing import Any


def knows_ada(answer: Any) -> bool:
    """Whether the owner of the document is Ada, in an answer that has all its parts."""
    parts = (answer.status, answer.headers["content-type"], answer.cookies["sid"], answer.elapsed_s > 0)
    return parts == (200, "application/json", "s-1", True) and answer.json["owner"]["name"] == "Ada"


def raises(answer: Any) -> bool:
    """Raises a KeyError."""
    return bool(answer.json["nobody"])
