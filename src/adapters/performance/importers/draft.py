"""A plan in the making: its fields in the order they are to be written, with comments, and with what was left out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Place = tuple[str | int, ...]
"""The keys that lead to a part of the plan: ``("scenarios", 0, "steps", 2)``."""


@dataclass
class Draft:
    """What an importer makes: the plan as a plain dict of JSON values, and what its reader is to know."""

    plan: dict[str, Any]
    above: dict[Place, str] = field(default_factory=dict)
    """Comments on lines of their own above a key or a list item; line breaks are kept, long lines wrapped."""
    beside: dict[Place, str] = field(default_factory=dict)
    """Short comments at the end of a line."""
    notes: list[str] = field(default_factory=list)
    """What was left out, guessed or must be given: a sentence each, told on stderr and at the head of the file."""

    def note(self, text: str) -> None:
        """Add a note, once."""
        if text not in self.notes:
            self.notes.append(text)
