"""Requests: what a step says is what the server sees, byte for byte."""

from __future__ import annotations

import base64
import json
from email import message_from_bytes
from email.message import Message
from typing import Any
from urllib.parse import parse_qsl

import pytest

from .base import once
from .cases import Cases, CasesTopic

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "PURGE")
PARAMS = {"q": "load test", "n": 7, "ratio": 0.5, "on": True, "tag": ["a", "b"], "empty": ""}
DOCUMENT: dict[str, Any] = {
    "text": "é日本\n\"'\\</script>",
    "numbers": [0, -1, 2.5, 1e21],
    "none": None,
    "yes": True,
    "deep": {"a": [{}]},
}
FORM = {"user": "Ada Lovelace", "sum": "1+1=2&3", "tags": ["x", "y"], "é": "日本"}
FORM_BYTES = b"user=Ada%20Lovelace&sum=1%2B1%3D2%263&tags=x&tags=y&%C3%A9=%E6%97%A5%E6%9C%AC"
TEXT = "line one\r\nline two\n\ttab, \"quotes\", 'more', \\ and é日本 \U0001f680\n"
BINARY = bytes(range(256)) * 3
PARTS = (
    {"name": "note", "value": "first\r\nsecond é"},
    {"name": "file", "filename": 'a "quoted" name.txt', "value": "text", "content_type": "text/plain"},
    {"name": "raw", "filename": "raw.bin", "base64": base64.b64encode(BINARY).decode()},
)
STEPS: dict[str, dict[str, Any]] = {
    **{f"method-{method}": {"method": method} for method in METHODS},
    "params": {"params": PARAMS},
    "query": {"url": "/query?b=2&a=1,2", "params": {"c": "3"}},
    "fragment": {"url": "/fragment?x=1#part"},
    "headers": {
        "headers": {"X-One": "1", "x-two": "two; 2, II", "Accept": "text/x-wanted", "User-Agent": "mine/1"}
    },
    "host": {"headers": {"Host": "elsewhere.example"}},
    "text": {"method": "POST", "body": TEXT, "headers": {"Content-Type": "text/x-mine"}},
    "json": {"method": "POST", "json": DOCUMENT},
    "json-null": {"method": "PUT", "json": None},
    "form": {"method": "POST", "form": FORM},
    "multipart": {"method": "POST", "multipart": PARTS},
    "binary": {"method": "PUT", "body_base64": base64.b64encode(BINARY).decode()},
    "large": {"method": "POST", "body": "0123456789" * 20_000},
    "empty-post": {"method": "POST"},
    "basic-auth/ada/s3cret": {"auth": {"basic": {"username": "ada", "password": "s3cret"}}},
    "bearer": {"auth": {"bearer": "tok.en-1"}},
    "key-in-header": {"auth": {"api_key": {"name": "X-Key", "value": "k 1"}}},
    "key-in-query": {"auth": {"api_key": {"name": "key", "value": "k&1", "where": "query"}}},
}


class RequestTests(CasesTopic):
    """Method, path, query, headers, body and credentials of single requests."""

    @once
    async def _requests(self) -> Cases:
        return await self.together(STEPS)

    @once
    async def _with_common_headers(self) -> Cases:
        steps = {"as-all": {}, "own": {"headers": {"x-common": "mine"}}}
        return await self.together(steps, options={"headers": {"X-Common": "for all"}})

    @pytest.mark.parametrize("method", METHODS)
    async def test_the_method_is_sent(self, method: str) -> None:
        case = (await self._requests())[f"method-{method}"]
        assert (case.only.method, case.only.target) == (method, f"/method-{method}")
        assert (case.summary.requests, case.summary.failures) == (1, 0)

    async def test_params_are_appended_in_order(self) -> None:
        query = (await self._requests())["params"].only.query
        assert query == "q=load%20test&n=7&ratio=0.5&on=true&tag=a&tag=b&empty="

    async def test_a_query_in_the_url_is_kept_and_added_to(self) -> None:
        assert (await self._requests())["query"].only.target == "/query?b=2&a=1,2&c=3"

    async def test_a_fragment_is_not_sent(self) -> None:
        assert (await self._requests())["fragment"].only.target == "/fragment?x=1"

    async def test_headers_arrive_once_and_replace_defaults(self) -> None:
        seen = (await self._requests())["headers"].only
        wanted = STEPS["headers"]["headers"]
        names = [name.lower() for name, _ in seen.headers]
        assert {name: seen.header(name) for name in wanted} == wanted
        assert len(names) == len(set(names))

    async def test_a_host_header_replaces_the_own(self) -> None:
        hosts = [
            value for name, value in (await self._requests())["host"].only.headers if name.lower() == "host"
        ]
        assert hosts == ["elsewhere.example"]

    async def test_headers_for_all_requests_yield_to_a_request_s_own(self) -> None:
        cases = await self._with_common_headers()
        assert [cases[name].only.header("x-common") for name in ("as-all", "own")] == ["for all", "mine"]

    async def test_a_text_body_arrives_byte_for_byte(self) -> None:
        seen = (await self._requests())["text"].only
        assert (seen.body, seen.header("content-type")) == (TEXT.encode(), "text/x-mine")

    async def test_a_large_body_arrives_whole(self) -> None:
        assert (await self._requests())["large"].only.body == b"0123456789" * 20_000

    async def test_a_json_body_arrives_as_json(self) -> None:
        seen = (await self._requests())["json"].only
        compact = json.dumps(DOCUMENT, ensure_ascii=False, separators=(",", ":"))
        assert (seen.body.decode(), seen.header("content-type")) == (compact, "application/json")

    async def test_json_null_is_a_body(self) -> None:
        assert (await self._requests())["json-null"].only.body == b"null"

    async def test_a_form_arrives_percent_encoded(self) -> None:
        seen = (await self._requests())["form"].only
        assert (seen.body, seen.header("content-type")) == (FORM_BYTES, "application/x-www-form-urlencoded")

    async def test_a_multipart_body_arrives_part_by_part(self) -> None:
        seen = (await self._requests())["multipart"].only
        note, file, raw = _parts(seen.header("content-type") or "", seen.body)
        assert (note.get_param("name", header="content-disposition"), _bytes(note)) == (
            "note",
            "first\r\nsecond é".encode(),
        )
        assert (file.get_content_type(), _bytes(file)) == ("text/plain", b"text")
        assert 'filename="a %22quoted%22 name.txt"' in file["content-disposition"]
        assert (raw.get_filename(), raw.get_content_type()) == ("raw.bin", "application/octet-stream")
        assert _bytes(raw) == BINARY

    async def test_a_binary_body_arrives_byte_for_byte(self) -> None:
        seen = (await self._requests())["binary"].only
        assert (seen.body, seen.header("content-type")) == (BINARY, "application/octet-stream")

    async def test_a_post_without_a_body_has_length_zero(self) -> None:
        seen = (await self._requests())["empty-post"].only
        assert (seen.body, seen.header("content-length")) == (b"", "0")

    async def test_basic_credentials_are_accepted(self) -> None:
        assert (await self._requests())["basic-auth/ada/s3cret"].only.status == 200

    async def test_a_bearer_token_is_sent(self) -> None:
        assert (await self._requests())["bearer"].only.header("authorization") == "Bearer tok.en-1"

    async def test_an_api_key_is_sent_where_it_belongs(self) -> None:
        cases = await self._requests()
        assert cases["key-in-header"].only.header("x-key") == "k 1"
        assert parse_qsl(cases["key-in-query"].only.query) == [("key", "k&1")]


def _parts(content_type: str, body: bytes) -> list[Message]:
    whole = message_from_bytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body)
    parts = whole.get_payload()
    assert isinstance(parts, list)
    return [part for part in parts if isinstance(part, Message)]


def _bytes(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    return content
