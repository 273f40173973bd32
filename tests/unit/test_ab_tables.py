"""ab's two tables: milliseconds refined by percentiles, and moments within seconds of the clock."""

from pathlib import Path

import numpy as np
import pytest

from adapters.performance.engines.ab.tables import Rows, ends_s, read_percentiles, read_rows, refine
from adapters.performance.errors import EngineFailed

CLOCK = 1_795_256_549


def write(folder: Path, times_us: list[int], seconds: list[int] | None = None) -> tuple[Path, Path]:
    """The tables that ab's C code writes of these times (httpd 2.4.71, support/ab.c, output_results)."""
    times = sorted(times_us)
    count = len(times)
    rows, percentiles = folder / "rows.tsv", folder / "percentiles.csv"
    lines = ["starttime\tseconds\tctime\tdtime\tttime\twait"]
    for number, time in enumerate(times):
        second = seconds[number] if seconds else CLOCK
        lines.append(
            f"Sat Nov 21 10:22:29 2026\t{second}\t0\t{(time + 500) // 1000}\t{(time + 500) // 1000}\t0"
        )
    rows.write_text("\n".join(lines) + "\n")
    table = ["Percentage served,Time in ms"]
    for percent in range(101):
        rank = {0: 0, 100: count - 1}.get(percent, int(0.5 + count * percent / 100.0))
        table.append(f"{percent},{(times[rank] if rank < count else 0) / 1000:.3f}")
    percentiles.write_text("\n".join(table) + "\n")
    return rows, percentiles


def latencies_us(folder: Path, times_us: list[int]) -> np.ndarray:
    parts = read_rows(*write(folder, times_us), len(times_us))
    return np.concatenate([part.latency_ns for part in parts]) / 1000


def test_the_table_as_ab_writes_it(tmp_path: Path) -> None:
    rows, percentiles = tmp_path / "g", tmp_path / "e"
    rows.write_text(
        "starttime\tseconds\tctime\tdtime\tttime\twait\n"
        "Sat Nov 21 10:22:29 2026\t1795256549\t0\t0\t0\t0\n"
        "Sat Nov 21 10:22:30 2026\t1795256550\t2\t1\t3\t1\n"
    )
    percentiles.write_text("Percentage served,Time in ms\n0,0.035\n1,0.035\n50,2.921\n99,0.000\n100,2.921\n")
    (part,) = read_rows(rows, percentiles, 2)
    assert part.started_second.tolist() == [1795256549, 1795256550]
    assert part.latency_ns.tolist() == [35_000, 2_921_000]


@pytest.mark.parametrize("count", [1, 2, 3, 10, 49, 50, 51, 99, 100])
def test_up_to_a_hundred_requests_are_known_to_the_microsecond(tmp_path: Path, count: int) -> None:
    times = sorted(np.random.default_rng(count).integers(20, 900, count).tolist())
    assert np.allclose(latencies_us(tmp_path, times), times)


def test_many_requests_are_between_their_percentiles_and_within_their_millisecond(tmp_path: Path) -> None:
    times = sorted((np.random.default_rng(1).lognormal(6, 1.2, 20_000)).astype(int).tolist())
    refined = latencies_us(tmp_path, times)
    assert (np.diff(refined) >= 0).all()
    assert (np.abs(refined - times) < 1000).all()
    for share in (0.5, 0.9, 0.95, 0.99):
        rank = int(0.5 + share * len(times))
        assert refined[rank] == pytest.approx(times[rank])
    assert refined.mean() == pytest.approx(np.mean(times), rel=0.01)


def test_a_row_keeps_the_millisecond_it_tells() -> None:
    refined = refine(np.arange(3), np.array([0, 4, 9]), np.array([0.0, 2.0]), np.array([1e5, 9e6]))
    assert refined.tolist() == [1e5, 4.499e6, 9e6]


def test_ab_reads_past_the_last_of_few_requests(tmp_path: Path) -> None:
    ranks, values = read_percentiles(write(tmp_path, [400, 500])[1], 2)
    assert (ranks.tolist(), values.tolist()) == ([0, 1], [400e3, 500e3])


def test_long_tables_are_read_in_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.performance.engines.ab.tables._CHUNK", 7)
    parts = list(read_rows(*write(tmp_path, list(range(100, 120))), 20))
    assert [len(part.rank) for part in parts] == [7, 7, 6]
    assert np.concatenate([part.rank for part in parts]).tolist() == list(range(20))


def test_a_request_that_was_being_noted_down_has_no_time(tmp_path: Path) -> None:
    (part,) = read_rows(*write(tmp_path, [0, 500], [0, CLOCK]), 2)
    assert np.isnan(part.latency_ns).tolist() == [True, False]


def test_tables_that_are_not_what_they_should_be(tmp_path: Path) -> None:
    rows, percentiles = write(tmp_path, [400, 500])
    with pytest.raises(EngineFailed, match="holds 2 requests, its report tells of 3"):
        list(read_rows(rows, percentiles, 3))
    with pytest.raises(EngineFailed, match="did not write"):
        list(read_rows(tmp_path / "none", percentiles, 2))
    rows.write_text("starttime\tseconds\nx\ty\n")
    with pytest.raises(EngineFailed, match="cannot be read"):
        list(read_rows(rows, percentiles, 2))
    percentiles.write_text("Percentage served,Time in ms\n1,x\n")
    with pytest.raises(EngineFailed, match="'x"):
        read_percentiles(percentiles, 2)
    percentiles.write_text("")
    with pytest.raises(EngineFailed, match="empty"):
        read_percentiles(percentiles, 2)


def test_requests_end_within_the_run_and_after_they_began() -> None:
    rng = np.random.default_rng(2)
    started, took = 100.6, 3.3
    latency = rng.uniform(0.0, 0.8, 5000)
    begun = rng.uniform(0.0, took - latency)
    rows = Rows(np.arange(5000), np.floor(started + begun).astype(np.int64), latency * 1e9)
    ended = ends_s(rows, started, took)
    assert (ended >= latency).all()
    assert (ended < took).all()
    assert (np.abs(ended - (begun + latency)) < 1.0).all()


def test_requests_are_spread_evenly_within_their_second() -> None:
    rows = Rows(np.arange(1000), np.full(1000, 101), np.full(1000, 1e6))
    counts, _ = np.histogram(ends_s(rows, 100.0, 3.0) - 0.001, bins=10, range=(1, 2))
    assert counts.min() > 95
    assert counts.max() < 105
