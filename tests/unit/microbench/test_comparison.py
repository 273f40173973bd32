"""Comparisons of benchmarks: which verdict the processes carry, and when there is none."""

import pytest
from tests.unit.microbench.made import HERE, made

from adapters.performance.errors import UsageError
from adapters.performance.microbench.comparison import compare

STEADY = [0.00100, 0.00101, 0.00099, 0.001005, 0.000995, 0.001002]
NOISY = [0.001, 0.0014, 0.0007, 0.0012, 0.0008, 0.0011]


def scaled(factor, values=STEADY):
    return [factor * value for value in values]


def only(*results, **settings):
    (compared,) = compare(results, **settings).compared
    return compared


def test_slower_with_its_ratio_and_interval():
    compared = only(made("a", STEADY), made("b", scaled(1.5)))
    assert compared.verdict == "slower"
    assert compared.ratio.low < 1.5 < compared.ratio.high
    assert compared.sentence.startswith("b is 50.0% slower than a (+")


def test_what_is_far_apart_is_told_in_times():
    far = only(made("a", [0.001] * 8), made("b", [0.0031] * 8))
    assert far.sentence == "b takes 3.1× the time of a (3.1× to 3.1×)"
    farther = only(made("a", [1.0] * 8), made("b", [0.000_01] * 8))
    assert farther.sentence == "b is 100,000× as fast as a (100,000× to 100,000×)"


def test_faster():
    assert only(made("a", STEADY), made("b", scaled(0.5))).verdict == "faster"


def test_equivalent_within_the_margin_only():
    a, b = made("a", STEADY), made("b", scaled(1.001))
    assert only(a, b, margin=0.05).verdict == "equivalent"
    assert only(a, b, margin=0.0001).verdict == "inconclusive"


def test_inconclusive_says_what_it_would_have_seen():
    compared = only(made("a", NOISY), made("b", scaled(1.02, NOISY)))
    assert compared.verdict == "inconclusive"
    assert compared.visible_effect > 0.1


def test_several_are_corrected_for_their_number():
    results = [made("a", NOISY), made("b", scaled(1.5, NOISY)), made("c", scaled(1.6, NOISY))]
    b, c = compare(results).compared
    assert b.p_value < 0.05
    assert c.p_adjusted == 2 * c.p_value


def test_the_fastest_beats_every_other():
    results = [made("a", STEADY), made("b", scaled(0.8)), made("c", scaled(0.5))]
    assert compare(results).fastest == "c"
    assert compare([made("a", STEADY), made("b", STEADY)]).fastest is None


@pytest.mark.parametrize(
    ("other", "told"),
    [
        (made("b", STEADY[:4]), "5 are needed"),
        (made("b", STEADY, why="a lambda"), "one process only"),
        (made("b", STEADY, gc="on"), "garbage"),
        (made("b", STEADY, environment=HERE.model_copy(update={"machine": "there"})), "another machine"),
        (made("b", STEADY, environment=HERE.model_copy(update={"python": "PyPy 1"})), "another Python"),
        (made("b", [1e-9] * 6), "too fast"),
    ],
)
def test_what_cannot_be_compared_has_no_verdict_and_says_why(other, told):
    compared = only(made("a", STEADY), other)
    assert compared.verdict == "inconclusive"
    assert compared.ratio is None
    assert told in compared.reason
    assert compared.exceeds(0.0) is None


def test_measured_one_after_the_other_the_interval_is_widened_by_the_drift_seen():
    drifting = [0.0010, 0.0010, 0.0010, 0.0011, 0.0011, 0.0011]
    together = only(made("a", drifting), made("b", scaled(1.12)))
    apart = compare([made("a", drifting), made("b", scaled(1.12), session="later")])
    (later,) = apart.compared
    assert together.drift is None
    assert later.drift == pytest.approx(0.1)
    assert together.verdict == "slower"
    assert later.verdict == "inconclusive"
    assert [warning.code for warning in apart.warnings] == ["NotInterleaved"]


def test_a_slower_machine_is_no_slower_function():
    from tests.unit.microbench.made import answer

    slow = [answer([1.3 * time_s] * 3, reference_s=0.0013) for time_s in STEADY]
    compared = only(made("a", STEADY), made("b", [], session="later", answers=slow))
    assert compared.drift == pytest.approx(0.3)
    assert compared.verdict == "inconclusive"


def test_a_gate_fails_only_with_confidence():
    slower = only(made("a", STEADY), made("b", scaled(1.5)))
    assert slower.exceeds(0.05) is True
    assert slower.exceeds(1.0) is False
    assert slower.exceeds(0.5) is None
    assert only(made("a", NOISY), made("b", scaled(1.1, NOISY))).exceeds(0.05) is None


def test_a_comparison_is_a_mapping_and_json():
    comparison = compare([made("a", STEADY), made("b", scaled(2))])
    assert comparison["schema"] == "polyload.benchmark-comparison/1"
    assert comparison["compared"][0]["verdict"] == "slower"
    assert type(comparison).model_validate_json(comparison.to_json()) == comparison


@pytest.mark.parametrize("results", [[], [made("a", STEADY)], [made("a", STEADY), made("a", STEADY)]])
def test_too_few_or_nameless_results_are_refused(results):
    with pytest.raises(UsageError):
        compare(results)
