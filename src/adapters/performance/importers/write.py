"""A draft as YAML that people read, with its comments; nothing goes out that is not a valid plan."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

from ..errors import PlanError, SourceError
from ..plan.documents import NotData
from ..plan.model import Plan
from ..plan.reading import make_plan
from ..plan.secrets import mask_text
from ..plan.yaml_text import yaml_data
from .draft import Draft, Place
from .scalars import block, quoted, scalar

WIDTH = 100
_SHORTEST = 40


def write(draft: Draft, *, heading: str = "", schema: str | None = None) -> str:
    """The YAML of a draft: ``heading`` and notes as comments, then the plan.

    ``schema`` is the place of the plan's JSON Schema, for editors.
    """
    lines = [f"# yaml-language-server: $schema={schema}"] if schema else []
    lines += _comment(heading, 0)
    for note in draft.notes:
        lines += _wrapped(f"- {note}", 0, further="  ")
    if lines:
        lines.append("")
    lines += _mapping(draft.plan, (), _Comments(draft), 0)
    return "\n".join(lines) + "\n"


def check(text: str, draft: Draft, *, source: str) -> Plan:
    """The plan that a written draft stands for; SourceError when it is no valid one, or not what was drafted."""
    try:
        data = yaml_data(text)
        plan = make_plan(data, source=source)
    except (NotData, PlanError) as error:
        raise SourceError(
            f"{source}: what was made of it is no valid plan: {error}",
            hint="leave out the request that it names with --exclude",
        ) from None
    if data != draft.plan:
        raise SourceError(f"{source}: what was made of it cannot be written as YAML")
    return plan


class _Comments:
    """The comments of a draft; ``around`` are the places that have some inside them."""

    def __init__(self, draft: Draft) -> None:
        self.above, self.beside = draft.above, draft.beside
        commented = (*draft.above, *draft.beside)
        self.around = {place[:length] for place in commented for length in range(len(place))}


def _mapping(value: Mapping[str, Any], place: Place, comments: _Comments, indent: int) -> list[str]:
    lines: list[str] = []
    for key, item in value.items():
        here = (*place, key)
        lines += _comment(comments.above.get(here, ""), indent)
        lines += _entry(f"{_key(key)}:", item, here, comments, indent)
    return lines


def _sequence(value: Sequence[Any], place: Place, comments: _Comments, indent: int) -> list[str]:
    lines: list[str] = []
    for number, item in enumerate(value):
        here = (*place, number)
        lines += _comment(comments.above.get(here, ""), indent)
        if (
            isinstance(item, Mapping)
            and item
            and (_is_pair(item) or _flow(item, here, comments, indent + 2) is None)
        ):
            first, *rest = _mapping(item, here, comments, indent + 2)
            if first.lstrip().startswith("#"):
                lines += [" " * indent + "-", first, *rest]
            else:
                beside = comments.beside.get(here)
                lines += [" " * indent + "- " + first.lstrip() + (_beside(beside) if beside else ""), *rest]
        else:
            lines += _entry("-", item, here, comments, indent)
    return lines


def _is_pair(item: Mapping[str, Any]) -> bool:
    """Whether it is one name with a plain value, which is read best without brackets."""
    return len(item) == 1 and not isinstance(next(iter(item.values())), Mapping | list | tuple)


def _entry(begin: str, item: Any, here: Place, comments: _Comments, indent: int) -> list[str]:
    """The lines of a key or a dash with what belongs to it."""
    pad, beside = " " * indent, _beside(comments.beside.get(here, ""))
    inline = _inline(item, here, comments, indent + len(begin))
    if inline is not None:
        return [f"{pad}{begin} {inline}{beside}"]
    if isinstance(item, str):
        found = block(item)
        if found is None:
            return [f"{pad}{begin} {quoted(item)}{beside}"]
        head, lines = found
        return [f"{pad}{begin} {head}{beside}", *(f"{pad}  {line}" if line else "" for line in lines)]
    inside = _mapping if isinstance(item, Mapping) else _sequence
    return [f"{pad}{begin}{beside}", *inside(item, here, comments, indent + 2)]


def _inline(item: Any, here: Place, comments: _Comments, used: int) -> str | None:
    """The item on one line, when it fits there and is better so."""
    if isinstance(item, Mapping | list | tuple):
        return _flow(item, here, comments, used) if item else "{}" if isinstance(item, Mapping) else "[]"
    return None if isinstance(item, str) and block(item) else scalar(item)


def _flow(item: Any, here: Place, comments: _Comments, used: int) -> str | None:
    """A small list or mapping in brackets; None when it is long, deep, or has comments in it."""
    text = _short(item, max(_SHORTEST, WIDTH - used))
    return None if here in comments.around else text


def _short(item: Any, room: int, depth: int = 0) -> str | None:
    if not isinstance(item, Mapping | list | tuple):
        if isinstance(item, str) and (len(item) > room or "\n" in item):
            return None
        return scalar(item, flow=True)
    if depth > 2 or len(item) > (4 if isinstance(item, Mapping) else 8):
        return None
    parts: list[str] = []
    pairs = item.items() if isinstance(item, Mapping) else ((None, one) for one in item)
    for key, one in pairs:
        inside = _short(one, room, depth + 1)
        if inside is None or (isinstance(one, Mapping) and isinstance(item, list | tuple) and len(item) > 1):
            return None
        parts.append(inside if key is None else f"{_key(key, flow=True)}: {inside}")
    text = ", ".join(parts)
    text = f"{{{text}}}" if isinstance(item, Mapping) else f"[{text}]"
    return text if len(text) <= room else None


def _key(key: Any, *, flow: bool = False) -> str:
    return scalar(key, flow=flow)


def _comment(text: str, indent: int) -> list[str]:
    """A comment on lines of its own; an empty line of it stays one of the file."""
    lines: list[str] = []
    for line in text.splitlines():
        lines += _wrapped(line, indent) if line.strip() else [""]
    return lines


def _wrapped(line: str, indent: int, *, further: str = "") -> list[str]:
    text = _harmless(line)
    if indent + 2 + len(text) <= WIDTH:
        return [f"{' ' * indent}# {text}"]
    return textwrap.wrap(
        text,
        max(_SHORTEST, WIDTH),
        initial_indent=f"{' ' * indent}# ",
        subsequent_indent=f"{' ' * indent}# {further}",
        break_long_words=False,
        break_on_hyphens=False,
    )


def _beside(text: str) -> str:
    return f"  # {_harmless(text)}" if text else ""


def _harmless(text: str) -> str:
    """A text of whatever origin on one line of a comment, without what looks like a secret."""
    shown = mask_text(" ".join(text.split()))
    return "".join(character if character.isprintable() else "�" for character in shown)
