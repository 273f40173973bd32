"""Hostile servers and the native engine: each answer a failure of its own kind, in time, in little memory."""

import asyncio
import gzip

import brotli
import psutil
import pytest

from adapters.performance import NativeAdapter, Plan
from adapters.performance.engines.native.adapter import HttpxAdapter
from adapters.performance.engines.running import run_plan
from adapters.performance.testing import Reply

READ = {"checks": [{"body": {"not_contains": "never said"}}]}
MIB = 2**20
LITTLE_MIB = 200  # a worker alone has about 70
TIMES = 2
TOO_LARGE = [f"endless/{what}" for what in ("header", "headers", "interim", "trailers", "chunk-size")]
NEVER_THERE = ["endless/content", "endless/chunks", "slow-loris/10", "slow-drip/10", "continue-only", "hang"]
ENGINES = pytest.mark.parametrize("engine", [NativeAdapter, HttpxAdapter])


async def run(engine, server, *steps, timeout_s=30.0, users=1):
    """The result, and the most memory that a worker had, in MiB."""
    plan = Plan.from_dict(
        {
            "target": server.url,
            "scenarios": [{"steps": list(steps)}],
            "load": {"iterations": TIMES * users, "users": users},
            "options": {"timeout": timeout_s},
        }
    )
    running = asyncio.ensure_future(run_plan(engine(), plan))
    most = 0
    while not running.done():
        for worker in psutil.Process().children():
            try:
                most = max(most, worker.memory_info().rss)
            except psutil.NoSuchProcess:
                continue
        await asyncio.wait({running}, timeout=0.01)
    return await running, most / MIB


def told(result):
    """The kinds of failures of each step and how many of each."""
    return {
        name: {error.kind: error.count for error in part.errors} for name, part in result.requests.items()
    }


class TestMemory:
    @ENGINES
    async def test_an_answer_larger_than_memory_may_be_streams_past(self, server, engine):
        result, most_mib = await run(engine, server, {"url": f"/zeros/{300 * MIB}"})
        assert (result.summary.requests, result.summary.failures) == (TIMES, 0)
        assert most_mib < LITTLE_MIB
        if engine is NativeAdapter:
            assert result.summary.bytes_received > TIMES * 300 * MIB

    @ENGINES
    async def test_so_does_one_of_which_only_the_status_and_a_header_are_checked(self, server, engine):
        checks = [{"status": 200}, {"header": "content-length", "equals": str(300 * MIB)}]
        result, most_mib = await run(engine, server, {"url": f"/zeros/{300 * MIB}", "checks": checks})
        assert (result.summary.failures, [check.passed for check in result.checks]) == (0, [TIMES, TIMES])
        assert most_mib < LITTLE_MIB

    @ENGINES
    @pytest.mark.parametrize("what", ["content", "chunks"])
    async def test_content_without_end_is_passed_over_until_the_timeout(self, server, engine, what):
        step = {"name": "endless", "url": f"/endless/{what}?fast"}
        result, most_mib = await run(engine, server, step, timeout_s=1)
        assert told(result) == {"endless": {"timeout": TIMES}}
        assert result.summary.latency_ms.max < 2500
        assert most_mib < LITTLE_MIB

    @ENGINES
    @pytest.mark.parametrize("path", ["/endless/content?fast", "/endless/chunks?fast", f"/zeros/{300 * MIB}"])
    async def test_content_past_the_bound_that_is_read_is_too_large(self, server, engine, path):
        result, most_mib = await run(engine, server, {"name": "read", "url": path, **READ})
        assert told(result) == {"read": {"too_large": TIMES}}
        assert most_mib < LITTLE_MIB + 64

    @ENGINES
    async def test_a_bomb_that_is_read_is_too_large_and_one_that_is_not_is_a_mebibyte(self, server, engine):
        bomb = {"url": "/encoded/gzip-bomb"}
        result, most_mib = await run(
            engine, server, {"name": "read", **bomb, **READ}, {"name": "passed over", **bomb}
        )
        assert told(result) == {"read": {"too_large": TIMES}, "passed over": {}}
        assert most_mib < LITTLE_MIB + 128


async def test_what_never_ends_beside_a_body_is_too_large_before_the_timeout(server):
    result, most_mib = await run(
        NativeAdapter, server, *({"name": path, "url": f"/{path}"} for path in TOO_LARGE)
    )
    assert told(result) == {path: {"too_large": TIMES} for path in TOO_LARGE}
    assert result.summary.latency_ms.max < 10_000
    assert most_mib < LITTLE_MIB


async def test_the_timeout_is_one_for_the_whole_request_however_busy_the_server_is(server):
    result, _ = await run(
        NativeAdapter,
        server,
        *({"name": path, "url": f"/{path}"} for path in NEVER_THERE),
        timeout_s=0.3,
        users=3,
    )
    assert told(result) == {path: {"timeout": TIMES * 3} for path in NEVER_THERE}
    assert 290 < result.summary.latency_ms.min <= result.summary.latency_ms.max < 2000
    assert result.stopped == "completed"


@ENGINES
async def test_brotli_is_decoded_too_alone_and_in_a_row(server, engine):
    text = b"the text that is looked for"
    packed = {"br": brotli.compress(text), "gzip, br": brotli.compress(gzip.compress(text))}
    for coding, body in packed.items():
        server.route("/packed", lambda request, told=coding, body=body: encoded(told, body))
        check = {"body": {"equals": text.decode()}}
        result, _ = await run(engine, server, {"url": "/packed", "checks": [check]})
        assert (result.summary.failures, result.checks[0].passed) == (0, TIMES)


def encoded(coding, body):
    return Reply(headers=[("Content-Encoding", coding)], body=body)


@ENGINES
@pytest.mark.parametrize("what", ["gzip-broken", "gzip-truncated", "not-gzip", "not-br"])
async def test_a_body_that_cannot_be_decoded_never_reaches_a_check(server, engine, what):
    result, _ = await run(engine, server, {"name": "read", "url": f"/encoded/{what}", **READ})
    assert told(result) == {"read": {"decode": TIMES}}
    assert result.summary.status_codes == {"200": TIMES}
    assert [(check.passed, check.failed) for check in result.checks] in ([], [(0, 0)])


@pytest.mark.parametrize("what", ["surplus/garbage", "surplus/answer"])
async def test_what_comes_behind_an_answer_is_a_failure_and_the_next_request_is_not_touched(server, what):
    step = {"name": "next", "url": "/echo", "checks": [{"json": "target", "equals": "/echo"}]}
    result, _ = await run(NativeAdapter, server, {"name": "surplus", "url": f"/{what}"}, step)
    assert told(result) == {"surplus": {"surplus": TIMES}, "next": {}}
    assert result.checks[0].passed == TIMES
