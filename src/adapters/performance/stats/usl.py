"""Universal Scalability Law: what contention and coherency cost as concurrency grows."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

from .inputs import FloatArray, sample

MIN_LEVELS = 4
ENOUGH_LEVELS = 6
ENOUGH_LOAD = 0.7  # of the load at the peak
MOST_OFF = 0.1  # of the highest throughput measured, for the law to be one of this system
_MAX_STEPS = 200
_NOTHING = 1e-9


@dataclass(frozen=True, slots=True)
class UslFit:
    """X(N) = λN / (1 + σ(N − 1) + κN(N − 1)): ``rate_of_one`` is λ, the throughput of one user.

    ``contention`` is σ, the serial share; ``coherency`` is κ, the cost of keeping users consistent with one another.
    ``residuals``: measured less fitted, in the order given. ``r_squared`` is ``None`` if throughput never varied.
    ``max_load`` and ``levels``: the highest load measured, and how many different ones. ``worst_off``: by what share of
    the highest throughput measured the law is off at most, at ``worst_load``.
    """

    rate_of_one: float
    contention: float
    coherency: float
    residuals: tuple[float, ...]
    r_squared: float | None
    max_load: float
    levels: int
    worst_off: float
    worst_load: float

    def throughput(self, load: float) -> float:
        """The throughput the law gives for this concurrency."""
        return load * self.rate_of_one / (1 + (load - 1) * (self.contention + self.coherency * load))

    @property
    def peak_load(self) -> float | None:
        """The concurrency of the highest throughput, Nmax = √((1 − σ) / κ); ``None`` if there is none over 1."""
        if self.coherency == 0 or self.contention + self.coherency >= 1:
            return None
        return math.sqrt((1 - self.contention) / self.coherency)

    @property
    def peak_throughput(self) -> float | None:
        """The throughput at ``peak_load``."""
        return None if self.peak_load is None else self.throughput(self.peak_load)

    @property
    def peak_supported(self) -> bool:
        """Whether Nmax is more than a guess: the load measured went past 0.7 of it, and the law fits."""
        far_enough = self.peak_load is not None and self.max_load > ENOUGH_LOAD * self.peak_load
        return far_enough and self.worst_off <= MOST_OFF

    @property
    def doubts(self) -> tuple[str, ...]:
        """The conditions for trusting the fit that do not hold, in words; empty if all do."""
        doubts = []
        if self.levels < ENOUGH_LEVELS:
            doubts.append(
                f"{self.levels} different loads were measured; a fit worth reading needs {ENOUGH_LEVELS}"
            )
        if self.worst_off > MOST_OFF:
            doubts.append(
                f"the law is off by {self.worst_off:.0%} of the highest throughput, at load {self.worst_load:g}: this "
                "system does not grow as the law says, as one with a hard limit does not"
            )
        elif self.peak_load is not None and not self.peak_supported:
            doubts.append(
                f"the highest load measured, {self.max_load:g}, is not over {ENOUGH_LOAD:g} of the load at the peak, "
                f"{self.peak_load:g}: that peak is a guess"
            )
        return tuple(doubts)


def fit_usl(load: npt.ArrayLike, throughput: npt.ArrayLike) -> UslFit:
    """Fit the law by least squares of throughput, λ > 0, σ ≥ 0, κ ≥ 0 (Gunther 2007, chapters 4 and 5).

    N/X is linear in 1/λ, σ/λ and κ/λ: each Gauss-Newton step is a non-negative linear least-squares problem of three
    unknowns, solved exactly; the first one is Gunther's own linearised fit. Data must come from the closed model.
    ``load``: users, shape (n,), each at least 1, at least 4 of them different; ``throughput``: shape (n,), positive.
    ``ValueError`` for others, and where no finite λ fits.
    """
    users, rates = (
        sample(load, "load", at_least=MIN_LEVELS),
        sample(throughput, "throughput", at_least=MIN_LEVELS),
    )
    if len(users) != len(rates):
        raise ValueError(f"{len(users)} loads and {len(rates)} throughputs: they must be as many")
    if (users < 1).any() or (rates <= 0).any():
        raise ValueError("every load must be at least 1 and every throughput positive")
    levels = len(np.unique(users))
    if levels < MIN_LEVELS:
        raise ValueError(f"at least {MIN_LEVELS} different loads are needed, {levels} given")
    inverse, contention, coherency = _fit(users, rates).tolist()
    if inverse <= _NOTHING * float((users / rates).mean()):
        raise ValueError(
            "no finite throughput of one user fits these figures: measure lower loads, best of all one user"
        )
    residuals = rates - users / (inverse + contention * (users - 1) + coherency * users * (users - 1))
    off = np.abs(residuals) / rates.max()
    total = float(((rates - rates.mean()) ** 2).sum())
    return UslFit(
        rate_of_one=1 / inverse,
        contention=contention / inverse,
        coherency=coherency / inverse,
        residuals=tuple(residuals.tolist()),
        r_squared=1 - float((residuals**2).sum()) / total if total else None,
        max_load=float(users.max()),
        levels=levels,
        worst_off=float(off.max()),
        worst_load=float(users[off.argmax()]),
    )


def _fit(users: FloatArray, rates: FloatArray) -> FloatArray:
    """1/λ, σ/λ and κ/λ of least squares in throughput."""
    columns = np.stack([np.ones_like(users), users - 1, users * (users - 1)], axis=1)
    weights = rates**2 / users  # a small change of N/X moves X by this much
    current = _non_negative(columns * weights[:, None], users / rates * weights)
    if current[0] == 0:  # no rate of one at all: begin where there is one
        current = np.array([(users / rates).mean(), 0, 0])
    error = _error(columns, current, users, rates)
    for _ in range(_MAX_STEPS):
        modelled = columns @ current
        weights = users / modelled**2
        target = _non_negative(
            columns * weights[:, None], weights * modelled * (2 - rates / users * modelled)
        )
        step = 1.0
        while step > 1e-6:
            tried = current + step * (target - current)
            tried_error = _error(columns, tried, users, rates)
            if tried_error < error:
                break
            step /= 2
        else:
            break
        settled = error - tried_error <= 1e-14 * error
        current, error = tried, tried_error
        if settled:
            break
    return current


def _error(columns: FloatArray, coefficients: FloatArray, users: FloatArray, rates: FloatArray) -> float:
    modelled = columns @ coefficients
    return float(((rates - users / modelled) ** 2).sum()) if (modelled > 0).all() else math.inf


def _non_negative(matrix: FloatArray, target: FloatArray) -> FloatArray:
    """The coefficients of least squares with none negative: the best of all choices of those that are not 0."""
    best, least = np.zeros(3), math.inf
    scale = np.linalg.norm(matrix, axis=0)
    for size in (1, 2, 3):
        for chosen in map(list, combinations(range(3), size)):
            part = matrix[:, chosen] / scale[chosen]
            found = np.linalg.lstsq(part, target, rcond=None)[0]
            error = float(((part @ found - target) ** 2).sum())
            if (found >= 0).all() and error < least:
                best, least = np.zeros(3), error
                best[chosen] = found / scale[chosen]
    return best
