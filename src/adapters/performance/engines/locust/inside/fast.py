"""FastHttpUser's client, geventhttpclient, sending a request's exact bytes, once."""

from __future__ import annotations

import ssl
from typing import Any

import geventhttpclient.client
from geventhttpclient.client import HTTPClient, HTTPClientPool
from geventhttpclient.response import HTTPParseError, HTTPSocketPoolResponse
from locust import FastHttpUser

from .answers import Reply
from .outgoing import Outgoing

_MAX_HEAD_BYTES = 256 * 1024


class ExactClient(HTTPClient):
    """geventhttpclient's client, but that the head of a request is what it is handed in place of a target.

    Its own way quotes targets anew, and sends a GET again, up to twice, when the connection closes without an
    answer. It makes ``size + 1`` further attempts, so a size of -1, read only for this, leaves none.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._connection_pool.size = -1

    def _build_request(self, method: str, request_uri: str, *args: Any, **options: Any) -> str:
        return request_uri


class TooLargeError(HTTPParseError):
    """More came beside the body than a head or trailers may hold."""


class BoundedResponse(HTTPSocketPoolResponse):
    """An answer whose head and trailers have a bound: while they come without a pause, no timeout is looked at."""

    _unused = 0

    def feed(self, data: str | bytes) -> None:
        self._unused += len(data)
        super().feed(data)
        if self._unused > _MAX_HEAD_BYTES and not self.message_complete:
            raise TooLargeError(f"the head of the answer is over {_MAX_HEAD_BYTES} bytes")

    def _on_body(self, buf: bytearray) -> None:
        self._unused = 0
        super()._on_body(buf)


_CLIENT: Any = geventhttpclient.client
_CLIENT.HTTPSocketPoolResponse = BoundedResponse  # there is no other way to name the class of answers


class ExactPool(HTTPClientPool):
    """One user's clients, one for each origin."""

    clients: dict[Any, HTTPClient]

    def client_for(self, outgoing: Outgoing) -> HTTPClient:
        """The client that holds the connection to a request's origin."""
        origin = outgoing.scheme == "https", outgoing.host, outgoing.port
        client = self.clients.get(origin)
        if client is None:
            secure, host, port = origin
            client = self.clients[origin] = ExactClient(host, port=port, ssl=secure, **self.client_args)
        return client


class FastSender:
    """Sends one user's requests through the client pool of its FastHttpUser."""

    user_class = FastHttpUser

    def __init__(self, options: dict[str, Any]) -> None:
        context, verify = _tls(options["tls"])
        self.attributes = {"host": "http://polyload.invalid", "client_pool": None}
        self._pool_options = {
            "ssl_context_factory": lambda **_: context,
            "insecure": not verify,
            "concurrency": 1,
            "connection_timeout": None,
            "network_timeout": None,
        }

    def prepare(self, user: FastHttpUser) -> None:
        """To be called before the user makes its client."""
        user.client_pool = ExactPool(**self._pool_options)

    def send(self, user: FastHttpUser, outgoing: Outgoing, cookie: str | None, reply: Reply) -> None:
        """Sends a request and reads the whole answer into ``reply``."""
        head: str = outgoing.form or _head(outgoing)
        line = (
            "\r\n"
            if cookie is None
            else f"Cookie: {cookie.encode('utf-8', 'surrogateescape').decode('latin-1')}\r\n\r\n"
        )
        pool: Any = user.client.client.clientpool
        client = pool.client_for(outgoing)
        response = client.request(outgoing.method, head + line, outgoing.body)
        reply.status = response.get_code()
        reply.headers = response.info()
        reply.body = response.read()

    def close(self, user: FastHttpUser) -> None:
        """Closes the user's connections; the next request opens a new one."""
        user.client.client.clientpool.close()


def _head(outgoing: Outgoing) -> str:
    """The head of a request up to where cookies go; kept with the request."""
    lines = [f"{outgoing.method} {outgoing.target} HTTP/1.1"]
    if not outgoing.has("user-agent"):
        lines.append(f"User-Agent: {HTTPClient.DEFAULT_HEADERS['User-Agent']}")
    lines += [f"{name}: {value}" for name, value in outgoing.fields]
    outgoing.form = "".join(f"{line}\r\n" for line in lines)
    return str(outgoing.form)


def _tls(tls: dict[str, Any]) -> tuple[ssl.SSLContext, bool]:
    context = ssl.create_default_context(cafile=tls["ca_file"])
    if not tls["verify"]:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if tls["client_cert"]:
        context.load_cert_chain(tls["client_cert"], tls["client_key"])
    return context, bool(tls["verify"])
