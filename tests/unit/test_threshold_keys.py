"""Thresholds written as keys mean what the documents they come from say."""

import pytest

from adapters.performance.errors import PlanError
from adapters.performance.plan.threshold_keys import thresholds_from_keys
from adapters.performance.plan.thresholds import parse_threshold


def test_the_keys_of_a_qa_yaml() -> None:
    given = {"max_avg_response_time_ms": 500, "max_error_rate_percent": 5, "min_throughput_rps": 10}
    assert thresholds_from_keys(given, source="qa.yaml") == (
        "mean <= 500ms",
        "error_rate <= 5%",
        "throughput >= 10/s",
    )


def test_the_keys_of_a_load_test_configuration() -> None:
    given = {
        "max_avg_response_time_ms": 500,
        "max_p95_response_time_ms": 1000,
        "max_p99_response_time_ms": 2000,
        "max_error_rate": 0.01,
        "min_requests_per_second": 50,
    }
    assert thresholds_from_keys(given, source="config.yaml") == (
        "mean <= 500ms",
        "p95 <= 1000ms",
        "p99 <= 2000ms",
        "error_rate <= 1%",
        "throughput >= 50/s",
    )


def test_a_fraction_and_the_same_in_percent_are_one_figure() -> None:
    texts = thresholds_from_keys({"max_error_rate": 0.005, "max_error_rate_percent": "0.5"}, source="x")
    assert [parse_threshold(text).value for text in texts] == [0.005, 0.005]


@pytest.mark.parametrize("value", [1, 1.0, 5, "5"])
def test_a_fraction_that_was_meant_as_a_percentage_is_refused(value: object) -> None:
    with pytest.raises(
        PlanError, match=r"qa.yaml: max_error_rate: it is a fraction.*max_error_rate_percent: "
    ):
        thresholds_from_keys({"max_error_rate": value}, source="qa.yaml")


@pytest.mark.parametrize("value", [None, True, "fast", -1, float("nan"), float("inf"), [500], {}, "1e999999"])
def test_what_is_no_number_is_refused(value: object) -> None:
    with pytest.raises(PlanError, match=r"x: max_avg_response_time_ms: a number"):
        thresholds_from_keys({"max_avg_response_time_ms": value}, source="x")


def test_every_unknown_key_is_named_with_the_nearest_one() -> None:
    given = {"max_eror_rate": 0.1, "max_p95_response_time": 3, "min_rps": 4}
    with pytest.raises(PlanError) as raised:
        thresholds_from_keys(given, source="config/qa.yaml")
    lines = raised.value.message.splitlines()
    assert lines[0].startswith(
        "config/qa.yaml: max_eror_rate: no such threshold; did you mean max_error_rate"
    )
    assert "did you mean max_p95_response_time_ms" in lines[1]
    assert len(lines) == 3


def test_small_and_large_numbers_are_written_so_that_they_are_read_again() -> None:
    texts = thresholds_from_keys({"max_error_rate": 1e-07, "max_avg_response_time_ms": 1e6}, source="x")
    assert [parse_threshold(text).value for text in texts] == pytest.approx([1e-07, 1e6])


def test_a_number_of_any_length_is_refused_in_words() -> None:
    with pytest.raises(PlanError, match=r"max_failures: the number is too long"):
        thresholds_from_keys({"max_failures": 10**5000}, source="x")
