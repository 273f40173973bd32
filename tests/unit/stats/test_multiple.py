"""Several comparisons: Holm as in R, and intervals that hold together."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.performance.stats import holm, simultaneous_confidence

p_values = st.lists(st.floats(0, 1), max_size=8)


def test_it_adjusts_as_r_does() -> None:
    # p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm")
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])


@given(p_values)
def test_it_rejects_what_holms_steps_reject(values: list[float]) -> None:
    rejected = set()
    for step, index in enumerate(sorted(range(len(values)), key=values.__getitem__)):
        if values[index] * (len(values) - step) > 0.05:
            break
        rejected.add(index)
    assert {index for index, adjusted in enumerate(holm(values)) if adjusted <= 0.05} == rejected


@given(p_values)
def test_no_value_gets_smaller_or_leaves_its_range(values: list[float]) -> None:
    assert all(value <= adjusted <= 1 for value, adjusted in zip(values, holm(values), strict=True))


def test_the_chance_of_any_false_alarm_stays_at_its_level() -> None:
    rng = np.random.default_rng(1)
    alarms = [min(holm(list(rng.random(10)))) <= 0.05 for _ in range(3000)]
    assert 0.035 <= np.mean(alarms) <= 0.065


@pytest.mark.parametrize("bad", [[-0.1], [1.1, 0.5], [float("nan")]])
def test_values_that_are_no_probabilities_are_refused(bad: list[float]) -> None:
    with pytest.raises(ValueError, match="p-values must lie"):
        holm(bad)


def test_simultaneous_intervals_share_the_error_out() -> None:
    assert simultaneous_confidence(0.95, 1) == pytest.approx(0.95)
    assert simultaneous_confidence(0.95, 5) == pytest.approx(0.99)
    with pytest.raises(ValueError, match="comparisons"):
        simultaneous_confidence(0.95, 0)
