"""Recordings in a few words, and the drafts that are made of them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from adapters.performance.importers.draft import Draft
from adapters.performance.importers.importing import drafted, finished
from adapters.performance.importers.options import Options
from adapters.performance.importers.source import Source

BEGAN = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
SHOP = "https://shop.example"


def entry(
    method: str = "GET",
    url: str = "/",
    *,
    at: float = 0.0,
    took: float = 0.01,
    headers: dict[str, str] | None = None,
    sent: Any = None,
    kind: str = "application/json",
    status: int = 200,
    answer: Any = None,
    answer_kind: str = "",
    answer_headers: dict[str, str] | None = None,
    **more: Any,
) -> dict[str, Any]:
    """An entry; ``sent`` and ``answer`` are texts, or written as JSON."""
    request: dict[str, Any] = {
        "method": method,
        "url": url if "://" in url else SHOP + url,
        "headers": _pairs(headers or {}),
    }
    if sent is not None:
        request["postData"] = {"mimeType": kind, "text": sent if isinstance(sent, str) else json.dumps(sent)}
        request["headers"].append({"name": "Content-Type", "value": kind})
    text = answer if isinstance(answer, str) or answer is None else json.dumps(answer)
    given = "text/html" if isinstance(answer, str) else "application/json" if answer is not None else ""
    answer_kind = answer_kind or given
    return {
        "startedDateTime": (BEGAN + timedelta(seconds=at)).isoformat(),
        "time": took * 1000,
        "request": request,
        "response": {
            "status": status,
            "headers": _pairs(answer_headers or {}),
            "content": {"mimeType": answer_kind, "size": len(text or ""), **({"text": text} if text else {})},
        },
        **more,
    }


def _pairs(headers: dict[str, str]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in headers.items()]


def imported(*entries: dict[str, Any], pages: tuple[dict[str, str], ...] = (), **wishes: Any) -> Draft:
    """The draft of a recording, found to be a valid plan; entries without a time of their own follow one another."""
    har = {"log": {"version": "1.2", "pages": list(pages), "entries": _in_order(entries)}}
    source = Source("visit.har", json.dumps(har).encode())
    kind, draft = drafted(source, None, Options(**wishes))
    finished(draft, kind, source)
    return draft


def _in_order(entries: tuple[dict[str, Any], ...]) -> list[dict[str, Any]]:
    first = BEGAN.isoformat()
    for number, one in enumerate(entries):
        if one["startedDateTime"] == first:
            one["startedDateTime"] = (BEGAN + timedelta(seconds=number / 10)).isoformat()
    return list(entries)


def steps(*entries: dict[str, Any], **wishes: Any) -> list[dict[str, Any]]:
    """The steps of a recording's plan."""
    made: list[dict[str, Any]] = imported(*entries, **wishes).plan["scenarios"][0]["steps"]
    return made
