"""Figures of a benchmark, what is told beside them, and the files they are saved in."""

import json

import pytest
from tests.unit.microbench.made import answer, made

from adapters.performance.errors import UsageError
from adapters.performance.microbench.baselines import against, load, save
from adapters.performance.microbench.result import BenchmarkResult
from adapters.performance.microbench.session import order_of_turns
from adapters.performance.microbench.shares import parse_share

MEDIANS = [0.001, 0.002, 0.003, 0.004, 0.005, 0.006]


def codes(result):
    return {warning.code for warning in result.warnings}


def test_figures_are_milliseconds_per_call_over_processes():
    result = made("a", MEDIANS)
    assert result.avg_time == result.mean_ms == pytest.approx(3.5)
    assert result.throughput == pytest.approx(1000 / 3.5)
    assert (result.min_ms, result.median_ms) == (1.0, 3.5)
    assert (result.interval.low_ms, result.interval.high_ms) == (1.0, 6.0)
    assert result.interval.confidence == pytest.approx(1 - 2 / 64)
    assert result.variance.within_ms2 == 0
    assert result.variance.share_between == 1
    assert result.empty_loop_share == pytest.approx(1e-5 / 3.5)
    assert codes(result) == set()


def test_five_processes_have_no_interval_at_95_percent():
    assert made("a", MEDIANS[:5]).interval is None


def test_a_result_is_a_mapping_and_json():
    result = made("a", MEDIANS)
    assert result["avg_time"] == result["mean_ms"] == result.avg_time
    assert result["schema"] == "polyload.benchmark/1"
    assert set(result) == {*json.loads(result.to_json()), "mean_ms"}
    assert BenchmarkResult.from_json(result.to_json()) == result


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"empty_loop_s": 0.0002}, "EmptyLoopCost"),
        ({"stable": False}, "WarmUpCapped"),
        ({"blocked_s": 0.0008}, "LoopBlocked"),
        ({"memory": [10_000_000, 20_000_000, 30_000_000]}, "MemoryGrowth"),
        ({"resolution_s": 0.01}, "TooFastToTime"),
        ({"waited": 0.3}, "Contended"),
    ],
)
def test_what_makes_figures_doubtful_is_told(changed, code):
    assert codes(made("a", [], answers=[answer([0.001, 0.001], **changed)] * 6)) == {code}


def test_memory_that_grew_once_is_no_leak():
    grown = answer([0.001, 0.001], memory=[10_000_000, 30_000_000, 30_000_000])
    assert made("a", [], answers=[grown] * 6).memory_growth_bytes_per_call is None


def test_two_modes_are_told():
    answers = [answer([0.001, 0.00101, 0.00099, 0.002, 0.00201, 0.00199]) for _ in range(6)]
    assert "TwoModes" in codes(made("a", [], answers=answers))


def test_one_process_is_exploratory():
    result = made("a", [0.001], why="it is a lambda")
    assert result.exploratory
    assert result.interval is None
    assert "it is a lambda" in result.warnings[0].message


def test_a_failure_leaves_no_figure():
    trouble = {"kind": "raised", "call": 7, "error": "ValueError", "message": "no", "traceback": "…"}
    result = made("a", [], answers=[answer([0.001] * 3), {"trouble": trouble}])
    assert not result.success
    assert (result.avg_time, result.throughput, result.values_ms) == (None, None, ())
    assert result.failure.sentence == "call 7 in process 2 raised ValueError: no"


def test_turns_go_there_and_back_from_a_random_start():
    starts = {tuple(order_of_turns(2, 2, seed)) for seed in range(20)}
    assert starts == {(0, 1, 1, 0), (1, 0, 0, 1)}
    assert order_of_turns(3, 4, 5) == order_of_turns(3, 4, 5)


# Baselines


def test_a_baseline_keeps_what_it_has_of_others(tmp_path):
    save("main", [made("a", MEDIANS), made("b", MEDIANS)], tmp_path)
    save("main", [made("b", [0.01] * 6)], tmp_path)
    kept = load("main", tmp_path)
    assert kept["a"].median_ms == 3.5
    assert kept["b"].median_ms == 10


def test_what_a_baseline_does_not_hold_is_told(tmp_path):
    save("main", [made("a", MEDIANS)], tmp_path)
    compared, missing = against(load("main", tmp_path), "main", [made("a", MEDIANS), made("b", MEDIANS)])
    assert [one.base for one in compared] == ["baseline 'main'"]
    assert missing == ["b"]


def test_a_baseline_that_is_not_there_names_those_that_are(tmp_path):
    save("main", [made("a", MEDIANS)], tmp_path)
    with pytest.raises(UsageError, match="saved are: main"):
        load("mian", tmp_path)


@pytest.mark.parametrize("content", ["", "{}", '{"schema": "polyload.benchmarks/2", "benchmarks": {}}'])
def test_a_file_that_is_no_baseline_is_refused(content, tmp_path):
    (tmp_path / "main.json").write_text(content)
    with pytest.raises(UsageError, match="no baseline of this version"):
        load("main", tmp_path)


@pytest.mark.parametrize("name", ["", "../x", "a/b", ".hidden", "a b"])
def test_a_name_cannot_leave_the_folder(name, tmp_path):
    with pytest.raises(UsageError, match="no name for a baseline"):
        save(name, [made("a", MEDIANS)], tmp_path)


@pytest.mark.parametrize(("text", "share"), [("5%", 0.05), ("0.05", 0.05), ("150%", 1.5), ("0", 0)])
def test_shares(text, share):
    assert parse_share(text) == pytest.approx(share)


@pytest.mark.parametrize("text", ["5", "-1%", "much", "nan", "inf", ""])
def test_no_shares(text):
    with pytest.raises(ValueError, match=r"no share|would be"):
        parse_share(text)
