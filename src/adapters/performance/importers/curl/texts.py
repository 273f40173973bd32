"""Texts within curl's options: percent-encoded data, what is said of a part of a form, patterns in URLs."""

from __future__ import annotations

import base64
import re
from typing import Any
from urllib.parse import quote_plus

from ..marks import has_mark, mark


def quoted(text: str) -> str:
    """A text percent-encoded but for its marks, whose values are encoded when they are known."""
    return "".join(
        part if has_mark(part) else quote_plus(part) for part in re.split("(\ue000[^\ue001]*\ue001)", text)
    )


def settings_of(content: str) -> tuple[str, dict[str, str]]:
    """A part's content without what is said of it: ``photo.png;type=image/png;filename=me.png``."""
    if content.startswith('"') and (found := re.match(r'"((?:\\.|[^"\\])*)"', content)):
        first, rest = re.sub(r"\\(.)", r"\1", found[1]), content[found.end() :]
    else:
        first, semicolon, rest = content.partition(";")
        if not re.match(r"(type|filename|headers|encoder)=", rest):
            return content, {}
        rest = semicolon + rest
    return first, {key: text.strip('"') for key, text in re.findall(r";\s*(\w+)=(\"[^\"]*\"|[^;]*)", rest)}


def file_value(data: bytes) -> dict[str, Any]:
    try:
        return {"value": data.decode()}
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(data).decode()}


def globbed(url: str) -> tuple[str, str | None]:
    """A URL in which curl's ``[1-9]`` and ``{a,b}`` are drawn at random; what was done, in words."""
    done: list[str] = []

    def span(found: re.Match[str]) -> str:
        low, high = sorted((int(found[1]), int(found[2])))
        done.append(found[0])
        return mark(f"randint({low},{high})")

    def one_of(found: re.Match[str]) -> str:
        done.append(found[0])
        return mark(f"choice({found[1]})")

    host_end = url.find("/", url.find("://") + 3)
    if host_end < 0:
        return url, None
    rest = re.sub(r"\[(\d{1,9})-(\d{1,9})(?::\d{1,9})?\]", span, url[host_end:])
    rest = re.sub(r"\{([\w.-]{1,60}(?:,[\w.-]{1,60}){1,60})\}", one_of, rest)
    told = f"curl asks for each of {', '.join(done)} in turn; the plan draws one at random" if done else None
    return url[:host_end] + rest, told
