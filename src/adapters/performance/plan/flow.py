"""Steps made of steps: groups, loops and choices, and the union of all kinds of steps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Discriminator, Field, Tag, model_validator

from .base import Model
from .conditions import Condition
from .pause import Pause
from .steps import Request
from .template import parse

MOST_TIMES = 1_000_000
DEEPEST = 8
"""How deep steps may lie in steps."""


def _variable(name: str) -> str:
    if not name.isidentifier():
        raise ValueError(f"not a name: {name!r}; a variable is named by letters, digits and _")
    return name


Variable = Annotated[str, AfterValidator(_variable)]


class Block(Model):
    """Steps that are done as one."""

    steps: tuple[Step, ...] = Field(min_length=1)
    run_if: Condition | None = None
    skip_if: Condition | None = None


class Group(Block):
    """Steps whose time is taken as a whole, from the start of the first to the end of the last.

    It failed when a request in it did, whatever attempts before the last came to. One that the end of the load cuts
    off, or in which no request is sent, is not counted.
    """

    type: Literal["group"] = "group"
    group: str = Field(min_length=1)
    """The name under which the figures are gathered."""
    pauses: bool = False
    """Whether think time is part of its time."""


class Times(Model):
    """Any whole number from ``min`` to ``max``, drawn each time."""

    min: int = Field(ge=0, le=MOST_TIMES)
    max: int = Field(ge=0, le=MOST_TIMES)

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.max < self.min:
            raise ValueError("max is less than min")
        return self


def _placeholder_of(what: str) -> Callable[[str], str]:
    def check(text: str) -> str:
        if all(isinstance(part, str) for part in parse(text)):
            raise ValueError(f'neither {what} nor a template such as "${{name}}"')
        return text

    return check


def _times_tag(value: Any) -> str:
    if isinstance(value, str):
        return "<template>"
    return "<range>" if isinstance(value, Mapping | Times) else "<number>"


class Repeat(Block):
    """Steps that are done over and over: so many times, or as many as a template says."""

    type: Literal["repeat"] = "repeat"
    repeat: Annotated[
        Annotated[int, Field(ge=0, le=MOST_TIMES, strict=True), Tag("<number>")]
        | Annotated[Times, Tag("<range>")]
        | Annotated[str, AfterValidator(_placeholder_of("a whole number")), Tag("<template>")],
        Discriminator(_times_tag),
    ]


class While(Block):
    """Steps that are done as long as a condition holds, which is looked at before each time; ``max`` times at most."""

    type: Literal["while"] = "while"
    while_: Condition = Field(alias="while")
    max: int = Field(ge=1, le=MOST_TIMES)


class ForEach(Block):
    """Steps that are done for each element of a list, which is the variable ``as`` meanwhile."""

    type: Literal["for_each"] = "for_each"
    for_each: Annotated[str, AfterValidator(_placeholder_of("a list"))] | tuple[Any, ...]
    """A template whose value is a list, or the elements themselves."""
    as_: Variable = Field("item", alias="as")


class Choice(Model):
    """Steps, and how often they are chosen in proportion to the others."""

    weight: float = Field(1.0, gt=0, allow_inf_nan=False)
    steps: tuple[Step, ...] = Field(min_length=1)


class Choose(Model):
    """One of several lists of steps, drawn by weight each time."""

    type: Literal["choose"] = "choose"
    choose: tuple[Choice, ...] = Field(min_length=1)
    run_if: Condition | None = None
    skip_if: Condition | None = None


class Set(Model):
    """Variables of the user that get values, one after the other, which keep their types as JSON bodies do."""

    type: Literal["set"] = "set"
    set: dict[Variable, Any] = Field(min_length=1)
    run_if: Condition | None = None
    skip_if: Condition | None = None


_KINDS: dict[str, type[Model]] = {
    "pause": Pause,
    "group": Group,
    "repeat": Repeat,
    "while": While,
    "for_each": ForEach,
    "choose": Choose,
    "set": Set,
    "request": Request,
}


def _tag(value: Any) -> str | None:
    if not isinstance(value, Mapping):
        return next((f"<{name}>" for name, kind in _KINDS.items() if isinstance(value, kind)), None)
    kind = value.get("type")
    if kind is not None:
        return f"<{kind}>" if isinstance(kind, str) and kind in _KINDS else None
    return f"<{next((name for name in _KINDS if name in value), 'request')}>"


Step = Annotated[
    Annotated[Request, Tag("<request>")]
    | Annotated[Pause, Tag("<pause>")]
    | Annotated[Group, Tag("<group>")]
    | Annotated[Repeat, Tag("<repeat>")]
    | Annotated[While, Tag("<while>")]
    | Annotated[ForEach, Tag("<for_each>")]
    | Annotated[Choose, Tag("<choose>")]
    | Annotated[Set, Tag("<set>")],
    Discriminator(
        _tag,
        custom_error_type="no_such_kind",
        custom_error_message=f"no such step; its type is one of: {', '.join(_KINDS)}",
    ),
]
Steps = tuple[Step, ...]

for _model in (Block, Group, Repeat, While, ForEach, Choice, Choose):
    _model.model_rebuild()
