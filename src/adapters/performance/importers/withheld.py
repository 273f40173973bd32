"""Secrets in what is imported: each becomes a placeholder for an environment variable, and is never written down."""

from __future__ import annotations

import re
from collections.abc import Callable

from ..plan.secrets import is_reference, is_secret

_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")


class Withheld:
    """The secrets of one import: the same value gets the same variable, another of the same name a number."""

    def __init__(self) -> None:
        self._variables: dict[str, str] = {}
        """Value to variable."""
        self._used: set[str] = set()

    def __call__(self, value: str, name: str) -> str:
        """The placeholder for a secret called ``name``, such as ``${env.PASSWORD}``; a placeholder stays what it is."""
        if not value or is_reference(value):
            return value
        if value not in self._variables:
            self._variables[value] = self._free(variable_name(name))
        return "${env." + self._variables[value] + "}"

    def if_secret(self, name: str, value: str, *, otherwise: Callable[[str], str] = str) -> str:
        """The placeholder, when ``name`` is that of a secret; else what ``otherwise`` makes of the value."""
        return self(value, name) if is_secret(name) else otherwise(value)

    @property
    def variables(self) -> list[str]:
        """The variables, in the order in which they were met."""
        return list(self._variables.values())

    def note(self) -> list[str]:
        """What the plan's reader is to be told: nothing when there are none."""
        if not self._variables:
            return []
        what = "variables" if len(self._variables) > 1 else "variable"
        return [f"secrets were left out; before a run set the environment {what} {', '.join(self.variables)}"]

    def _free(self, name: str) -> str:
        number, free = 1, name
        while free in self._used:
            number += 1
            free = f"{name}_{number}"
        self._used.add(free)
        return free


def variable_name(text: str) -> str:
    """A name for an environment variable: ``X-Api-Key`` gives ``API_KEY``, ``userPassword`` ``USER_PASSWORD``."""
    words = [word.upper() for word in _WORDS.findall(text) if word.lower() != "x"][-5:]
    name = "_".join(words)[:60]
    return name if name[:1].isalpha() else f"SECRET_{name}".rstrip("_")


def literal(text: str) -> str:
    """A text that is to be sent as it is: what would be a placeholder in a plan is escaped."""
    return text.replace("${", "$${") if "${" in text else text
