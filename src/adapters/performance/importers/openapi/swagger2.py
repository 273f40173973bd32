"""Swagger 2 in the words of OpenAPI 3; references keep pointing into the document as it is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .document import Document, listed, mapping, text

_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_STYLES = {
    "csv": ("form", False),
    "multi": ("form", True),
    "ssv": ("spaceDelimited", False),
    "pipes": ("pipeDelimited", False),
    "tsv": ("tabDelimited", False),
}
_OF_THE_PARAMETER = frozenset(
    {"name", "in", "description", "required", "allowEmptyValue", "collectionFormat"}
)
_FLOWS = {
    "accessCode": "authorizationCode",
    "application": "clientCredentials",
    "implicit": "implicit",
    "password": "password",
}


def servers(root: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Where the API is: its host and base path, by https when there is a choice."""
    base, host = text(root.get("basePath")), text(root.get("host"))
    schemes = [text(scheme) for scheme in listed(root.get("schemes"))]
    scheme = "https" if not schemes or "https" in schemes else schemes[0]
    return [{"url": f"{scheme}://{host}{base}" if host else base or "/"}]


def security_schemes(root: Mapping[str, Any]) -> dict[str, Any]:
    """The ways to prove who asks."""
    return {
        name: _scheme(mapping(scheme)) for name, scheme in mapping(root.get("securityDefinitions")).items()
    }


def _scheme(scheme: dict[str, Any]) -> dict[str, Any]:
    if scheme.get("type") == "basic":
        return {**scheme, "type": "http", "scheme": "basic"}
    if scheme.get("type") == "oauth2":
        flow = _FLOWS.get(text(scheme.get("flow")), "implicit")
        return {**scheme, "flows": {flow: scheme}}
    return scheme


def operation(
    document: Document, operation: dict[str, Any], parameters: list[dict[str, Any]]
) -> dict[str, Any]:
    """An operation whose ``parameters`` are resolved, in the words of OpenAPI 3."""
    consumes = _types(document, operation, "consumes")
    made = {**operation, "parameters": [_parameter(one) for one in parameters if _is_plain(one)]}
    body = next((one for one in parameters if one.get("in") == "body"), None)
    fields = [one for one in parameters if one.get("in") == "formData"]
    if body is not None:
        content = {kind: {"schema": body.get("schema")} for kind in consumes or ["application/json"]}
        made["requestBody"] = {"required": body.get("required") is True, "content": content}
    elif fields:
        made["requestBody"] = {"required": True, "content": _form(fields, consumes)}
    produces = _types(document, operation, "produces") or ["application/json"]
    made["responses"] = {
        status: {**response, "content": {kind: {"schema": response.get("schema")} for kind in produces}}
        for status, response in _responses(document, operation)
    }
    return made


def _types(document: Document, operation: dict[str, Any], key: str) -> list[str]:
    return [text(kind) for kind in listed(operation.get(key, document.root.get(key)))]


def _responses(document: Document, operation: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for status, response in mapping(operation.get("responses")).items():
        yield status, document.follow(response)


def _is_plain(parameter: dict[str, Any]) -> bool:
    return parameter.get("in") in ("path", "query", "header")


def _parameter(parameter: dict[str, Any]) -> dict[str, Any]:
    style, explode = _STYLES.get(text(parameter.get("collectionFormat")), ("form", False))
    made = {key: value for key, value in parameter.items() if key in _OF_THE_PARAMETER}
    made["schema"] = _schema(parameter)
    if "x-example" in parameter:
        made["example"] = parameter["x-example"]
    if parameter.get("in") == "query":
        made |= {"style": style, "explode": explode}
    return made


def _schema(parameter: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in parameter.items() if key not in _OF_THE_PARAMETER}


def _form(fields: list[dict[str, Any]], consumes: list[str]) -> dict[str, Any]:
    """A form's content; a file makes it multipart."""
    properties = {}
    for field in fields:
        is_file = field.get("type") == "file"
        schema = {"type": "string", "format": "binary"} if is_file else _schema(field)
        properties[text(field.get("name"))] = {**schema, "description": field.get("description")}
    required = [text(field.get("name")) for field in fields if field.get("required") is True]
    has_file = any(field.get("type") == "file" for field in fields)
    kind = _FORMS[1] if has_file else next((kind for kind in consumes if kind in _FORMS), _FORMS[0])
    return {kind: {"schema": {"type": "object", "properties": properties, "required": required}}}
