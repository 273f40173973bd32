"""A static target to load: nginx with one worker where it is installed, else polyload's own demo server."""

import contextlib
import json
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil

from adapters.performance.testing.demo import DemoServer

_NGINX = """
worker_processes 1; daemon off; pid {dir}/pid; error_log {dir}/error.log;
events {{ worker_connections 16384; }}
http {{
  access_log off; keepalive_requests 1000000000;
  client_body_temp_path {dir}/body; proxy_temp_path {dir}/proxy; fastcgi_temp_path {dir}/fastcgi;
  uwsgi_temp_path {dir}/uwsgi; scgi_temp_path {dir}/scgi;
  server {{
    listen 127.0.0.1:{port} backlog=4096;
    location / {{ return 200 "hello world\\n"; }}
    location = /large {{ root {dir}; default_type application/json; }}
    location /json {{ default_type application/json; return 200 '{{"token":"a1b2","items":[1,2,3]}}'; }}
    location /order {{ default_type application/json; return 200 '{order}'; }}
  }}
}}
"""


ORDER = '{"id": 4711, "state": "accepted", "owner": {"name": "Ada", "roles": ["buyer"]}, "total": 19.9}'
"""What nginx answers to ``/order``."""


def pin(core: int) -> None:
    """Keep this process, and what it starts from now on, on one processor, where the system allows it."""
    with contextlib.suppress(AttributeError, OSError, ValueError):
        psutil.Process().cpu_affinity([core])


def unpin() -> None:
    """Let this process run everywhere again."""
    with contextlib.suppress(AttributeError, OSError, ValueError):
        psutil.Process().cpu_affinity([])


@contextlib.contextmanager
def static_server() -> Iterator[tuple[str, str]]:
    """The URL of a static 12-byte answer on processor 0, and what serves it; the caller is then on processor 1."""
    nginx = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
    pin(0)
    try:
        with _nginx(nginx) if nginx else _demo() as (url, name):
            pin(1)
            yield url, name
    finally:
        unpin()


@contextlib.contextmanager
def _demo() -> Iterator[tuple[str, str]]:
    with DemoServer() as demo:
        yield demo.url.rstrip("/") + "/health", "demo server"


@contextlib.contextmanager
def _nginx(program: str) -> Iterator[tuple[str, str]]:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)  # its worker may be another user
        port = _free_port()
        (Path(folder) / "large").write_text(
            json.dumps({"rows": [{"id": n, "name": f"row {n}"} for n in range(1000)]})
        )
        conf = Path(folder) / "nginx.conf"
        conf.write_text(_NGINX.format(dir=folder, port=port, order=ORDER))
        process = subprocess.Popen([program, "-c", str(conf), "-p", folder], stderr=subprocess.DEVNULL)
        try:
            _wait_for(port)
            yield f"http://127.0.0.1:{port}/", "nginx, one worker"
        finally:
            process.terminate()
            process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(port: int, deadline_s: float = 10) -> None:
    until = time.monotonic() + deadline_s
    while time.monotonic() < until:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
    raise TimeoutError(f"nothing listens on port {port} after {deadline_s} s")
