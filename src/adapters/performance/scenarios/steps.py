"""Steps written as calls, one after the other; each is checked where it is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self, TypedDict, Unpack

from ..errors import PlanError
from ..plan.pause import Pause
from ..plan.reading import validated
from ..plan.secrets import mask_url
from ..plan.steps import Part, Request, Scalar, Step

if TYPE_CHECKING:
    from ..plan.auth import Auth
    from ..plan.checks import Check
    from ..plan.conditions import Condition
    from ..plan.extract import Extractor

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
    run_if: Condition | Fields
    skip_if: Condition | Fields


class Steps:
    """Requests and pauses in the order in which they are called; each call returns the same object.

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
            if isinstance(step, Mapping):
                self._steps.append(as_step(step, f"add(), step {number}"))
            else:
                self._steps.append(step)
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

    def _called(self, method: str, url: str, fields: RequestFields) -> Self:
        self._steps.append(request_step(f"{method}({mask_url(url)!r})", method, url, fields))
        return self


def as_step(fields: Fields, call: str) -> Step:
    """The step that a mapping stands for, as in a plan; PlanError names the ``call``."""
    if "pause" in fields:
        return validated(Pause, fields, source=call)
    return validated(Request, fields, source=call)


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
