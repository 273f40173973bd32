"""The HTTP benchmark, held to what a real server saw: through an HTTP client, on an engine, from the command line."""

import json
import subprocess
import sys

import pytest

from adapters.http import BearerAuth, HTTPXClient, Retries
from adapters.performance import (
    HttpBenchmarkResult,
    PerformanceClient,
    SyncPerformanceClient,
    UnsupportedFeature,
    UsageError,
)
from adapters.performance.errors import PlanError
from adapters.performance.testing import Reply

POLYLOAD = [sys.executable, "-c", "from adapters.performance.cli import main; main()"]


@pytest.fixture(params=["client", "engine"])
def client(request, server):
    """The two ways in which a benchmark sends."""
    http = HTTPXClient(base_url=server.url) if request.param == "client" else None
    return PerformanceClient(http_client=http)


async def test_exactly_so_many_requests_are_sent_and_timed(client, server):
    async with client:
        result = await client.benchmark(server.url + "/slow-body/20", requests=30, concurrency=3)
    assert server.log.count() == result.requests == 30
    assert result.success
    assert result.avg_time == result["avg_time"] == result.total_ms.mean >= 15
    assert result.min_time <= result.total_ms.p50 <= result.total_ms.p99 <= result.max_time
    assert result.last_byte_ms.mean > result.first_byte_ms.mean, (
        "the head comes at once, the body takes its time"
    )
    assert result.throughput == pytest.approx(30 / result.duration_s)
    assert result.status_codes == {"200": 30}
    assert result.rows is None


async def test_the_way_of_the_documentation(server):
    http_client = HTTPXClient(base_url=server.url)
    client = PerformanceClient(http_client=http_client)
    result = await client.benchmark(target_url="/status/200", requests=500)
    await client.close()
    assert server.log.count("/status/200") == 500
    assert result.avg_time > 0
    assert result.throughput > 0
    assert result.url == f"{server.url}/status/200"
    assert result.median_interval_ms.low <= result.total_ms.p50 <= result.median_interval_ms.high
    assert HttpBenchmarkResult.from_json(result.to_json()) == result


async def test_concurrency_is_how_many_are_under_way_at_once(client, server):
    most = 0

    def count(request):
        nonlocal most
        most = max(most, len(server.log._in_flight))
        return Reply(body=b"ok", delay_s=0.02)

    server.route("/counted", count)
    async with client:
        await client.benchmark(server.url + "/counted", requests=40, concurrency=4)
    assert most == 4


async def test_errors_are_no_success_and_their_times_are_told_apart(client, server):
    async with client:
        result = await client.benchmark(server.url + "/status/500", requests=20)
        half = await client.benchmark(server.url + "/alternate/200,503", requests=20, warm_up=2)
    assert not result.success
    assert (result.failures, result.error_rate, result.exit_code) == (20, 1.0, 1)
    assert result.avg_time is None
    assert result.failed_ms.mean > 0
    assert [(error.kind, error.message, error.count) for error in result.errors] == [
        ("status", "status 500", 20)
    ]
    assert result.reason == "20 of 20 requests failed"
    assert (half.failures, half.status_codes) == (10, {"200": 10, "503": 10})
    assert sum(error.count for error in half.errors) == 10


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/reset-before", "reset"),
        ("/truncated", "truncated"),
        ("/garbage", "protocol"),
        ("/close-before", "closed"),
    ],
)
async def test_failures_are_counted_by_the_same_kinds(client, server, path, kind):
    async with client:
        result = await client.benchmark(server.url + path, requests=5)
    assert [(error.kind, error.count) for error in result.errors] == [(kind, 5)]


async def test_a_timeout_is_a_kind_of_its_own(client, server):
    async with client:
        result = await client.benchmark(
            server.url + "/delay/2000", requests=2, concurrency=2, timeout="100ms"
        )
    assert [(error.kind, error.count) for error in result.errors] == [("timeout", 2)]
    assert result.failed_ms.min >= 90


async def test_a_target_that_refuses_is_told(client, server):
    async with client:
        result = await client.benchmark(server.refused_url, requests=3)
    assert [(error.kind, error.count) for error in result.errors] == [("refused", 3)]
    assert result.status_codes == {}


async def test_what_is_sent(client, server):
    async with client:
        await client.benchmark(
            server.url + "/echo", 1, method="put", json={"a": 1}, headers={"X-Team": "qa"}, params={"q": "1"}
        )
    seen = server.log.last
    assert (seen.method, seen.query, seen.header("X-Team"), seen.json()) == ("PUT", "q=1", "qa", {"a": 1})
    assert seen.header("Content-Type") == "application/json"


async def test_rows_are_all_requests_one_by_one(client, server):
    async with client:
        result = await client.benchmark(server.url + "/alternate/200,500", requests=6, warm_up=1, rows=True)
    assert server.log.count() == 7
    assert [row.number for row in result.rows] == [1, 2, 3, 4, 5, 6]
    assert [row.status for row in result.rows] == [500, 200, 500, 200, 500, 200]
    assert [row.failure for row in result.rows] == ["status", None] * 3
    first = result.rows[1]
    assert first.first_byte_ms + first.last_byte_ms == pytest.approx(first.total_ms)
    assert json.loads(result.to_json())["rows"][0]["failure"] == "status"


async def test_the_clients_auth_and_retries_apply(server):
    auth = BearerAuth("secret")
    async with HTTPXClient(base_url=server.url, auth=auth, retries=Retries(count=1, backoff_s=0)) as http:
        result = await PerformanceClient(http_client=http).benchmark("/alternate/503,200", requests=10)
    assert (result.success, result.requests, result.retries) == (True, 10, 10)
    assert server.log.count() == 20
    assert {seen.header("Authorization") for seen in server.log} == {"Bearer secret"}


async def test_the_time_of_a_retried_request_begins_with_its_first_try(server):
    async with HTTPXClient(base_url=server.url, retries=Retries(count=1, backoff_s=0)) as http:
        server.route("/second", lambda seen: Reply(503 if seen.number % 2 else 200, delay_s=0.02))
        result = await PerformanceClient(http_client=http).benchmark("/second", requests=3)
    assert result.min_time >= 38
    assert result.first_byte_ms.min >= 38


async def test_mistakes_are_told_before_anything_is_sent(server):
    client = PerformanceClient(http_client=HTTPXClient())
    with pytest.raises(UsageError, match="no base_url to join it to"):
        await client.benchmark("/endpoint")
    with pytest.raises(UsageError, match="requests must be a whole number from 1"):
        await client.benchmark(server.url, requests=0)
    with pytest.raises(UsageError, match="no setting 'metod'"):
        await client.benchmark(server.url, metod="GET")
    with pytest.raises(UsageError, match="cannot be sent"):
        await client.benchmark("ftp://127.0.0.1/", requests=3)
    with pytest.raises(PlanError, match="no scheme"):
        await PerformanceClient().benchmark("/endpoint")
    with pytest.raises(UnsupportedFeature, match="ab does not tell which request"):
        await PerformanceClient("ab").benchmark(server.url, requests=3)
    assert server.log.count() == 0


def test_the_blocking_twin(server):
    with SyncPerformanceClient(http_client=HTTPXClient(base_url=server.url)) as client:
        assert client.benchmark("/", requests=5).success
    assert SyncPerformanceClient().benchmark(server.url, requests=5).success
    assert server.log.count() == 10


# The command line


def polyload(*args):
    return subprocess.run([*POLYLOAD, *args], capture_output=True, text=True, timeout=60)


def test_a_url_is_measured_by_itself(server):
    done = polyload("bench", server.url, "module:function")
    assert done.returncode == 2
    assert "measured by itself" in done.stderr


def test_bench_shows_the_figures(server):
    done = polyload(
        "bench", f"{server.url}/echo", "-n", "20", "-c", "2", "-b", '{"a": 1}', "-H", "X-A: 1", "--rows"
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("DONE  20 requests, none failed")
    assert "last byte" in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 100
    assert server.log.count() == 20
    seen = server.log.last
    assert (seen.method, seen.json(), seen.header("X-A")) == ("POST", {"a": 1}, "1")


def test_bench_of_failures_fails_and_its_json_goes_where_it_should(server):
    done = polyload("bench", f"{server.url}/status/500", "-n", "5", "--json", "-")
    assert done.returncode == 1
    assert json.loads(done.stdout)["failures"] == 5
    assert "FAILED  5 of 5 requests failed" in done.stderr


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (["localhost:80"], "a URL is written with http://"),
        (["http://x/", "-n", "0"], "not in the range"),
        (["http://x/", "-n", "2", "-c", "3"], "3 cannot share 2 requests"),
        (["http://x/", "--json", "/missing/a.json"], "there is no folder"),
        (["http://x/", "-H", "nothing"], "not a header"),
    ],
)
def test_usage_errors_of_bench(args, told):
    done = polyload("bench", *args)
    assert done.returncode == 2
    assert told in done.stderr
