"""The recording server: records every request it sees and misbehaves on demand.

    with RecordingServer() as server:
        run_some_tool(server.url + "/fail-every/10")
        assert server.log.status_codes() == {200: 90, 500: 10}

What is answered is chosen by the path, so that any tool can be pointed at it; ``behaviours_markdown()``
lists the paths. The server runs on its own event loop in a thread and listens on loopback.
"""

from __future__ import annotations

import socket
import ssl
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from . import auth, behaviours, faults, identity, ill_will, signatures  # noqa: F401  (their paths register themselves)
from .connection import Service
from .host import Address, ServerThread
from .messages import Reply, SeenRequest
from .recording import RequestLog
from .routing import Memory, dispatch
from .tls import Certificate, server_context

Handler = Callable[[SeenRequest], Reply]


class RecordingServer:
    """A test server with a log; a context manager, startable once.

    ``tls``: ``True`` for a certificate that clients trusting ``ca_file`` accept, or how it is to be wrong:
    ``"expired"``, ``"untrusted"`` (by another authority) or ``"wrong_host"``. With ``unix_socket`` it listens there
    and on no port.
    """

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        unix_socket: Path | None = None,
        tls: bool | Literal["expired", "untrusted", "wrong_host"] = False,
        keep_bodies: bool = True,
        max_logged: int = 2_000_000,
    ) -> None:
        self._host = host
        self._address: Address = unix_socket or (host, port)
        self._certificate: Certificate | None = "valid" if tls is True else tls or None
        self._thread: ServerThread | None = None
        self._directory: tempfile.TemporaryDirectory[str] | None = None
        self._refusing: socket.socket | None = None
        self.log = RequestLog(self._settle, keep_bodies=keep_bodies, max_logged=max_logged)
        self._service = _Recorded(self.log)

    def start(self) -> Self:
        """Listen; returns once requests are taken."""
        try:
            self._thread = ServerThread(self._service, self._address, tls=self._context())
            self._port = self._thread.start()
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """Close the port and every connection; the log stays readable."""
        if self._thread is not None:
            self._thread.stop()
        if self._refusing is not None:
            self._refusing.close()
        if self._directory is not None:
            self._directory.cleanup()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def route(self, path: str, handler: Handler) -> None:
        """Have this exact path answered by ``handler``, called on the server's thread."""
        self._service.routes[path] = handler

    def reset(self) -> None:
        """Forget the log, and start the counters, tokens and nonces of the paths afresh; routes stay."""
        self.log.clear()
        self._service.memory = Memory()

    @property
    def port(self) -> int:
        """The port it listens on."""
        return self._port

    @property
    def url(self) -> str:
        """Scheme, host and port, without a slash at the end."""
        scheme, host = ("https", "localhost") if self._certificate else ("http", self._host)
        port = f":{self._port}" if self._port else ""
        return f"{scheme}://[{host}]{port}" if ":" in host else f"{scheme}://{host}{port}"

    @property
    def ca_file(self) -> Path:
        """The authority (PEM) to trust; only with TLS, and only while the server runs."""
        if self._directory is None:
            raise ValueError("this server has no certificate: start it with tls=True")
        return Path(self._directory.name, "ca.pem")

    @property
    def refused_url(self) -> str:
        """A loopback URL where nothing listens, and nothing will while this server runs."""
        if self._refusing is None:
            self._refusing = socket.socket()
            self._refusing.bind(("127.0.0.1", 0))  # bound and not listening: refused, and taken
        return f"http://127.0.0.1:{self._refusing.getsockname()[1]}/"

    @property
    def unresolvable_url(self) -> str:
        """A URL whose host has no address (RFC 2606)."""
        return "http://polyload.invalid/"

    def _context(self) -> ssl.SSLContext | None:
        if self._certificate is None:
            return None
        self._directory = tempfile.TemporaryDirectory(prefix="polyload-ca-")
        return server_context(self._certificate, Path(self._directory.name, "ca.pem"))

    def _settle(self) -> None:
        if self._thread is not None:
            self._thread.settle()


class _Recorded(Service):
    """The behaviours, and a log around them."""

    def __init__(self, log: RequestLog) -> None:
        super().__init__()
        self._log = log
        self.memory = Memory()
        self.routes: dict[str, Handler] = {}

    def reply(self, request: SeenRequest) -> Reply:
        handler = self.routes.get(request.path)
        return handler(request) if handler is not None else dispatch(request, self.memory)

    def malformed(self, data: bytes) -> None:
        self._log.add_malformed()

    def connected(self) -> int:
        return self._log.add_connection()

    def seen(self, request: SeenRequest) -> None:
        self._log.add(request)

    def ended(self, request: SeenRequest) -> None:
        self._log.end(request)
