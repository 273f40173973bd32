"""The bases of results: frozen models, and documents that are also mappings with versioned JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict


class ResultModel(BaseModel):
    """The base of everything in a result: frozen, and no field but those declared."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Document(ResultModel, Mapping[str, Any]):
    """A result that stands by itself: typed, and also a mapping of its JSON form.

    Its field ``schema_name`` stands there as ``schema``. ``also_keys`` names further keys and the fields that they
    show; they are no part of the JSON.
    """

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True, serialize_by_alias=True)

    also_keys: ClassVar[Mapping[str, str]] = {}

    def to_json(self, indent: int | None = 2) -> str:
        """As JSON text of the schema named in it."""
        return self.model_dump_json(indent=indent)

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """The result that `to_json` wrote; ValueError (pydantic's ValidationError) when it is something else."""
        if not cls.model_computed_fields:
            return cls.model_validate_json(text)
        data = json.loads(text)
        if isinstance(data, dict):
            data = {name: value for name, value in data.items() if name not in cls.model_computed_fields}
        return cls.model_validate(data)

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.__dict__ == other.__dict__

    def __getitem__(self, key: str) -> Any:
        name = {"schema": "schema_name", "schema_name": ""}.get(key, self.also_keys.get(key, key))
        if name not in type(self).model_fields and name not in type(self).model_computed_fields:
            raise KeyError(key)
        return next(iter(self.model_dump(mode="json", include={name}).values()))

    def __iter__(self) -> Iterator[str]:  # type: ignore[override]
        return iter(self._keys())

    def __len__(self) -> int:
        return len(self._keys())

    @classmethod
    def _keys(cls) -> list[str]:
        names = (*cls.model_fields, *cls.model_computed_fields, *cls.also_keys)
        return ["schema" if name == "schema_name" else name for name in names]
