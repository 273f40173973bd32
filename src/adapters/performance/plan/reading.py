"""Plans from files and dictionaries, and what is wrong with one in words: the file, the field, the mend."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from ..errors import PlanError
from . import samples
from .documents import NotData, json_data
from .fields import no_such_field
from .logs import log
from .model import Plan
from .python_file import is_python_file, python_fields
from .yaml_text import yaml_data

M = TypeVar("M", bound=BaseModel)
DEEPEST_DATA = 100


def read_plan(path: str | Path) -> Plan:
    """The plan in a YAML or JSON file, or that a Python file defines; PlanError names the file, the field, the mend."""
    path = Path(path)
    return plan_beside(read_fields(path), path.parent, source=str(path))


def read_fields(path: str | Path, what: str = "a plan") -> Mapping[str, Any]:
    """The mapping in a YAML or JSON file, or the plan that a Python file defines; PlanError says why there is none."""
    path = Path(path)
    log.debug("%s is read for %s", path, what)
    if what == "a plan" and is_python_file(path):
        return python_fields(path)
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise PlanError(
            f"{path}: cannot be read: {error.strerror or error}", hint="check the path"
        ) from error
    except UnicodeDecodeError as error:
        raise PlanError(f"{path}: is not UTF-8 text: {error.reason} at byte {error.start}") from error
    return fields_in(text, path, what)


def fields_in(text: str, path: Path, what: str = "a plan") -> Mapping[str, Any]:
    """The mapping in the text of a file; PlanError says why it holds none."""
    try:
        data = json_data(text) if path.suffix == ".json" else yaml_data(text)
    except NotData as error:
        raise PlanError(f"{path}: {error}") from None
    if not isinstance(data, Mapping):
        raise PlanError(f"{path}: {what} is a mapping of fields, not {_kind(data)}")
    return data


def plan_beside(data: Mapping[str, Any], folder: Path, *, source: str) -> Plan:
    """The plan that a dictionary stands for, the files it names looked up in a folder."""
    return make_plan(_with_paths_from(data, folder), source=source)


def make_plan(data: Mapping[str, Any], *, source: str = "plan") -> Plan:
    """The plan that a dictionary stands for; PlanError names the ``source``, the field and what is wrong with it."""
    return validated(Plan, data, source=source)


def validated(model: type[M], data: Mapping[str, Any], *, source: str) -> M:
    """The model that a dictionary stands for; PlanError names the ``source``, the field and what is wrong with it."""
    _check_depth(data, source)
    try:
        return model.model_validate(dict(data))
    except ValidationError as error:
        problems = _problems(error, data, model)
        told = "\n".join(f"{source}: {problem}" for problem in problems)
        raise PlanError(told) from None  # its locations quote keys, which may be misplaced values


def _check_depth(data: object, source: str) -> None:
    """PlanError where values lie in values so deep that no plan means it, and that Python could not follow them."""
    level: list[object] = [data]
    for _ in range(DEEPEST_DATA):
        inner = (value for value in level if isinstance(value, Mapping | list | tuple))
        level = [
            item for value in inner for item in (value.values() if isinstance(value, Mapping) else value)
        ]
        if not level:
            return
    raise PlanError(f"{source}: lists and mappings lie in each other more than {DEEPEST_DATA} deep")


def with_samples(plan: Plan, file: str | Path, ratio: float, *, source: str) -> Plan:
    """The plan with its raw samples going to a file; PlanError names the ``source`` and what is wrong."""
    data = {"file": file, "ratio": ratio}
    try:
        wanted = samples.SamplesFile.model_validate(data)
    except ValidationError as error:
        problems = (f"samples.{problem}" for problem in _problems(error, data, samples.SamplesFile))
        raise PlanError("\n".join(f"{source}: {problem}" for problem in problems)) from error
    return plan.model_copy(update={"options": plan.options.model_copy(update={"samples": wanted})})


def _problems(error: ValidationError, data: object, model: type[BaseModel]) -> list[str]:
    """One line for each field that is wrong; of the complaints of a union's members, the most telling."""
    messages: dict[str, tuple[bool, str]] = {}
    details = error.errors(include_url=False, include_context=False, include_input=False)
    for detail in details:
        if detail["type"] == "too_short" and _explained_inside(detail["loc"], details):
            continue
        field = _in_words(_field(detail["loc"], data, missing=detail["type"] == "missing"))
        ours = detail["type"] in ("value_error", "extra_forbidden", "no_such_kind")
        if field not in messages or (ours and not messages[field][0]):
            messages[field] = (ours, _message(detail, model))
    return [f"{field}: {message}" if field else message for field, (_, message) in messages.items()]


def _in_words(keys: list[str | int]) -> str:
    """The path of a field; what cannot be a header's name may be its value, and is told to its first blank only."""
    shown = [
        f"{str(key).split()[0]}…" if above == "headers" and len(str(key).split()) > 1 else str(key)
        for above, key in zip(["", *keys], keys, strict=False)
    ]
    return ".".join(shown)


def _explained_inside(location: tuple[int | str, ...], details: list[ErrorDetails]) -> bool:
    """Whether a list is only too short because its elements were wrong, which other problems say."""
    return any(len(d["loc"]) > len(location) and d["loc"][: len(location)] == location for d in details)


def _field(location: tuple[str | int, ...], data: object, *, missing: bool) -> list[str | int]:
    """The path of a problem as written in the file: the tags that unions add to it are left out."""
    known: dict[
        tuple[int, int], list[str | int]
    ] = {}  # each is asked for more than once where steps lie in steps

    def path(at: int, data: object) -> list[str | int]:
        if (at, id(data)) not in known:
            known[at, id(data)] = find(at, data)
        return known[at, id(data)]

    def find(at: int, data: object) -> list[str | int]:
        if at == len(location):
            return []
        key = location[at]
        inside = data.get(key, _ABSENT) if isinstance(data, Mapping) else _element(data, key)
        as_tag = path(at + 1, data)
        if inside is _ABSENT:
            return [key] if missing and at + 1 == len(location) else as_tag
        as_key = [key, *path(at + 1, inside)]
        tag_reaches_the_end = as_tag[-1:] == [location[-1]] and as_key[-1] != location[-1]
        return as_tag if tag_reaches_the_end else as_key

    return path(0, data)


_ABSENT = object()


def _element(data: object, key: str | int) -> object:
    if isinstance(data, list | tuple) and isinstance(key, int) and key < len(data):
        return data[key]
    return _ABSENT


def _message(detail: ErrorDetails, model: type[BaseModel]) -> str:
    kind, message = detail["type"], detail["msg"]
    if kind == "extra_forbidden":
        return no_such_field(model, detail["loc"])
    if kind == "missing":
        return "is missing"
    message = message.removeprefix("Value error, ")
    return message[0].lower() + message[1:] if message[:1].isupper() and message[1:2].islower() else message


def _with_paths_from(data: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Files that a plan names are looked up beside it."""
    result = dict(data)
    feeds_given = result.get("data")
    if isinstance(feeds_given, Mapping):
        result["data"] = {
            name: str(folder / feed) if isinstance(feed, str) else _beside(feed, ("file",), folder)
            for name, feed in feeds_given.items()
        }
    options = result.get("options")
    if isinstance(options, Mapping):
        result["options"] = options = _beside(options, ("unix_socket",), folder)
        if "tls" in options:
            options["tls"] = _beside(options["tls"], ("ca_file", "client_cert", "client_key"), folder)
        if "samples" in options:
            options["samples"] = _beside(options["samples"], ("file",), folder)
    return result


def _beside(fields: Any, names: tuple[str, ...], folder: Path) -> Any:
    if not isinstance(fields, Mapping):
        return fields
    return {
        key: str(folder / value) if key in names and isinstance(value, str) else value
        for key, value in fields.items()
    }


def _kind(data: object) -> str:
    return {type(None): "empty", list: "a list", str: "a text"}.get(type(data), type(data).__name__)
