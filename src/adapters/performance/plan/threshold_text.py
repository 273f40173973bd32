"""Thresholds as text: one small grammar, read from left to right, whose errors point at the place.

    threshold  = [request ": "] figure compare number [unit] {clause}
    figure     = name ["." statistic] ["[" selector "]"]
    clause     = "for" duration | "abort" ["after" duration] | "optional"

The request is everything before the last colon that a space follows, so that its name may hold anything else.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import NoReturn

from .quantity import parse_duration
from .threshold_figures import (
    ERROR_KINDS,
    SELECTED,
    SHARE,
    SINGLE,
    SPELT_DIFFERENTLY,
    STATISTICS,
    TIMES,
    Kind,
    kind_of,
)

LONGEST = 1000
_DIGITS = 40
_EXAMPLES = "write for example 'p95 < 500ms' or 'error_rate < 1%'"
_CLAUSES = "'for 10s', 'abort', 'abort after 5s' or 'optional'"

_SPACE = re.compile(r"\s*")
_COLON = re.compile(r":(?=\s)")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*")
_SELECTOR = re.compile(r"\[([^\[\]]*)\]")
_OP = re.compile(r"<=|>=|==|<|>")
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_UNIT = re.compile(r"%|/s\b|(?:us|µs|μs|ms|s|m)\b")
_WORD = re.compile(r"\S+")
_STATUS = re.compile(r"[1-5](?:[0-9][0-9]|xx)")


@dataclass(frozen=True, slots=True)
class Clauses:
    """What follows the comparison."""

    window_s: int | None = None
    abort: bool = False
    abort_after_s: float = 0.0
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Read:
    """The parts of a threshold, its value in ms, a fraction, 1/s or a count."""

    request: str | None
    metric: str
    selector: str | None
    op: str
    value: float
    unit: str
    share: bool
    clauses: Clauses


def read_threshold(text: str) -> Read:
    """The parts of a threshold; ValueError says what is not understood, and where."""
    if len(text) > LONGEST:
        raise ValueError(f"not a threshold: {text[:40]!r}… is longer than {LONGEST} characters")
    reader = _Reader(text)
    request = reader.request()
    metric, selector = reader.figure()
    op = reader.expect(_OP, "<, <=, >, >= or == is expected", "no comparison follows")
    value, unit, share = reader.value(metric)
    clauses = reader.clauses()
    if metric == "errors" and selector is None:
        metric = "error_rate" if share else "failures"
    read = Read(request, metric, selector, op, value, unit, share, clauses)
    _check(text, read)
    return read


class _Reader:
    """A place in a text, and what is read from there."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def request(self) -> str | None:
        colons = list(_COLON.finditer(self._text))
        if not colons:
            return None
        name = self._text[: colons[-1].start()].strip()
        if not name:
            self._fail("no request is named before the colon")
        self._at = colons[-1].end()
        return name

    def figure(self) -> tuple[str, str | None]:
        self._skip()
        start = self._at
        name = self.expect(_NAME, "the name of a figure is expected", "no figure is named")
        metric = _canonical(name)
        if metric is None:
            if self._text[self._at : self._at + 1] == ":":
                self._fail("a space is needed after the colon that ends the name of a request")
            self._at = start
            if not _OP.search(self._text, start):
                raise ValueError(f"not a threshold: {self._text.strip()[:80]!r}; {_EXAMPLES}")
            self._fail(_no_such_figure(name))
        found = self._take(_SELECTOR)
        if found is None:
            return metric, None
        return self._selected(metric, found[1].strip(), found.start() + 1)

    def _selected(self, metric: str, selector: str, at: int) -> tuple[str, str]:
        self._at, after = at, self._at
        if metric not in SELECTED:
            self._fail(f"{metric} has no […]; {' and '.join(SELECTED)} have")
        if metric == "errors" and selector not in ERROR_KINDS:
            self._fail(f"no kind of errors is called {selector!r}{_near(selector, ERROR_KINDS)}")
        if metric == "status" and not _STATUS.fullmatch(selector):
            self._fail(f"{selector!r} is no status: write a number such as 503, or a class such as 5xx")
        self._at = after
        return metric, selector

    def value(self, metric: str) -> tuple[float, str, bool]:
        kind = kind_of(metric)
        digits = self.expect(_NUMBER, "a number from 0 is expected", "no number follows")
        number_at, unit_at = self._at - len(digits), self._at
        found = self._take(_UNIT)
        end = self._at if found else unit_at
        unit = found[0] if found else None
        if unit == "%" and metric in SELECTED:
            kind = SHARE
        self._at = unit_at
        if self._text[end : end + 1].strip():
            self._fail(_no_such_unit(kind))
        if unit not in kind.units:
            self._fail(_wrong_unit(metric, kind, unit))
        if len(digits) > _DIGITS:
            self._at = number_at
            self._fail(f"a number has at most {_DIGITS} digits here")
        self._at = end
        return float(Decimal(digits) * kind.units[unit]), kind.unit, kind is SHARE

    def clauses(self) -> Clauses:
        given: dict[str, float] = {}
        while not self._over():
            start = self._at
            word = self._word()
            if word in given:
                self._at = start
                self._fail(f"{word!r} stands there twice")
            if word == "for":
                given[word] = self._window()
            elif word in ("abort", "optional"):
                given[word] = 1
            elif word == "after" and "abort" in given:
                given[word] = self._duration()
            else:
                self._at = start
                self._fail(f"{word[:40]!r} is not understood: what may follow is {_CLAUSES}")
        window = given.get("for")
        return Clauses(
            window_s=None if window is None else int(window),
            abort="abort" in given,
            abort_after_s=given.get("after", 0.0),
            optional="optional" in given,
        )

    def _window(self) -> float:
        self._skip()
        start = self._at
        seconds = self._duration()
        if seconds < 1 or seconds != int(seconds):
            self._at = start
            self._fail("a window is of whole seconds, from 1")
        return seconds

    def _duration(self) -> float:
        self._skip()
        start = self._at
        word = self._word() if not self._over() else ""
        try:
            seconds = parse_duration(word)
        except (ValueError, OverflowError):
            self._at = start
            self._fail("a duration such as 10s is expected")
        if len(word) > _DIGITS or seconds > 10**9:
            self._at = start
            self._fail("that is too long a time")
        return seconds

    def expect(self, pattern: re.Pattern[str], wanted: str, at_the_end: str) -> str:
        """What is here; a ValueError when it is something else."""
        found = self._take(pattern)
        if found is None:
            self._fail(at_the_end if self._over() else wanted)
        return found[0]

    def _word(self) -> str:
        found = self._take(_WORD)
        assert found is not None
        return found[0]

    def _take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        self._skip()
        found = pattern.match(self._text, self._at)
        if found is not None:
            self._at = found.end()
        return found

    def _skip(self) -> None:
        found = _SPACE.match(self._text, self._at)
        assert found is not None
        self._at = found.end()

    def _over(self) -> bool:
        self._skip()
        return self._at == len(self._text)

    def _fail(self, problem: str) -> NoReturn:
        shown = self._text if len(self._text) <= 120 else f"{self._text[:117]}…"
        rest = self._text[self._at : self._at + 20].strip()
        where = f"column {self._at + 1}, at {rest!r}" if rest else "at its end"
        raise ValueError(f"{shown!r}, {where}: {problem}")


def _canonical(name: str) -> str | None:
    """``p95`` for ``p95`` and ``latency.p95``, ``ttfb.p50`` for ``ttfb.median``; None when there is no such figure."""
    name = SPELT_DIFFERENTLY.get(name, name)
    if name in SINGLE or name in STATISTICS:
        return name
    family, _, statistic = name.partition(".")
    statistic = SPELT_DIFFERENTLY.get(statistic, statistic)
    if family not in TIMES or statistic not in STATISTICS:
        return None
    return statistic if family == "latency" else f"{family}.{statistic}"


def _no_such_figure(name: str) -> str:
    family, dot, statistic = name.partition(".")
    if family in TIMES and not dot:
        return f"{name} is many times: say which of them, such as {name}.p95"
    if family in TIMES:
        return f"{family} has no {statistic!r}{_near(statistic, STATISTICS)}; it has {', '.join(STATISTICS)}"
    known = (*STATISTICS, *SINGLE)
    further = ", ".join(f"{family}.p95" for family in TIMES[1:])
    return f"no figure is called {name!r}{_near(name, known)}; there are {', '.join(known)}, and {further} …"


def _wrong_unit(metric: str, kind: Kind, unit: str | None) -> str:
    if unit is None and kind.what == "time":
        return "a latency needs a unit, such as 500ms or 1.5s"
    return f"{metric} is not measured in {unit}"


def _no_such_unit(kind: Kind) -> str:
    units = [unit for unit in kind.units if unit and unit != "μs"]
    return f"no such unit here{'; there are ' + ', '.join(units) if units else ', a count has none'}"


def _near(name: str, known: tuple[str, ...]) -> str:
    near = difflib.get_close_matches(name, known, n=2)
    return f"; did you mean {' or '.join(near)}?" if near else ""


def _check(text: str, read: Read) -> None:
    """What is well formed, but cannot be meant."""
    kind = SHARE if read.share else kind_of(read.metric)
    clauses = read.clauses
    problem: str | None = None
    if read.share and read.value > 1:
        problem = f"{read.metric} is a share of 100% at most; for five percent write 5%"
    elif kind.grows and read.value != int(read.value):
        in_percent = "; for a share write percent, such as 1%" if read.metric in SELECTED else ""
        problem = f"a count is a whole number{in_percent}"
    elif read.selector is None and read.metric == "status":
        problem = "say which status, such as status[5xx]"
    elif read.request is not None and not kind.by_request:
        problem = f"{read.metric} is known of the whole run, not of one request"
    elif (clauses.window_s is not None or clauses.abort) and not kind.by_second:
        problem = f"{read.metric} is known of the whole run, not while it goes on"
    elif clauses.abort and clauses.window_s is None and kind.grows and not _may_abort(read):
        problem = (
            f"{read.metric} grows while the run goes on: 'abort' needs an upper bound (<, <=, == 0), or 'for'"
        )
    if problem is not None:
        raise ValueError(f"{text.strip()[:120]!r}: {problem}")


def _may_abort(read: Read) -> bool:
    return read.op in ("<", "<=") or (read.op == "==" and read.value == 0)
