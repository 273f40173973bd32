"""Thresholds as keys: ``max_p95_response_time_ms: 1000`` is ``p95 <= 1000ms``, spelt differently."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation

from ..errors import PlanError

_TIMES = {
    "avg": "mean",
    "mean": "mean",
    "median": "p50",
    "p50": "p50",
    "p75": "p75",
    "p90": "p90",
    "p95": "p95",
}
_TIMES |= {"p99": "p99", "p999": "p999"}
_LONGEST = 15  # digits before or after the point
_LONGEST_BITS = 64


def thresholds_from_keys(given: Mapping[str, object], *, source: str) -> tuple[str, ...]:
    """The thresholds that keys stand for, in the grammar of `parse_threshold`, in the order given.

    A ``max_`` may be reached (``<=``), and so may a ``min_`` (``>=``). Units are in the keys: ``_ms``, ``_percent``,
    ``_rps`` and ``_per_second``. ``max_error_rate``, which names none, is a **fraction**: where it comes from it stands
    as ``max_error_rate: 0.01  # 1% error rate``; ``max_error_rate_percent: 5`` says by its name that it is 5 %. A
    response time is a request's latency, from sending it to the end of its answer, as the tools measured it that these
    keys come from.

    A fraction of 1 or more would allow every request to fail and was meant as a percentage, so it is refused, as are
    100 % or more. PlanError names the ``source``, every key that is not known, with the nearest one, and every value
    that cannot be meant.
    """
    expressions: list[str] = []
    problems: list[str] = []
    for key, value in given.items():
        try:
            expressions.append(threshold_from_key(key, value))
        except ValueError as error:
            problems.append(f"{source}: {error}")
    if problems:
        raise PlanError("\n".join(problems))
    return tuple(expressions)


def threshold_from_key(key: str, value: object) -> str:
    """The threshold that one key stands for; ValueError says which key is nearest, or why the value cannot be meant."""
    if key not in _KEYS:
        near = difflib.get_close_matches(str(key), _KEYS, n=3, cutoff=0.5)
        raise ValueError(
            f"{key}: no such threshold" + (f"; did you mean {' or '.join(near)}?" if near else "")
        )
    return _KEYS[key](key, _number(key, value))


def is_threshold_key(key: object) -> bool:
    """Whether this is a key of a threshold."""
    return key in _KEYS


def _number(key: str, value: object) -> Decimal:
    """A number, or a text of one, as it comes from the environment."""
    if isinstance(value, int) and value.bit_length() > _LONGEST_BITS:
        raise ValueError(f"{key}: the number is too long")
    try:
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            raise InvalidOperation
        number = Decimal(str(value).strip())
    except InvalidOperation:
        raise ValueError(f"{key}: a number is needed, not {str(value)[:40]!r}") from None
    if not number.is_finite() or number < 0 or (number and abs(number.adjusted()) > _LONGEST):
        raise ValueError(f"{key}: a number from 0 is needed, not {str(value)[:40]!r}")
    return number.normalize()


def _time(metric: str) -> Callable[[str, Decimal], str]:
    return lambda _, milliseconds: f"{metric} <= {_plain(milliseconds)}ms"


def _count(metric: str, op: str, unit: str = "") -> Callable[[str, Decimal], str]:
    return lambda _, count: f"{metric} {op} {_plain(count)}{unit}"


def _fraction(key: str, share: Decimal) -> str:
    if share >= 1:
        raise ValueError(
            f"{key}: it is a fraction, and {_plain(share)} would allow every request to fail; for {_plain(share)} % "
            f"write {key}: {_plain(share / 100)}, or {key}_percent: {_plain(share)}"
        )
    return f"error_rate <= {_plain(share * 100)}%"


def _percent(key: str, percent: Decimal) -> str:
    if percent >= 100:
        raise ValueError(f"{key}: {_plain(percent)} % would allow every request to fail")
    return f"error_rate <= {_plain(percent)}%"


def _plain(number: Decimal) -> str:
    """The number without an exponent and without zeros that say nothing."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


_KEYS: dict[str, Callable[[str, Decimal], str]] = {
    **{f"max_{spelt}_response_time_ms": _time(metric) for spelt, metric in _TIMES.items()},
    "max_response_time_ms": _time("max"),
    "max_error_rate": _fraction,
    "max_error_rate_percent": _percent,
    "max_failures": _count("failures", "<="),
    "min_requests": _count("requests", ">="),
    "min_requests_per_second": _count("throughput", ">=", "/s"),
    "min_throughput_rps": _count("throughput", ">=", "/s"),
}
