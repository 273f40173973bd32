"""Which exchanges of a recording become requests of the plan, and what is told of those that do not."""

from __future__ import annotations

import ipaddress
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from ...errors import SourceError
from ...plan.urls import check_url
from ..options import Options
from .entries import Exchange, first

_STATIC_KINDS = {"image", "font", "stylesheet", "script", "media", "texttrack", "manifest"}
_STATIC_TYPES = re.compile(
    r"(image|font|audio|video)/|text/css|(text|application)/(x-)?(javascript|ecmascript)|application/(wasm|font|x-font)"
    r"|application/vnd\.ms-fontobject|application/manifest\+json"
)
_STATIC_ENDINGS = frozenset(
    [
        ".png",
        ".jpg",
        ".jpeg",
        ".gif",
        ".webp",
        ".avif",
        ".svg",
        ".ico",
        ".bmp",
        ".css",
        ".js",
        ".mjs",
        ".map",
        ".woff",
        ".woff2",
        ".ttf",
        ".otf",
        ".eot",
        ".mp3",
        ".mp4",
        ".webm",
        ".ogg",
        ".wav",
        ".wasm",
        ".webmanifest",
    ]
)
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_SECOND_LEVEL = {"co", "com", "org", "net", "gov", "ac", "edu", "or", "ne", "go"}
_TOLD_HOSTS = 5


@dataclass(frozen=True)
class Choice:
    """The exchanges that stay, the origin that most of them go to, and what is told of the others."""

    kept: list[Exchange]
    origin: str
    notes: list[str]


def choose(recorded: list[Exchange], options: Options) -> Choice:
    """What stays of a recording; SourceError when that is nothing."""
    rest, notes = recorded, []
    for words, leaves in _REASONS:
        left = [one for one in rest if leaves(one)]
        rest = [one for one in rest if not leaves(one)]
        if left:
            notes.append(f"left out: {_count(left)} {words}")
    unwanted = [one for one in rest if not options.wants(one.url)]
    rest = [one for one in rest if options.wants(one.url)]
    if unwanted:
        notes.append(f"left out: {_count(unwanted)} that --include and --exclude do not let through")
    if not options.keep_static:
        static = [one for one in rest if is_static(one)]
        rest = [one for one in rest if not is_static(one)]
        if static:
            notes.append(
                f"left out: {_count(static)} for images, fonts, styles and scripts; --keep-static keeps them"
            )
    origin = _main_origin(rest)
    if not options.keep_hosts:
        other = [one for one in rest if not _same_site(one.origin, origin)]
        rest = [one for one in rest if _same_site(one.origin, origin)]
        if other:
            notes.append(
                f"left out: {_count(other)} to other hosts, {_hosts(other)}; --keep-hosts keeps them"
            )
    if not rest:
        told = "; ".join(notes) or "it has no entries"
        raise SourceError(f"the recording has no request that a plan could be made of: {told}")
    return Choice(rest, origin, notes)


def is_static(one: Exchange) -> bool:
    """Whether it asked for an image, a font, a style sheet, a script or the like."""
    if one.method not in ("GET", "HEAD") or one.answer_type.endswith("json"):
        return False
    if one.kind in _STATIC_KINDS or _STATIC_TYPES.match(one.answer_type):
        return True
    ending = PurePosixPath(urlsplit(one.url).path[-200:]).suffix.lower()
    return ending in _STATIC_ENDINGS and "html" not in one.answer_type


def _no_http(one: Exchange) -> bool:
    try:
        check_url(one.url)
    except ValueError:
        return True
    return not _TOKEN.fullmatch(one.method)


def _websocket(one: Exchange) -> bool:
    return one.status == 101 or one.kind == "websocket" or one.url[:2].lower() == "ws"


def _preflight(one: Exchange) -> bool:
    return one.method == "OPTIONS" and bool(first(one.headers, "access-control-request-method"))


_REASONS: tuple[tuple[str, Callable[[Exchange], bool]], ...] = (
    ("that opened WebSockets, which polyload does not speak", _websocket),
    ("that did not go over HTTP, such as data: and blob:", _no_http),
    ("that were never answered", lambda one: not 100 <= one.status <= 599),
    ("that the browser answered from its cache", lambda one: one.from_cache),
    ("by which the browser asked for leave (CORS preflight)", _preflight),
)


def _main_origin(rest: list[Exchange]) -> str:
    counted = Counter(one.origin for one in rest)
    return max(counted, key=lambda origin: counted[origin], default="")


def _same_site(origin: str, main: str) -> bool:
    return origin == main or _site(origin) == _site(main)


def _site(origin: str) -> str:
    """The part of a host that its owner registered: ``example.co.uk`` of ``api.example.co.uk``; by rule of thumb."""
    host = urlsplit(origin).hostname or ""
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        labels = host.split(".")
    length = 3 if len(labels) > 2 and labels[-2] in _SECOND_LEVEL and len(labels[-1]) == 2 else 2
    return ".".join(labels[-length:])


def _count(some: list[Exchange]) -> str:
    return "1 request" if len(some) == 1 else f"{len(some):,} requests"


def _hosts(other: list[Exchange]) -> str:
    counted = Counter(urlsplit(one.origin).netloc for one in other).most_common()
    told = [f"{host} ({times})" for host, times in counted[:_TOLD_HOSTS]]
    more = len(counted) - len(told)
    return ", ".join(told) + (f" and {more} more" if more else "")
