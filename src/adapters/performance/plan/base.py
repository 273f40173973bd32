"""The root of all plan models: frozen, and a misspelt field is an error."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, GetJsonSchemaHandler
from pydantic_core import CoreSchema

from .descriptions import described_fields


class Model(BaseModel):
    """A frozen model that refuses fields it does not know."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        populate_by_name=True,
        hide_input_in_errors=True,
    )

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """The schema with the texts below its fields, which pydantic would read each time that models are imported."""
        schema = handler(core)
        properties = handler.resolve_ref_schema(schema).get("properties", {})
        for name, text in described_fields(cls).items():
            field = cls.model_fields.get(name)
            shown = properties.get(field.alias or name) if field else None
            if shown is not None:
                shown.setdefault("description", text)
        return schema
