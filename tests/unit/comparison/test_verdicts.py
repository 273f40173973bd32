"""Results held against each other: four verdicts per figure, gates, and what is said where none is possible."""

import pytest

from adapters.performance import ComparisonResult, UsageError, compare_results
from adapters.performance.workflows.comparison.compare import compare_all
from adapters.performance.workflows.comparison.rules import Rules
from adapters.performance.workflows.comparison.schedule import interleaved, repeats_needed

STEADY = (10.0, 10.1, 9.9, 10.05, 9.95)
NOISY = (10.0, 14.0, 7.0, 12.0, 8.0)


def scaled(latencies, by):
    return [by * ms for ms in latencies]


# Verdicts


def test_slower_runs_are_worse_by_so_much(side):
    result = compare_results(side(STEADY), side(scaled(STEADY, 1.2)))
    p95 = result.metric("p95")
    assert p95.verdict == "worse"
    assert p95.shift.estimate == pytest.approx(0.2, abs=1e-6)
    assert p95.shift.low < 0.2 < p95.shift.high
    assert p95.shift.confidence >= 0.95
    assert (p95.a, p95.b) == (pytest.approx(30.0), pytest.approx(36.0))
    assert result.pairs[0].verdict == "worse"
    assert "worse in p50 (+20.0%" in result.pairs[0].sentence
    assert result.passed


def test_faster_runs_are_better(side):
    assert compare_results(side(STEADY), side(scaled(STEADY, 0.8))).metric("p50").verdict == "better"


def test_runs_alike_are_equivalent(side):
    result = compare_results(side(STEADY), side(STEADY))
    assert {metric.verdict for metric in result.pairs[0].metrics} == {"equivalent"}
    assert result.pairs[0].verdict == "equivalent"


def test_noise_is_inconclusive_and_says_what_it_could_have_seen(side):
    p50 = compare_results(side(NOISY), side(scaled(NOISY, 1.1))).metric("p50")
    assert p50.verdict == "inconclusive"
    assert p50.visible_effect > 0.5
    assert p50.shift.low < 0 < p50.shift.high


def test_more_throughput_is_better(side):
    a = [run for rps in STEADY for run in side([10.0], rps=rps)]
    b = [run for rps in STEADY for run in side([10.0], rps=2 * rps)]
    assert compare_results(a, b).metric("throughput").verdict == "better"


def test_one_figure_better_and_another_worse_is_mixed(side):
    b = [run for ms in STEADY for run in side([0.5 * ms], rps=50.0)]
    assert compare_results(side(STEADY), b).pairs[0].verdict == "mixed"


def test_holm_keeps_a_mere_five_percent_chance_over_all_figures(side):
    worse = compare_results(side(STEADY), side(scaled(STEADY, 1.2))).metric("p50")
    # Four latencies are told apart as far as 5 against 5 runs can, 2 / 252; of six figures that is 6 times as likely.
    assert worse.p_adjusted == pytest.approx(6 * 2 / 252)


@pytest.mark.parametrize(("comparisons", "runs"), [(1, 5), (6, 5), (7, 6), (12, 6), (60, 7)])
def test_how_many_runs_so_many_figures_take(comparisons, runs):
    assert repeats_needed(comparisons) == runs


def test_of_three_configurations_each_is_held_against_the_first(side):
    runs = {"a": side(STEADY), "b": side(scaled(STEADY, 2)), "c": side(STEADY)}
    result = compare_all(runs, Rules.of())
    assert [(pair.a, pair.b) for pair in result.pairs] == [("a", "b"), ("a", "c")]
    assert result.pair("b").metrics[0].verdict == "inconclusive"  # 12 figures, and 5 runs a side
    assert "takes 6 runs a side" in result.pair("b").notes[-1]
    assert result.pair("c").metrics[0].verdict == "equivalent"


# Error rates


def test_more_errors_are_worse_by_percentage_points(side):
    a, b = (
        [run for n in failures for run in side([10.0], failures=n)] for failures in ((200,) * 5, (4000,) * 5)
    )
    errors = compare_results(a, b).metric("error_rate")
    assert errors.verdict == "worse"
    assert errors.shift.by == "difference"
    assert errors.shift.estimate == pytest.approx(0.019)


def test_few_requests_without_errors_are_not_known_to_have_as_few_errors(side):
    few = compare_results(side(STEADY, requests=250), side(STEADY, requests=250)).metric("error_rate")
    assert few.verdict == "inconclusive"
    assert few.shift.low < -0.001 < 0.001 < few.shift.high
    assert compare_results(side(STEADY), side(STEADY)).metric("error_rate").verdict == "equivalent"


# What is not judged


def test_a_quantile_with_too_few_requests_beyond_it_is_not_judged(side):
    result = compare_results(side(STEADY, requests=5000), side(STEADY, requests=5000))
    assert result.metric("p99").verdict is None
    assert "50 requests lie beyond it in run 1 of a, 100 are needed" in result.metric("p99").reason
    assert result.metric("p95").verdict == "equivalent"


def test_times_too_coarse_for_the_margin_are_not_judged(side):
    result = compare_results(side(STEADY, resolution_ms=1.0), side(STEADY, resolution_ms=1.0))
    assert "too coarse" in result.metric("p50").reason
    assert result.metric("p999").verdict == "equivalent"


def test_latency_that_engines_define_differently_is_not_compared(side):
    other = side(STEADY, engine="k6", latency="from sending, connecting not included")
    result = compare_results(side(STEADY), other)
    assert result.metric("p50").verdict is None
    assert "defined differently: native: from sent to received; k6" in result.metric("p50").reason
    assert result.metric("throughput").verdict == "equivalent"
    assert result.pairs[0].quantiles == ()
    assert compare_results(side(STEADY), other, allow=["latency"]).metric("p50").verdict == "equivalent"


@pytest.mark.parametrize("runs", [2, 3, 4])
def test_under_five_runs_a_side_there_is_no_verdict(side, runs):
    result = compare_results(side(STEADY[:runs]), side(scaled(STEADY[:runs], 3)), gates=["p50 < +5%"])
    p50 = result.metric("p50")
    assert (p50.verdict, p50.reason) == (None, "no verdict under 5 runs a side")
    assert p50.shift.estimate == pytest.approx(2.0, rel=0.05)
    assert result.pairs[0].verdict == "no verdict"
    assert (result.gates[0].passed, result.passed) == (None, True)


def test_one_run_against_five_shows_figures_alone(side):
    p50 = compare_results(side(STEADY[:1]), side(STEADY)).metric("p50")
    assert (p50.verdict, p50.shift) == (None, None)


def seconds(rate, ms, count=30, failures=0):
    return [
        {
            "t": t,
            "requests": rate + t % 3,
            "failures": failures,
            "p50_ms": ms + 0.01 * (t % 5),
            "p95_ms": 3 * ms,
        }
        for t in range(count)
    ]


def test_one_run_a_side_knows_the_noise_within_it_and_gives_no_verdict(run):
    a, b = run(10.0, timeline=seconds(1000, 10.0)), run(20.0, timeline=seconds(500, 20.0, failures=5))
    result = compare_results([a], [b])
    assert result.pairs[0].basis == "within-run"
    assert result.pairs[0].verdict == "no verdict"
    throughput, p50 = result.metric("throughput"), result.metric("p50")
    assert throughput.verdict is p50.verdict is None
    assert throughput.shift.estimate == pytest.approx(-0.5, abs=0.01)
    assert p50.shift.low > 0.9
    assert p50.reason == "within-run noise only, no verdict; of each second's p50, the median"
    assert result.metric("error_rate").shift.estimate == pytest.approx(0.01, abs=0.001)
    assert "the timeline has no p999" in result.metric("p999").reason


def test_one_run_without_failures_could_have_had_some(run):
    runs = [run(requests=3000, timeline=seconds(100, 10.0)) for _ in range(2)]
    shift = compare_results(runs[:1], runs[1:]).metric("error_rate").shift
    assert shift.low < -0.001 < 0.001 < shift.high


def test_one_short_run_a_side_says_nothing(run):
    runs = [run(timeline=seconds(100, 10.0, count=3)) for _ in range(2)]
    result = compare_results(runs[:1], runs[1:])
    assert all(metric.shift is None for metric in result.pairs[0].metrics)
    assert "3 whole seconds" in result.metric("throughput").reason


# Gates


def test_a_gate_fails_when_the_whole_interval_is_beyond_it(side):
    result = compare_results(side(STEADY), side(scaled(STEADY, 1.2)), gates=["p95 < +5%", "throughput > -5%"])
    assert [gate.passed for gate in result.gates] == [False, True]
    assert (result.passed, result.exit_code) == (False, 99)
    assert result.reason == "gate 'p95 < +5%' failed for b"


def test_an_open_gate_fails_only_when_asked(side):
    sides = side(NOISY), side(scaled(NOISY, 1.1))
    lenient = compare_results(*sides, gates=["p95 < +5%"])
    strict = compare_results(*sides, gates=["p95 < +5%"], fail_on_inconclusive=True)
    assert (lenient.gates[0].passed, lenient.exit_code) == (None, 0)
    assert (strict.gates[0].passed, strict.exit_code) == (None, 99)


def test_a_gate_may_be_on_the_requests_of_one_name(side):
    a, b = side(STEADY, names={"login": 5.0}), side(STEADY, names={"login": 10.0})
    result = compare_results(a, b, gates=["login: p95 < +5%"])
    assert result.gates[0].passed is False
    assert result.metric("login: p95").shift.estimate == pytest.approx(1.0)
    missing = compare_results(a, b, gates=["logout: p95 < +5%"])
    assert missing.gates[0].passed is None
    assert "no request called 'logout'" in missing.gates[0].reason


def test_a_gate_on_what_cannot_be_compared_is_not_what_fails(side):
    result = compare_results(side(STEADY), side(STEADY, warnings=["GeneratorSaturated"]), gates=["p95 < +5%"])
    assert (result.gates[0].passed, result.exit_code) == (None, 1)


# The result


def test_the_result_is_a_mapping_and_json_of_a_version(side):
    result = compare_results(side(STEADY), side(STEADY), gates=["p95 < +5%"])
    assert result["schema"] == "polyload.comparison/1"
    assert result["passed"] is True
    assert result["pairs"][0]["metrics"][0]["metric"] == "p50"
    assert len(result["runs"]["a"]) == 5
    assert ComparisonResult.from_json(result.to_json()).to_json() == result.to_json()
    with pytest.raises(KeyError):
        result["nothing"]


def test_how_far_each_quantile_moved_is_told_in_milliseconds(side):
    shifts = compare_results(side(STEADY), side(scaled(STEADY, 1.5))).pairs[0].quantiles
    assert [shift.quantile for shift in shifts] == [0.5, 0.75, 0.9, 0.95, 0.99, 0.999]
    assert shifts[0].shift_ms.estimate == pytest.approx(5.0, abs=0.1)


# Bad input


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"margin": 0.0}, "margin is a share between 0 and 1"),
        ({"allow": ["everything"]}, "nothing that can be allowed"),
        ({"gates": ["p95 < +5%", "p95 < +5%"]}, "given twice"),
        ({"fail_on_inconclusive": True}, "about gates, and there is none"),
        ({"names": ("x", "x")}, "both sides are called 'x'"),
    ],
)
def test_contradictory_options_are_refused(side, settings, told):
    with pytest.raises(UsageError, match=told):
        compare_results(side(STEADY), side(STEADY), **settings)


def test_a_side_without_results_is_refused(side):
    with pytest.raises(UsageError, match="b has no result"):
        compare_results(side(STEADY), [])


# The order of runs


def test_runs_are_interleaved_and_the_order_turned_around_each_round():
    order = interleaved(["a", "b"], 4, seed=1)
    rounds = [order[at : at + 2] for at in range(0, 8, 2)]
    assert all(sorted(pair) == ["a", "b"] for pair in rounds)
    assert rounds[0] == rounds[2] != rounds[1] == rounds[3]


def test_the_seed_draws_who_begins():
    assert {interleaved(["a", "b"], 5, seed)[0] for seed in range(20)} == {"a", "b"}
    assert interleaved(["a", "b"], 5, 7) == interleaved(["a", "b"], 5, 7)
