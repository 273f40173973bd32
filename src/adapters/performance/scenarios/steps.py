"""Steps written as calls, one after the other; each is checked where it is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self, TypedDict, Unpack

from ..errors import PlanError
from ..plan.flow import Step
from ..plan.model import Scenario
from ..plan.pause import Pause
from ..plan.reading import validated
from ..plan.secrets import mask_url
from ..plan.steps import Part, Request, Scalar

if TYPE_CHECKING:
    from ..plan.auth import Auth
    from ..plan.checks import Check
    from ..plan.conditions import Condition
    from ..plan.extract import Extractor
    from ..plan.failing import OnFailure, Retry

Fields = Mapping[str, Any]
Time = float | str


class RequestFields(TypedDict, total=False):
    """What may be said of a request, as in a plan; ``checks`` may be a single one, ``assertions`` is another word."""

    name: str
    headers: Mapping[str, str]
    params: Mapping[str, Scalar | Sequence[Scalar]]
    body: str | None
    body_base64: str
    json: Any
    form: Mapping[str, Scalar | Sequence[Scalar]]
    multipart: Sequence[Part | Fields]
    auth: Auth | Fields
    timeout: Time
    redirects: int
    checks: Check | Fields | Sequence[Check | Fields]
    assertions: Check | Fields | Sequence[Check | Fields]
    extract: Mapping[str, Extractor | Fields]
    retry: Retry | Fields
    on_failure: OnFailure
    run_if: Condition | Fields
    skip_if: Condition | Fields


class When(TypedDict, total=False):
    """When a step with steps in it is done."""

    run_if: Condition | Fields
    skip_if: Condition | Fields


class Steps:
    """Steps in the order in which they are called; each call returns the same object.

    The fields of a request are those of a plan; a mistake is a PlanError that names the call.
    """

    def __init__(self) -> None:
        self._steps: list[Step] = []

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps so far."""
        return tuple(self._steps)

    def add(self, *steps: Step | Fields) -> Self:
        """Adds steps as a plan has them: models, or mappings such as ``{"url": "/"}``."""
        for number, step in enumerate(steps, 1):
            self._steps.append(as_step(step, f"add(), step {number}") if isinstance(step, Mapping) else step)
        return self

    def request(self, method: str, url: str, **fields: Unpack[RequestFields]) -> Self:
        """A request of any method."""
        self._steps.append(request_step(f"request({method!r}, {mask_url(url)!r})", method, url, fields))
        return self

    def get(self, url: str, **fields: Unpack[RequestFields]) -> Self:
        """A GET request."""
        return self._called("get", url, fields)

    def post(self, url: str, **fields: Unpack[RequestFields]) -> Self:
        """A POST request."""
        return self._called("post", url, fields)

    def put(self, url: str, **fields: Unpack[RequestFields]) -> Self:
        """A PUT request."""
        return self._called("put", url, fields)

    def patch(self, url: str, **fields: Unpack[RequestFields]) -> Self:
        """A PATCH request."""
        return self._called("patch", url, fields)

    def delete(self, url: str, **fields: Unpack[RequestFields]) -> Self:
        """A DELETE request."""
        return self._called("delete", url, fields)

    def head(self, url: str, **fields: Unpack[RequestFields]) -> Self:
        """A HEAD request."""
        return self._called("head", url, fields)

    def pause(self, least: Time, most: Time | None = None) -> Self:
        """Think time: so long, or anything between two times; seconds, or texts such as ``500ms``."""
        self._steps.append(pause_step(least, most))
        return self

    def group(self, name: str, steps: Steps, *, pauses: bool = False, **when: Unpack[When]) -> Self:
        """Steps whose time is taken as a whole, with ``pauses`` the think time in them too."""
        return self._block(f"group({name!r})", {"group": name, "pauses": pauses, **when}, steps)

    def repeat(self, times: int | str | Fields, steps: Steps, **when: Unpack[When]) -> Self:
        """Steps done so many times; as many as a template says; or between ``{"min": 1, "max": 3}`` times."""
        return self._block(f"repeat({times!r})", {"repeat": times, **when}, steps)

    def repeat_while(
        self, condition: Condition | Fields, steps: Steps, *, most: int, **when: Unpack[When]
    ) -> Self:
        """Steps done as long as a condition holds, ``most`` times at most."""
        return self._block("repeat_while()", {"while": condition, "max": most, **when}, steps)

    def for_each(
        self, items: str | Sequence[Any], steps: Steps, *, name: str = "item", **when: Unpack[When]
    ) -> Self:
        """Steps done for each element of a list, or of what a template stands for; it is ``${item}`` meanwhile."""
        return self._block(f"for_each({items!r})", {"for_each": items, "as": name, **when}, steps)

    def choose(self, *choices: Steps | tuple[float, Steps], **when: Unpack[When]) -> Self:
        """One of several lists of steps, drawn each time; a weight beside one says how often."""
        weighed = [choice if isinstance(choice, tuple) else (1.0, choice) for choice in choices]
        branches = [{"weight": weight, "steps": steps.steps} for weight, steps in weighed]
        self._steps.append(as_step({"choose": branches, **when}, "choose()"))
        return self

    def set(self, **values: Any) -> Self:
        """Variables of the user that get values, templates among them."""
        self._steps.append(as_step({"set": values}, "set()"))
        return self

    def _block(self, call: str, fields: Fields, steps: Steps) -> Self:
        self._steps.append(as_step({**fields, "steps": steps.steps}, call))
        return self

    def _called(self, method: str, url: str, fields: RequestFields) -> Self:
        self._steps.append(request_step(f"{method}({mask_url(url)!r})", method, url, fields))
        return self


def as_step(fields: Fields, call: str) -> Step:
    """The step that a mapping stands for, as in a plan; PlanError names the ``call``."""
    try:
        return validated(Scenario, {"steps": [fields]}, source=call).steps[0]
    except PlanError as error:
        raise PlanError(error.message.replace(": steps.0.", ": "), hint=error.hint) from None


def request_step(call: str, method: str, url: str, fields: Mapping[str, Any]) -> Request:
    """A request; PlanError names the ``call`` it stands for, the field and what is wrong with it."""
    given = {"method": method, "url": url, **fields}
    if "assertions" in given:
        if "checks" in given:
            raise PlanError(f"{call}: checks and assertions are the same: give one of them")
        given["checks"] = given.pop("assertions")
    if "checks" in given and not isinstance(given["checks"], list | tuple):
        given["checks"] = (given["checks"],)
    if "body" in given and given["body"] is None:
        del given["body"]
    return validated(Request, given, source=call)


def pause_step(least: Time, most: Time | None = None) -> Pause:
    """A pause; PlanError names the call."""
    shown = f"pause({least!r})" if most is None else f"pause({least!r}, {most!r})"
    length = least if most is None else {"min": least, "max": most}
    try:
        return validated(Pause, {"pause": length}, source=shown)
    except PlanError as error:
        raise PlanError(error.message.replace(": pause: ", ": "), hint=error.hint) from None
