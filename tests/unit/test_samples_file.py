"""Files of raw samples: what goes in comes out, in bounded memory, and a file that cannot be written is told of."""

from __future__ import annotations

import resource
import tracemalloc
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from adapters.performance import read_samples
from adapters.performance.errors import PlanError, ReportError, UsageError
from adapters.performance.metrics.raw import sink as sink_module
from adapters.performance.metrics.raw.sink import SampleSink
from adapters.performance.metrics.samples import Samples
from adapters.performance.plan.model import Plan
from adapters.performance.plan.reading import with_samples
from adapters.performance.plan.samples import SamplesFile

CHUNK = 1 << 17
BEGAN = datetime(2026, 1, 2, tzinfo=UTC)


@pytest.fixture(params=[".npz", ".parquet"])
def file(request, tmp_path):
    if request.param == ".parquet":
        pytest.importorskip("pyarrow")
    return tmp_path / f"rows{request.param}"


def samples(count, first=0, **columns):
    numbers = np.arange(first, first + count)
    return Samples(
        names=["home", "cart"],
        errors=[("timeout", "no answer"), ("status", "status 500")],
        name=numbers % 2,
        error=np.full(count, -1),
        end_s=numbers / 1000,
        latency_ns=numbers * 1000.0,
        **columns,
    )


def written(file, *parts, ratio=1.0, seed=None):
    sink = SampleSink(SamplesFile(file=file, ratio=ratio), seed=seed)
    for part in parts:
        sink.add(part)
    sink.close(BEGAN)
    assert sink.problem is None
    return read_samples(file)


# What goes in comes out


def test_every_column_comes_back_and_unknown_is_nan(file):
    full = Samples(
        names=["home", "cart"],
        errors=[("timeout", "no answer"), ("status", "status 500"), ("timeout", "another message")],
        name=np.array([1, 0, 1, 0]),
        error=np.array([-1, 1, 0, 2]),
        end_s=np.array([0.25, 0.5, 1.0, np.nan]),
        latency_ns=np.array([1.5e6, 2e6, 3e6, 4e6]),
        status=np.array([200, 500, 0, 0]),
        ttfb_ns=np.array([1e6, 2e6, np.nan, np.nan]),
        connect_ns=np.array([np.nan, 5e5, np.nan, np.nan]),
        bytes_received=np.array([2**40 + 1, 7, 0, 0]),
        worker=np.array([3, 3, 3, 3]),
    )
    rows = written(file, full)
    nan = np.nan
    assert list(rows["name"]) == ["cart", "home", "cart", "home"]
    assert list(rows["error"]) == [None, "status", "timeout", "timeout"]
    for column, values in {
        "end_s": [0.25, 0.5, 1.0, nan],
        "latency_ns": [1.5e6, 2e6, 3e6, 4e6],
        "status": [200, 500, nan, nan],
        "ttfb_ns": [1e6, 2e6, nan, nan],
        "connect_ns": [nan, 5e5, nan, nan],
        "response_ns": [nan] * 4,
        "bytes_received": [2**40 + 1, 7, 0, 0],
        "bytes_sent": [nan] * 4,
        "worker": [3] * 4,
    }.items():
        np.testing.assert_array_equal(rows[column], values, err_msg=column)
    assert (len(rows), rows.requests, rows.ratio, rows.started_at) == (4, 4, 1.0, BEGAN)


def test_rows_of_many_chunks_come_back_in_order_with_names_that_came_late(file):
    size = CHUNK // 3 + 1
    parts = [samples(size, first=number * size) for number in range(10)]
    late = Samples(["late"], [], np.zeros(1, int), np.full(1, -1), np.array([1e6]), np.array([1.0]))
    rows = written(file, *parts, late)
    assert len(rows) == 10 * size + 1
    np.testing.assert_array_equal(rows["latency_ns"][:-1], np.arange(10 * size) * 1000.0)
    assert list(rows["name"][[0, 1, -1]]) == ["home", "cart", "late"]


def test_a_run_without_requests_leaves_a_file_without_rows(file):
    rows = written(file)
    assert (len(rows), rows.requests) == (0, 0)


def test_npz_is_opened_by_numpy_alone(tmp_path):
    written(tmp_path / "rows.npz", samples(5))
    with np.load(tmp_path / "rows.npz") as members:
        np.testing.assert_array_equal(members["0/latency_ns"], np.arange(5) * 1000.0)


def test_parquet_has_nulls_and_texts(tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet")
    written(tmp_path / "rows.parquet", samples(2, status=np.array([200, 0])))
    table = parquet.read_table(tmp_path / "rows.parquet").to_pydict()
    assert (table["name"], table["status"], table["error"]) == (["home", "cart"], [200, None], [None, None])


# A share of them


def test_a_ratio_takes_that_share_from_beginning_to_end(file):
    rows = written(file, *(samples(10_000, first=number * 10_000) for number in range(30)), ratio=0.1)
    deviation = (300_000 * 0.1 * 0.9) ** 0.5
    assert abs(len(rows) - 30_000) < 6 * deviation
    assert (rows.requests, rows.ratio) == (300_000, 0.1)
    thirds = np.histogram(rows["latency_ns"], bins=3, range=(0, 3e8))[0]
    assert np.all(np.abs(thirds - 10_000) < 6 * deviation)


def test_a_seed_makes_the_choice_repeatable(tmp_path):
    def chosen(name, seed):
        return list(written(tmp_path / name, samples(1000), ratio=0.3, seed=seed)["latency_ns"])

    assert chosen("a.npz", 7) == chosen("b.npz", 7) != chosen("c.npz", 8)


# Memory


def test_memory_does_not_grow_with_the_rows(file):
    def peak(parts):
        tracemalloc.start()
        sink = SampleSink(SamplesFile(file=file))
        for number in range(parts):
            sink.add(samples(20_000, first=number))
        sink.close()
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(1)
    assert peak(60) < 1.5 * peak(15)


# What cannot be written


@pytest.fixture
def file_size_limit():
    before = resource.getrlimit(resource.RLIMIT_FSIZE)

    def limit(size):
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))

    yield limit
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_disk_that_is_full_leaves_what_fitted_and_is_told(tmp_path, file_size_limit):
    sink = SampleSink(SamplesFile(file=tmp_path / "rows.npz"))
    file_size_limit(15_000_000)
    for number in range(4):
        sink.add(samples(CHUNK, first=number * CHUNK))
    sink.close(BEGAN)
    assert "too large" in sink.problem
    assert (sink.rows, sink.requests) == (CHUNK, 4 * CHUNK)
    rows = read_samples(tmp_path / "rows.npz")
    np.testing.assert_array_equal(rows["latency_ns"], np.arange(CHUNK) * 1000.0)
    assert rows.requests == 4 * CHUNK


def test_parquet_on_a_full_disk_does_not_take_the_place_of_a_good_file(tmp_path, file_size_limit):
    pytest.importorskip("pyarrow")
    file = tmp_path / "rows.parquet"
    written(file, samples(3))
    sink = SampleSink(SamplesFile(file=file))
    file_size_limit(100_000)
    random = np.random.default_rng(1)
    sink.add(samples(CHUNK, response_ns=random.random(CHUNK)))
    sink.close(BEGAN)
    assert "rows.parquet.part" in sink.problem
    assert len(read_samples(file)) == 3


def test_an_earlier_file_stays_until_the_new_one_is_whole(file):
    written(file, samples(3))
    sink = SampleSink(SamplesFile(file=file))
    sink.add(samples(5))
    assert len(read_samples(file)) == 3
    sink.close()
    assert len(read_samples(file)) == 5
    assert list(file.parent.iterdir()) == [file]


def test_a_file_that_cannot_be_written_is_refused_at_once(tmp_path):
    (tmp_path / "folder.npz").mkdir()
    for path, why in {
        tmp_path / "none" / "rows.npz": "there is no folder",
        tmp_path / "folder.npz": "is not a file",
        Path("/proc/rows.npz"): "cannot be written",
    }.items():
        with pytest.raises(ReportError, match=why):
            SampleSink(SamplesFile(file=path))


def test_parquet_without_pyarrow_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setattr(sink_module, "find_spec", lambda name: None)
    with pytest.raises(ReportError, match=r"polyload\[parquet\]"):
        SampleSink(SamplesFile(file=tmp_path / "rows.parquet"))


# What is asked for


PLAN = Plan.for_url("http://host.example/", load={"iterations": 1}, options={"timeout": 3})


def test_samples_join_the_options_a_plan_has():
    plan = with_samples(PLAN, "rows.npz", 0.5, source="test")
    assert plan.options.samples == SamplesFile(file=Path("rows.npz"), ratio=0.5)
    assert (plan.options.timeout, plan.options.model_fields_set) == (3, {"timeout", "samples"})


@pytest.mark.parametrize(
    ("file", "ratio", "why"),
    [
        ("rows.csv", 1.0, "neither .npz nor .parquet"),
        ("rows.npz", 0.0, "samples.ratio"),
        ("rows.npz", 1.5, "samples.ratio"),
    ],
)
def test_a_wish_that_makes_no_sense_names_the_field(file, ratio, why):
    with pytest.raises(PlanError, match=why):
        with_samples(PLAN, file, ratio, source="test")


def test_a_plan_file_names_a_file_beside_it(tmp_path):
    (tmp_path / "plan.yaml").write_text(
        "target: http://host.example\n"
        "scenarios: [{steps: [{url: /}]}]\n"
        "load: {iterations: 1}\n"
        "options: {samples: {file: rows.npz, ratio: 0.01}}\n"
    )
    assert Plan.from_file(tmp_path / "plan.yaml").options.samples == SamplesFile(
        file=tmp_path / "rows.npz", ratio=0.01
    )


@pytest.mark.parametrize("name", ["rows.npz", "rows.parquet", "absent.npz"])
def test_reading_something_else_says_so(tmp_path, name):
    if name.endswith("parquet"):
        pytest.importorskip("pyarrow")
    if not name.startswith("absent"):
        (tmp_path / name).write_bytes(b"not this")
    with pytest.raises(UsageError, match=name):
        read_samples(tmp_path / name)


def test_reading_arrays_of_someone_else_says_so(tmp_path):
    np.savez(tmp_path / "rows.npz", a=np.arange(3))
    with pytest.raises(UsageError, match=r"meta\.json"):
        read_samples(tmp_path / "rows.npz")
