"""Thresholds as text: one small grammar, read from left to right, whose errors point at the place.

    threshold  = [request ": "] figure compare number [unit] {clause}
    figure     = name ["." statistic] ["[" selector "]"]
    clause     = "for" duration | "abort" ["after" duration] | "optional"

The request is everything before the last colon that a space follows, so that its name may hold anything else.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NoReturn

from .quantity import parse_duration
from .threshold_figures import ERROR_KINDS, SELECTED, SHARE, Kind, canonical, kind_of, near, no_such_figure
from .threshold_model import Threshold

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
_AFTER = re.compile(r"after(?!\S)")
_WORD = re.compile(r"\S+")
_STATUS = re.compile(r"[1-5](?:[0-9][0-9]|xx)")


def read_threshold(text: str) -> Threshold:
    """The threshold that a text is; ValueError says what is not understood, and where."""
    if len(text) > LONGEST:
        raise ValueError(f"not a threshold: {text[:40]!r}… is longer than {LONGEST} characters")
    reader = _Reader(text)
    request = reader.request()
    metric, selector = reader.figure()
    op = reader.expect(_OP, "<, <=, >, >= or == is expected", "no comparison follows")
    value, unit, share = reader.value(metric)
    if metric == "errors" and selector is None:
        metric = "error_rate" if share else "failures"
    clauses = reader.clauses()
    window_s = clauses.get("for")
    return Threshold(
        text.strip(),
        request,
        metric,
        op,
        value,
        unit,
        selector,
        share,
        window_s=None if window_s is None else int(window_s),
        abort="abort" in clauses,
        abort_after_s=clauses.get("after", 0.0),
        optional="optional" in clauses,
    )


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
        metric = canonical(name)
        if metric is None:
            if self._text[self._at : self._at + 1] == ":":
                self._fail("a space is needed after the colon that ends the name of a request")
            self._at = start
            if not _OP.search(self._text, start):
                raise ValueError(f"not a threshold: {self._text.strip()[:80]!r}; {_EXAMPLES}")
            self._fail(no_such_figure(name))
        found = self._take(_SELECTOR)
        if found is None:
            return metric, None
        return self._selected(metric, found[1].strip(), found.start() + 1)

    def _selected(self, metric: str, selector: str, at: int) -> tuple[str, str]:
        self._at, after = at, self._at
        if metric not in SELECTED:
            self._fail(f"{metric} has no […]; {' and '.join(SELECTED)} have")
        if metric == "errors" and selector not in ERROR_KINDS:
            self._fail(f"no kind of errors is called {selector!r}{near(selector, ERROR_KINDS)}")
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

    def clauses(self) -> dict[str, float]:
        """What follows the comparison: seconds by ``for`` and ``after``, and each word that stands there."""
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
                if word == "abort" and self._take(_AFTER):
                    given["after"] = self._duration()
            else:
                self._at = start
                self._fail(f"{word[:40]!r} is not understood: what may follow is {_CLAUSES}")
        return given

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


def _wrong_unit(metric: str, kind: Kind, unit: str | None) -> str:
    if unit is None and kind.what == "time":
        return "a latency needs a unit, such as 500ms or 1.5s"
    return f"{metric} is not measured in {unit}"


def _no_such_unit(kind: Kind) -> str:
    units = [unit for unit in kind.units if unit and unit != "μs"]
    return f"no such unit here{'; there are ' + ', '.join(units) if units else ', a count has none'}"
