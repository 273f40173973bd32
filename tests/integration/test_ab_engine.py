"""Apache Bench against the recording server: what it reports is what the server saw, or it says what it cannot tell."""

import asyncio
import os
import shutil
import signal
import socket
import ssl
import tempfile
import threading
from pathlib import Path
from typing import Any

import psutil
import pytest

from adapters.performance.engines.ab import ApacheBenchAdapter
from adapters.performance.engines.contract import RunContext
from adapters.performance.engines.running import run_plan
from adapters.performance.errors import EngineFailed, UnsupportedFeature
from adapters.performance.metrics.collector import MetricsCollector
from adapters.performance.metrics.result import RunResult
from adapters.performance.plan.model import Plan
from adapters.performance.testing import RecordingServer, Reply, SeenRequest

pytestmark = [
    pytest.mark.engine("ab"),
    pytest.mark.skipif(
        shutil.which("ab") is None, reason="ab is not installed: apt-get install apache2-utils"
    ),
]


async def run(url: str, load: dict[str, Any], **more: Any) -> RunResult:
    return await run_plan(ApacheBenchAdapter(), Plan.for_url(url, load=load, **more))


async def send(server: RecordingServer, **step: Any) -> SeenRequest:
    """The one request of a step as the server saw it."""
    step.setdefault("url", "/")
    plan = {"target": server.url, "scenarios": [{"steps": [step]}], "load": {"iterations": 1}}
    result = await run_plan(ApacheBenchAdapter(), Plan.from_dict(plan))
    assert result.success, result.reason
    (seen,) = server.log.requests
    return seen


def errors(result: RunResult) -> dict[str, int]:
    return {error.kind: error.count for error in result.summary.errors}


def codes(result: RunResult) -> set[str]:
    return {warning.code for warning in result.warnings}


def children() -> list[psutil.Process]:
    return [child for child in psutil.Process().children() if child.name() == "ab"]


def workspaces() -> set[str]:
    return {
        entry.name for entry in Path(tempfile.gettempdir()).glob("polyload-*") if (entry / "body").exists()
    }


class TestRequests:
    async def test_get(self, server: RecordingServer) -> None:
        seen = await send(server, url="/a b?x=1&y=é", params={"z": ["1", "2&3"]})
        assert (seen.method, seen.target) == ("GET", "/a%20b?x=1&y=%C3%A9&z=1&z=2%263")
        assert (seen.version, seen.header("host")) == ("1.0", f"127.0.0.1:{server.port}")

    @pytest.mark.parametrize("method", ["DELETE", "OPTIONS", "PURGE", "HEAD"])
    async def test_a_method_without_a_body(self, server: RecordingServer, method: str) -> None:
        server.route("/", lambda request: Reply.text("ok"))
        seen = await send(server, method=method)
        assert (seen.method, seen.body, seen.header("content-length")) == (method, b"", None)

    @pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
    async def test_a_method_with_a_body(self, server: RecordingServer, method: str) -> None:
        seen = await send(server, method=method, json={"name": "ünï", "n": 1})
        assert (seen.method, seen.json()) == (method, {"name": "ünï", "n": 1})
        assert seen.header("content-type") == "application/json"

    async def test_a_post_without_a_body_says_so(self, server: RecordingServer) -> None:
        seen = await send(server, method="POST")
        assert [value for name, value in seen.headers if name.lower() == "content-length"] == ["0"]

    async def test_headers_replace_those_of_ab(self, server: RecordingServer) -> None:
        given = {
            "Host": "other.example",
            "user-agent": "me",
            "ACCEPT": "text/x",
            "Cookie": "a=b; c=d",
            "X-Empty": "",
        }
        seen = await send(server, headers=given)
        assert {name: value for name, value in seen.headers if name != "Connection"} == given

    async def test_a_form_a_binary_body_and_multipart(self, server: RecordingServer) -> None:
        seen = await send(server, method="POST", form={"a": ["1", "x y"], "b": "ü&"})
        assert seen.body == b"a=1&a=x%20y&b=%C3%BC%26"
        server.reset()
        assert (await send(server, method="PUT", body_base64="AP8NCg==")).body == b"\x00\xff\r\n"
        server.reset()
        seen = await send(server, method="POST", multipart=[{"name": "f", "base64": "AAE=", "filename": "x"}])
        assert (seen.header("content-type") or "").startswith("multipart/form-data; boundary=")
        assert b"\r\n\r\n\x00\x01\r\n--" in seen.body

    async def test_the_plans_content_type_is_sent_once(self, server: RecordingServer) -> None:
        seen = await send(server, method="POST", body="<x/>", headers={"content-TYPE": "text/xml"})
        assert [value for name, value in seen.headers if name.lower() == "content-type"] == ["text/xml"]

    async def test_ab_says_what_it_adds_to_a_body_without_a_type(self, server: RecordingServer) -> None:
        result = await run(server.url, {"iterations": 1}, method="POST", body="hello")
        assert (server.log.last.body, server.log.last.header("content-type")) == (b"hello", "text/plain")
        assert "AddedHeader" in codes(result)

    async def test_basic_and_bearer_auth_and_the_environment(
        self, server: RecordingServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("TOKEN", "t0k")
        seen = await send(server, auth={"basic": {"username": "u", "password": "p"}}, url="/${env.TOKEN}")
        assert (seen.path, seen.header("authorization")) == ("/t0k", "Basic dTpw")
        server.reset()
        assert (await send(server, auth={"bearer": "x"})).header("authorization") == "Bearer x"

    async def test_a_url_without_a_path(self, server: RecordingServer) -> None:
        await run(f"{server.url}?x=1", {"iterations": 1})
        assert server.log.last.target == "/?x=1"

    async def test_localhost_and_ipv6(self, server: RecordingServer) -> None:
        assert (await run(f"http://localhost:{server.port}/", {"iterations": 3})).success
        with RecordingServer(host="::1") as six:
            assert (await run(f"http://[::1]:{six.port}/", {"iterations": 3})).success
            assert six.log.count() == 3


class TestLoad:
    async def test_iterations_are_exact(self, server: RecordingServer) -> None:
        result = await run(server.url, {"iterations": 100, "users": 7})
        assert (result.success, result.stopped) == (True, "completed")
        assert result.summary.requests == result.summary.iterations == server.log.count() == 100
        assert (result.summary.interrupted, result.summary.status_codes) == (0, {"200": 100})

    async def test_bytes_are_those_on_the_wire(self, server: RecordingServer) -> None:
        result = await run(
            server.url + "/bytes/5000", {"iterations": 40, "users": 4}, method="POST", body="x" * 300
        )
        assert result.summary.bytes_received == sum(request.bytes_out for request in server.log)
        assert result.summary.bytes_sent == sum(request.bytes_in for request in server.log)

    @pytest.mark.parametrize("duration", [1, 0.4])
    @pytest.mark.parametrize("keep_alive", [True, False])
    async def test_a_duration_is_kept_and_nothing_is_lost(
        self, server: RecordingServer, duration: float, keep_alive: bool
    ) -> None:
        result = await run(server.url, {"users": 4, "duration": duration}, options={"keep_alive": keep_alive})
        assert (result.success, result.stopped) == (True, "completed"), result.reason
        assert duration * 0.95 < result.duration_s < duration + 10, (
            "it ends by itself, however busy the machine"
        )
        server.log.wait_until_idle()
        assert result.summary.interrupted == 4
        assert 0 <= server.log.count() - result.summary.requests <= 4
        assert sum(point.requests for point in result.timeline) == result.summary.requests
        assert "Interrupted" in codes(result)

    async def test_requests_in_flight_at_the_end_are_named(self, server: RecordingServer) -> None:
        result = await run(server.url + "/delay/150", {"users": 3, "duration": 0.5})
        server.log.wait_until_idle()
        assert server.log.count() == result.summary.requests + 3
        assert result.summary.interrupted == 3

    async def test_users_have_kept_connections_or_new_ones(self, server: RecordingServer) -> None:
        await run(server.url, {"iterations": 20, "users": 2})
        assert server.log.connections == 2
        server.reset()
        await run(server.url, {"iterations": 20, "users": 2}, options={"keep_alive": False})
        assert {request.connection_request for request in server.log} == {1}

    async def test_a_server_that_keeps_no_connection_is_named(self, server: RecordingServer) -> None:
        result = await run(server.url + "/close", {"iterations": 10})
        assert result.success
        assert "NotKeptAlive" in codes(result)

    async def test_max_duration(self, server: RecordingServer) -> None:
        result = await run(server.url + "/delay/100", {"iterations": 1000, "users": 2, "max_duration": 0.35})
        assert (result.success, result.stopped) == (False, "failed")
        assert "of 1000 iterations were done when max_duration had passed" in (result.reason or "")
        server.log.wait_until_idle()
        assert server.log.count() == result.summary.requests + 2

    async def test_the_interface_of_the_seed(self, server: RecordingServer) -> None:
        engine = ApacheBenchAdapter()
        assert await engine.is_available()
        result = await engine.run_load_test(server.url, users=2, duration=0.3)
        assert result["success"]
        assert result.summary.throughput_rps == pytest.approx(
            result.summary.requests / (result.duration_s or 0)
        )

    async def test_it_runs_in_any_directory(
        self, server: RecordingServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        assert (await run(server.url, {"iterations": 3})).success
        assert not list(tmp_path.iterdir())


class TestTimes:
    async def test_a_fast_service_does_not_read_zero(self, server: RecordingServer) -> None:
        latency = (await run(server.url, {"iterations": 500, "users": 2})).summary.latency_ms
        values = [latency.min, latency.p50, latency.p90, latency.p95, latency.p99, latency.max, latency.mean]
        assert all(value is not None and value > 0 for value in values)
        assert len(set(values)) == len(values)

    async def test_a_slow_service_reads_what_it_took(self, server: RecordingServer) -> None:
        result = await run(server.url + "/delay/80", {"iterations": 8, "users": 2})
        assert result.summary.latency_ms.min is not None
        assert 78 <= result.summary.latency_ms.min < 800
        assert "CoarseResolution" in codes(result)
        assert result.engine.semantics.resolution_ms == 1.0

    async def test_the_timeline_follows_the_load(self, server: RecordingServer) -> None:
        result = await run(server.url + "/delay/20", {"users": 2, "duration": 2})
        assert [point.t for point in result.timeline] in ([0, 1], [0, 1, 2])
        first, second = result.timeline[:2]
        assert first.requests / second.requests == pytest.approx(1, rel=0.8)


class TestFailures:
    @pytest.mark.parametrize("status", [404, 500, 503])
    async def test_every_answer_is_an_error(self, server: RecordingServer, status: int) -> None:
        result = await run(f"{server.url}/status/{status}", {"iterations": 60, "users": 3})
        assert (result.success, result.exit_code) == (False, 1)
        assert (result.summary.requests, result.summary.failures) == (60, 60)
        assert result.summary.status_codes == {str(status): 60}
        assert [(e.kind, e.message) for e in result.summary.errors] == [("status", f"status {status}")]
        assert sum(point.failures for point in result.timeline) == 60

    async def test_redirects_are_no_failures(self, server: RecordingServer) -> None:
        result = await run(server.url + "/redirect-loop", {"iterations": 20})
        assert (result.success, result.summary.status_codes) == (True, {"302": 20})
        assert "RedirectsNotFollowed" in codes(result)

    @pytest.mark.parametrize("code", [204, 304])
    async def test_answers_without_a_body(self, server: RecordingServer, code: int) -> None:
        result = await run(f"{server.url}/status/{code}", {"iterations": 20, "users": 2})
        assert (result.success, result.summary.status_codes) == (True, {str(code): 20})

    @pytest.mark.parametrize("keep_alive", [True, False])
    async def test_one_in_ten(self, server: RecordingServer, keep_alive: bool) -> None:
        result = await run(
            server.url + "/fail-every/10", {"iterations": 200, "users": 4}, options={"keep_alive": keep_alive}
        )
        assert (result.summary.requests, result.summary.failures) == (200, 20)
        assert result.summary.status_codes == {"200": 180, "500": 20}
        assert (result.timeline, "NoTimeline" in codes(result)) == ((), True)
        assert result.summary.latency_ms.p50

    @pytest.mark.parametrize(
        ("path", "kind", "statuses"),
        [
            ("/reset-before", "reset", {}),
            ("/reset-inside", "reset", {}),
            ("/close-before", "closed", {}),
            ("/truncated", "truncated", {}),
            ("/garbage", "closed", {}),
            ("/bad-length", "protocol", {}),
        ],
    )
    @pytest.mark.parametrize("keep_alive", [True, False])
    async def test_every_request_meets_a_fault(
        self, server: RecordingServer, path: str, kind: str, statuses: dict[str, int], keep_alive: bool
    ) -> None:
        result = await run(
            server.url + path, {"iterations": 20, "users": 2}, options={"keep_alive": keep_alive}
        )
        assert not result.success
        assert (result.summary.requests, result.summary.failures) == (20, 20)
        assert (errors(result), result.summary.status_codes) == ({kind: 20}, statuses)
        assert server.log.faults() == {path[1:]: 20}

    @pytest.mark.parametrize(
        ("fault", "kind"), [("reset", "reset"), ("truncated", "truncated"), ("503", "status")]
    )
    @pytest.mark.parametrize("keep_alive", [True, False])
    async def test_some_requests_meet_a_fault(
        self, server: RecordingServer, fault: str, kind: str, keep_alive: bool
    ) -> None:
        url = f"{server.url}/fault-every/5/{fault}"
        result = await run(url, {"iterations": 100, "users": 4}, options={"keep_alive": keep_alive})
        assert (result.summary.requests, errors(result)) == (100, {kind: 20})
        assert server.log.faults() == {fault: 20}

    @pytest.mark.parametrize("keep_alive", [True, False])
    async def test_faults_in_a_run_cut_off_by_its_end(
        self, server: RecordingServer, keep_alive: bool
    ) -> None:
        url = f"{server.url}/fault-every/7/truncated"
        result = await run(url, {"users": 4, "duration": 0.4}, options={"keep_alive": keep_alive})
        server.log.wait_until_idle()
        assert server.log.count() - result.summary.requests <= 4
        assert abs(server.log.faults()["truncated"] - errors(result)["truncated"]) <= 4

    async def test_a_large_body_that_is_cut_off(self, server: RecordingServer) -> None:
        seen = iter(range(1000))
        whole, half = Reply(body=b"x" * 200_000), Reply(body=b"x" * 200_000, sent=100_000, then="drop")
        server.route("/large", lambda request: half if next(seen) % 4 == 0 else whole)
        result = await run(server.url + "/large", {"iterations": 40, "users": 2})
        assert (result.summary.requests, errors(result)) == (40, {"truncated": 10})

    async def test_what_ab_cannot_tell_of_large_bodies_is_no_success(self, server: RecordingServer) -> None:
        seen = iter(range(1000))
        whole, half = Reply(body=b"x" * 200_000), Reply(body=b"x" * 200_000, sent=100_000, then="drop")
        server.route("/doubt", lambda request: half if next(seen) % 4 == 0 else whole)
        result = await run(
            server.url + "/doubt", {"iterations": 40, "users": 2}, options={"keep_alive": False}
        )
        assert (result.success, result.stopped) == (False, "failed")
        assert "answers were cut off; ab does not tell how many" in (result.reason or "")
        assert 0 < errors(result)["truncated"] <= 10

    async def test_nobody_listens(self, server: RecordingServer) -> None:
        for load in ({"iterations": 50, "users": 5}, {"users": 2, "duration": 0.2}):
            result = await run(server.refused_url, load)
            assert (result.success, result.exit_code) == (False, 1)
            assert result.summary.requests == result.summary.failures > 0
            assert list(errors(result)) == ["refused"]
            assert "Connection refused" in (result.reason or "")

    async def test_the_host_has_no_address(self, server: RecordingServer) -> None:
        result = await run(server.unresolvable_url, {"iterations": 5})
        assert (result.success, result.stopped, result.summary.requests) == (False, "failed", 0)
        assert "polyload.invalid" in (result.reason or "")

    async def test_a_head_that_is_too_long(self, server: RecordingServer) -> None:
        result = await run(server.url + "/huge-header", {"iterations": 50, "users": 2})
        assert (result.success, result.stopped) == (False, "failed")
        assert errors(result) == {"too_large": server.log.count()}
        assert "ab gave up" in (result.reason or "")

    async def test_no_answer_at_all(self, server: RecordingServer) -> None:
        result = await run(server.url + "/hang", {"users": 3, "duration": 0.3})
        assert (result.success, result.summary.requests) == (False, 0)
        assert "no request was measured" in (result.reason or "")
        assert (
            result.summary.interrupted == server.log.count() == 1
        )  # ab's other users wait for a first answer

    async def test_a_silence_ends_the_run_and_counts_as_timeouts(self, server: RecordingServer) -> None:
        url = server.url + "/fault-every/4/hang"
        plan = Plan.for_url(url, load={"iterations": 50, "users": 2}, options={"timeout": 1})
        collector = MetricsCollector()
        report = await ApacheBenchAdapter().run(plan, collector, RunContext())
        assert (report.stopped, report.reason) == ("failed", "ab gave up: nothing came for 1 s")
        totals = collector.totals()
        assert totals.requests == server.log.count()
        assert (totals.status_codes, totals.failures) == (
            server.log.status_codes(),
            server.log.faults()["hang"],
        )
        assert totals.errors == {("timeout", "nothing came for 1 s"): 2}

    async def test_hostile_bytes_do_not_disturb_the_log(self, server: RecordingServer) -> None:
        body = (
            b"\x00\r\n\r\n%s%n LOG: header received:\nContent-Length: 7\n\n\nServer Software:        x\n\xff"
        )
        server.route("/hostile", lambda request: Reply(headers=[("X-A", "%s%n")], body=body))
        result = await run(server.url + "/hostile", {"iterations": 30, "users": 2})
        assert (result.success, result.summary.status_codes) == (True, {"200": 30})


class TestChecks:
    @pytest.mark.parametrize(
        ("wanted", "passed", "success"), [("2xx", 15, False), (["2xx", 404], 30, True), (500, 0, False)]
    )
    async def test_the_status_is_checked(
        self, server: RecordingServer, wanted: Any, passed: int, success: bool
    ) -> None:
        step = {"url": server.url + "/alternate/200,404", "name": "it", "checks": [{"status": wanted}]}
        plan = Plan.from_dict({"scenarios": [{"steps": [step]}], "load": {"iterations": 30, "users": 2}})
        result = await run_plan(ApacheBenchAdapter(), plan)
        (check,) = result.checks
        assert (check.passed, check.failed, result.success) == (passed, 30 - passed, success)
        assert errors(result) == ({} if success else {"check": 30 - passed})

    async def test_thresholds_hold_on_its_figures(self, server: RecordingServer) -> None:
        more = {"thresholds": ["error_rate < 15%", "p95 < 1s", "throughput > 1"]}
        result = await run(server.url + "/fail-every/10", {"iterations": 100, "users": 2}, **more)
        assert result.success, result.reason


class TestEndings:
    async def test_a_stop_reports_what_was_measured(self, server: RecordingServer) -> None:
        ctx = RunContext()
        plan = Plan.for_url(server.url + "/delay/5", load={"users": 2, "duration": 30})
        running = asyncio.ensure_future(run_plan(ApacheBenchAdapter(), plan, ctx=ctx))
        await asyncio.to_thread(server.log.wait_for, 20)
        ctx.stop.set()
        result = await running
        assert (result.success, result.stopped, result.exit_code) == (False, "interrupted", 130)
        server.log.wait_until_idle()
        assert result.summary.requests >= 18
        assert 0 <= server.log.count() - result.summary.requests <= 2
        assert result.summary.interrupted == 2

    async def test_a_stop_before_it_begins(self, server: RecordingServer) -> None:
        ctx = RunContext()
        ctx.stop.set()
        plan = Plan.for_url(server.url, load={"users": 2, "duration": 30})
        result = await run_plan(ApacheBenchAdapter(), plan, ctx=ctx)
        assert (result.success, result.stopped) == (False, "interrupted")

    async def test_a_kill_is_a_failure_without_figures(self, server: RecordingServer) -> None:
        plan = Plan.for_url(server.url + "/delay/5", load={"users": 2, "duration": 30})
        running = asyncio.ensure_future(run_plan(ApacheBenchAdapter(), plan))
        await asyncio.to_thread(server.log.wait_for, 5)
        (child,) = children()
        child.send_signal(signal.SIGKILL)
        result = await running
        assert (result.success, result.stopped, result.duration_s) == (False, "failed", None)
        assert "ab was ended by SIGKILL" in (result.reason or "")
        assert (result.summary.requests, result.summary.status_codes) == (0, None)

    async def test_cancelling_leaves_nothing_behind(self, server: RecordingServer) -> None:
        before = workspaces()
        plan = Plan.for_url(
            server.url + "/delay/5", load={"users": 2, "duration": 30}, method="POST", body="x"
        )
        ctx = RunContext()
        running = asyncio.ensure_future(run_plan(ApacheBenchAdapter(), plan, ctx=ctx))
        await asyncio.to_thread(server.log.wait_for, 5)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        assert (children(), workspaces() - before) == ([], set())
        assert ctx.partial is not None
        assert ctx.partial.stopped == "interrupted"

    async def test_a_program_that_is_not_ab(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        fake = tmp_path / "ab"
        fake.write_text("#!/bin/sh\necho 'This is ApacheBench, Version 9.9'\n")
        fake.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
        with pytest.raises(EngineFailed, match="without a report"):
            await run("http://127.0.0.1:1/", {"iterations": 1})


class TestTls:
    async def test_https_is_sent_without_verification_only_if_the_plan_says_so(self) -> None:
        with RecordingServer(tls="untrusted") as server:
            with pytest.raises(UnsupportedFeature, match="ab verifies no certificate"):
                await run(server.url, {"iterations": 5})
            assert server.log.connections == 0
            result = await run(server.url, {"iterations": 20, "users": 2}, options={"tls": {"verify": False}})
            assert (result.success, server.log.count()) == (True, 20), result.reason

    @pytest.mark.parametrize("keep_alive", [True, False])
    async def test_faults_over_tls(self, keep_alive: bool) -> None:
        options = {"tls": {"verify": False}, "keep_alive": keep_alive}
        with RecordingServer(tls=True) as server:
            result = await run(server.url + "/fault-every/5/truncated", {"iterations": 20}, options=options)
            assert (result.summary.requests, errors(result)) == (20, {"truncated": 4})

    async def test_a_server_that_speaks_no_tls(self, server: RecordingServer) -> None:
        url = server.url.replace("http:", "https:")
        result = await run(url, {"iterations": 5}, options={"tls": {"verify": False}})
        assert (result.success, errors(result)) == (False, {"tls": 5})

    async def test_a_client_certificate_is_shown(self, tmp_path: Path) -> None:
        trustme = pytest.importorskip("trustme")
        authority = trustme.CA()
        leaf = authority.issue_cert("client.example")
        certificate, key = tmp_path / "cert.pem", tmp_path / "key.pem"
        leaf.cert_chain_pems[0].write_to_path(str(certificate))
        leaf.private_key_pem.write_to_path(str(key))
        with _ClientsKnownTo(authority) as server:
            tls = {"verify": False, "client_cert": str(certificate), "client_key": str(key)}
            result = await run(server.url, {"iterations": 1}, options={"tls": tls})
            assert (result.success, server.clients) == (True, ["client.example"]), result.reason


class _ClientsKnownTo:
    """A server that answers one client, if it shows a certificate of this authority."""

    def __init__(self, authority: Any) -> None:
        self.clients: list[str] = []
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("localhost").configure_cert(self._context)
        authority.configure_trust(self._context)
        self._context.verify_mode = ssl.CERT_REQUIRED

    def __enter__(self) -> "_ClientsKnownTo":
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"https://127.0.0.1:{self._listener.getsockname()[1]}/"
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()
        self._thread.join(5)

    def _serve(self) -> None:
        connection, _ = self._listener.accept()
        with self._context.wrap_socket(connection, server_side=True) as secured:
            shown = secured.getpeercert() or {}
            self.clients += [value for kind, value in shown.get("subjectAltName", ()) if kind == "DNS"]  # type: ignore[misc]
            secured.recv(10_000)
            secured.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\nok")
            secured.recv(1)
