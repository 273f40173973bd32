"""Searches for the capacity of real servers, whose capacity is set by construction."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from adapters.performance import (
    CapacityResult,
    K6Adapter,
    PerformanceClient,
    SyncPerformanceClient,
    UnknownEngine,
    UnsupportedFeature,
    UsageError,
    find_capacity,
)
from adapters.performance.testing.queueing import QueueServer

POLYLOAD = [sys.executable, "-c", "from adapters.performance.cli import main; main()"]
QUICK: dict[str, Any] = {"probe": 2, "warm_up": 0, "tool": "native", "recover_within": 2}


@pytest.fixture
def server() -> Iterator[QueueServer]:
    with QueueServer(slots=4, service_s=0.02) as server:  # 200/s
        yield server


async def test_the_capacity_of_a_queue_is_found() -> None:
    asked: list[float] = []
    with QueueServer(slots=20, service_s=0.1) as server:  # slow beside what a busy machine adds to it
        result = await find_capacity(
            server.url,
            "p99 < 400ms",
            start_rate=150,
            precision=0.4,
            budget="100s",
            on_ask=lambda ask: asked.append(ask.rate),
            **{**QUICK, "warm_up": 1},
        )
    assert result.conclusion == "found", result.sentence
    assert result.interval is not None
    assert result.interval.low is not None
    assert result.interval.high is not None
    assert result.interval.low * 0.85 <= server.capacity <= result.interval.high * 1.15  # of short probes
    assert result.verified_rate == result.probes[-1].rate
    assert result.limit in ("latency", "plateau", "queue")
    assert result.recovery_s is not None
    assert [probe.rate for probe in result.probes] == asked
    assert (result["schema"], result["conclusion"]) == ("polyload.capacity/1", "found")
    assert CapacityResult.from_json(result.to_json()) == result
    assert set(json.loads(result.to_json())) == set(result)


async def test_up_to_a_highest_rate_it_is_at_least_that(server: QueueServer) -> None:
    result = await find_capacity(server.url, "p99 < 500ms", start_rate=20, max_rate=40, **QUICK)
    assert (result.conclusion, result.rate, result.ended) == ("at_least", 40, "max_rate"), result.sentence
    assert result.sentence.startswith("sustains at least 40/s")
    assert result.exit_code == 0


async def test_k6_searches_too_and_says_that_it_leaves_no_warm_up_out(server: QueueServer) -> None:
    if not K6Adapter().detect().available:
        pytest.skip("k6 is not installed")
    result = await find_capacity(server.url, "p99 < 1s", start_rate=20, max_rate=30, probe=2, tool="k6")
    assert (result.conclusion, result.rate, result.engine and result.engine.name) == ("at_least", 30, "k6")
    assert any("no warm-up was left out" in note for note in result.notes)
    assert result.settings["warm_up_s"] == 0


async def test_a_warm_up_that_was_asked_for_is_not_left_away(server: QueueServer) -> None:
    if not K6Adapter().detect().available:
        pytest.skip("k6 is not installed")
    with pytest.raises(UnsupportedFeature, match="warm_up"):
        await find_capacity(server.url, "p99 < 1s", start_rate=20, probe=2, warm_up=1, tool="k6")


async def test_an_objective_that_the_first_probe_breaks(server: QueueServer) -> None:
    result = await find_capacity(server.url, "p99 < 5ms", start_rate=20, **QUICK)
    assert (result.conclusion, result.rate, result.limit) == ("below", 20, "latency")
    assert "the first probe already failed: 'p99 < 5ms' was" in result.sentence
    assert len(result.probes) == 3
    assert result.exit_code == 99


async def test_a_server_that_dies_in_the_middle(server: QueueServer) -> None:
    result = await find_capacity(
        server.url, "p99 < 500ms", start_rate=20, on_probe=lambda probe: server.stop(), **QUICK
    )
    assert (result.conclusion, result.ended) == ("inconclusive", "not_recovered"), result.sentence
    assert "did not come back within 2 s of the probe at 40/s" in result.sentence
    assert "20/s was sustained in the ramp" in result.sentence
    assert result.probes[-1].criterion == "errors"
    assert result.exit_code == 1


async def test_a_budget_that_ends_in_the_ramp_is_inconclusive(server: QueueServer) -> None:
    result = await find_capacity(server.url, "p99 < 500ms", start_rate=10, budget=4, **QUICK)
    assert (result.conclusion, result.ended, result.rate) == ("inconclusive", "budget", 10)
    assert "the budget ended" in result.sentence


async def test_stopping_the_client_gives_what_is_known(server: QueueServer) -> None:
    client = PerformanceClient("native")
    settings = {name: value for name, value in QUICK.items() if name != "tool"}
    result = await client.find_capacity(
        server.url, "p99 < 500ms", start_rate=20, on_probe=lambda probe: client.stop(), **settings
    )
    assert (result.ended, result.rate, len(result.probes)) == ("interrupted", 20, 1)
    assert result.exit_code == 130


async def test_too_few_users_are_the_generators_limit(server: QueueServer) -> None:
    result = await find_capacity(
        server.url, "p99 < 60ms", start_rate=30, max_users=1, precision=0.5, budget="25s", **QUICK
    )
    assert result.limit == "generator", result.sentence
    assert result.conclusion in ("at_least", "inconclusive")
    assert result.conclusion == "inconclusive" or "the generator was the limit" in result.sentence


def test_without_an_event_loop(server: QueueServer) -> None:
    settings = {name: value for name, value in QUICK.items() if name != "tool"}
    with SyncPerformanceClient("native") as client:
        result = client.find_capacity(server.url, "p99 < 5ms", start_rate=20, **settings)
    assert result.conclusion == "below"


async def test_what_cannot_be_searched_is_refused_before_anything_is_sent(server: QueueServer) -> None:
    with pytest.raises(UsageError, match="nothing is left to search"):
        await find_capacity(server.url, start_rate=10, max_rate=5)
    with pytest.raises(UnknownEngine):
        await find_capacity(server.url, tool="nothing")


async def test_cancelling_leaves_no_run_behind(server: QueueServer) -> None:
    began = asyncio.Event()
    searching = asyncio.ensure_future(
        find_capacity(server.url, start_rate=20, on_ask=lambda ask: began.set(), **QUICK)
    )
    await began.wait()
    searching.cancel()
    with pytest.raises(asyncio.CancelledError):
        await searching


def test_the_command_shows_each_probe_and_the_verdict(server: QueueServer) -> None:
    options = [
        "--slo",
        "p99 < 5ms",
        "--start-rate",
        "20",
        "--probe",
        "2s",
        "--warm-up",
        "0s",
        "--tool",
        "native",
    ]
    done = subprocess.run(
        [*POLYLOAD, "capacity", server.url, *options], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 99, done.stderr
    assert [line.split()[:2] for line in done.stderr.splitlines()] == [
        ["1", "trying"],
        ["2", "confirming"],
        ["3", "confirming"],
    ]
    assert done.stdout.splitlines()[-1].startswith("BELOW  below 20/s: the first probe already failed")
    assert max(map(len, done.stdout.splitlines()[:4])) <= 100


def test_ctrl_c_gives_what_is_known_so_far(server: QueueServer) -> None:
    options = ["--slo", "p99 < 1s", "--start-rate", "5", "--probe", "2s", "--warm-up", "0s", "--json", "-"]
    with subprocess.Popen(
        [*POLYLOAD, "capacity", server.url, "--tool", "native", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        assert process.stdout is not None
        assert "held" in process.stderr.readline()
        process.send_signal(signal.SIGINT)
        result = CapacityResult.from_json(process.stdout.read())
        process.stderr.read()
    assert process.returncode == 130
    assert (result.ended, result.probes[0].sustained) == ("interrupted", True)


def test_a_contradiction_on_the_command_line_is_a_usage_error() -> None:
    done = subprocess.run(
        [*POLYLOAD, "capacity", "http://127.0.0.1:1/", "--start-rate", "20", "--max-rate", "10"],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 2
    assert "nothing is left to search" in done.stderr
