"""The recording server: what it answers, how it misbehaves, and that its log says so."""

import asyncio
import gzip
import http.client
import io
import json
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from adapters.performance.errors import UsageError
from adapters.performance.testing import RecordingServer, Reply, SeenRequest, behaviours_markdown, host
from adapters.performance.testing.routing import BEHAVIOURS


@pytest.fixture(scope="module", params=["fastest loop", "asyncio"])
def shared(request: pytest.FixtureRequest) -> Iterator[RecordingServer]:
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "asyncio":
            patch.setattr(host, "new_event_loop", asyncio.new_event_loop)
        with RecordingServer() as server:
            yield server


@pytest.fixture
def server(shared: RecordingServer) -> RecordingServer:
    shared.log.wait_until_idle()
    shared.reset()
    return shared


@pytest.fixture
def client(server: RecordingServer) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url, trust_env=False, timeout=5) as client:
        yield client


def connect(server: RecordingServer) -> socket.socket:
    return socket.create_connection(("127.0.0.1", server.port), timeout=5)


def read_all(raw: socket.socket) -> bytes:
    """Everything until the server closes; a reset is raised."""
    parts = []
    while part := raw.recv(65536):
        parts.append(part)
    return b"".join(parts)


def exchange(server: RecordingServer, path: str, head: str = "Host: x\r\n") -> bytes:
    """One HTTP/1.1 request over a raw socket, and everything until the server closes."""
    with closing(connect(server)) as raw:
        raw.sendall(f"GET {path} HTTP/1.1\r\n{head}\r\n".encode())
        return read_all(raw)


class TestLog:
    def test_a_request_is_recorded_as_it_was_on_the_wire(self, server: RecordingServer) -> None:
        before = time.time()
        head = b"hOsT: x\r\nX-Two: 1\r\nx-two: 2\r\nContent-Length: 3\r\n"
        request = b"PUT /a%20b?x=1&y=%C3%A9 HTTP/1.1\r\n" + head + b"\r\nabc"
        with closing(connect(server)) as raw:
            raw.sendall(request)
            answer = raw.recv(65536)
        (seen,) = server.log.requests
        assert (seen.method, seen.target) == ("PUT", "/a%20b?x=1&y=%C3%A9")
        assert (seen.path, seen.query) == ("/a%20b", "x=1&y=%C3%A9")
        assert seen.headers == [("hOsT", "x"), ("X-Two", "1"), ("x-two", "2"), ("Content-Length", "3")]
        assert (seen.body, seen.status, seen.number, seen.version) == (b"abc", 200, 1, "1.1")
        assert (seen.bytes_in, seen.bytes_out) == (len(request), len(answer))
        assert (seen.completed, seen.abandoned, seen.ended, seen.fault) == (True, False, True, None)
        assert before <= seen.received_at <= time.time()
        assert seen.answered_s is not None
        assert seen.received_s <= seen.answered_s
        assert (seen.header("HOST"), seen.header("none")) == ("x", None)

    def test_a_request_in_pieces_counts_from_its_first_byte(
        self, server: RecordingServer, client: httpx.Client
    ) -> None:
        with closing(connect(server)) as raw:
            raw.sendall(b"GET /pie")
            client.get("/")  # answered after the first piece was read
            sent = time.time()
            raw.sendall(b"ces HTTP/1.1\r\n\r\n")
            raw.recv(1000)
        assert (server.log.last.path, server.log.count()) == ("/pieces", 2)
        assert server.log.last.received_at <= sent

    def test_counts(self, server: RecordingServer, client: httpx.Client) -> None:
        for path in ("/", "/", "/status/404", "/status/503"):
            client.get(path)
        log = server.log
        assert (log.count(), log.count("/"), len(log), len(log.on("/status/404"))) == (4, 2, 4, 1)
        assert log.status_codes() == {200: 2, 404: 1, 503: 1}
        assert (log.completed, log.abandoned, log.in_flight, log.connections) == (4, 0, 0, 1)
        assert [request.connection_request for request in log] == [1, 2, 3, 4]
        log.clear()
        assert (log.count(), log.requests, log.status_codes(), log.connections) == (0, [], {}, 0)

    def test_an_answer_received_is_always_in_the_log(
        self, server: RecordingServer, client: httpx.Client
    ) -> None:
        for number in range(1, 301):
            client.get("/bytes/300000" if number % 3 == 0 else "/")
            assert server.log.completed == number

    def test_waiting_has_a_deadline(self, server: RecordingServer) -> None:
        with pytest.raises(TimeoutError, match=r"waited 0.01 s for 1 requests; the server has seen 0"):
            server.log.wait_for(1, 0.01)

    @pytest.mark.parametrize("path", ["/hang", "/delay/60000", "/slow-body/60000", "/bytes/50000000"])
    def test_a_client_that_leaves_has_abandoned_its_request(self, server: RecordingServer, path: str) -> None:
        raw = connect(server)
        raw.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        server.log.wait_for(1)
        assert (server.log.in_flight, server.log.abandoned) == (1, 0)
        raw.close()
        server.log.wait_until_idle()
        seen = server.log.last
        assert (seen.abandoned, seen.completed, seen.answered_s) == (True, False, None)
        assert (server.log.abandoned, server.log.completed) == (1, 0)

    def test_an_upload_broken_off_is_logged_as_abandoned(self, server: RecordingServer) -> None:
        with closing(connect(server)) as raw:
            raw.sendall(b"POST / HTTP/1.1\r\nContent-Length: 100\r\n\r\nabc")
        server.log.wait_for(1)
        assert (server.log.last.abandoned, server.log.last.status) == (True, None)
        assert server.log.status_codes() == {}

    def test_beyond_the_limit_only_counts_go_on_and_bodies_may_be_dropped(self) -> None:
        with RecordingServer(max_logged=2, keep_bodies=False) as server:
            for _ in range(5):
                assert (
                    httpx.post(server.url + "/echo", content=b"abc", trust_env=False).json()["body_base64"]
                    == "YWJj"
                )
            assert (len(server.log.requests), server.log.count("/echo")) == (2, 5)
            assert server.log.last.body == b""

    def test_what_is_no_http_is_answered_400_and_counted(self, server: RecordingServer) -> None:
        with closing(connect(server)) as raw:
            raw.sendall(b"\x16\x03\x01\x02\x00 hello\r\n\r\n")
            assert read_all(raw).startswith(b"HTTP/1.1 400 ")
        assert (server.log.malformed, server.log.count()) == (1, 0)

    def test_the_log_outlives_the_server(self) -> None:
        with RecordingServer() as server:
            httpx.get(server.url, trust_env=False)
        assert server.log.count() == 1
        with pytest.raises(httpx.ConnectError):
            httpx.get(server.url, trust_env=False)

    def test_stopping_the_server_does_not_blame_the_client(self) -> None:
        with RecordingServer() as server:
            raw = connect(server)
            raw.sendall(b"GET /hang HTTP/1.1\r\n\r\n")
            server.log.wait_for(1)
        raw.close()
        assert (server.log.last.ended, server.log.last.abandoned) == (True, False)


class TestHttp:
    def test_http_1_0_is_closed_unless_asked_to_be_kept(self, server: RecordingServer) -> None:
        with closing(connect(server)) as raw:
            raw.sendall(b"GET / HTTP/1.0\r\n\r\n")
            assert b"\r\nConnection: close\r\n" in read_all(raw)
        with closing(connect(server)) as raw:
            for _ in range(2):
                raw.sendall(b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
                assert b"\r\nConnection: keep-alive\r\n" in raw.recv(1000)
        assert [request.keep_alive for request in server.log] == [False, True, True]

    def test_http_1_0_gets_no_chunks(self, server: RecordingServer) -> None:
        with closing(connect(server)) as raw:
            raw.sendall(b"GET /chunked/20000 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
            head, _, body = read_all(raw).partition(b"\r\n\r\n")
        assert len(body) == 20000
        assert b"chunked" not in head

    def test_connection_close_is_obeyed(self, server: RecordingServer) -> None:
        assert b"\r\nConnection: close\r\n" in exchange(server, "/", "Connection: close\r\n")

    def test_expect_100_continue(self, server: RecordingServer) -> None:
        with closing(connect(server)) as raw:
            raw.sendall(b"POST /echo HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
            assert raw.recv(1000) == b"HTTP/1.1 100 Continue\r\n\r\n"
            raw.sendall(b"hi")
            assert raw.recv(1000).startswith(b"HTTP/1.1 200 OK\r\n")
        assert server.log.last.body == b"hi"

    def test_chunked_uploads(self, server: RecordingServer, client: httpx.Client) -> None:
        client.post("/", content=iter([b"abc", b"def"]))
        assert server.log.last.body == b"abcdef"

    @pytest.mark.parametrize("path", ["/bytes/1000", "/chunked/1000", "/truncated", "/slow-body/60000"])
    def test_head_has_no_body(self, server: RecordingServer, path: str) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
        with closing(connection):
            connection.request("HEAD", path)
            answer = connection.getresponse()
            assert answer.read() == b""
            assert answer.getheader("Content-Length") == (None if "chunked" in path else "1000")

    def test_pipelined_requests_are_answered_in_order(self, server: RecordingServer) -> None:
        with closing(connect(server)) as raw:
            raw.sendall(
                b"GET /delay/20 HTTP/1.1\r\n\r\nGET /status/404 HTTP/1.1\r\n\r\nGET /close HTTP/1.1\r\n\r\n"
            )
            answers = read_all(raw)
        statuses = [part.split(b" ")[0] for part in answers.split(b"HTTP/1.1 ")[1:]]
        assert statuses == [b"200", b"404", b"200"]
        assert [request.status for request in server.log] == [200, 404, 200]

    def test_an_offer_to_upgrade_is_passed_over(self, client: httpx.Client) -> None:
        for _ in range(2):
            assert client.get("/", headers={"Connection": "Upgrade", "Upgrade": "h2c"}).text == "ok"

    def test_a_proxy_style_target_is_understood(self, server: RecordingServer) -> None:
        assert exchange(server, "http://x.invalid/status/404?a=b", "Connection: close\r\n").startswith(
            b"HTTP/1.1 404"
        )
        assert (server.log.last.path, server.log.last.query) == ("/status/404", "a=b")


class TestContent:
    def test_any_other_path_is_ok(self, client: httpx.Client) -> None:
        for method in ("GET", "POST", "DELETE", "PATCH", "OPTIONS"):
            answer = client.request(method, "/some/where/else")
            assert (answer.status_code, answer.text) == (200, "ok")

    def test_echo(self, client: httpx.Client) -> None:
        answer = client.post(
            "/echo?a=1", content=b"\x00\xff", headers={"X-Odd": "é".encode("latin-1")}
        ).json()
        assert (answer["method"], answer["target"], answer["body_base64"]) == ("POST", "/echo?a=1", "AP8=")
        assert ["X-Odd", "é"] in answer["headers"]

    def test_json_and_gzip_hold_the_same(self, server: RecordingServer, client: httpx.Client) -> None:
        document = client.get("/json").json()
        assert document["owner"]["address"]["city"] == "London"
        assert client.get("/gzip").json() == document
        for codings in ("gzip", "deflate", "gzip,deflate"):
            assert client.get(f"/packed/{codings}").json() == document
        packed = exchange(server, "/gzip", "Connection: close\r\n").partition(b"\r\n\r\n")[2]
        assert json.loads(gzip.decompress(packed)) == document

    @pytest.mark.parametrize("size", [0, 1, 16, 1000, 300_000])
    @pytest.mark.parametrize("kind", ["bytes", "chunked", "until-close"])
    def test_sized_bodies(self, server: RecordingServer, client: httpx.Client, kind: str, size: int) -> None:
        answer = client.get(f"/{kind}/{size}")
        assert len(answer.content) == size
        assert ("content-length" in answer.headers) == (kind == "bytes")
        assert server.log.last.completed
        assert server.log.last.bytes_out > size

    @pytest.mark.parametrize("code", [200, 201, 204, 299, 304, 404, 418, 500, 599])
    def test_statuses(self, server: RecordingServer, client: httpx.Client, code: int) -> None:
        answer = client.get(f"/status/{code}")
        assert answer.status_code == code
        assert (answer.content == b"") == (code in (204, 304))
        assert client.get("/").status_code == 200  # framing held
        assert server.log.status_codes()[code] >= 1

    @pytest.mark.parametrize(
        "path", ["/status/99", "/status/x", "/bytes", "/bytes/-1", "/fault-every/1/x", "/fail-every/0"]
    )
    def test_a_path_that_makes_no_sense_says_how_to_use_it(self, client: httpx.Client, path: str) -> None:
        answer = client.get(path)
        assert answer.status_code == 400
        assert answer.text.startswith("/" + path.split("/")[1])

    def test_early_hints(self, server: RecordingServer) -> None:
        answer = exchange(server, "/early-hints", "Connection: close\r\n")
        assert answer.startswith(b"HTTP/1.1 103 Early Hints\r\n")
        assert b"\r\n\r\nHTTP/1.1 200 OK\r\n" in answer
        assert server.log.last.status == 200

    def test_headers_from_the_query(self, client: httpx.Client) -> None:
        assert client.get("/headers/?X-A=1&X-A=2").headers.get_list("x-a") == ["1", "2"]
        assert client.get("/headers/?X-A=1%0d%0aX-B:2").status_code == 400

    @pytest.mark.parametrize("path", ["/delay/30", "/slow-first/30", "/slow-body/30"])
    def test_slow_answers_take_their_time(
        self, server: RecordingServer, client: httpx.Client, path: str
    ) -> None:
        assert client.get(path).status_code == 200
        seen = server.log.last
        assert seen.answered_s is not None
        assert seen.answered_s - seen.received_s >= 0.029

    def test_slow_first_sends_nothing_and_slow_body_its_head(self, server: RecordingServer) -> None:
        for path, bytes_out in (("/slow-first/60000", False), ("/slow-body/60000", True)):
            with closing(connect(server)) as raw:
                raw.sendall(f"GET {path} HTTP/1.1\r\n\r\n".encode())
                server.log.wait_for(1, path=path)
                assert (server.log.last.bytes_out > 0) == bytes_out
                assert server.log.last.status == (200 if bytes_out else None)

    def test_alternate(self, client: httpx.Client) -> None:
        codes = [client.get("/alternate/200,503,404").status_code for _ in range(5)]
        assert codes == [200, 503, 404, 200, 503]

    def test_redirects(self, server: RecordingServer, client: httpx.Client) -> None:
        answer = client.get("/redirect/3", follow_redirects=True)
        assert ([str(hop.url.path) for hop in answer.history], answer.text) == (
            ["/redirect/3", "/redirect/2", "/redirect/1"],
            "redirected",
        )
        with pytest.raises(httpx.TooManyRedirects):
            client.get("/redirect-loop", follow_redirects=True)
        answer = client.post("/redirect-to?url=/echo&status=307", content=b"x", follow_redirects=True)
        assert answer.json()["method"] == "POST"
        answer = client.post("/redirect-to?url=/echo&status=303", content=b"x", follow_redirects=True)
        assert answer.json()["method"] == "GET"

    def test_cookies(self, server: RecordingServer, client: httpx.Client) -> None:
        assert client.get("/cookie/need/a").status_code == 401
        client.get("/cookie/set?a=1&b=two")
        assert client.get("/cookie/show").json() == {"a": "1", "b": "two"}
        assert client.get("/cookie/need/a").status_code == 200
        assert server.log.last.cookies == {"a": "1", "b": "two"}


class TestAuth:
    def test_a_token_opens_what_is_protected(self, client: httpx.Client) -> None:
        name = {"username": "ada", "password": "x"}
        first, second = client.post("/login", json=name), client.post("/login", data=name)
        assert [answer.json()["token"] for answer in (first, second)] == ["tok-1", "tok-2"]
        assert (second.json()["user"]["id"], second.headers["X-Session-Id"]) == (2, "sess-2")
        assert client.cookies["session"] == "sess-2"
        answer = client.get("/protected", headers={"Authorization": "Bearer tok-2"})
        assert answer.json() == {"user": {"id": 2}}
        for wrong in ("Bearer tok-3", "Basic tok-1", ""):
            assert client.get("/protected", headers={"Authorization": wrong}).status_code == 401

    @pytest.mark.parametrize(
        "body", [b"", b"[1]", b'{"username": "a"}', b'{"username": "a", "password": "wrong"}']
    )
    def test_bad_logins(self, client: httpx.Client, body: bytes) -> None:
        assert client.post("/login", content=body).status_code == 401
        assert client.get("/login").status_code == 405

    def test_basic(self, client: httpx.Client) -> None:
        assert client.get("/basic-auth/ada/p%3Aw", auth=("ada", "p:w")).status_code == 200
        assert client.get("/basic-auth/ada/pw", auth=("ada", "no")).status_code == 401
        assert client.get("/basic-auth/ada/pw").headers["www-authenticate"].startswith("Basic realm=")

    @pytest.mark.parametrize("query", ["", "?algorithm=MD5", "?algorithm=SHA-256"])
    def test_digest(self, server: RecordingServer, client: httpx.Client, query: str) -> None:
        path = f"/digest-auth/ada/pw{query}"
        assert client.get(path, auth=httpx.DigestAuth("ada", "pw")).status_code == 200
        assert client.get(path, auth=httpx.DigestAuth("ada", "no")).status_code == 401
        assert client.get(path).status_code == 401
        assert server.log.status_codes() == {200: 1, 401: 4}


class TestFaults:
    def test_reset_before(self, server: RecordingServer) -> None:
        with pytest.raises(ConnectionResetError):
            exchange(server, "/reset-before")
        seen = server.log.last
        assert (seen.status, seen.bytes_out, seen.completed, seen.abandoned) == (None, 0, False, False)
        assert (server.log.faults(), server.log.status_codes()) == ({"reset-before": 1}, {})

    def test_reset_inside(self, server: RecordingServer) -> None:
        with closing(connect(server)) as raw:
            raw.sendall(b"GET /reset-inside HTTP/1.1\r\n\r\n")
            answer = raw.recv(65536)
            assert answer.startswith(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n")
            with pytest.raises(ConnectionResetError):
                read_all(raw)
        seen = server.log.last
        assert (seen.status, seen.fault, seen.completed, seen.ended) == (200, "reset-inside", False, True)
        assert seen.bytes_out == len(answer)

    def test_close_before(self, server: RecordingServer) -> None:
        assert exchange(server, "/close-before") == b""
        assert (server.log.last.status, server.log.last.fault) == (None, "close-before")

    def test_truncated(self, server: RecordingServer, client: httpx.Client) -> None:
        with pytest.raises(httpx.RemoteProtocolError):
            client.get("/truncated")
        assert (server.log.last.status, server.log.last.completed) == (200, False)

    @pytest.mark.parametrize("fault", ["garbage", "bad-length", "huge-header"])
    def test_hostile_answers(self, server: RecordingServer, client: httpx.Client, fault: str) -> None:
        with pytest.raises(httpx.RemoteProtocolError):
            client.get(f"/{fault}")
        server.log.wait_until_idle()
        assert server.log.faults() == {fault: 1}

    def test_a_connection_that_goes_stale_unannounced(self, server: RecordingServer) -> None:
        with closing(connect(server)) as raw:
            for _ in range(2):
                raw.sendall(b"GET /keep-alive-limit/2 HTTP/1.1\r\n\r\n")
                answer = raw.recv(1000)
                assert answer.endswith(b"ok")
                assert b"Connection" not in answer
            assert raw.recv(1000) == b""
        assert server.log.completed == 2

    def test_fail_every_tenth_is_a_tenth_exactly(self, server: RecordingServer) -> None:
        def work() -> None:
            with httpx.Client(base_url=server.url, trust_env=False) as client:
                for _ in range(25):
                    client.get("/fail-every/10")

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert server.log.status_codes() == {200: 90, 500: 10}
        assert server.log.faults() == {"500": 10}

    @pytest.mark.parametrize("fault", ["reset", "truncated", "hang"])
    def test_every_second_request_meets_a_fault(self, server: RecordingServer, fault: str) -> None:
        outcomes = []
        for _ in range(4):
            try:
                answer = httpx.get(f"{server.url}/fault-every/2/{fault}", trust_env=False, timeout=1)
                outcomes.append(str(answer.status_code))
            except httpx.TransportError as error:
                outcomes.append(type(error).__name__)
        name = {"reset": "ReadError", "truncated": "RemoteProtocolError", "hang": "ReadTimeout"}[fault]
        assert outcomes == ["200", name, "200", name]
        server.log.wait_until_idle()
        assert server.log.faults() == {fault: 2}

    def test_every_second_request_is_slow_or_has_a_status(
        self, server: RecordingServer, client: httpx.Client
    ) -> None:
        assert [client.get("/fault-every/2/503").status_code for _ in range(3)] == [200, 503, 200]
        assert [client.get("/fault-every/2/slow-5").status_code for _ in range(2)] == [200, 200]
        assert server.log.faults() == {"503": 1, "slow-5": 1}

    def test_nothing_listens_at_the_refused_url(self, server: RecordingServer) -> None:
        assert server.refused_url == server.refused_url
        with pytest.raises(httpx.ConnectError):
            httpx.get(server.refused_url, trust_env=False)
        with pytest.raises(httpx.ConnectError):
            httpx.get(server.unresolvable_url, trust_env=False)


class TestRoutes:
    def test_a_handler_answers_its_path(self, server: RecordingServer, client: httpx.Client) -> None:
        def handler(request: SeenRequest) -> Reply:
            return Reply(status=202, headers=[("X-A", "1")], body=request.body[::-1], delay_s=0.001)

        server.route("/mine", handler)
        answer = client.post("/mine?x", content=b"abc")
        assert (answer.status_code, answer.headers["X-A"], answer.content) == (202, "1", b"cba")

    def test_a_handler_sends_chunks_closes_and_resets(
        self, server: RecordingServer, client: httpx.Client
    ) -> None:
        server.route("/chunks", lambda _: Reply(chunks=[b"a", b"", b"bc"], then="close"))
        server.route("/reset", lambda _: Reply(body=b"abc", then="reset"))
        answer = client.get("/chunks")
        assert (answer.content, answer.headers["connection"]) == (b"abc", "close")
        with pytest.raises(ConnectionResetError):
            exchange(server, "/reset")
        assert not server.log.last.completed

    def test_a_handler_may_read_the_log(self, server: RecordingServer, client: httpx.Client) -> None:
        server.route("/count", lambda _: Reply.json(server.log.count()))
        assert client.get("/count").json() == 1

    def test_a_handler_that_breaks_shows_its_traceback(
        self, server: RecordingServer, client: httpx.Client
    ) -> None:
        server.route("/broken", lambda _: Reply(body=bytes(1 // 0)))
        answer = client.get("/broken")
        assert answer.status_code == 500
        assert "ZeroDivisionError" in answer.text

    def test_every_path_is_documented(self) -> None:
        assert all(behaviour.doc and "\n" not in behaviour.doc for behaviour in BEHAVIOURS.values())
        assert "| `/fault-every/N/FAULT` | Each Nth request" in behaviours_markdown()


class TestTls:
    def test_a_client_that_trusts_the_authority_gets_through(self) -> None:
        with RecordingServer(tls=True) as server:
            assert server.url == f"https://localhost:{server.port}"
            context = ssl.create_default_context(cafile=server.ca_file)
            with httpx.Client(base_url=server.url, verify=context, trust_env=False) as client:
                assert client.get("/bytes/300000").status_code == 200
                for path in ("/truncated", "/reset-before", "/reset-inside"):
                    with pytest.raises(httpx.RemoteProtocolError):  # Python's ssl makes an EOF of a reset
                        client.get(path)
            assert server.log.faults() == {"truncated": 1, "reset-before": 1, "reset-inside": 1}

    def test_a_reset_is_one_on_the_wire(self) -> None:
        with RecordingServer(tls=True) as server, closing(connect(server)) as raw:
            incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
            context = ssl.create_default_context(cafile=server.ca_file)
            client = context.wrap_bio(incoming, outgoing, server_hostname="localhost")
            while True:
                try:
                    client.do_handshake()
                    break
                except ssl.SSLWantReadError:
                    raw.sendall(outgoing.read())
                    incoming.write(raw.recv(65536))
            client.write(b"GET /reset-before HTTP/1.1\r\n\r\n")
            raw.sendall(outgoing.read())
            with pytest.raises(ConnectionResetError):
                read_all(raw)

    @pytest.mark.parametrize(
        ("tls", "reason"),
        [("expired", "expired"), ("untrusted", "unable to get local issuer"), ("wrong_host", "mismatch")],
    )
    def test_bad_certificates(self, tls: str, reason: str) -> None:
        with RecordingServer(tls=tls) as server:  # type: ignore[arg-type]
            context = ssl.create_default_context(cafile=server.ca_file)
            with pytest.raises(httpx.ConnectError, match=reason):
                httpx.get(server.url, verify=context, trust_env=False)
            assert server.log.count() == 0

    def test_without_trustme_the_message_says_what_to_install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "trustme", None)
        with pytest.raises(UsageError, match=r"pip install polyload\[testing\]"):
            RecordingServer(tls=True).start()

    def test_importing_needs_neither_pytest_nor_trustme(self) -> None:
        script = (
            "import sys; sys.modules.update(pytest=None, trustme=None)\n"
            "import adapters.performance.testing as t\n"
            "print(all(getattr(t, name) for name in t.__all__))"
        )
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
        assert done.stdout == "True\n"

    def test_the_authority_file_goes_with_the_server(self) -> None:
        with RecordingServer(tls=True) as server:
            kept = Path(server.ca_file)
            assert kept.read_text().startswith("-----BEGIN CERTIFICATE-----")
        assert not kept.exists()
        with RecordingServer() as server, pytest.raises(ValueError, match="no certificate"):
            _ = server.ca_file


class TestIllWill:
    @pytest.mark.parametrize("what", ["status-line", "header", "headers", "interim", "content", "chunks"])
    def test_what_is_endless_goes_on_until_the_client_goes(self, server: RecordingServer, what: str) -> None:
        for pace in ("", "?fast"):
            with closing(connect(server)) as raw:
                raw.sendall(f"GET /endless/{what}{pace} HTTP/1.1\r\n\r\n".encode())
                received = 0
                while received < 200_000:
                    received += len(raw.recv(65536))
            server.log.wait_until_idle()
            assert (server.log.last.abandoned, server.log.last.completed) == (True, False)
            assert server.log.last.fault == f"endless-{what}"

    def test_others_are_served_meanwhile(self, server: RecordingServer, client: httpx.Client) -> None:
        with closing(connect(server)) as raw:
            raw.sendall(b"GET /endless/content?fast HTTP/1.1\r\n\r\n")
            drained = threading.Thread(target=drain, args=(raw, 20_000_000))
            drained.start()
            assert client.get("/").text == "ok"
            drained.join()

    @pytest.mark.parametrize("path", ["/slow-loris/5", "/slow-drip/5"])
    def test_slow_answers_come_byte_by_byte(self, server: RecordingServer, path: str) -> None:
        with closing(connect(server)) as raw:
            raw.sendall(f"GET {path} HTTP/1.1\r\n\r\n".encode())
            pieces = [raw.recv(1000) for _ in range(5)]
        assert b"".join(pieces).startswith(b"HTTP/1.1 200 OK\r\n")
        assert pieces[-1].strip(b"x") == b""

    def test_continue_is_all_there_is(self, server: RecordingServer) -> None:
        with closing(connect(server)) as raw:
            raw.sendall(b"GET /continue-only HTTP/1.1\r\n\r\n")
            assert raw.recv(1000) == b"HTTP/1.1 100 Continue\r\n\r\n"
        server.log.wait_until_idle()
        assert (server.log.last.status, server.log.last.abandoned) == (None, True)

    @pytest.mark.parametrize("path", ["/framing/two-lengths", "/lines/nul", "/framing/long-chunk"])
    def test_a_broken_answer_has_the_status_it_states(self, server: RecordingServer, path: str) -> None:
        assert exchange(server, path).startswith(b"HTTP/1.1 200 OK\r\nConnection: close\r\n")
        assert (server.log.last.status, server.log.last.completed) == (200, False)

    def test_a_second_answer_comes_with_the_first(self, server: RecordingServer) -> None:
        with closing(connect(server)) as raw:
            raw.sendall(b"GET /surplus/answer HTTP/1.1\r\n\r\n")
            assert raw.recv(1000).count(b"HTTP/1.1 200 OK") == 2

    def test_zeros_have_a_length(self, server: RecordingServer, client: httpx.Client) -> None:
        head, _, body = exchange(server, "/zeros/3000000", "Connection: close\r\n").partition(b"\r\n\r\n")
        assert b"Content-Length: 3000000" in head
        assert body == bytes(3_000_000)
        assert client.get("/zeros/10").content == bytes(10)
        assert server.log.last.completed

    def test_a_bomb_is_a_gib_of_zeros_in_a_mib(self, server: RecordingServer) -> None:
        packed = exchange(server, "/encoded/gzip-bomb", "Connection: close\r\n").partition(b"\r\n\r\n")[2]
        assert len(packed) < 1.1 * 2**20
        with gzip.open(io.BytesIO(packed)) as bomb:
            assert sum(len(part) for part in iter(lambda: bomb.read(2**24), b"")) == 2**30

    @pytest.mark.parametrize("path", ["/endless/x", "/surplus/x", "/framing/x", "/lines/x", "/encoded/x"])
    def test_what_there_is_not_is_told_with_what_there_is(self, client: httpx.Client, path: str) -> None:
        answer = client.get(path)
        assert answer.status_code == 400
        assert "'x' is none of " in answer.text


def drain(raw: socket.socket, size: int) -> None:
    """Reads so many bytes."""
    while size > 0:
        size -= len(raw.recv(2**20))
