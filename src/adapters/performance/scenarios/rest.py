"""REST resources: listed, read, created, changed and deleted, what was created among them."""

from __future__ import annotations

import re
from typing import Any, Self, Unpack

from ..errors import PlanError
from ..plan.steps import Request, Scalar
from .scenario import Scenario
from .steps import RequestFields, Time, request_step


class RestScenario(Scenario):
    """Calls on the resources of a REST API at ``base_url``, in order.

    The id of what ``create_resource("users", …)`` created is taken from the answer where a later call needs it:
    ``update_resource("users", …)`` and ``delete_resource("users")`` without an id are for that one, and ``created_id``
    gives it to others. An id of your own is given as ``id``, or in the path: ``get_resource("users/1")``.
    """

    def __init__(
        self,
        base_url: str,
        name: str = "REST API",
        *,
        weight: float = 1.0,
        pacing: Time | None = None,
        id_path: str = "$.id",
    ) -> None:
        """``id_path`` is the JSON path of the id in the answer to a creation."""
        super().__init__(name, base_url, weight=weight, pacing=pacing)
        self._id_path = id_path
        self._created: dict[str, int] = {}

    def get_resource(self, path: str, id: Scalar | None = None, **fields: Unpack[RequestFields]) -> Self:
        """GET of a resource: all of it, or the one of this id."""
        return self._call("get", "get", path, id, fields)

    def create_resource(self, path: str, data: Any, **fields: Unpack[RequestFields]) -> Self:
        """POST of ``data`` as JSON."""
        self._call("create", "post", path, None, {"json": data, **fields})
        self._created[path.strip("/")] = len(self._steps) - 1
        return self

    def update_resource(
        self,
        path: str,
        data: Any,
        id: Scalar | None = None,
        *,
        method: str = "PUT",
        **fields: Unpack[RequestFields],
    ) -> Self:
        """PUT (or PATCH) of ``data`` as JSON; without an id to what was created last."""
        return self._call(
            "update",
            method,
            path,
            self._one(path, id, f"update_resource({path!r})"),
            {"json": data, **fields},
        )

    def delete_resource(self, path: str, id: Scalar | None = None, **fields: Unpack[RequestFields]) -> Self:
        """DELETE; without an id of what was created last."""
        return self._call("delete", "delete", path, self._one(path, id, f"delete_resource({path!r})"), fields)

    def created_id(self, path: str) -> str:
        """The id of what was created last of a resource, as a template to be used in later calls."""
        return self._created_id(path, f"created_id({path!r})")

    def _one(self, path: str, id: Scalar | None, call: str) -> Scalar | None:
        if id is not None or "/" in path.strip("/"):
            return id
        return self._created_id(path, call)

    def _created_id(self, path: str, call: str) -> str:
        resource = path.strip("/")
        if resource not in self._created:
            hint = f"give an id, or call create_resource({resource!r}, …) before"
            raise PlanError(f"{call}: of which one? Nothing of {resource!r} is created before", hint=hint)
        place, variable = self._created[resource], re.sub(r"\W", "_", resource) + "_id"
        step = self._steps[place]
        assert isinstance(step, Request)
        if variable not in step.extract:
            given = {name: getattr(step, name) for name in step.model_fields_set}
            taken = {**step.extract, variable: {"json": self._id_path}}
            self._steps[place] = request_step(call, step.method, step.url, {**given, "extract": taken})
        return f"${{{variable}}}"

    def _call(self, verb: str, method: str, path: str, id: Scalar | None, fields: RequestFields) -> Self:
        url = "/" + path.strip("/") + ("" if id is None else f"/{id}")
        one = id is not None and verb == "get"
        named = {"name": f"{verb} {path.strip('/')}" + (" by id" if one else ""), **fields}
        self._steps.append(request_step(f"{verb}_resource({path!r})", method, url, named))
        return self


class RESTAPIScenario(RestScenario):
    """`RestScenario` under another name."""
