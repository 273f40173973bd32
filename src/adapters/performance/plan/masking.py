"""A plan as it may be shown: secrets are replaced wherever they are named as such."""

from __future__ import annotations

from typing import Any

from .model import Plan
from .secrets import MASK, is_secret, mask_url

_VALUES = ("headers", "params", "form", "variables", "json", "rows")
"""Fields that hold names of the user's own choice, at any depth."""
_URLS = ("url", "target", "proxy")


def public_dict(plan: Plan) -> dict[str, Any]:
    """The plan as JSON data, without defaults and with secrets masked."""
    shown: dict[str, Any] = _mask(plan.model_dump(mode="json", by_alias=True, exclude_defaults=True))
    return shown


def _mask(value: Any, *, named: bool = False) -> Any:
    if isinstance(value, dict):
        return {key: _mask_item(key, item, named=named) for key, item in value.items()}
    if isinstance(value, list):
        return [_mask(item, named=named) for item in value]
    return value


def _mask_item(key: str, value: Any, *, named: bool) -> Any:
    if named and is_secret(key):
        return value if isinstance(value, str) and value.startswith("${") else MASK
    if isinstance(value, str):
        return mask_url(value) if key in _URLS else value
    return _mask(value, named=named or key in _VALUES)
