"""How throughput grows with the users: servers whose slots are known, and what is said where no law fits."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator

import pytest

from adapters.performance import PerformanceClient, ScalabilityResult, SyncPerformanceClient, UsageError
from adapters.performance.testing.queueing import QueueServer

POLYLOAD = [sys.executable, "-c", "from adapters.performance.cli import main; main()"]


@pytest.fixture
def server() -> Iterator[QueueServer]:
    with QueueServer(slots=2, service_s=0.02) as server:  # 100/s
        yield server


async def test_throughput_levels_off_where_the_slots_end(server: QueueServer) -> None:
    told: list[int] = []
    client = PerformanceClient(tool="native")
    result = await client.scalability(
        server.url, (1, 2, 4, 8), probe=2, warm_up=0, on_level=lambda level: told.append(level.users)
    )
    rates = [level.throughput or 0 for level in result.levels]
    assert rates[0] < 51
    assert max(rates) < 1.1 * server.capacity
    assert result.law is not None, result.law_reason
    assert result.law.contention > 0.1
    assert result.law.doubts
    assert (told, result.exit_code, result.stopped) == ([1, 2, 4, 8], 0, "completed")
    assert ScalabilityResult.from_json(result.to_json()) == result


def test_three_levels_are_no_law(server: QueueServer) -> None:
    result = SyncPerformanceClient("native").scalability(server.url, (1, 2, 4), probe=1, warm_up=0)
    assert (result.law, result.exit_code) == (None, 1)
    assert "at least 4" in (result.law_reason or "")


@pytest.mark.parametrize("users", [(4, 2), (), (0, 1), (1.5, 2), (2, 2)])
async def test_users_that_do_not_rise_are_refused(users: tuple[int, ...]) -> None:
    with pytest.raises(UsageError, match="rise from at least 1"):
        await PerformanceClient().scalability("http://127.0.0.1:1/", users)


async def test_a_target_that_refuses_is_left_out_of_the_law() -> None:
    result = await PerformanceClient(tool="native").scalability(
        "http://127.0.0.1:1/", (1, 2), probe=1, warm_up=0
    )
    assert [level.left_out for level in result.levels] == ["100% of the requests failed"] * 2
    assert result.law is None


async def test_stopping_keeps_the_levels_that_are_done(server: QueueServer) -> None:
    client = PerformanceClient(tool="native")
    result = await client.scalability(
        server.url, (1, 2), probe=1, warm_up=0, on_level=lambda level: client.stop()
    )
    assert (result.stopped, result.exit_code, len(result.levels)) == ("interrupted", 130, 1)


async def test_cancelling_leaves_no_run_behind(server: QueueServer) -> None:
    began = asyncio.Event()
    client = PerformanceClient(tool="native")
    measuring = asyncio.ensure_future(
        client.scalability(server.url, (1, 2), probe=1, warm_up=0, on_level=lambda level: began.set())
    )
    await began.wait()
    measuring.cancel()
    with pytest.raises(asyncio.CancelledError):
        await measuring
    assert not client._running


def test_the_command_shows_levels_and_law(server: QueueServer) -> None:
    options = ["--users", "1,2,4,8", "--probe", "1s", "--warm-up", "0", "--tool", "native", "--json", "-"]
    done = subprocess.run(
        [*POLYLOAD, "scalability", server.url, *options],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["schema"] == "polyload.scalability/1"
    assert "8 users" in done.stderr
    assert "done one at a time" in done.stderr


def test_the_command_refuses_what_is_no_list_of_numbers() -> None:
    done = subprocess.run(
        [*POLYLOAD, "scalability", "http://127.0.0.1:1/", "--users", "1;2"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "1,2,4" in done.stderr
