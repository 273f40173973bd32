"""Trying again: which failures, how often, how long to wait, and that it shows."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

IDEMPOTENT = frozenset({"GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"})
_FAILURES = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.ReadError,
    httpx.ReadTimeout,
    httpx.RemoteProtocolError,
    httpx.WriteError,
    httpx.WriteTimeout,
)


@dataclass(frozen=True, slots=True)
class Retries:
    """What is tried again: up to ``count`` times more, on failures to connect or to answer and on ``statuses``.

    Only ``methods`` are retried: those that change nothing when repeated (RFC 9110, section 9.2.2) unless said
    otherwise. The wait doubles from ``backoff_s`` up to ``max_backoff_s``, and is shortened by up to half at random so
    that clients do not return together. An answer's Retry-After is waited for instead; when it asks for more than
    ``max_retry_after_s``, the answer is returned as it is. Each try has the whole timeout.
    """

    count: int = 2
    statuses: Collection[int] = (502, 503, 504)
    methods: Collection[str] = IDEMPOTENT
    backoff_s: float = 0.1
    max_backoff_s: float = 5.0
    max_retry_after_s: float = 30.0

    def __post_init__(self) -> None:
        if self.count < 0:
            raise ValueError(f"retries must be 0 or more, not {self.count}")
        object.__setattr__(self, "methods", frozenset(method.upper() for method in self.methods))

    def tries(self, method: str) -> int:
        """How often a request with this method is sent at most."""
        return self.count + 1 if method in self.methods else 1

    def backoff(self, tried: int) -> float:
        """The seconds to wait after that many tries."""
        longest = min(self.max_backoff_s, self.backoff_s * 2.0 ** min(tried - 1, 64))
        return random.uniform(longest / 2, longest)

    def wait_after(self, response: httpx.Response, tried: int) -> float | None:
        """The seconds to wait before trying again after this answer, or None if it is the one to return."""
        if response.status_code not in self.statuses:
            return None
        asked = retry_after_s(response.headers.get("Retry-After", ""))
        if asked is None:
            return self.backoff(tried)
        return asked if asked <= self.max_retry_after_s else None


def retry_after_s(value: str) -> float | None:
    """The seconds a Retry-After header asks for, as a number or until a date; None if it says neither."""
    value = value.strip()
    if value.isascii() and value.isdigit():
        return float(value)
    try:
        until = parsedate_to_datetime(value)
    except ValueError:
        return None
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return max(0.0, (until - datetime.now(UTC)).total_seconds())


class RetryTransport(httpx.AsyncBaseTransport):
    """Sends through another transport, again where the rules say so.

    How often is in ``extensions["tries"]`` of the response and of its request, which the exception has after a failure.
    """

    def __init__(self, inner: httpx.AsyncBaseTransport, rules: Retries) -> None:
        self._inner = inner
        self._rules = rules

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Sends a request until it is answered well or the tries are used up."""
        most = self._rules.tries(request.method)
        if most > 1:
            await request.aread()  # a body that comes as a stream could be sent only once
        for tried in range(1, most):
            try:
                response = await self._send(request, tried)
            except _FAILURES:
                wait_s = self._rules.backoff(tried)
            else:
                asked_s = self._rules.wait_after(response, tried)
                if asked_s is None:
                    return response
                wait_s = asked_s
                await response.aclose()
            await asyncio.sleep(wait_s)
        return await self._send(request, most)

    async def _send(self, request: httpx.Request, tried: int) -> httpx.Response:
        request.extensions["tries"] = tried
        response = await self._inner.handle_async_request(request)
        response.extensions["tries"] = tried
        return response

    async def aclose(self) -> None:
        """Closes the transport underneath."""
        await self._inner.aclose()
