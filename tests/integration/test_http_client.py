"""HTTPXClient against a real server, on asyncio and on uvloop."""

import asyncio
import contextvars
import gc
import select
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import suppress
from typing import Any

import httpx
import pytest
import uvloop

from adapters.http import HTTPXClient, Timing, WireError, WireTransport, pool, timing_of
from adapters.http.wire import Connection
from adapters.performance.testing import RecordingServer

LOOPS = {"asyncio": asyncio.new_event_loop, "uvloop": uvloop.new_event_loop}
Steps = Callable[[HTTPXClient], Awaitable[Any]]


@pytest.fixture(scope="module")
def secure() -> Iterator[RecordingServer]:
    with RecordingServer(tls=True) as server:
        yield server


@pytest.fixture(params=LOOPS)
def runner(request: pytest.FixtureRequest) -> Iterator[asyncio.Runner]:
    with asyncio.Runner(loop_factory=LOOPS[request.param]) as runner:
        yield runner


class Use:
    """Runs steps with a client for the server: ``use(steps, **options of the client)``."""

    def __init__(self, runner: asyncio.Runner, url: str) -> None:
        self._runner = runner
        self._url = url

    def __call__(self, steps: Steps, **options: Any) -> Any:
        async def go() -> Any:
            async with HTTPXClient(options.pop("base_url", self._url), trust_env=False, **options) as client:
                return await steps(client)

        return self._runner.run(go())

    def get(self, path: str, **options: Any) -> httpx.Response:
        """One GET."""
        response: httpx.Response = self(lambda client: client.get(path), **options)
        return response


@pytest.fixture
def use(runner: asyncio.Runner, server: RecordingServer) -> Use:
    return Use(runner, server.url)


# Connections


def test_one_request_after_the_other_shares_a_connection(use: Use, server: RecordingServer) -> None:
    async def steps(client: HTTPXClient) -> list[Timing]:
        return [timing_of(await client.get("/echo")) for _ in range(4)]

    first, *others = use(steps)
    assert server.log.connections == 1
    assert (first.connect_s or 0) > 0
    assert not first.reused
    assert all(one.reused and one.connect_s is None for one in others)


def test_no_more_connections_are_made_than_allowed(use: Use, server: RecordingServer) -> None:
    async def steps(client: HTTPXClient) -> None:
        await asyncio.gather(*(client.get("/delay/5") for _ in range(20)))

    use(steps, max_connections=3)
    assert (server.log.count(), server.log.connections) == (20, 3)


def test_who_waits_for_a_connection_is_served_in_turn(use: Use, server: RecordingServer) -> None:
    async def steps(client: HTTPXClient) -> list[Timing]:
        sent = (client.get("/delay/1", params={"n": n}) for n in range(8))
        return [timing_of(response) for response in await asyncio.gather(*sent)]

    timings = use(steps, max_connections=1)
    assert [request.query for request in server.log] == [f"n={n}" for n in range(8)]
    assert 0.005 < timings[-1].waited_s < timings[-1].first_byte_s


def test_the_connection_used_last_is_used_next(use: Use, server: RecordingServer) -> None:
    async def steps(client: HTTPXClient) -> None:
        await asyncio.gather(client.get("/delay/1"), client.get("/delay/60"))
        await client.get("/after")

    use(steps)
    connections = {request.path: request.connection for request in server.log}
    assert connections["/after"] == connections["/delay/60"] != connections["/delay/1"]


def test_no_connection_free_in_time_is_a_pool_timeout(use: Use) -> None:
    async def steps(client: HTTPXClient) -> None:
        blocking = asyncio.create_task(client.get("/hang"))
        with pytest.raises(httpx.PoolTimeout, match="max_connections"):
            while not blocking.done():
                await client.get("/", timeout=httpx.Timeout(5, pool=0.01))
        blocking.cancel()

    use(steps, max_connections=1)


def test_a_cancelled_request_closes_its_connection_and_frees_its_place(
    use: Use, server: RecordingServer
) -> None:
    async def steps(client: HTTPXClient) -> None:
        blocking = asyncio.create_task(client.get("/hang"))
        await asyncio.to_thread(server.log.wait_for, 1)
        blocking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await blocking
        await asyncio.to_thread(server.log.wait_until_idle)
        assert (await client.get("/")).status_code == 200

    use(steps, max_connections=1)
    assert (server.log.abandoned, server.log.connections) == (1, 2)


def test_a_cancelled_wait_for_a_connection_leaves_the_others_in_turn(
    use: Use, server: RecordingServer
) -> None:
    async def steps(client: HTTPXClient) -> None:
        tasks = [asyncio.create_task(client.get(f"/delay/{n}")) for n in (150, 1, 2)]
        await asyncio.to_thread(server.log.wait_for, 1)
        tasks[1].cancel()
        await asyncio.wait(tasks)
        assert [task.cancelled() for task in tasks] == [False, True, False]

    use(steps, max_connections=1)
    assert [request.path for request in server.log] == ["/delay/150", "/delay/2"]


def test_asking_to_close_is_kept_to(use: Use, server: RecordingServer) -> None:
    async def steps(client: HTTPXClient) -> None:
        await client.get("/", headers={"Connection": "close"})
        await client.get("/close")
        await client.head("/close")
        await client.get("/")

    use(steps)
    assert server.log.connections == 4


# Connections that the server closes


def idle_connection(transport: WireTransport) -> Connection:
    assert transport._pool is not None
    [places] = transport._pool._places.values()
    return places._idle[-1][0]


async def loop_reads_the_close(transport: WireTransport) -> None:
    while idle_connection(transport).open:
        await asyncio.sleep(0)


async def close_arrives_unread(transport: WireTransport) -> None:
    """Waits without giving the loop a turn."""
    socket_transport = idle_connection(transport)._transport
    assert socket_transport is not None
    assert select.select([socket_transport.get_extra_info("socket").fileno()], [], [], 5)[0]


class SecondRequest:
    """Two requests on a path where each connection is closed after one answer, without saying so in its head."""

    def __init__(self, use: Use, method: str, between: Callable[[WireTransport], Awaitable[None]]) -> None:
        transport = WireTransport()

        async def steps(client: HTTPXClient) -> httpx.Response:
            await client.request(method, "/keep-alive-limit/1")
            await between(transport)
            return await client.request(method, "/keep-alive-limit/1")

        self.response: httpx.Response = use(steps, transport=transport)
        self.reused = timing_of(self.response).reused
        self.resent = self.response.request.extensions.get("resent")


def test_a_connection_closed_while_idle_is_not_used_again(use: Use, server: RecordingServer) -> None:
    for number, between in enumerate((close_arrives_unread, loop_reads_the_close), 1):
        second = SecondRequest(use, "POST", between)
        assert (second.reused, second.resent) == (False, None)
        assert server.log.count() == server.log.connections == 2 * number


def test_a_request_that_never_left_is_sent_on_a_fresh_connection(
    use: Use, server: RecordingServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "_fit", lambda connection: True)
    second = SecondRequest(use, "POST", loop_reads_the_close)
    assert (second.reused, second.resent) == (False, False)
    assert server.log.count() == server.log.connections == 2


def test_a_request_that_may_have_left_is_sent_again_only_if_that_does_no_harm(
    use: Use, server: RecordingServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "_fit", lambda connection: True)
    second = SecondRequest(use, "GET", close_arrives_unread)
    assert (second.reused, second.resent) == (False, True)
    with pytest.raises(httpx.TransportError):
        SecondRequest(use, "POST", close_arrives_unread)


def test_idle_connections_are_closed_in_the_end(runner: asyncio.Runner) -> None:
    async def go() -> None:
        gone = asyncio.Event()

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n")
            with suppress(ConnectionResetError):
                await reader.read()
            writer.close()
            gone.set()

        transport = WireTransport(keep_alive_s=0.01)
        async with await asyncio.start_server(serve, "127.0.0.1", 0) as listening:
            url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
            async with HTTPXClient(url, transport=transport) as client:
                await client.get("/")
                await asyncio.wait_for(gone.wait(), 5)

    runner.run(go())


# Failures


@pytest.mark.parametrize(
    ("path", "error", "kind"),
    [
        ("/reset-before", httpx.ReadError, "reset"),
        ("/reset-inside", httpx.ReadError, "reset"),
        ("/close-before", httpx.RemoteProtocolError, "closed"),
        ("/truncated", httpx.RemoteProtocolError, "truncated"),
        ("/garbage", httpx.RemoteProtocolError, "protocol"),
        ("/bad-length", httpx.RemoteProtocolError, "protocol"),
        ("/surplus/answer", httpx.RemoteProtocolError, "surplus"),
        ("/endless/header", httpx.RemoteProtocolError, "too_large"),
        ("/hang", httpx.ReadTimeout, "timeout"),
        ("/slow-body/10000", httpx.ReadTimeout, "timeout"),
    ],
)
def test_a_failure_is_httpx_s_exception_with_ours_as_its_cause(
    use: Use, server: RecordingServer, path: str, error: type[httpx.TransportError], kind: str
) -> None:
    with pytest.raises(error) as caught:
        use.get(path, timeout=httpx.Timeout(5, read=0.1 if kind == "timeout" else 5))
    assert isinstance(caught.value.__cause__, WireError)
    assert caught.value.__cause__.kind == kind
    assert str(caught.value.request.url) == server.url + path
    assert server.log.count() == 1  # and it was not sent again


def test_a_body_of_any_size_is_read(use: Use) -> None:
    assert len(use.get("/zeros/70000000", timeout=30).content) == 70_000_000


def test_a_failure_to_connect_is_a_connect_error(use: Use, server: RecordingServer) -> None:
    for url in (server.refused_url, server.unresolvable_url):
        with pytest.raises(httpx.ConnectError):
            use.get(url)


def test_a_failure_to_connect_frees_its_place(use: Use, server: RecordingServer) -> None:
    async def steps(client: HTTPXClient) -> None:
        for _ in range(3):
            with pytest.raises(httpx.ConnectError):
                await client.get(server.refused_url, timeout=httpx.Timeout(5, pool=0.2))

    use(steps, max_connections=1)


def test_a_connection_that_takes_too_long_is_a_connect_timeout(use: Use) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:  # TLS never begins on the other side
        url = f"https://127.0.0.1:{silent.getsockname()[1]}/"
        with pytest.raises(httpx.ConnectTimeout):
            use.get(url, verify=False, timeout=httpx.Timeout(5, connect=0.05))


def test_a_failed_try_is_followed_by_another(use: Use, server: RecordingServer) -> None:
    response = use.get("/fault-every/1/503", retries=0)
    assert response.extensions["tries"] == 1
    response = use.get("/alternate/503,200", retries=1)
    assert (response.status_code, response.extensions["tries"]) == (200, 2)
    assert server.log.count("/alternate/503,200") == 2


@pytest.mark.parametrize("url", ["http://127.0.0.1:99999/", "ftp://127.0.0.1/", "relative"])
def test_what_is_no_url_of_http_is_an_unsupported_protocol(use: Use, url: str) -> None:
    with pytest.raises(httpx.UnsupportedProtocol):
        use.get(url, base_url="")


# Answers


@pytest.mark.parametrize("path", ["/bytes/100000", "/chunked/100000", "/until-close/100000"])
def test_a_body_arrives_whole_however_it_is_framed(use: Use, path: str) -> None:
    content = use.get(path).content
    assert (len(content), content[:4], content[-4:]) == (100_000, b"0123", b"cdef")


def test_the_body_is_decoded_and_its_head_left_as_it_was(use: Use) -> None:
    response = use.get("/gzip")
    assert response.json()["name"] == "polyload"
    assert response.headers["Content-Encoding"] == "gzip"
    assert int(response.headers["Content-Length"]) == response.num_bytes_downloaded


def test_an_answer_to_head_has_a_length_and_no_body(use: Use, server: RecordingServer) -> None:
    async def steps(client: HTTPXClient) -> None:
        for _ in range(3):
            response = await client.head("/bytes/500")
            assert (response.headers["Content-Length"], response.content) == ("500", b"")
            assert len((await client.get("/bytes/500")).content) == 500

    use(steps)
    assert server.log.connections == 1


def test_statuses_without_a_body_and_interim_answers_leave_the_connection_in_step(
    use: Use, server: RecordingServer
) -> None:
    async def steps(client: HTTPXClient) -> list[int]:
        paths = ["/status/204", "/early-hints", "/status/304", "/early-hints", "/status/404", "/early-hints"]
        return [(await client.get(path)).status_code for path in paths]

    assert use(steps) == [204, 200, 304, 200, 404, 200]
    assert server.log.connections == 1


def test_each_method_is_sent_as_itself(use: Use, server: RecordingServer) -> None:
    names = ["get", "post", "put", "patch", "delete", "options", "head"]

    async def steps(client: HTTPXClient) -> None:
        for name in names:
            await getattr(client, name)("/echo")

    use(steps)
    assert [request.method.lower() for request in server.log] == names


def test_what_was_said_of_the_client_holds_for_each_request(use: Use, server: RecordingServer) -> None:
    async def steps(client: HTTPXClient) -> None:
        await client.post("/echo", json={"a": 1}, params={"q": "2"}, headers={"X-Two": "2"})

    use(steps, headers={"X-One": "1"}, params={"p": "1"})
    request = server.log.last
    assert (request.query, request.json()) == ("p=1&q=2", {"a": 1})
    assert (request.header("x-one"), request.header("x-two")) == ("1", "2")


def test_a_streamed_body_arrives(use: Use, server: RecordingServer) -> None:
    async def parts() -> AsyncIterator[bytes]:
        for part in (b"one ", b"two ", b"three"):
            yield part

    use(lambda client: client.post("/echo", content=parts()))
    assert server.log.last.body == b"one two three"


def test_cookies_are_kept_and_redirects_followed_if_asked(use: Use) -> None:
    async def steps(client: HTTPXClient) -> None:
        await client.get("/cookie/set?a=1")
        assert (await client.get("/cookie/show")).json() == {"a": "1"}
        assert (await client.get("/redirect/2")).status_code == 302
        assert (await client.get("/redirect/2", follow_redirects=True)).text == "redirected"

    use(steps)


@pytest.mark.parametrize(
    ("path", "auth"),
    [("/basic-auth/u/p", ("u", "p")), ("/digest-auth/u/p", httpx.DigestAuth("u", "p"))],
)
def test_who_proves_who_they_are_is_let_in(use: Use, path: str, auth: Any) -> None:
    assert use.get(path).status_code == 401
    assert use.get(path, auth=auth).status_code == 200


# Time


def test_the_first_byte_and_the_last_are_told_apart(use: Use) -> None:
    late = timing_of(use.get("/slow-first/40"))
    assert 0.04 <= late.first_byte_s <= late.total_s
    slow = timing_of(use.get("/slow-body/200"))
    assert slow.first_byte_s < slow.total_s


def test_httpx_s_own_transport_is_timed_too(use: Use) -> None:
    async def steps(client: HTTPXClient) -> list[Timing]:
        return [timing_of(await client.get("/slow-first/20")) for _ in range(2)]

    first, second = use(steps, transport=httpx.AsyncHTTPTransport())
    assert (first.reused, second.reused) == (False, True)
    assert 0 < first.connect_s < first.first_byte_s
    assert 0.02 <= second.first_byte_s <= second.total_s


# TLS


def test_a_certificate_is_trusted_by_the_authority_named(use: Use, secure: RecordingServer) -> None:
    secure.log.clear()

    async def steps(client: HTTPXClient) -> list[Timing]:
        return [timing_of(await client.get("/echo")) for _ in range(3)]

    timings = use(steps, base_url=secure.url, verify=str(secure.ca_file))
    assert [one.reused for one in timings] == [False, True, True]
    assert secure.log.connections == 1


def test_a_certificate_that_is_not_trusted_is_a_connect_error(use: Use, secure: RecordingServer) -> None:
    with pytest.raises(httpx.ConnectError, match="TLS with localhost") as caught:
        use.get(secure.url)
    assert isinstance(caught.value.__cause__, WireError)
    assert caught.value.__cause__.kind == "tls"
    assert use.get(secure.url, verify=False).status_code == 200


def test_http2_falls_back_to_what_the_server_speaks(use: Use, secure: RecordingServer) -> None:
    response = use.get(secure.url, verify=secure.ca_file, http2=True)
    assert (response.status_code, response.http_version) == (200, "HTTP/1.1")
    assert (timing_of(response).connect_s or 0) > 0


# Loops and closing


def test_a_client_serves_one_event_loop_after_another(server: RecordingServer) -> None:
    client = HTTPXClient(server.url, trust_env=False)
    for make_loop in LOOPS.values():
        with asyncio.Runner(loop_factory=make_loop) as runner:
            for _ in range(2):
                assert runner.run(client.get("/")).status_code == 200
    asyncio.run(client.aclose())
    gc.collect()  # a connection left open would warn, and warnings are errors
    assert server.log.connections == len(LOOPS)


def test_a_client_left_open_is_closed_with_its_loop(runner: asyncio.Runner, server: RecordingServer) -> None:
    runner.run(HTTPXClient(server.url, trust_env=False).get("/"))
    runner.close()
    gc.collect()


def test_closing_lets_requests_finish_and_sends_no_further_one(use: Use, server: RecordingServer) -> None:
    async def steps(client: HTTPXClient) -> None:
        under_way, waiting = (asyncio.create_task(client.get("/delay/150")) for _ in range(2))
        await asyncio.to_thread(server.log.wait_for, 1)
        await client.close()
        assert (await under_way).status_code == 200
        for further in (waiting, client.get("/")):
            with pytest.raises(RuntimeError, match="has been closed"):
                await further

    use(steps, max_connections=1)
    assert server.log.count() == 1


def test_a_task_keeps_its_context_variables_over_a_request(use: Use) -> None:
    name = contextvars.ContextVar[str]("name")

    async def steps(client: HTTPXClient) -> list[str]:
        async def send(own: str) -> str:
            name.set(own)
            await client.get("/")
            return name.get()

        return [await asyncio.create_task(send(own)) for own in ("a", "b")]

    assert use(steps) == ["a", "b"]
