"""Raw samples of real runs: a row for each request, whatever the engine, and nothing lost in silence."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections import Counter

import numpy as np
import pytest

from adapters.performance import (
    ApacheBenchAdapter,
    K6Adapter,
    NativeAdapter,
    PerformanceClient,
    Plan,
    SyncPerformanceClient,
    UnsupportedFeature,
    read_samples,
)
from adapters.performance.engines.contract import RunContext
from adapters.performance.engines.registry import create_engine
from adapters.performance.engines.running import run_plan
from adapters.performance.errors import ReportError
from adapters.performance.metrics.samples import Samples
from adapters.performance.metrics.window import RequestStats, Window

POLYLOAD = [sys.executable, "-c", "from adapters.performance.cli import main; main()"]
STEPS = [
    {"name": "good", "url": "/"},
    {"name": "bad", "url": "/fail-every/5"},
    {"name": "gone", "url": "/reset"},
    {"name": "checked", "url": "/", "checks": [{"body": {"contains": "never there"}}]},
]


def plan_of(server, file, *, ratio=1.0, steps=STEPS, load=None, **options):
    return Plan.from_dict(
        {
            "target": server.url,
            "scenarios": [{"steps": steps}],
            "load": load or {"iterations": 50, "users": 5},
            "options": {"samples": {"file": str(file), "ratio": ratio}, **options},
        }
    )


@pytest.fixture(params=["native", "httpx", "locust", "k6"])
def engine(request):
    made = create_engine(request.param)
    if not made.detect().available:
        pytest.skip(f"{request.param} is not installed")
    return made


async def test_the_warm_up_is_among_the_rows_and_not_in_the_figures(server, tmp_path):
    file = tmp_path / "rows.npz"
    load = {"rate": 50, "duration": 2, "warm_up": 1}
    result = await run_plan(NativeAdapter(), plan_of(server, file, steps=STEPS[:1], load=load))
    rows = read_samples(file)
    assert result.warm_up is not None
    assert len(rows["end_s"]) == rows.requests == len(server.log) == 100
    assert (rows["end_s"] >= 1).sum() == result.summary.requests == 100 - result.warm_up.requests
    assert not result.warnings


async def test_the_rows_say_what_the_figures_say(server, tmp_path, engine):
    file = tmp_path / "rows.npz"
    result = await run_plan(engine, plan_of(server, file))
    rows = read_samples(file)
    assert len(rows) == rows.requests == result.summary.requests == 200
    for name, summary in result.requests.items():
        of_name = rows["name"] == name
        assert of_name.sum() == summary.requests
        told = Counter(f"{status:.0f}" for status in rows["status"][of_name] if not np.isnan(status))
        assert told == Counter(summary.status_codes)
        kinds = Counter(kind for kind in rows["error"][of_name] if kind is not None)
        assert kinds == Counter({error.kind: error.count for error in summary.errors})
    mean_ms = np.nanmean(rows["latency_ns"]) / 1e6
    assert mean_ms == pytest.approx(result.summary.latency_ms.mean, rel=1e-3)
    in_second = Counter(np.floor(rows["end_s"]).astype(int).tolist())
    assert in_second == {point.t: point.requests for point in result.timeline if point.requests}
    assert not [warning for warning in result.warnings if warning.code == "SamplesIncomplete"]


async def test_every_worker_hands_its_rows_over(server, tmp_path):
    file = tmp_path / "rows.npz"
    plan = plan_of(server, file, steps=STEPS[:2], load={"iterations": 60, "users": 6})
    result = await run_plan(NativeAdapter(processes=2), plan)
    rows = read_samples(file)
    assert Counter(rows["worker"]) == {0: 60, 1: 60}
    assert rows["bytes_received"].sum() == result.summary.bytes_received
    assert rows["bytes_sent"].sum() == result.summary.bytes_sent
    assert np.isnan(rows["response_ns"]).all()
    assert (~np.isnan(rows["connect_ns"])).sum() == server.log.connections == 6


async def test_in_the_open_model_a_row_tells_the_response_time_from_when_it_was_due(server, tmp_path):
    file = tmp_path / "rows.npz"
    load = {"rate": 40, "duration": 1, "max_users": 1, "when_exhausted": "queue"}
    result = await run_plan(NativeAdapter(), plan_of(server, file, steps=[{"url": "/delay/50"}], load=load))
    rows = read_samples(file)
    waited_ns = rows["response_ns"] - rows["latency_ns"]
    assert (waited_ns >= 0).all()
    assert waited_ns.max() > 100e6
    assert rows["response_ns"].max() / 1e6 == pytest.approx(result.summary.response_ms.max, rel=1e-3)


async def test_a_ratio_thins_the_rows_and_never_the_figures(server, tmp_path, engine):
    file = tmp_path / "rows.npz"
    load = {"iterations": 1000, "users": 5}
    result = await run_plan(engine, plan_of(server, file, ratio=0.2, steps=STEPS[:1], load=load))
    rows = read_samples(file)
    assert result.summary.requests == rows.requests == 1000
    assert abs(len(rows) - 200) < 6 * (1000 * 0.2 * 0.8) ** 0.5
    assert result.resources["samples"] == {"file": str(file), "rows": len(rows), "ratio": 0.2}
    assert not [warning for warning in result.warnings if warning.code == "SamplesIncomplete"]


async def test_a_seed_repeats_the_choice(server, tmp_path):
    async def chosen(name, seed):
        plan = plan_of(
            server,
            tmp_path / name,
            ratio=0.5,
            steps=[
                {"name": "one", "url": "/?padded=${iteration}"}
            ],  # told apart by the length of the request
            load={"iterations": 1000, "users": 1},
            seed=seed,
        )
        await run_plan(NativeAdapter(), plan)
        return Counter(read_samples(tmp_path / name)["bytes_sent"])

    first = await chosen("a.npz", 1)
    assert first == await chosen("b.npz", 1) != await chosen("c.npz", 2)


# Ends before the end


async def test_a_run_that_is_cancelled_leaves_a_readable_file(server, tmp_path):
    file = tmp_path / "rows.npz"
    told = asyncio.Event()
    async with PerformanceClient(tool="native") as client:
        run = asyncio.ensure_future(
            client.load_test(
                server.url + "/", users=2, duration=60, samples=file, on_window=lambda window: told.set()
            )
        )
        await asyncio.wait_for(told.wait(), 30)
        run.cancel()
        with pytest.raises(asyncio.CancelledError):
            await run
        requests = client.last_result.summary.requests
    assert len(read_samples(file)) == requests > 0
    assert list(tmp_path.iterdir()) == [file]


async def test_an_engine_that_breaks_leaves_what_there_was(server, tmp_path):
    class Broken(NativeAdapter):
        async def run(self, plan, collector, ctx):
            collector.add_samples(
                Samples(["a"], [], np.zeros(3, int), np.full(3, -1), np.arange(3.0), np.arange(3.0))
            )
            raise RuntimeError("broken")

    with pytest.raises(RuntimeError):
        await run_plan(Broken(), plan_of(server, tmp_path / "rows.npz"))
    assert len(read_samples(tmp_path / "rows.npz")) == 3


async def test_an_engine_that_counts_without_samples_is_found_out(server, tmp_path):
    class OnlyWindows(NativeAdapter):
        async def run(self, plan, collector, ctx):
            report = await super().run(plan, collector, ctx)
            collector.add_window(Window(0, requests={"more": RequestStats(7)}))
            return report

    result = await run_plan(OnlyWindows(), plan_of(server, tmp_path / "rows.npz"))
    (warning,) = [warning for warning in result.warnings if warning.code == "SamplesIncomplete"]
    assert "200 requests one by one, and of 207 in all" in warning.message


# Refused before anything is sent


@pytest.mark.parametrize(
    ("engine", "options", "why"),
    [
        (ApacheBenchAdapter(), {}, "ab does not tell which request"),
        (K6Adapter(), {"timeline": "counts"}, "k6 only counts the answers"),
    ],
)
async def test_engines_that_do_not_tell_of_each_request_refuse(server, tmp_path, engine, options, why):
    plan = plan_of(server, tmp_path / "rows.npz", steps=STEPS[:1], **options)
    with pytest.raises(UnsupportedFeature, match=why) as refused:
        await run_plan(engine, plan)
    assert "raw samples in a file (options.samples)" in str(refused.value)
    assert (server.log.count(), list(tmp_path.iterdir())) == (0, [])


def test_a_folder_that_is_not_there_is_known_before_the_load_starts(server, tmp_path):
    with SyncPerformanceClient(tool="native") as client, pytest.raises(ReportError, match="no folder"):
        client.load_test(server.url + "/", iterations=5, samples=tmp_path / "none" / "rows.npz")
    assert server.log.count() == 0


# On the command line


def polyload(*args):
    return subprocess.run([*POLYLOAD, *args], capture_output=True, text=True, timeout=60)


def test_the_command_line_writes_them_and_says_so(server, tmp_path):
    file = tmp_path / "rows.npz"
    done = polyload("run", server.url + "/", "-n", "50", "--tool", "native", "--samples", str(file))
    assert done.returncode == 0, done.stderr
    assert f"50 raw samples written to {file}" in done.stderr
    assert len(read_samples(file)) == 50


@pytest.mark.parametrize(
    ("wishes", "why"),
    [
        (["--samples", "none/rows.npz"], "there is no folder"),
        (["--samples", "rows.txt"], "neither .npz nor .parquet"),
        (["--samples", "rows.npz", "--sample-ratio", "2"], "samples.ratio"),
        (["--sample-ratio", "0.5"], "--sample-ratio goes with --samples"),
        (["--samples", "rows.npz", "--json", "rows.npz"], "would both go to"),
    ],
)
def test_a_wish_that_cannot_be_carried_out_is_a_usage_error(server, tmp_path, monkeypatch, wishes, why):
    monkeypatch.chdir(tmp_path)
    done = polyload("run", server.url + "/", "-n", "5", "--tool", "native", *wishes)
    assert (done.returncode, server.log.count()) == (2, 0)
    assert why in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_result_names_the_file(server, tmp_path):
    file = tmp_path / "rows.npz"
    done = polyload(
        "run", server.url + "/", "-n", "5", "--tool", "native", "--samples", str(file), "--json", "-", "-q"
    )
    assert json.loads(done.stdout)["plan"]["options"]["samples"]["file"] == str(file)


async def test_the_next_run_with_the_same_context_has_its_own(server, tmp_path):
    ctx = RunContext()
    await run_plan(NativeAdapter(), plan_of(server, tmp_path / "rows.npz"), ctx=ctx)
    plain = Plan.for_url(server.url + "/", load={"iterations": 5})
    result = await run_plan(NativeAdapter(), plain, ctx=ctx)
    assert result.summary.requests == 5
    assert "samples" not in result.resources
