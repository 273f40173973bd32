"""Signed requests, verified from what came over the wire. Each is a path of the recording server."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import time
from urllib.parse import parse_qsl, quote

from .messages import Reply, SeenRequest
from .routing import Call, path

ACCESS_KEY, SECRET_KEY = "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
HMAC_KEY = "hmac key"
_FRESH_S = 300.0
_AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=([^/]+)/(\d{8}/[^/]+/[^/]+/aws4_request), SignedHeaders=([^,]+), Signature=(\w{64})"
)


@path("/sigv4")
def sigv4(call: Call) -> Reply:
    """200 for a request signed by AWS Signature Version 4 with the example's keys, else 403 and why."""
    why = _sigv4_fault(call.request)
    return Reply.text("signed") if why is None else Reply.text(why, 403)


def _sigv4_fault(request: SeenRequest) -> str | None:
    match = _AUTHORIZATION.fullmatch(request.header("authorization") or "")
    stamp = request.header("x-amz-date") or ""
    if match is None or match[1] != ACCESS_KEY or not match[2].startswith(stamp[:8]):
        return "no such credentials"
    names = match[3].split(";")
    if "host" not in names or "x-amz-date" not in names:
        return "host and x-amz-date must be signed"
    service = match[2].split("/")[2]
    target_path = request.target.partition("?")[0]
    canonical = [
        request.method,
        target_path if service == "s3" else quote(target_path, safe="/-_.~"),
        "&".join(
            sorted(
                f"{quote(name, safe='-_.~')}={quote(value, safe='-_.~')}"
                for name, value in parse_qsl(request.query.replace("+", "%2B"), keep_blank_values=True)
            )
        ),
        *(f"{name}:{' '.join((request.header(name) or '').split())}" for name in names),
        "",
        match[3],
        hashlib.sha256(request.body).hexdigest(),
    ]
    digest = hashlib.sha256("\n".join(canonical).encode()).hexdigest()
    key = b"AWS4" + SECRET_KEY.encode()
    for part in match[2].split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    signature = hmac.digest(key, f"AWS4-HMAC-SHA256\n{stamp}\n{match[2]}\n{digest}".encode(), "sha256").hex()
    return None if signature == match[4] else "the signature does not fit"


@path("/hmac?algorithm=NAME&encoding=base64")
def hmac_signed(call: Call) -> Reply:
    """200 for a request signed by a keyed hash as hmac does by default (sha256, hex), else 403 and why."""
    request = call.request
    stamp = request.header("x-timestamp") or "0"
    if abs(time.time() - float(stamp)) > _FRESH_S:
        return Reply.text("the timestamp is too old", 403)
    body = hashlib.sha256(request.body).hexdigest()
    text = f"{request.method}\n{request.path}\n{request.query}\n{stamp}\n{body}"
    mac = hmac.digest(HMAC_KEY.encode(), text.encode(), call.param("algorithm", "sha256"))
    wanted = base64.b64encode(mac).decode() if call.param("encoding") == "base64" else mac.hex()
    return (
        Reply.text("signed")
        if request.header("x-signature") == wanted
        else Reply.text("it does not fit", 403)
    )
