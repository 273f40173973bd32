"""HttpUser's client, requests on urllib3, sending a request's exact bytes, once."""

from __future__ import annotations

import http.client
from contextvars import ContextVar
from typing import Any

import urllib3
from locust import HttpUser
from requests import PreparedRequest
from requests.cookies import RequestsCookieJar
from requests.structures import CaseInsensitiveDict
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.util import SKIP_HEADER

from .answers import Reply
from .outgoing import Outgoing

_TARGET: ContextVar[str] = ContextVar("target")


_MOST_INTERIM = 1000


class _FinalAnswer(http.client.HTTPResponse):
    """An answer whose interim answers are passed over, up to a bound; http.client knows only 100, and has none.

    While they come without a pause, no timeout is looked at.
    """

    _answers = 0

    def _read_status(self) -> tuple[str, int, str]:
        version, status, reason = super()._read_status()  # type: ignore[misc]
        self._answers += 1
        if self._answers > _MOST_INTERIM:
            raise http.client.HTTPException(f"got more than {_MOST_INTERIM} interim answers")
        return version, 100 if 101 < status < 200 else status, reason


class _ExactHTTP(HTTPConnection):
    """urllib3's connection with the target as the plan has it; urllib3 encodes targets anew."""

    response_class = _FinalAnswer

    def putrequest(self, method: str, url: str, *args: Any, **options: Any) -> None:
        super().putrequest(method, _TARGET.get(), *args, **options)


class _ExactHTTPS(HTTPSConnection):
    """The same over TLS."""

    response_class = _FinalAnswer

    def putrequest(self, method: str, url: str, *args: Any, **options: Any) -> None:
        super().putrequest(method, _TARGET.get(), *args, **options)


class _HTTPPool(urllib3.HTTPConnectionPool):
    ConnectionCls = _ExactHTTP


class _HTTPSPool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _ExactHTTPS


_POOLS = {"http": _HTTPPool, "https": _HTTPSPool}


class PlainSender:
    """Sends one user's requests through the transport adapters of its HttpUser."""

    user_class = HttpUser

    def __init__(self, options: dict[str, Any]) -> None:
        tls = options["tls"]
        self.attributes = {"host": "http://polyload.invalid"}
        self._verify: bool | str = tls["verify"] and (tls["ca_file"] or True)
        self._cert = (tls["client_cert"], tls["client_key"]) if tls["client_key"] else tls["client_cert"]
        if not tls["verify"]:
            urllib3.disable_warnings()

    def prepare(self, user: HttpUser) -> None:
        """Nothing has to be done before the user makes its client."""

    def send(self, user: HttpUser, outgoing: Outgoing, cookie: str | None, reply: Reply) -> None:
        """Sends a request and reads the whole answer into ``reply``."""
        prepared: PreparedRequest = outgoing.form or _prepared(outgoing, user)
        if cookie is not None:
            prepared = prepared.copy()
            prepared.headers["Cookie"] = cookie.encode("utf-8", "surrogateescape").decode("latin-1")
        _TARGET.set(outgoing.target)
        adapter: Any = user.client.get_adapter(outgoing.scheme + "://")
        adapter.poolmanager.pool_classes_by_scheme = _POOLS
        response = adapter.send(prepared, verify=self._verify, cert=self._cert)
        reply.status = response.status_code
        reply.headers = response.raw.headers
        _check_length(reply.headers.get("content-length"))
        reply.body = response.raw.read(decode_content=False)

    def close(self, user: HttpUser) -> None:
        """Closes the user's connections; the next request opens a new one."""
        user.client.close()


def _check_length(length: str | None) -> None:
    """Without this a length that is no number would be taken for none at all."""
    if length is not None and not all(part.strip().isdigit() for part in length.split(",")):
        raise http.client.HTTPException("Content-Length is not a number")


def _prepared(outgoing: Outgoing, user: HttpUser) -> PreparedRequest:
    """The request as requests has it, without its preparing; kept with the request."""
    prepared = PreparedRequest()
    prepared.method = outgoing.method
    prepared.url = f"{outgoing.scheme}://{_bracketed(outgoing.host)}:{outgoing.port}{outgoing.target}"
    prepared.headers = CaseInsensitiveDict({"User-Agent": user.client.headers["User-Agent"]})
    prepared.headers["Accept-Encoding"] = SKIP_HEADER
    prepared.headers.update(outgoing.fields)
    prepared.body = outgoing.body or None
    prepared.hooks = {"response": []}
    prepared._cookies = RequestsCookieJar()
    outgoing.form = prepared
    return prepared


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
