"""Unions of models told apart by the one key that only that model has, so that errors name the right model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import Discriminator


def by_key(what: str, tags: Mapping[str, str]) -> Discriminator:
    """A discriminator that takes the tag of the first key of ``tags`` that a value has, or names the choices."""

    def discriminate(value: Any) -> str | None:
        has = value.__contains__ if isinstance(value, Mapping) else lambda key: hasattr(value, key)
        return next((tag for key, tag in tags.items() if has(key)), None)

    choices = ", ".join(dict.fromkeys(key.rstrip("_") for key in tags))
    return Discriminator(
        discriminate,
        custom_error_type="no_such_kind",
        custom_error_message=f"{what} needs one of: {choices}",
    )
