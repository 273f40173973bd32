"""Services that are started for a run: known to be ready, and gone afterwards with all their processes."""

import socket
import sys
import textwrap

import psutil
import pytest

from adapters.performance import PlanError, ServiceFailed
from adapters.performance.workflows.comparison.reading import service_from
from adapters.performance.workflows.service import running

SERVE = """
    import http.server, os, subprocess, sys
    port, *options = sys.argv[1:]
    if "child" in options:
        print("child", subprocess.Popen([sys.executable, "-c", "import time; time.sleep(1000)"]).pid, flush=True)
    if "background" in options:
        if os.fork():
            sys.exit(0)
    http.server.HTTPServer(("127.0.0.1", int(port)), http.server.SimpleHTTPRequestHandler).serve_forever()
"""


@pytest.fixture
def port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def script(tmp_path):
    file = tmp_path / "serve.py"
    file.write_text(textwrap.dedent(SERVE))
    return str(file)


def service(*start, ready, **more):
    return service_from({"start": list(start), "ready": ready, **more}, source="test")


def children():
    return {process.pid for process in psutil.Process().children(recursive=True)}


@pytest.mark.parametrize("ready", ["http://127.0.0.1:{}/", "127.0.0.1:{}"])
async def test_it_is_ready_within_and_gone_after(script, port, ready):
    before = children()
    async with running(service(sys.executable, script, str(port), ready=ready.format(port)), "new"):
        with socket.create_connection(("127.0.0.1", port), timeout=5):
            pass
    assert children() == before
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=5)


async def test_its_children_are_gone_too(script, port):
    before = children()
    async with running(service(sys.executable, script, str(port), "child", ready=f"127.0.0.1:{port}"), "new"):
        assert len(children() - before) == 2
    assert children() == before


async def test_it_is_gone_when_what_uses_it_breaks(script, port):
    before = children()
    with pytest.raises(ZeroDivisionError):
        async with running(service(sys.executable, script, str(port), ready=f"127.0.0.1:{port}"), "new"):
            _ = 1 / 0
    assert children() == before


async def test_one_that_does_not_start_says_its_last_words(port):
    code = "print('no database'); raise SystemExit(3)"
    with pytest.raises(
        ServiceFailed, match="the service of 'new' ended with exit code 3 before it was ready"
    ) as e:
        async with running(service(sys.executable, "-c", code, ready=f"127.0.0.1:{port}"), "new"):
            pass
    assert "| no database" in str(e.value)


async def test_one_that_is_not_there_says_so(port):
    with pytest.raises(ServiceFailed, match=r"cannot be started: /missing/program: No such file"):
        async with running(service("/missing/program", ready=f"127.0.0.1:{port}"), "new"):
            pass


async def test_one_that_is_not_ready_in_time_is_ended(port):
    before = children()
    slow = service(
        sys.executable,
        "-c",
        "import time; time.sleep(1000)",
        ready=f"127.0.0.1:{port}",
        ready_timeout="300ms",
    )
    with pytest.raises(ServiceFailed, match=r"did not answer within 0\.3 s"):
        async with running(slow, "new"):
            pass
    assert children() == before


async def test_what_answers_in_its_place_already_is_not_measured(script):
    with socket.create_server(("127.0.0.1", 0)) as other:
        address = f"127.0.0.1:{other.getsockname()[1]}"
        with pytest.raises(ServiceFailed, match=f"something answers at {address} before"):
            async with running(service(sys.executable, script, "1", ready=address), "new"):
                pass


async def test_one_in_the_background_is_ended_by_its_stop_command(script, port, tmp_path):
    told = tmp_path / "stopped"
    stop = [sys.executable, "-c", f"open({str(told)!r}, 'w').write('stopped')"]
    background = service(
        sys.executable, script, str(port), "background", ready=f"127.0.0.1:{port}", stop=stop
    )
    async with running(background, "new") as started:
        await started.check("in between")
    assert told.read_text() == "stopped"
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=5)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"start": "serve --port 80", "ready": "x:80"}, "a command is a list of arguments"),
        ({"start": [], "ready": "x:80"}, "start"),
        ({"start": ["serve"], "ready": "soon"}, "neither a URL"),
        ({"start": ["serve"]}, "ready: is missing"),
        ({"start": ["serve"], "ready": "x:80", "ready_timeout": 0}, "more than 0"),
    ],
)
def test_what_is_no_service_is_told(fields, told):
    with pytest.raises(PlanError, match=told):
        service_from(fields, source="new: service")
