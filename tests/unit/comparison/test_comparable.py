"""What may be compared: plans, loads, engines and the health of the generator."""

import pytest

from adapters.performance import compare_results
from adapters.performance.workflows.comparison.comparable import plan_differences

STEADY = (10.0, 10.1, 9.9, 10.05, 9.95)


def plan(url="http://a/x", load=None, **more):
    return {
        "scenarios": [{"steps": [{"url": url}]}],
        "load": load or {"rate": 100.0, "duration": 60.0},
        **more,
    }


def compared(side, one, other, **settings):
    return compare_results(side(STEADY, plan=one), side(STEADY, plan=other), **settings)


@pytest.mark.parametrize(
    ("other", "told"),
    [
        (plan(load={"users": 5, "duration": 60.0}), "load: an arrival rate and users"),
        (plan(load={"iterations": 5}), "load: an arrival rate and a number of iterations"),
        (plan(load={"rate": 200.0, "duration": 60.0}), "load.rate: 100.0 and 200.0"),
        (plan(load={"rate": 100.0, "duration": 30.0}), "load.duration: 60.0 and 30.0"),
        (plan("http://a/y"), "scenarios.0.steps.0.url: /x and /y"),
        (plan(options={"keep_alive": False}), "options.keep_alive: nothing and False"),
    ],
)
def test_results_of_other_plans_are_not_compared(side, other, told):
    result = compared(side, plan(), other)
    assert not result.pairs[0].comparable
    assert result.pairs[0].verdict == "not comparable"
    assert result.pairs[0].reasons[0].startswith(told)
    assert result.pairs[0].metrics == ()
    assert (result.passed, result.exit_code) == (False, 1)
    assert told in result.reason


def test_another_target_is_what_is_compared_and_is_told(side):
    result = compared(side, plan("http://a/x"), plan("http://b:81/x"))
    assert result.pairs[0].comparable
    assert result.pairs[0].differs == ("scenarios.0.steps.0.url (host): http://a and http://b:81",)


def test_what_is_allowed_may_differ(side):
    other = plan(load={"rate": 200.0, "duration": 60.0})
    assert compared(side, plan(), other, allow=["rate"]).pairs[0].comparable


@pytest.mark.parametrize(
    "other",
    [
        plan(name="new"),
        plan(thresholds=["p95 < 1s"]),
        plan(options={"seed": 4}),
        plan(options={"samples": {"file": "x.npz"}}),
    ],
)
def test_what_changes_no_request_is_no_difference(other):
    assert plan_differences(plan(), other) == []


def test_a_slash_after_the_host_is_no_difference():
    assert [d.kind for d in plan_differences(plan("http://a"), plan("http://b/"))] == ["target"]


@pytest.mark.parametrize("code", ["GeneratorSaturated", "GeneratorBusy", "ChangedByHand"])
def test_no_verdict_is_built_on_a_run_whose_generator_was_the_limit(side, run, code):
    unhealthy = [*side(STEADY[:4]), run(10.0, warnings=[code])]
    pair = compare_results(side(STEADY), unhealthy).pairs[0]
    assert pair.reasons == (f"run 5 of b: {code} happened",)


@pytest.mark.parametrize(
    ("changed", "told"),
    [({"stopped": "failed"}, "did not come to its end: it broke"), ({"requests": 0}, "measured nothing")],
)
def test_a_run_that_broke_is_not_compared(side, run, changed, told):
    pair = compare_results(side(STEADY), [*side(STEADY[:4]), run(10.0, **changed)]).pairs[0]
    assert told in pair.reasons[0]
    assert "run 5 of b" in pair.reasons[0]


def test_runs_of_one_side_are_of_one_plan(side):
    mixed = [*side(STEADY[:4]), *side(STEADY[4:], plan=plan("http://a/y"))]
    pair = compare_results(mixed, side(STEADY)).pairs[0]
    assert "the runs of a are not of one plan: run 5 differs in" in pair.reasons[0]


def test_runs_of_one_side_are_of_one_engine(side):
    mixed = [*side(STEADY[:4]), *side(STEADY[4:], engine="k6")]
    assert "engine: native and k6" in compare_results(mixed, side(STEADY)).pairs[0].reasons[0]


def test_the_same_run_counts_once(side):
    a = side(STEADY)
    assert "is given 2 times" in compare_results([*a, a[0]], side(STEADY)).pairs[0].reasons[0]
    assert not compare_results(a, a).pairs[0].comparable


def test_sides_measured_one_after_the_other_are_told(side):
    a, b = side(STEADY), side(STEADY)
    assert "every run of a was made before those of b" in compare_results(a, b).pairs[0].notes[0]
    mixed = [*a, *b]
    assert compare_results(mixed[::2], mixed[1::2]).pairs[0].notes == ()


def test_times_of_failed_requests_are_told(side):
    notes = compare_results(side(STEADY), side(STEADY, failures=3)).pairs[0].notes
    assert any("requests failed" in note for note in notes)
