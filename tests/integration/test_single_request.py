"""One request outside of any load: sent as it is said, answered with its timing, its failure told."""

from __future__ import annotations

import base64

import pytest

from adapters.http import HTTPXClient, timing_of
from adapters.performance import PerformanceClient, RequestFailed, SyncPerformanceClient, UsageError
from adapters.performance.testing import RecordingServer


@pytest.fixture(scope="module")
def server():
    with RecordingServer() as server:
        yield server


async def test_what_is_said_is_sent(server):
    client = PerformanceClient()
    response = await client.request(
        "POST",
        f"{server.url}/echo",
        headers={"X-A": "1"},
        params={"q": "a b"},
        body='{"id": 1}',
        timeout="5s",
    )
    seen = server.log.last
    assert (seen.method, seen.path, seen.query, seen.body) == ("POST", "/echo", "q=a+b", b'{"id": 1}')
    assert seen.header("x-a") == "1"
    assert response.status_code == 200
    assert response.json()["method"] == "POST"
    assert 0 < timing_of(response).first_byte_s <= timing_of(response).total_s


@pytest.mark.parametrize(
    ("fields", "body", "content_type"),
    [
        ({"json": {"a": 1}}, b'{"a":1}', "application/json"),
        ({"form": {"a": "1"}}, b"a=1", "application/x-www-form-urlencoded"),
        ({"body": b"\x00\xff"}, b"\x00\xff", None),
    ],
)
async def test_bodies(server, fields, body, content_type):
    await PerformanceClient().request("POST", f"{server.url}/echo", **fields)
    assert (server.log.last.body, server.log.last.header("content-type")) == (body, content_type)


@pytest.mark.parametrize(
    ("auth", "header"),
    [
        ({"basic": {"username": "ann", "password": "pw"}}, "Basic " + base64.b64encode(b"ann:pw").decode()),
        (("ann", "pw"), "Basic " + base64.b64encode(b"ann:pw").decode()),
        ({"bearer": "t0ken"}, "Bearer t0ken"),
    ],
)
async def test_who_asks(server, auth, header):
    await PerformanceClient().request("GET", f"{server.url}/json", auth=auth)
    assert server.log.last.header("authorization") == header


async def test_any_status_is_an_answer(server):
    response = await PerformanceClient().request("GET", f"{server.url}/status/503")
    assert response.status_code == 503


async def test_the_http_client_is_used_with_its_base_url_and_cookies(server):
    async with PerformanceClient(http_client=HTTPXClient(server.url, headers={"X-Team": "qa"})) as client:
        await client.request("GET", "/cookie/set?a=1")
        await client.request("GET", "/cookie/need/a")
    assert server.log.last.header("x-team") == "qa"
    assert server.log.last.cookies == {"a": "1"}


async def test_the_settings_give_the_target_and_the_key(server, tmp_path):
    file = tmp_path / "qa.yaml"
    file.write_text(f"target: {{base_url: '{server.url}', api_key: secret-key-1}}\n")
    await PerformanceClient.from_config(file).request("GET", "/json")
    assert server.log.last.header("x-api-key") == "secret-key-1"


def test_without_an_event_loop(server):
    with SyncPerformanceClient() as client:
        assert client.request("GET", f"{server.url}/json").status_code == 200


@pytest.mark.parametrize(
    ("path", "kind"), [("/close-before", "closed"), ("/truncated", "truncated"), ("/hang", "timeout")]
)
async def test_no_whole_answer_is_a_failure_with_its_kind(server, path, kind):
    with pytest.raises(RequestFailed) as failed:
        timeout = 0.2 if kind == "timeout" else 10
        await PerformanceClient().request("GET", f"{server.url}{path}?token=secret-9", timeout=timeout)
    assert failed.value.kind == kind
    assert failed.value.message.startswith(f"GET {server.url}{path}?token=**********: ")


async def test_nobody_listening_is_refused():
    with pytest.raises(RequestFailed) as failed:
        await PerformanceClient().request("GET", "http://127.0.0.1:1/")
    assert failed.value.kind == "refused"


@pytest.mark.parametrize(
    ("url", "fields", "told"),
    [
        ("/json", {}, "has no scheme, and there is no base URL"),
        ("http://127.0.0.1:1/", {"boddy": "a"}, "request has no setting 'boddy'"),
        ("http://127.0.0.1:1/", {"body": "a", "json": {}}, "one body, not json and body"),
        ("http://127.0.0.1:1/", {"timeout": "soon"}, "timeout: not a duration"),
        ("http://127.0.0.1:1/", {"timeout": 0}, "timeout: a duration must be more than 0"),
        ("http://127.0.0.1:1/", {"auth": {"magic": 1}}, "request: auth: auth needs one of"),
        ("http://127.0.0.1:port/", {}, "Invalid port"),
        ("ftp://127.0.0.1/", {}, "ftp"),
    ],
)
async def test_what_makes_no_sense_is_refused(url, fields, told):
    with pytest.raises(UsageError, match=told):
        await PerformanceClient().request("GET", url, **fields)
