"""The steps of a recording's scenario: redirects followed, pauses, names, checks, extractions, and comments on them."""

from __future__ import annotations

import base64
import binascii
from typing import Any
from urllib.parse import urlsplit

from ...plan.quantity import format_duration
from ..draft import Draft, Place
from ..options import Options
from ..shapes import mapping, text
from ..withheld import literal
from .choosing import Choice
from .correlation import Correlated, Extraction
from .entries import Exchange, first
from .rendering import SCHEMES, Rendering
from .slots import step_fields

_LEAST_PAUSE_S = 0.5
_MOST_PAUSE_S = 10.0
_WITHIN = 20
"""How many requests after a redirect the one that follows it is looked for."""
_MOST_REDIRECTS = 20
_ORDER = ("name", "method", "url", "params", "headers", "auth")
_LONGEST_NAME = 80


class Writing:
    """Writes the steps; then has the ``notes`` that there are on them, and how long one iteration ``lasts_s``."""

    def __init__(
        self,
        choice: Choice,
        options: Options,
        correlated: Correlated,
        rendering: Rendering,
        titles: dict[str, str],
    ) -> None:
        self._choice = choice
        self._options = options
        self._rendering = rendering
        self._titles = titles
        self._handed_out: dict[int, list[Extraction]] = {}
        for one in correlated.extractions:
            self._handed_out.setdefault(one.source, []).append(one)
        self._follows: set[int] = set()
        self._numbers: list[tuple[int, int]] = []
        """Of each request step: the number of its exchange, and of the one whose answer it gets."""
        self.requests: list[dict[str, Any]] = []
        self.steps: list[dict[str, Any]] = []
        self.notes: list[str] = []
        self.lasts_s = 0.0
        self._pages: dict[int, str] = {}
        self._cut = 0

    def write(self) -> None:
        """All the steps."""
        ended_s, page = None, ""
        for place, one in enumerate(self._choice.kept):
            if one.number in self._follows:
                continue
            self._pause(one, ended_s)
            if one.page != page and one.page:
                page = one.page
                self._pages[len(self.steps)] = self._titles.get(page, "")
            last, redirects = self._last(place, one)
            self._request(one, last, redirects)
            ended_s = max(filter(None, (ended_s, one.ended_s, last.ended_s)), default=None)
            self.lasts_s += one.took_s
        self._take_values()
        if self._cut:
            longest = format_duration(self._longest_pause_s)
            what = "1 pause was" if self._cut == 1 else f"{self._cut} pauses were"
            self.notes.append(f"{what} cut to {longest}; --max-pause says how long they may be")

    @property
    def _longest_pause_s(self) -> float:
        return _MOST_PAUSE_S if self._options.max_pause_s is None else self._options.max_pause_s

    def _pause(self, one: Exchange, ended_s: float | None) -> None:
        """The user's time to think, from the end of all that came before to the beginning of this."""
        if ended_s is None or one.started_s is None or one.started_s - ended_s < _LEAST_PAUSE_S:
            return
        gap_s, longest_s = round(one.started_s - ended_s, 1), self._longest_pause_s
        self._cut += 0 < longest_s < gap_s
        if longest_s:
            self.steps.append({"pause": format_duration(min(gap_s, longest_s))})
            self.lasts_s += min(gap_s, longest_s)

    def _last(self, place: int, one: Exchange) -> tuple[Exchange, int]:
        """The exchange that a request ends with when its redirects are followed, and how many they are."""
        last, redirects = one, 0
        while last.redirects_to and last.number not in self._handed_out and redirects < _MOST_REDIRECTS:
            coming = self._choice.kept[place + 1 : place + 1 + _WITHIN]
            found = next(
                (n for n in coming if n.url == last.redirects_to and n.number not in self._follows), None
            )
            if found is None:
                break
            self._follows.add(found.number)
            last, redirects = found, redirects + 1
        return last, redirects

    def _request(self, one: Exchange, last: Exchange, redirects: int) -> None:
        self._rendering.number = one.number
        fields = step_fields(one, self._choice.origin, self._rendering)
        self._about_auth(one, fields)
        if self._options.target:
            _aim(fields.get("headers", {}), self._choice.origin, self._options.target)
        if name := _name(one, fields):
            fields["name"] = name
        if fields["method"] == "GET":
            del fields["method"]
        if redirects:
            fields["redirects"] = redirects
        fields["checks"] = [{"status": last.status}]
        step = {key: fields[key] for key in (*_ORDER, *fields) if key in fields}
        self.steps.append(step)
        self.requests.append(step)
        self._numbers.append((one.number, last.number))

    def _about_auth(self, one: Exchange, fields: dict[str, Any]) -> None:
        """Credentials as ``auth`` where the plan has words for them."""
        headers = fields.get("headers", {})
        shown = headers.get("Authorization", "")
        scheme, _, rest = shown.partition(" ")
        match scheme.lower():
            case "bearer":
                fields["auth"] = {"bearer": rest.strip()}
            case "basic":
                given = first(one.headers, "authorization").partition(" ")[2]
                username, password = _credentials(given)
                hidden = self._rendering.withheld(password, "password") or "${env.PASSWORD}"
                fields["auth"] = {"basic": {"username": literal(username), "password": hidden}}
            case known if known in SCHEMES:
                self._note(
                    f"{scheme} authorization cannot be sent again as it was recorded: give the requests an auth"
                )
            case _:
                return
        del headers["Authorization"]
        if not headers:
            del fields["headers"]

    def _note(self, text: str) -> None:
        if text not in self.notes:
            self.notes.append(text)

    def _take_values(self) -> None:
        """Extractors of the values that were written as variables."""
        used = {one for some in self._rendering.used.values() for one in some}
        for step, (_, last) in zip(self.requests, self._numbers, strict=True):
            wanted = {
                one.variable: one.extractor for one in self._handed_out.get(last, ()) if id(one) in used
            }
            if wanted:
                step["extract"] = wanted

    def comment(self, draft: Draft, place: Place) -> None:
        """Comments on the steps: pages, where a value is sent back, and where it came from."""
        labels = {last: _label(step) for step, (_, last) in zip(self.requests, self._numbers, strict=True)}
        index = {id(step): number for number, step in enumerate(self.steps)}
        first_uses: dict[int, tuple[str, int]] = {}
        above: dict[int, list[str]] = {
            number: [f"Page: {self._rendering.comment(title)}" if title.strip() else "The next page"]
            for number, title in self._pages.items()
        }
        for step, (number, _) in zip(self.requests, self._numbers, strict=True):
            for found in self._rendering.used.get(number, {}).values():
                label, times = first_uses.get(id(found), (_label(step), 0))
                first_uses[id(found)] = (label, times + 1)
                if not times:
                    words = f"{found.placeholder} is from the answer to {labels.get(found.source, 'a request before')}"
                    above.setdefault(index[id(step)], []).append(words)
        for number, lines in above.items():
            draft.above[(*place, number)] = "\n".join(lines)
        for step, (_, last) in zip(self.requests, self._numbers, strict=True):
            for one in self._handed_out.get(last, ()):
                if id(one) in first_uses:
                    label, times = first_uses[id(one)]
                    words = f"sent by {label}" + (f" and {times - 1} more" if times > 1 else "")
                    draft.beside[(*place, index[id(step)], "extract", one.variable)] = words


def _name(one: Exchange, fields: dict[str, Any]) -> str:
    """A name, where method and URL would be none that one can read or that figures can be gathered under."""
    operation = text(mapping(fields.get("json")).get("operationName"))
    url = fields["url"]
    if not operation and url.startswith("/") and "?" not in url and len(url) < _LONGEST_NAME:
        return ""
    path = urlsplit(url).path if not url.startswith("/") else url.partition("?")[0]
    host = "" if url.startswith("/") else urlsplit(one.origin).netloc
    words = f"{one.method} {host}{path or '/'}"
    words = words if len(words) <= _LONGEST_NAME else f"{words[: _LONGEST_NAME - 1]}…"
    return f"{words} {operation[:40]}" if operation else words


def _label(step: dict[str, Any]) -> str:
    return step.get("name") or f"{step.get('method', 'GET')} {step['url']}"


def _aim(headers: dict[str, str], origin: str, target: str) -> None:
    """``Origin`` and ``Referer`` of the new target."""
    for name in ("Origin", "Referer"):
        if headers.get(name, "").startswith(origin):
            headers[name] = target.rstrip("/") + headers[name].removeprefix(origin)


def _credentials(encoded: str) -> tuple[str, str]:
    try:
        pair = base64.b64decode(encoded).decode()
    except (binascii.Error, ValueError):
        return "", ""
    username, _, password = pair.partition(":")
    return username, password
