"""Bootstrap: the interval of any figure, by computing it again on data drawn from the data."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Literal, TypeVar

import numpy as np
import numpy.typing as npt

from .inputs import FloatArray, check_count, check_share, sample
from .intervals import Interval
from .normal import quantile, tail

Statistic = Callable[[FloatArray], float]
Combine = Callable[[Sequence[FloatArray]], FloatArray]
Draw = Callable[[np.random.Generator], FloatArray]
T = TypeVar("T", float, FloatArray)

_JACKKNIFE_GROUPS = 200


def bootstrap(
    data: npt.ArrayLike,
    statistic: Statistic,
    *,
    confidence: float = 0.95,
    resamples: int = 2000,
    seed: int = 0,
    method: Literal["bca", "percentile"] = "bca",
) -> Interval:
    """The statistic of independent values, with a bootstrap interval.

    ``bca`` corrects for bias and skew (Efron 1987; Efron and Tibshirani 1993, section 14.3), ``percentile`` does not
    (section 13.3). With few values both are too narrow: for the mean of ten normal values, 95 % covers 87 to 90 %.
    ``data``: shape (n,), n of at least 2; ``statistic`` gets arrays of that shape. The same seed gives the same result.
    ``ValueError`` for bad data, for a statistic that is not finite, or one for which ``bca`` is undefined.
    """
    values = sample(data, "data")
    figures = _figures(_drawer(values), statistic, resamples, seed)
    estimate = _figure(statistic, values)
    if method == "percentile":
        return _percentile(estimate, figures, confidence)
    return _bca(estimate, figures, _jackknife(values, statistic), confidence)


def block_bootstrap(
    blocks: Sequence[npt.ArrayLike],
    statistic: Statistic,
    *,
    run_length: int = 1,
    confidence: float = 0.95,
    resamples: int = 1000,
    seed: int = 0,
    combine: Combine = np.concatenate,
) -> Interval:
    """The statistic of one run's data, with a percentile interval from its blocks in order of time.

    Whole blocks are drawn, ``run_length`` neighbours at a time around a circle, so dependence shorter than that is kept
    (Künsch 1989; Politis and Romano 1992). It tells of noise within the run only, not of how another run would differ.
    ``blocks``: at least 2 arrays of shape (k,), say the values of each second. ``combine`` makes of the blocks drawn
    what the statistic gets: their concatenation, or ``sum`` where each block is a histogram's counts.
    """
    parts = _blocks(blocks, "blocks", run_length)
    figures = _figures(_block_drawer(parts, run_length, combine), statistic, resamples, seed)
    return _percentile(_figure(statistic, combine(parts)), figures, confidence)


def bootstrap_compare(
    a: npt.ArrayLike,
    b: npt.ArrayLike,
    statistic: Statistic,
    *,
    compare: Literal["difference", "ratio"] = "difference",
    confidence: float = 0.95,
    resamples: int = 2000,
    seed: int = 0,
) -> Interval:
    """The statistic of a less that of b, or divided by it, with a percentile interval.

    Both samples are drawn from on their own (Efron and Tibshirani 1993, section 8.3). Shapes: (m,) and (n,).
    ``ValueError`` as ``bootstrap``, and for a ratio whose parts are not positive.
    """
    left, right = sample(a, "a"), sample(b, "b")
    seed_a, seed_b = np.random.SeedSequence(seed).spawn(2)
    return _percentile(
        _compared(_figure(statistic, left), _figure(statistic, right), compare),
        _compared(
            _figures(_drawer(left), statistic, resamples, seed_a),
            _figures(_drawer(right), statistic, resamples, seed_b),
            compare,
        ),
        confidence,
    )


def block_bootstrap_compare(
    a_blocks: Sequence[npt.ArrayLike],
    b_blocks: Sequence[npt.ArrayLike],
    statistic: Statistic,
    *,
    compare: Literal["difference", "ratio"] = "difference",
    run_length: int = 1,
    confidence: float = 0.95,
    resamples: int = 1000,
    seed: int = 0,
    combine: Combine = np.concatenate,
) -> Interval:
    """The statistic of one run less that of another, or divided by it: ``block_bootstrap`` of both.

    It tells of noise within the two runs only: no verdict follows from it.
    """
    left, right = _blocks(a_blocks, "a_blocks", run_length), _blocks(b_blocks, "b_blocks", run_length)
    seed_a, seed_b = np.random.SeedSequence(seed).spawn(2)
    return _percentile(
        _compared(_figure(statistic, combine(left)), _figure(statistic, combine(right)), compare),
        _compared(
            _figures(_block_drawer(left, run_length, combine), statistic, resamples, seed_a),
            _figures(_block_drawer(right, run_length, combine), statistic, resamples, seed_b),
            compare,
        ),
        confidence,
    )


# Drawing


def _drawer(values: FloatArray) -> Draw:
    return lambda rng: values[rng.integers(len(values), size=len(values))]


def _block_drawer(blocks: Sequence[FloatArray], run_length: int, combine: Combine) -> Draw:
    count = len(blocks)
    runs = math.ceil(count / run_length)

    def draw(rng: np.random.Generator) -> FloatArray:
        starts = rng.integers(count, size=runs)
        chosen = ((starts[:, None] + np.arange(run_length)) % count).ravel()[:count]
        return combine([blocks[index] for index in chosen])

    return draw


def _blocks(blocks: Sequence[npt.ArrayLike], name: str, run_length: int) -> list[FloatArray]:
    parts = [sample(block, f"{name}[{index}]", at_least=0) for index, block in enumerate(blocks)]
    if len(parts) < 2:
        raise ValueError(f"{name}: at least 2 blocks are needed, {len(parts)} given")
    if check_count(run_length, "run_length", at_least=1) >= len(parts):
        raise ValueError(
            f"{name}: {len(parts)} blocks cannot be drawn {run_length} at a time: shorter runs are needed"
        )
    return parts


# Computing


def _figures(
    draw: Draw, statistic: Statistic, resamples: int, seed: int | np.random.SeedSequence
) -> FloatArray:
    rng = np.random.default_rng(seed)
    count = check_count(resamples, "resamples", at_least=100)
    return np.array([_figure(statistic, draw(rng)) for _ in range(count)])


def _figure(statistic: Statistic, values: FloatArray) -> float:
    figure = float(statistic(values))
    if not math.isfinite(figure):
        raise ValueError(
            f"the statistic gave {figure} on {len(values)} values; it must be finite on any draw"
        )
    return figure


def _compared(a: T, b: T, compare: Literal["difference", "ratio"]) -> T:
    if compare == "difference":
        return a - b
    if np.min(a) <= 0 or np.min(b) <= 0:
        raise ValueError("only positive figures have a ratio: the statistic gave one that is not")
    return a / b


def _jackknife(values: FloatArray, statistic: Statistic) -> FloatArray:
    """The statistic without one value, or without one of many interleaved groups where there are many values."""
    groups = min(len(values), _JACKKNIFE_GROUPS)
    group = np.arange(len(values)) % groups
    return np.array([_figure(statistic, values[group != index]) for index in range(groups)])


# Intervals


def _percentile(estimate: float, figures: FloatArray, confidence: float) -> Interval:
    alpha = 1 - check_share(confidence, "confidence")
    low, high = np.quantile(figures, [alpha / 2, 1 - alpha / 2]).tolist()
    return Interval(estimate, low, high, confidence)


def _bca(estimate: float, figures: FloatArray, jackknife: FloatArray, confidence: float) -> Interval:
    below = float(np.mean(figures < estimate) + np.mean(figures == estimate) / 2)
    if not 0 < below < 1:
        raise ValueError(
            "every draw lies to one side of the estimate: method 'bca' is undefined, 'percentile' is not"
        )
    bias = quantile(below)
    deviations = jackknife.mean() - jackknife
    spread = float((deviations**2).sum())
    skew = float((deviations**3).sum()) / (6 * spread**1.5) if spread else 0.0
    alpha = 1 - check_share(confidence, "confidence")

    def adjusted(share: float) -> float:
        z = bias + quantile(share)
        return 1 - tail(bias + z / (1 - skew * z))

    low, high = np.quantile(figures, [adjusted(alpha / 2), adjusted(1 - alpha / 2)]).tolist()
    return Interval(estimate, low, high, confidence)
