"""Unions of models told apart by the one key that only that model has, so that errors name the right model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import Discriminator


def by_key(what: str, tags: Mapping[str, str]) -> Discriminator:
    """A discriminator that takes the tag of the first key of ``tags`` that a value has, or names the choices."""

    def discriminate(value: Any) -> str | None:
        given = value if isinstance(value, Mapping) else getattr(type(value), "model_fields", ())
        return next((tag for key, tag in tags.items() if key in given), None)

    choices = ", ".join(dict.fromkeys(key.rstrip("_") for key in tags))
    return Discriminator(
        discriminate,
        custom_error_type="no_such_kind",
        custom_error_message=f"{what} needs one of: {choices}",
    )
