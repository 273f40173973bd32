"""An access log of nginx or Apache as a plan: a scenario for each route, as often as it was asked for, at its rate.

`lines` reads, `routes` folds paths and keeps examples of each, `rate` counts over time, `plan` makes the draft.
"""

from __future__ import annotations

import re

from ..draft import Draft
from ..options import Options
from ..source import Source
from .lines import Reader, is_line
from .plan import Told, draft
from .rate import Rate
from .routes import Routes

_BOTS = re.compile(
    r"bot\b|bot/|crawl|spider|slurp|monitor|uptime|pingdom|curl/|wget/|python-|go-http|java/|libwww|scan|facebookexternal"
    r"|headless",
    re.IGNORECASE,
)
_STATIC = re.compile(
    r"\.(?:png|jpe?g|gif|webp|avif|svg|ico|bmp|css|m?js|map|woff2?|ttf|otf|eot|mp[34]|webm|ogg|wav|wasm|webmanifest)$",
    re.IGNORECASE,
)
_MOST_AGENTS = 20_000
_MOST_HOSTS = 1_000


def sniff(source: Source) -> bool:
    """Whether one of the first lines is one of an access log, and most of them are."""
    lines = [line for line in source.head.splitlines()[:20] if line.strip() and line[0] != "#"][:-1] or [
        source.head.strip()
    ]
    return sum(map(is_line, lines)) * 2 > len(lines)


def read(source: Source, options: Options) -> Draft:
    """The draft of a log, which is read line by line; SourceError when nothing in it is wanted."""
    reader, routes, rate, told = Reader(), Routes(), Rate(), Told()
    bots: dict[str, bool] = {}
    for line in reader.read(source.lines()):
        told.requests += 1
        if line.host and len(told.hosts) < _MOST_HOSTS:
            told.hosts.add(line.host)
        if line.method not in ("GET", "HEAD") and not options.all_methods:
            told.methods[line.method[:20]] += 1
        elif not options.keep_static and _STATIC.search(line.url.partition("?")[0][-20:]):
            told.static += 1
        elif not options.wants(line.url):
            told.unwanted += 1
        else:
            if line.agent not in bots:
                if len(bots) >= _MOST_AGENTS:
                    bots.clear()
                bots[line.agent] = _BOTS.search(line.agent) is not None
            told.bots += bots[line.agent]
            rate.add(line.at_s)
            routes.add(line.method, line.url, line.status, line.took_s)
    told.malformed, told.no_request = reader.malformed, reader.no_request
    if not told.requests:
        raise source.wrong("not an access log: no line is in the common or combined format")
    return draft(source, options, routes, rate, told)
