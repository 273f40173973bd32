"""Which failures are tried again, how long is waited, and that it shows."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import httpx
import pytest

from adapters.http import HTTPXClient, Retries
from adapters.http.retries import retry_after_s

AT_ONCE = Retries(count=2, backoff_s=0)
Answer = int | httpx.Response | Exception


class Script:
    """A transport that gives the answers it was made with, one after the other."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.bodies: list[bytes] = []

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        self.bodies.append(await request.aread())
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(answer) if isinstance(answer, int) else answer


def send(script: Script, retries: int | Retries, method: str = "GET", **options: Any) -> httpx.Response:
    async def go() -> httpx.Response:
        async with HTTPXClient(
            "http://host", transport=httpx.MockTransport(script), retries=retries
        ) as client:
            return await client.request(method, "/", **options)

    return asyncio.run(go())


def test_without_retries_one_try_is_made_and_told() -> None:
    response = send(Script(503), 0)
    assert (response.status_code, response.extensions["tries"]) == (503, 1)


def test_a_status_of_the_list_is_tried_again_until_it_is_another() -> None:
    response = send(Script(503, 502, 200), AT_ONCE)
    assert (response.status_code, response.extensions["tries"]) == (200, 3)
    assert response.request.extensions["tries"] == 3


def test_the_last_try_s_answer_is_returned_whatever_it_is() -> None:
    response = send(Script(503, 503, 503), AT_ONCE)
    assert (response.status_code, response.extensions["tries"]) == (503, 3)


def test_a_status_not_in_the_list_is_returned_at_once() -> None:
    assert send(Script(500), AT_ONCE).extensions["tries"] == 1


@pytest.mark.parametrize(
    "failure", [httpx.ConnectError, httpx.ReadTimeout, httpx.ReadError, httpx.RemoteProtocolError]
)
def test_a_failure_to_answer_is_tried_again(failure: Callable[[str], Exception]) -> None:
    assert send(Script(failure("no"), 200), AT_ONCE).extensions["tries"] == 2


def test_the_request_of_the_last_failure_tells_how_often_it_was_tried() -> None:
    with pytest.raises(httpx.ReadError) as caught:
        send(Script(*[httpx.ReadError("no") for _ in range(3)]), AT_ONCE)
    assert caught.value.request.extensions["tries"] == 3


@pytest.mark.parametrize("failure", [httpx.PoolTimeout, httpx.LocalProtocolError])
def test_a_failure_of_the_client_itself_is_not(failure: Callable[[str], Exception]) -> None:
    script = Script(failure("no"), 200)
    with pytest.raises(httpx.TransportError):
        send(script, AT_ONCE)
    assert len(script.bodies) == 1


@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_what_is_not_idempotent_is_sent_once(method: str) -> None:
    assert send(Script(503), AT_ONCE, method).extensions["tries"] == 1


def test_a_method_that_was_named_is_tried_again() -> None:
    rules = Retries(count=1, backoff_s=0, methods=["post"])
    assert send(Script(503, 200), rules, "POST").extensions["tries"] == 2


def test_a_streamed_body_is_sent_whole_each_time() -> None:
    async def parts() -> AsyncIterator[bytes]:
        yield b"once"

    script = Script(503, 200)
    send(script, AT_ONCE, "PUT", content=parts())
    assert script.bodies == [b"once", b"once"]


def test_waiting_longer_than_allowed_for_retry_after_ends_the_tries() -> None:
    response = send(Script(httpx.Response(503, headers={"Retry-After": "31"}), 200), AT_ONCE)
    assert (response.status_code, response.extensions["tries"]) == (503, 1)


def test_retry_after_counts_instead_of_the_back_off() -> None:
    rules = Retries(backoff_s=99, max_backoff_s=99)
    assert rules.wait_after(httpx.Response(503, headers={"Retry-After": "7"}), 1) == 7


def test_the_back_off_doubles_up_to_its_limit_less_up_to_half_at_random() -> None:
    rules = Retries(backoff_s=1, max_backoff_s=4)
    for tried, longest in [(1, 1), (2, 2), (3, 4), (4, 4), (5000, 4)]:
        waits = [rules.backoff(tried) for _ in range(100)]
        assert longest / 2 <= min(waits) < max(waits) <= longest


def test_retry_after_is_read_as_seconds_or_as_a_date() -> None:
    assert retry_after_s(" 12 ") == 12
    assert retry_after_s("Wed, 21 Oct 2015 07:28:00 GMT") == 0
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)
    assert 55 < (retry_after_s(soon) or 0) <= 60
    assert retry_after_s("") is retry_after_s("soon") is retry_after_s("-1") is None


def test_a_negative_number_of_retries_is_an_error() -> None:
    with pytest.raises(ValueError, match="0 or more, not -1"):
        HTTPXClient(retries=-1)
