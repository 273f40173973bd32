"""The ways connections take: shared, from chosen addresses, over Unix sockets, through a proxy, with TLS settings."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from ..server import RecordingServer
from .base import Topic


class PathTests(Topic):
    """What an engine that does not refuse them makes of the options about connections."""

    async def test_users_may_share_connections(self) -> None:
        options = {"keep_alive": {"shared": 2}}
        plan = self.plan("/delay/5", load={"iterations": 30, "users": 6}, options=options)
        result = await self.run_or_refuse(plan, "keep_alive.shared")
        assert (self.server.log.connections, len(self.seen)) == (2, 30)
        self.figures(result.summary, requests=30, failures=0)

    async def test_a_connection_that_was_idle_too_long_is_replaced(self) -> None:
        options = {"keep_alive": {"idle_timeout": 0.1}}
        plan = self.plan("/a", {"pause": 0.4}, "/b", load={"iterations": 2}, options=options)
        result = await self.run_or_refuse(plan, "keep_alive.idle_timeout", "pause", "steps")
        connection_of = {(request.path, request.connection) for request in self.seen}
        assert len(connection_of) == 4
        assert self.server.log.connections == 3  # /b and the next /a follow at once
        self.figures(result.summary, requests=4, failures=0)

    @pytest.mark.parametrize("when", ["once", "connection"])
    async def test_names_may_be_looked_up_when_the_plan_says(self, when: str) -> None:
        url = f"http://localhost:{self.server.port}/"
        options = {"resolve": when, "keep_alive": False}
        result = await self.run_or_refuse(
            self.plan(url, load={"iterations": 4}, options=options), f"resolve.{when}"
        )
        self.figures(result.summary, requests=4, failures=0)

    async def test_the_version_of_ip_may_be_chosen(self) -> None:
        result = await self.run_or_refuse(self.plan("/", load={"iterations": 2}, options={"ip": 4}), "ip")
        self.figures(result.summary, requests=2, failures=0)

    async def test_an_address_of_the_other_version_is_not_used(self) -> None:
        url = f"http://localhost:{self.server.port}/"
        result = await self.run_or_refuse(self.plan(url, load={"iterations": 2}, options={"ip": 6}), "ip")
        assert (result.success, len(self.seen), result.summary.failures) == (False, 0, 2)

    async def test_connections_come_from_the_address_that_is_asked_for(self) -> None:
        plan = self.plan("/", load={"iterations": 4, "users": 2}, options={"local_address": "127.0.0.2"})
        await self.run_or_refuse(plan, "local_address")
        assert [request.client.address for request in self.seen] == ["127.0.0.2"] * 4

    async def test_a_unix_socket_takes_the_place_of_host_and_port(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "s")
            with RecordingServer(unix_socket=path) as server:
                plan = self.plan(
                    "http://shop.example/x?y=1", load={"iterations": 3}, options={"unix_socket": str(path)}
                )
                await self.run_or_refuse(plan, "unix_socket", servers=[server])
        assert [(request.header("host"), request.target) for request in self.seen] == [
            ("shop.example", "/x?y=1")
        ] * 3

    async def test_a_server_may_be_asked_for_by_another_name(self) -> None:
        with RecordingServer(tls="wrong_host") as server:
            tls = {"ca_file": str(server.ca_file), "server_name": "elsewhere.invalid"}
            plan = self.plan(f"{server.url}/", load={"iterations": 2}, options={"tls": tls})
            result = await self.run_or_refuse(plan, "tls.server_name", "tls.ca_file", servers=[server])
        self.figures(result.summary, requests=2, failures=0)
        assert {request.client.asked_for for request in self.seen} == {"elsewhere.invalid"}

    @pytest.mark.parametrize("resume", [True, False])
    async def test_tls_sessions_are_resumed_only_when_asked(self, resume: bool) -> None:
        with RecordingServer(tls=True) as server:
            options = {"keep_alive": False, "tls": {"verify": False, "resume": resume}}
            plan = self.plan(f"{server.url}/", load={"iterations": 4}, options=options)
            await self.run_or_refuse(plan, "tls.resume", "keep_alive.off", "tls", servers=[server])
        assert [request.client.resumed for request in self.seen] == [False, *[resume] * 3]
