"""What a workflow answers: frozen and typed, JSON of a named schema, and a mapping of that JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Self

from pydantic import ConfigDict

from ..metrics.summary import ResultModel


class Answer(ResultModel, Mapping[str, Any]):
    """The base of workflows' results; each names its schema in a field ``schema_name``, in JSON ``schema``."""

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True, serialize_by_alias=True)

    def to_json(self, indent: int | None = 2) -> str:
        """As JSON text of the schema named in it."""
        return self.model_dump_json(indent=indent)

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """What `to_json` wrote; ValueError (pydantic's ValidationError) when it is something else."""
        data = json.loads(text)
        if isinstance(data, dict):
            data = {name: value for name, value in data.items() if name not in cls.model_computed_fields}
        return cls.model_validate(data)

    def __getitem__(self, key: str) -> Any:
        if key not in self._keys():
            raise KeyError(key)
        name = "schema_name" if key == "schema" else key
        return self.model_dump(mode="json", include={name})[key]

    def __iter__(self) -> Iterator[str]:  # type: ignore[override]
        yield from self._keys()

    def __len__(self) -> int:
        return len(self._keys())

    @classmethod
    def _keys(cls) -> list[str]:
        names = (*cls.model_fields, *cls.model_computed_fields)
        return ["schema" if name == "schema_name" else name for name in names]
