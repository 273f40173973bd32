"""JSON Schemas in plans, judged by the library jsonschema; nothing that a schema refers to is fetched."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import AfterValidator

from .extras import has_extra, needs_extra


def _schema(schema: dict[str, Any]) -> dict[str, Any]:
    if not has_extra("schema"):
        raise ValueError(needs_extra("JSON Schemas", "schema"))
    import jsonschema

    kind = jsonschema.validators.validator_for(schema, default=jsonschema.Draft202012Validator)
    try:
        kind.check_schema(schema)
        elsewhere = [to for to in _references(schema) if not to.startswith("#")]
    except jsonschema.SchemaError as error:
        raise ValueError(f"not a JSON Schema: {error.json_path}: {error.message}") from error
    except RecursionError:
        raise ValueError("not a JSON Schema: it is nested too deep") from None
    if elsewhere:
        raise ValueError(f"a JSON Schema that refers to another, {elsewhere[0]!r}, which is not fetched")
    return schema


def _references(schema: Any) -> Iterator[str]:
    match schema:
        case dict():
            for name, item in schema.items():
                if name in ("$ref", "$dynamicRef", "$recursiveRef") and isinstance(item, str):
                    yield item
                yield from _references(item)
        case list():
            for item in schema:
                yield from _references(item)


JsonSchema = Annotated[dict[str, Any], AfterValidator(_schema)]
