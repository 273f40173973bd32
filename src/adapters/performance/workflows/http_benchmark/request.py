"""What a benchmark sends: one request, so many times, so many at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ...errors import UsageError
from ...plan.quantity import parse_duration

FIELDS = ("headers", "params", "json", "body", "form")


@dataclass(frozen=True, slots=True)
class Errand:
    """One request and how often it is sent; ``warm_up`` requests go before the ``requests`` that are measured.

    ``request`` has fields of a plan's request: headers, params, json, body, form.
    """

    url: str
    requests: int = 1000
    concurrency: int = 1
    warm_up: int = 0
    method: str = "GET"
    request: Mapping[str, Any] | None = None
    timeout_s: float | None = None

    @classmethod
    def of(
        cls,
        url: str,
        requests: int,
        concurrency: int,
        warm_up: int,
        method: str,
        timeout: float | str | None,
        request: Mapping[str, Any],
    ) -> Errand:
        """The errand that the arguments of ``benchmark`` stand for; what is None among ``request`` was not given."""
        strange = [name for name in request if name not in FIELDS]
        if strange:
            raise UsageError(
                f"benchmark has no setting {strange[0]!r}", hint=f"a request has {', '.join(FIELDS)}"
            )
        fields = {name: value for name, value in request.items() if value is not None}
        try:
            timeout_s = None if timeout is None else parse_duration(timeout)
        except ValueError as error:
            raise UsageError(f"timeout: {error}") from error
        if timeout_s == 0:
            raise UsageError("timeout: a duration must be more than 0 here")
        return cls(url, requests, concurrency, warm_up, method.upper(), fields, timeout_s)

    def __post_init__(self) -> None:
        _check(self.requests, "requests", "a benchmark of nothing has no result", at_least=1)
        _check(self.concurrency, "concurrency", "somebody must send the requests", at_least=1)
        _check(self.warm_up, "warm_up", "it is a number of requests sent before", at_least=0)
        if self.concurrency > self.requests:
            raise UsageError(
                f"{self.concurrency} cannot share {self.requests} requests: some would have none",
                hint="raise the number of requests, or lower the concurrency",
            )
        bodies = [name for name in ("json", "body", "form") if name in self.fields]
        if len(bodies) > 1:
            raise UsageError(f"a request has one body, not {' and '.join(bodies)}")

    @property
    def fields(self) -> Mapping[str, Any]:
        """The further fields of the request."""
        return self.request or {}

    @property
    def sends(self) -> int:
        """How many requests are sent in all, the warm-up among them."""
        return self.requests + self.warm_up


def _check(value: object, name: str, why: str, *, at_least: int) -> None:
    if type(value) is not int or value < at_least:
        raise UsageError(f"{name} must be a whole number from {at_least}, not {value!r}: {why}")
