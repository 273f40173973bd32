"""Every function that takes a sample refuses a bad one in the same words, and the package stays light."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from inspect import isclass, isfunction
from typing import Any

import numpy as np
import pytest

from adapters.performance import stats

GOOD = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]

TAKERS: dict[str, Callable[[Any], Any]] = {
    "mann_whitney a": lambda x: stats.mann_whitney(x, GOOD),
    "mann_whitney b": lambda x: stats.mann_whitney(GOOD, x),
    "hodges_lehmann a": lambda x: stats.hodges_lehmann(x, GOOD),
    "hodges_lehmann b": lambda x: stats.hodges_lehmann(GOOD, x),
    "bootstrap": lambda x: stats.bootstrap(x, np.mean),
    "bootstrap_compare": lambda x: stats.bootstrap_compare(GOOD, x, np.mean),
    "quantile_interval": lambda x: stats.quantile_interval(x, 0.5),
    "change_points": stats.change_points,
    "fit_usl": lambda x: stats.fit_usl(GOOD, x),
    "median": stats.median,
    "mad": stats.mad,
    "coefficient_of_variation": stats.coefficient_of_variation,
    "outliers": stats.outliers,
    "find_modes": stats.find_modes,
}
BAD = {
    "nothing": ([], "at least . values are needed, 0 given"),
    "not a number": ([1, float("nan"), 3, 4], "value 1 is nan; every value must be finite"),
    "infinite": ([1, 2, 3, float("-inf")], "value 3 is -inf; every value must be finite"),
    "a table": ([[1, 2], [3, 4]], "not an array of 2 dimensions"),
    "text": (["one", "two", "three"], "every value must be a number"),
}
NEED_TWO = set(TAKERS) - {"quantile_interval", "median", "mad", "find_modes"}


@pytest.mark.parametrize("taker", TAKERS)
@pytest.mark.parametrize("bad", BAD)
def test_a_bad_sample_is_refused_with_what_is_wrong_with_it(taker: str, bad: str) -> None:
    values, message = BAD[bad]
    with pytest.raises(ValueError, match=message):
        TAKERS[taker](values)


@pytest.mark.parametrize("taker", sorted(NEED_TWO))
def test_one_value_is_no_sample_where_spread_matters(taker: str) -> None:
    with pytest.raises(ValueError, match="values are needed, 1 given"):
        TAKERS[taker]([1.0])


@pytest.mark.parametrize("confidence", [0, 1, 95, float("nan")])
@pytest.mark.parametrize(
    "asked",
    [
        lambda confidence: stats.hodges_lehmann(GOOD, GOOD, confidence),
        lambda confidence: stats.bootstrap(GOOD, np.mean, confidence=confidence),
        lambda confidence: stats.wilson(1, 2, confidence),
        lambda confidence: stats.quantile_interval(GOOD, 0.5, confidence),
        lambda confidence: stats.Bisection(1, 2).interval(confidence),
        lambda confidence: stats.simultaneous_confidence(confidence, 2),
    ],
)
def test_a_confidence_that_is_no_share_is_refused(asked: Callable[[float], Any], confidence: float) -> None:
    with pytest.raises(ValueError, match="confidence must lie between 0 and 1"):
        asked(confidence)


def test_the_data_given_are_never_changed() -> None:
    values = np.array([5.0, 1.0, 4.0, 2.0, 3.0, 9.0, 7.0, 8.0, 6.0, 0.0])
    before = values.copy()
    for name, taker in TAKERS.items():
        if name not in ("quantile_interval", "fit_usl"):  # these ask for an order, or for positive values
            taker(values)
    assert (values == before).all()


def test_importing_the_library_does_not_import_statistics() -> None:
    program = "import sys, adapters.performance; print('adapters.performance.stats' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_statistics_need_nothing_but_numpy() -> None:
    program = "import sys, adapters.performance.stats; print('scipy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_every_public_name_is_there_and_documented() -> None:
    things = {name: getattr(stats, name) for name in stats.__all__}
    assert [
        name for name, thing in things.items() if isfunction(thing) or isclass(thing) if not thing.__doc__
    ] == []
