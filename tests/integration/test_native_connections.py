"""Connections of the native engine: shared or not, replaced and counted, and the times that they take."""

from __future__ import annotations

import ssl
from collections import Counter
from collections.abc import Iterator

import pytest
import trustme

from adapters.performance import NativeAdapter, Plan
from adapters.performance.engines.contract import RunContext
from adapters.performance.engines.native.adapter import HttpxAdapter
from adapters.performance.engines.running import run_plan
from adapters.performance.errors import PlanError, UnsupportedFeature
from adapters.performance.metrics.collector import MetricsCollector
from adapters.performance.reports import facts, tables
from adapters.performance.testing import RecordingServer, Reply


@pytest.fixture
def server() -> Iterator[RecordingServer]:
    with RecordingServer() as server:
        yield server


def plan_of(server, path="/", *, users=1, iterations=10, **options):
    return Plan.for_url(server.url + path, load={"users": users, "iterations": iterations}, options=options)


def plan_of_steps(server, *steps, users=1, iterations=10, **options):
    return Plan.from_dict(
        {
            "target": server.url,
            "scenarios": [{"steps": list(steps)}],
            "load": {"users": users, "iterations": iterations},
            "options": options,
        }
    )


# Shared connections


@pytest.mark.parametrize(("processes", "most", "workers"), [(1, 3, 1), (2, 3, 2), (2, 1, 1)])
async def test_processes_divide_shared_connections_exactly(server, processes, most, workers):
    plan = plan_of(server, "/delay/5", users=8, iterations=80, keep_alive={"shared": most})
    result = await run_plan(NativeAdapter(processes=processes), plan)
    assert (result.summary.requests, result.summary.failures, server.log.count()) == (80, 0, 80)
    assert server.log.connections == most
    assert result.resources["workers"] == workers


async def test_waiting_for_a_shared_connection_is_part_of_the_latency(server):
    plan = plan_of(server, "/delay/50", users=4, iterations=20, keep_alive={"shared": 1})
    result = await run_plan(NativeAdapter(), plan)
    assert result.summary.latency_ms.p50 >= 150
    assert "waiting for a free one is part of the latency" in result.engine.semantics.connections


async def test_the_timeout_counts_from_when_a_request_was_due_not_from_when_a_connection_was_free(server):
    plan = plan_of(server, "/delay/1000", users=3, iterations=3, keep_alive={"shared": 1}, timeout=1.6)
    result = await run_plan(NativeAdapter(), plan)
    assert (result.summary.requests, result.summary.failures) == (3, 2)
    assert {error.kind for error in result.summary.errors} == {"timeout"}


async def test_answers_over_shared_connections_are_judged_and_their_cookies_kept(server):
    server.route("/set", lambda request: Reply.text("ok", headers=[("Set-Cookie", "a=1")]))
    steps = {"url": "/set", "checks": [{"body": {"equals": "ok"}}]}, {"url": "/then"}
    plan = plan_of_steps(server, *steps, users=3, iterations=6, keep_alive={"shared": 2})
    result = await run_plan(NativeAdapter(), plan)
    assert (result.success, result.checks[0].passed) == (True, 6)
    assert all(request.cookies == {"a": "1"} for request in server.log.on("/then"))


# Connections that are replaced


@pytest.mark.parametrize("keep_alive", [True, {"shared": 1}, {"idle_timeout": 30}])
@pytest.mark.parametrize("then", ["close", "drop"])
async def test_connections_that_the_server_ends_between_requests_are_counted(server, keep_alive, then):
    server.route(
        "/", lambda request: Reply(body=b"ok", then=then if request.connection_request == 2 else "keep")
    )
    plan = plan_of_steps(server, {"url": "/"}, {"pause": 0.1}, iterations=8, keep_alive=keep_alive)
    result = await run_plan(NativeAdapter(), plan)
    assert (result.summary.requests, result.summary.failures) == (8, 0)
    assert result.resources["reconnects"] == server.log.connections - 1 == 3
    assert facts.Fact("reconnects", "3") in facts.totals(result)


@pytest.mark.parametrize("keep_alive", [True, {"shared": 1}])
async def test_a_connection_that_fails_in_a_request_is_no_reconnect(server, keep_alive):
    server.route("/", lambda request: Reply(body=b"ok", sent=1, then="reset"))
    result = await run_plan(NativeAdapter(), plan_of(server, iterations=5, keep_alive=keep_alive))
    assert (result.summary.failures, server.log.connections) == (5, 5)
    assert result.resources["reconnects"] == 0


async def test_new_connections_for_each_request_are_no_reconnects(server):
    result = await run_plan(NativeAdapter(), plan_of(server, iterations=5, keep_alive=False))
    assert (server.log.connections, result.resources["reconnects"]) == (5, 0)


@pytest.mark.parametrize("kept", [{}, {"shared": 1}])
async def test_a_connection_given_up_for_being_idle_is_no_reconnect(server, kept):
    keep_alive = {"idle_timeout": 0.1, **kept}
    plan = plan_of_steps(server, {"url": "/"}, {"pause": 0.3}, iterations=3, keep_alive=keep_alive)
    result = await run_plan(NativeAdapter(), plan)
    assert (server.log.connections, result.resources["reconnects"], result.summary.failures) == (3, 0, 0)


async def test_a_connection_that_is_used_often_enough_is_kept(server):
    plan = plan_of(server, "/delay/5", iterations=30, keep_alive={"idle_timeout": 30})
    await run_plan(NativeAdapter(), plan)
    assert server.log.connections == 1


async def test_httpx_does_not_tell_of_reconnects(server):
    result = await run_plan(HttpxAdapter(), plan_of(server, iterations=2))
    assert result.resources["reconnects"] is None
    assert result.resources["tls_resumed"] is None


# Addresses


@pytest.mark.parametrize("processes", [1, 2])
async def test_users_have_the_local_addresses_in_turn(server, processes):
    addresses = ["127.0.0.2", "127.0.0.3", "127.0.0.4"]
    plan = Plan.for_url(
        server.url + "/delay/5?u=${user}",
        load={"users": 6, "iterations": 60},
        options={"local_address": addresses},
    )
    await run_plan(NativeAdapter(processes=processes), plan)
    used = {(int(request.query[2:]), request.client.address) for request in server.log}
    assert used == {(user, addresses[user % 3]) for user, _ in used}
    assert len(used) == 6


async def test_shared_connections_have_the_local_addresses_in_turn(server):
    options = {"keep_alive": {"shared": 4}, "local_address": ["127.0.0.2", "127.0.0.3"]}
    await run_plan(NativeAdapter(), plan_of(server, "/delay/5", users=8, iterations=80, **options))
    used = Counter({request.connection: request.client.address for request in server.log}.values())
    assert used == {"127.0.0.2": 2, "127.0.0.3": 2}


async def test_an_address_that_is_not_of_this_machine_is_a_mistake_in_the_plan(server):
    with pytest.raises(PlanError, match=r"options.local_address: 192.0.2.7 is no address of this machine"):
        await run_plan(NativeAdapter(), plan_of(server, local_address="192.0.2.7"))
    assert server.log.connections == 0


async def test_a_url_with_an_ipv6_address_is_reached():
    with RecordingServer(host="::1") as server:
        result = await run_plan(NativeAdapter(), plan_of(server, iterations=3))
        assert (result.summary.failures, server.log.last.header("host")) == (0, f"[::1]:{server.port}")


# TLS and times


async def test_connecting_and_the_handshake_have_a_time_each():
    with RecordingServer(tls=True) as server:
        collector = MetricsCollector()
        plan = plan_of(server, users=3, iterations=30, tls={"ca_file": str(server.ca_file)})
        await NativeAdapter().run(plan, collector, RunContext())
        total = collector.totals()
        assert total.connect.count == total.tls.count == server.log.connections == 3
        assert total.connect.min_ns + total.tls.min_ns <= total.latency.max_ns


async def test_without_tls_there_is_no_time_of_a_handshake(server):
    result = await run_plan(NativeAdapter(), plan_of(server))
    assert result.summary.connect_ms is not None
    assert result.summary.tls_ms is None


@pytest.mark.parametrize("shared", [False, True])
async def test_each_user_resumes_its_own_sessions_and_shared_connections_those_of_all(shared):
    with RecordingServer(tls=True) as server:
        server.route("/", lambda request: Reply(body=b"ok", then="close"))
        kept = {"shared": 1} if shared else True
        tls = {"ca_file": str(server.ca_file), "resume": True}
        plan = plan_of(server, users=3, iterations=30, keep_alive=kept, tls=tls)
        result = await run_plan(NativeAdapter(), plan)
        full = [request for request in server.log if not request.client.resumed]
    assert (result.summary.failures, len(full)) == (0, 1 if shared else 3)
    assert result.resources["tls_resumed"] == 30 - len(full)


async def test_tls_works_over_a_unix_socket(tmp_path):
    with RecordingServer(unix_socket=tmp_path / "s", tls=True) as server:
        options = {"unix_socket": str(tmp_path / "s"), "tls": {"ca_file": str(server.ca_file)}}
        plan = Plan.for_url("https://localhost/x", load={"iterations": 3}, options=options)
        result = await run_plan(NativeAdapter(), plan)
        assert (result.summary.failures, server.log.count()) == (0, 3)
        assert [row.cells[0] for row in tables.latencies(result).rows][-2:] == ["connect", "TLS handshake"]


async def test_a_client_certificate_is_shown(tmp_path):
    authority = trustme.CA()
    client = authority.issue_cert("client@example.invalid")
    client.private_key_and_cert_chain_pem.write_to_path(str(tmp_path / "client.pem"))

    class Demanding(RecordingServer):
        def _context(self):
            context = super()._context()
            authority.configure_trust(context)
            context.verify_mode = ssl.CERT_REQUIRED
            return context

    with Demanding(tls=True) as server:
        tls = {"ca_file": str(server.ca_file)}
        without = await run_plan(NativeAdapter(), plan_of(server, iterations=3, tls=tls))
        tls["client_cert"] = str(tmp_path / "client.pem")
        shown = await run_plan(NativeAdapter(), plan_of(server, iterations=3, tls=tls))
        assert (without.summary.failures, shown.summary.failures, server.log.count()) == (3, 0, 3)


# What cannot be had together


@pytest.mark.parametrize(
    ("options", "refused"),
    [
        ({"http_version": "2", "keep_alive": {"shared": 2}}, "the plan asks for HTTP/2, so that httpx sends"),
        ({"http_version": "2", "ip": 4}, "httpx takes the addresses as they come"),
        ({"proxy": "http://127.0.0.1:9", "local_address": "127.0.0.2"}, "where there is a proxy"),
        ({"proxy": "http://127.0.0.1:9", "resolve": "connection"}, "it is the proxy that looks the names up"),
        ({"app": "shop:app", "local_address": "127.0.0.2"}, "has no connections"),
    ],
)
async def test_what_httpx_cannot_do_is_refused_where_httpx_is_needed(server, options, refused):
    with pytest.raises(UnsupportedFeature, match=refused):
        await run_plan(NativeAdapter(), plan_of(server, **options))
    assert server.log.connections == 0


async def test_what_only_httpx_does_is_refused_where_httpx_is_ruled_out(server):
    with pytest.raises(UnsupportedFeature, match="only httpx does this"):
        await run_plan(NativeAdapter(sender="wire"), plan_of(server, proxy="http://127.0.0.1:9"))
    assert server.log.connections == 0
