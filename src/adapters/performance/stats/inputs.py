"""What every function of this package asks of its input, refused in the same words."""

from __future__ import annotations

from numbers import Integral

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]


def sample(values: npt.ArrayLike, name: str = "values", *, at_least: int = 2) -> FloatArray:
    """The values as a one-dimensional float array; ``ValueError`` if too few, or not all finite numbers."""
    try:
        array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise ValueError(f"{name}: every value must be a number") from None
    if array.ndim != 1:
        raise ValueError(f"{name}: one row of numbers is needed, not an array of {array.ndim} dimensions")
    if len(array) < at_least:
        raise ValueError(f"{name}: at least {at_least} values are needed, {len(array)} given")
    if not np.isfinite(array).all():
        where = int(np.flatnonzero(~np.isfinite(array))[0])
        raise ValueError(f"{name}: value {where} is {array[where]}; every value must be finite")
    return array


def check_share(value: float, name: str) -> float:
    """The value, if it lies strictly between 0 and 1; ``ValueError`` otherwise."""
    if not 0 < value < 1:
        raise ValueError(f"{name} must lie between 0 and 1, not {value}")
    return float(value)


def check_count(value: int, name: str, *, at_least: int = 0) -> int:
    """The value, if it is a whole number and large enough; ``ValueError`` otherwise."""
    if not isinstance(value, Integral) or value < at_least:
        raise ValueError(f"{name} must be a whole number of at least {at_least}, not {value!r}")
    return int(value)
