"""Signatures, held against botocore, and HMAC against the standard library."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime
from typing import Any

import botocore.auth
import pytest
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from adapters.performance.engines.program.runtime import Session, Unsigned
from adapters.performance.engines.program.runtime.signing import Hmac, SigV4

AT = 1_440_938_160.0
SESSION = Session(0, {"key": "from a variable"}, None)
KEYS = {"access_key": "AKIDEXAMPLE", "secret_key": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"}


@pytest.fixture(autouse=True)
def _stopped_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    now = datetime.fromtimestamp(AT, UTC).replace(tzinfo=None)
    monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda *_: now)


REQUESTS = [
    Unsigned("GET", "https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08", (), b""),
    Unsigned("GET", "http://example.amazonaws.com", (), b""),
    Unsigned("POST", "https://x.example/", (("Content-Type", "application/json"),), b'{"a": 1}'),
    Unsigned("GET", "https://x.example:8443/a%20b/%C3%A9/c?b=2&a=1&a=0&empty=&flag", (), b""),
    Unsigned(
        "PUT",
        "https://x.example/a//b/./c/../d/",
        (("X-Amz-Meta-Q", "a   b "), ("User-Agent", "u")),
        b"\x00\xff",
    ),
    Unsigned("DELETE", "https://[::1]:81/x%2Fy", (("Cookie", "a=1"),), b""),
]


@pytest.mark.parametrize("token", [None, "session/token=="])
@pytest.mark.parametrize("service", ["execute-api", "s3"])
@pytest.mark.parametrize("request_", REQUESTS, ids=lambda request: request.url)
def test_signatures_are_those_of_botocore(request_: Unsigned, service: str, token: str | None) -> None:
    entry = {**KEYS, "session_token": token, "region": "eu-central-1", "service": service}
    ours = SigV4(entry, lambda: AT).headers(SESSION, request_)
    signs = botocore.auth.S3SigV4Auth if service == "s3" else botocore.auth.SigV4Auth
    headers = [pair for pair in request_.headers if pair[0] != "Cookie"]
    url = (
        request_.url.replace("amazonaws.com", "amazonaws.com/")
        if request_.url.endswith(".com")
        else request_.url
    )
    theirs = AWSRequest(request_.method, url, dict(headers), request_.body)
    theirs.context["payload_signing_enabled"] = True
    signs(Credentials(KEYS["access_key"], KEYS["secret_key"], token), service, "eu-central-1").add_auth(
        theirs
    )
    assert dict(ours)["Authorization"] == theirs.headers["Authorization"]
    assert {name.lower() for name, _ in ours} <= {name.lower() for name in theirs.headers}


def test_a_query_is_encoded_once_whatever_it_was() -> None:
    entry = {**KEYS, "session_token": None, "region": "r", "service": "s"}
    signed = [
        dict(
            SigV4(entry, lambda: AT).headers(
                SESSION, Unsigned("GET", f"https://x.example/?a={value}", (), b"")
            )
        )
        for value in ("1,2~%c3%a9", "1%2C2%7E%C3%A9")
    ]
    assert signed[0] == signed[1]


def hmac_entry(**more: Any) -> dict[str, Any]:
    entry = {
        "key": "k",
        "key_encoding": "text",
        "key_id": "me",
        "algorithm": "sha256",
        "encoding": "hex",
        "string": "{method}\n{path}\n{query}\n{timestamp}\n{body_sha256}",
        "value": "{signature}",
        "header": "X-Signature",
        "timestamp": "unix",
        "timestamp_header": "X-Timestamp",
        "key_id_header": None,
    }
    return {**entry, **more}


REQUEST = Unsigned("POST", "https://api.example:8443/v1/a%20b?x=1&y", (), b"\xffbody")


def test_hmac_signs_what_it_says() -> None:
    body = hashlib.sha256(REQUEST.body).hexdigest()
    text = f"POST\n/v1/a%20b\nx=1&y\n1440938160\n{body}"
    wanted = hmac.new(b"k", text.encode(), "sha256").hexdigest()
    assert Hmac(hmac_entry(), lambda: AT + 0.9).headers(SESSION, REQUEST) == [
        ("X-Signature", wanted),
        ("X-Timestamp", "1440938160"),
    ]


@pytest.mark.parametrize(
    ("entry", "key", "text"),
    [
        ({"string": "{target}|{host}"}, b"k", b"/v1/a%20b?x=1&y|api.example:8443"),
        ({"string": "{body}"}, b"k", REQUEST.body),
        ({"string": "{timestamp}", "timestamp": "unix_ms"}, b"k", b"1440938160000"),
        ({"string": "{timestamp}", "timestamp": "iso"}, b"k", b"2015-08-30T12:36:00Z"),
        ({"string": "{key_id}{unknown", "key": "6b00", "key_encoding": "hex"}, b"k\0", b"me{unknown"),
        ({"string": "", "key": "/+8=", "key_encoding": "base64"}, b"\xff\xef", b""),
        (
            {"string": "x", "key": [{"var": "key", "path": [], "default": None, "text": "", "enc": ""}]},
            b"from a variable",
            b"x",
        ),
    ],
)
def test_what_hmac_signs_and_with_what(entry: dict[str, Any], key: bytes, text: bytes) -> None:
    told = dict(Hmac(hmac_entry(**entry), lambda: AT).headers(SESSION, REQUEST))
    assert told["X-Signature"] == hmac.new(key, text, "sha256").hexdigest()


def test_how_hmac_says_it() -> None:
    entry = hmac_entry(
        string="{body_sha256_base64}",
        algorithm="sha512",
        encoding="base64",
        value="HMAC {key_id}:{signature}",
        header="Authorization",
        timestamp_header=None,
        key_id_header="X-Key-Id",
    )
    signed = base64.b64encode(hashlib.sha256(REQUEST.body).digest())
    mac = base64.b64encode(hmac.new(b"k", signed, "sha512").digest()).decode()
    assert Hmac(entry, lambda: AT).headers(SESSION, REQUEST) == [
        ("Authorization", f"HMAC me:{mac}"),
        ("X-Key-Id", "me"),
    ]
