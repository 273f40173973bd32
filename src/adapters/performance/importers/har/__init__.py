"""A recording of a browser or a proxy (HAR 1.2) as a plan.

`entries` reads what was sent and answered, `choosing` says what of it stays, `slots` takes requests apart and puts
them together as steps, `correlation` finds what answers handed out and later requests sent back, `rendering` writes
each value, and `steps` makes the scenario: redirects, pauses, checks, extractions.
"""

from __future__ import annotations

import math
import re
from functools import partial
from typing import Any

from ...plan.quantity import format_duration
from ..draft import Draft
from ..options import Options
from ..shapes import mapping, sequence, text
from ..source import Source
from ..withheld import Withheld, literal
from .choosing import choose
from .correlation import Correlated, Sent
from .entries import exchanges
from .headers import shared_headers
from .names import Names
from .remarks import remarks
from .rendering import Rendering
from .slots import step_fields
from .steps import Writing

_LOOKS = re.compile(r'\s*\{\s*"log"\s*:\s*\{')
_LEAST_LOAD_S = 60


def sniff(source: Source) -> bool:
    """Whether it begins as a recording does."""
    return _LOOKS.match(source.head) is not None


def read(source: Source, options: Options) -> Draft:
    """The draft of a recording: its requests in their order, as one scenario."""
    log = mapping(mapping(source.json).get("log"))
    if not isinstance(log.get("entries"), list):
        raise source.wrong("not a recording: it has no log.entries")
    choice = choose(exchanges(log), options)
    sent = Sent()
    for one in choice.kept:
        step_fields(one, choice.origin, partial(sent.note, one.number))
    correlated, withheld = Correlated(choice.kept, sent, Names()), Withheld()
    writing = Writing(choice, options, correlated, Rendering(correlated, sent, withheld), _titles(log))
    writing.write()
    shared = shared_headers(writing.requests)
    draft = Draft({"target": literal(options.target or choice.origin)})
    draft.plan["scenarios"] = [{"name": "recording", "steps": writing.steps}]
    draft.plan["load"] = {"users": 1, "duration": format_duration(_long_enough(writing.lasts_s))}
    draft.beside["load", "duration"] = "long enough to go through it all"
    draft.plan["options"] = {"cookies": "iteration", **({"headers": shared} if shared else {})}
    draft.beside["options", "cookies"] = "each iteration is a visit of its own"
    writing.comment(draft, ("scenarios", 0, "steps"))
    draft.notes += [*choice.notes, *writing.notes, *remarks(choice.kept, sent), *withheld.note()]
    return draft


def _titles(log: Any) -> dict[str, str]:
    """The titles of pages by their ids."""
    pages = [mapping(page) for page in sequence(log.get("pages"))]
    return {text(page.get("id")): text(page.get("title")) for page in pages}


def _long_enough(journey_s: float) -> float:
    """Whole minutes that hold the journey twice."""
    return max(_LEAST_LOAD_S, math.ceil(2 * journey_s / 60) * 60)
