"""Connections made by our own wire code: addresses in order, names looked up as asked, what takes how long."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import pytest

from adapters.http.errors import WireError
from adapters.http.wire import Connection, Dialer, Names, Origin, split_url
from adapters.http.wire import dial as dial_module
from adapters.performance.testing import RecordingServer

NOWHERE = Origin("http", "shop.example", 1)


class Listed(Names):
    """Names with the addresses that a test gives them; ``asked`` counts."""

    def __init__(self, *addresses: str, each_time: bool = False) -> None:
        super().__init__(each_time=each_time)
        self.asked = 0
        self._found = [(None, None, None, "", (address, 0)) for address in addresses]
        self._loop = self  # type: ignore[assignment]

    async def getaddrinfo(self, *args: Any, **options: Any) -> list[Any]:
        self.asked += 1
        await asyncio.sleep(0)
        return self._found


class Silent(Dialer):
    """A dialer to whom addresses of 127.0.0.2 never answer; ``tried`` are those it tried."""

    def __init__(self, names: Names) -> None:
        super().__init__(names=names)
        self.tried: list[str] = []

    async def _to_address(self, address: str, port: int, local_address: str | None) -> Connection:
        self.tried.append(address)
        if address == "127.0.0.2":
            await asyncio.Event().wait()
        return await super()._to_address(address, port, local_address)


async def test_addresses_are_tried_in_order_and_the_one_that_answers_comes_first_from_then_on():
    names = Listed("127.0.0.2", "127.0.0.3", "127.0.0.1")
    with RecordingServer() as server:
        origin = Origin("http", "shop.example", server.port)
        dialer = Dialer(names=names)
        (await dialer.dial(origin, timeout_s=5)).connection.close()
        assert await names.addresses(origin) == ["127.0.0.1", "127.0.0.2", "127.0.0.3"]
        assert names.asked == 1


async def test_names_are_looked_up_each_time_only_when_asked():
    for each_time, asked in ((False, 1), (True, 3)):
        names = Listed("127.0.0.1", each_time=each_time)
        with RecordingServer() as server:
            dialer = Dialer(names=names)
            for _ in range(3):
                origin = Origin("http", "shop.example", server.port)
                (await dialer.dial(origin, timeout_s=5)).connection.close()
        assert names.asked == asked


async def test_those_who_ask_at_once_share_one_look_up():
    names = Listed("127.0.0.1")
    found = await asyncio.gather(*(names.addresses(NOWHERE) for _ in range(5)))
    assert (found, names.asked) == ([["127.0.0.1"]] * 5, 1)


async def test_a_look_up_that_failed_is_tried_again():
    names = Names()
    for _ in range(2):
        with pytest.raises(WireError, match=r"polyload\.invalid has no address"):
            await names.addresses(Origin("http", "polyload.invalid", 80))


async def test_an_address_that_does_not_answer_does_not_take_all_the_time(monkeypatch):
    monkeypatch.setattr(dial_module, "_PATIENCE_S", 0.05)
    with RecordingServer() as server:
        dialer = Silent(Listed("127.0.0.2", "127.0.0.1"))
        dialed = await dialer.dial(Origin("http", "shop.example", server.port), timeout_s=60)
        dialed.connection.close()
    assert dialer.tried == ["127.0.0.2", "127.0.0.1"]
    assert dialed.total_s >= dialed.connect_s >= 0.05


async def test_the_only_address_has_all_the_time():
    with pytest.raises(WireError) as caught:
        await Silent(Listed("127.0.0.2")).dial(NOWHERE, timeout_s=0.1)
    assert caught.value.kind == "timeout"


async def test_an_address_that_does_not_answer_is_told_rather_than_one_that_refuses(monkeypatch):
    monkeypatch.setattr(dial_module, "_PATIENCE_S", 0.05)
    with RecordingServer() as server:
        port = split_url(server.refused_url)[0].port
        with pytest.raises(WireError) as caught:
            await Silent(Listed("127.0.0.2", "127.0.0.1")).dial(
                Origin("http", "shop.example", port), timeout_s=60
            )
    assert caught.value.kind == "timeout"


async def test_a_name_without_an_address_of_the_version_says_so():
    with pytest.raises(WireError) as caught:
        await Dialer(family=socket.AF_INET).dial(Origin("http", "::1", 80), timeout_s=5)
    assert caught.value.kind == "dns"
    assert "::1 has no IPv4 address" in caught.value.message


async def test_a_unix_socket_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(WireError) as caught:
        await Dialer(unix_socket=str(tmp_path / "gone")).dial(NOWHERE, timeout_s=5)
    assert caught.value.kind == "refused"
    assert str(tmp_path / "gone") in caught.value.message


async def test_an_address_of_this_machine_in_brackets_is_reached():
    with RecordingServer(host="::1") as server:
        origin, _ = split_url(server.url + "/")
        assert origin.authority == f"[::1]:{server.port}"
        (await Dialer().dial(origin, timeout_s=5)).connection.close()
        assert server.log.connections == 1
