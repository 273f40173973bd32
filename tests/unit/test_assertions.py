"""Checks as functions, on answers of httpx, of our client, and in mappings."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest

from adapters.http import HTTPXClient
from adapters.performance import (
    Plan,
    UsageError,
    body_contains,
    body_matches,
    header_exists,
    json_path,
    response_time_under,
    run_assertions,
    status_is,
)
from adapters.performance.plan import Request
from adapters.performance.testing import RecordingServer

BODY = '{"user": {"id": 123, "email": null, "token": "s3cr3t-value-1"}, "tags": ["a", "b"]}'
HEADERS = {"Content-Type": "application/json", "Set-Cookie": "sid=s-1; Path=/"}
HOLD = [
    status_is(200, "Expected successful response"),
    status_is(["2xx", 404]),
    response_time_under(1000, "Response should be under 1 second"),
    json_path("user.id", 123, message="User ID should match"),
    json_path("user.email", exists=True),
    json_path("$.tags[*]"),
    json_path("user.name", exists=False),
    header_exists("content-type", "application/json"),
    header_exists("Content-Type"),
    body_contains("user"),
    body_contains("USER", case_sensitive=False),
    body_matches(r'"id": \d+'),
]


def of_httpx() -> httpx.Response:
    response = httpx.Response(200, headers=HEADERS, content=BODY.encode())
    response.elapsed = timedelta(milliseconds=12)
    return response


MAPPINGS: list[dict[str, Any]] = [
    {"status_code": 200, "headers": HEADERS, "body": BODY, "response_time_us": 12000},
    {"status": 200, "headers": list(HEADERS.items()), "content": BODY.encode(), "response_time_ms": 12},
    {
        "status_code": 200,
        "headers": "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n",
        "text": BODY,
        "elapsed_s": 0.012,
    },
]


@pytest.mark.parametrize("response", [of_httpx(), *MAPPINGS], ids=["httpx", "us", "ms", "lines"])
def test_what_holds(response: Any) -> None:
    assert run_assertions(response, HOLD, fail_fast=False) == (True, [])


@pytest.mark.parametrize(
    ("assertion", "said"),
    [
        (status_is(201), "status is 201: it was 200"),
        (status_is(201, "Created"), "Created"),
        (response_time_under(5), "time under 5 ms: it took 12 ms"),
        (json_path("user.id", "123"), 'json user.id equals "123": it was 123'),
        (json_path("user.id", exists=False), "json user.id is absent: it was 123"),
        (json_path("user.name"), "json user.name exists: there is none"),
        (json_path("$.tags[*]", "a"), 'json $.tags[*] equals "a": there are 2, the first "a"'),
        (json_path("user.email", 1), "json user.email equals 1: it was null"),
        (header_exists("X-Id"), "header X-Id exists: there is none"),
        (header_exists("content-type", "a/b"), 'header content-type equals "a/b": it was "application/json"'),
        (body_matches("^a"), 'body matches "^a": it was '),
    ],
)  # fmt: skip
def test_a_failure_says_what_was_there(assertion: Any, said: str) -> None:
    success, (failure,) = run_assertions(of_httpx(), [assertion])
    assert not success
    assert failure.startswith(said)


def test_a_failure_hides_secrets_and_is_short() -> None:
    _, (failure,) = run_assertions(of_httpx(), [json_path("user.token", "another-value-2")])
    assert "s3cr3t" not in failure
    assert "another" not in failure
    _, (failure,) = run_assertions({"status_code": 200, "body": "x" * 500}, [body_contains("y")])
    assert len(failure) < 150


def test_the_first_failure_ends_it_or_all_are_told() -> None:
    wrong = [status_is(201), header_exists("X-Id"), status_is(200)]
    assert len(run_assertions(of_httpx(), wrong)[1]) == 1
    assert len(run_assertions(of_httpx(), wrong, fail_fast=False)[1]) == 2


def test_a_time_that_is_not_known_is_not_under_anything() -> None:
    success, failures = run_assertions({"status_code": 200}, [response_time_under(1000)])
    assert (success, failures) == (False, ["time under 1000 ms: the time is not known"])


@pytest.mark.parametrize("response", [None, "text", {}, {"status_code": "200"}])
def test_what_is_no_answer_is_said(response: Any) -> None:
    with pytest.raises(UsageError, match="answer"):
        run_assertions(response, [status_is(200)])


async def test_answers_of_our_client() -> None:
    with RecordingServer() as server:
        async with HTTPXClient(server.url) as client:
            response = await client.get("/json")
    assertions = [status_is(200), json_path("owner.name", "Ada"), response_time_under(60_000)]
    assert run_assertions(response, assertions) == (True, [])


def test_they_are_checks_of_plans() -> None:
    request = Request(url="http://h/", checks=(status_is(200), json_path("id", 1, message="The id")))
    plan = Plan.from_dict({"scenarios": [{"steps": [request]}], "load": {"iterations": 1}})
    written = {"checks": [{"status": 200}, {"json": "id", "equals": 1, "message": "The id"}]}
    assert plan.scenarios[0].steps[0].checks == Request(url="http://h/", **written).checks
