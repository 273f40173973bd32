"""A visitor of a website: who looks at pages, searches, logs in, and thinks between them."""

from __future__ import annotations

from typing import Any, Self, Unpack

from .scenario import Scenario
from .steps import RequestFields, Time, pause_step, request_step

Think = Time | tuple[Time, Time]


class WebsiteScenario(Scenario):
    """Pages of a website at ``url`` in the order in which a visitor sees them, cookies kept.

    After each page the visitor thinks: for ``think_time`` seconds (1), or a time between two, (1, 5), and 0 for none;
    each call may say another.
    """

    def __init__(
        self,
        url: str,
        name: str = "website",
        *,
        think_time: Think = 1.0,
        weight: float = 1.0,
        pacing: Time | None = None,
    ) -> None:
        super().__init__(name, url, weight=weight, pacing=pacing)
        self._think_time = think_time

    def browse_page(
        self, path: str = "/", think_time: Think | None = None, **fields: Unpack[RequestFields]
    ) -> Self:
        """Looks at a page."""
        return self._see(f"browse_page({path!r})", "get", path, think_time, fields)

    def search(
        self,
        text: str,
        *,
        path: str = "/search",
        parameter: str = "q",
        think_time: Think | None = None,
        **fields: Unpack[RequestFields],
    ) -> Self:
        """Searches for a text: ``/search?q=text``."""
        more: dict[str, Any] = dict(fields)
        params = {parameter: text, **more.pop("params", {})}
        named: Any = {"name": f"search {path}", "params": params, **more}
        return self._see(f"search({text!r})", "get", path, think_time, named)

    def login(
        self,
        username: str,
        password: str,
        *,
        path: str = "/login",
        username_field: str = "username",
        password_field: str = "password",  # noqa: S107  its name
        think_time: Think | None = None,
        **fields: Unpack[RequestFields],
    ) -> Self:
        """Sends the form of a login; with ``json={…}`` that instead. The cookies of the answer are kept."""
        body = {} if "json" in fields else {"form": {username_field: username, password_field: password}}
        named: Any = {"name": "log in", **body, **fields}
        return self._see(f"login({username!r})", "post", path, think_time, named)

    def _see(
        self, call: str, method: str, path: str, think_time: Think | None, fields: RequestFields
    ) -> Self:
        self._steps.append(request_step(call, method, path, fields))
        length = self._think_time if think_time is None else think_time
        if length != 0:
            self._steps.append(pause_step(*(length if isinstance(length, tuple) else (length,))))
        return self
