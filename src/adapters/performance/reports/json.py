"""A result as JSON, in the schema that it names."""

from __future__ import annotations

from ..metrics.result import RunResult


def render(result: RunResult) -> str:
    """The result as JSON text; `RunResult.from_json` reads it back."""
    return result.to_json() + "\n"
