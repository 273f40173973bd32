"""What a recording could not tell, or tells that its reader should know."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from ..shapes import mapping, text
from .correlation import Sent
from .entries import Exchange

_TOLD_COOKIES = 5


def remarks(kept: list[Exchange], sent: Sent) -> Iterator[str]:
    """The remarks on the exchanges that became requests."""
    together = sum(1 for one, after in pairwise(kept) if one.ended_s and (after.started_s or 0) < one.ended_s)
    if together:
        yield f"{together:,} of the requests were sent while others were under way; here they go one after the other"
    if missing := _strange_cookies(kept):
        shown = ", ".join(missing[:_TOLD_COOKIES]) + (" …" if len(missing) > _TOLD_COOKIES else "")
        yield (
            f"cookies were sent that no answer in the recording had set, and are left out: {shown}; "
            "if they are of a login, record from before it"
        )
    empty = sum(1 for one in kept if _body_missing(one))
    if empty:
        yield (
            f"the recording lacks the bodies of {empty:,} answers, in which values that were sent back later could "
            "have been found; save it with content"
        )
    failed = sum(1 for one in kept if one.status >= 400)
    if failed:
        yield f"{failed:,} of the requests were answered with an error when recorded, and are expected to be again"
    if sent.full:
        yield "the bodies of requests are so large that not all were searched for values that answers had handed out"


def _strange_cookies(kept: list[Exchange]) -> list[str]:
    """The names of cookies that were sent before an answer had set them."""
    known: set[str] = set()
    strange: dict[str, None] = {}
    for one in kept:
        for name, value in one.headers:
            if name == "cookie":
                names = (pair.partition("=")[0].strip() for pair in value.split(";"))
                strange |= dict.fromkeys(cookie for cookie in names if cookie and cookie not in known)
        known |= {name for name, _ in one.set_cookies()}
    return list(strange)


def _body_missing(one: Exchange) -> bool:
    content = mapping(one.response.get("content"))
    size = content.get("size")
    told = isinstance(size, int) and size > 0
    return told and not text(content.get("text")) and ("json" in one.answer_type or "html" in one.answer_type)
