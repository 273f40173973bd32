"""The base of results that workflows give: frozen, also a mapping, with versioned JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Self

from pydantic import ConfigDict

from ..metrics.summary import ResultModel


class Document(ResultModel, Mapping[str, Any]):
    """A result that is also a mapping of its JSON form; its field ``schema_name`` stands there as ``schema``."""

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True, serialize_by_alias=True)

    def to_json(self, indent: int | None = 2) -> str:
        """As JSON text of the schema named in it."""
        return self.model_dump_json(indent=indent, by_alias=True)

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """The result that `to_json` wrote; pydantic's ValidationError when it is something else."""
        return cls.model_validate_json(text)

    def __getitem__(self, key: str) -> Any:
        field = {"schema": "schema_name"}.get(key, key)
        if key == "schema_name" or field not in type(self).model_fields:
            raise KeyError(key)
        return next(iter(self.model_dump(mode="json", include={field}).values()))

    def __iter__(self) -> Iterator[str]:  # type: ignore[override]
        yield from ("schema" if name == "schema_name" else name for name in type(self).model_fields)

    def __len__(self) -> int:
        return len(type(self).model_fields)
