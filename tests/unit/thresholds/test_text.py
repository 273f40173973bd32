"""The grammar of thresholds: what is understood, what is refused and where, and that nothing else can happen."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.performance.engines import kinds
from adapters.performance.plan.threshold_figures import ERROR_KINDS, SINGLE, STATISTICS, TIMES
from adapters.performance.plan.threshold_text import LONGEST
from adapters.performance.plan.thresholds import Threshold, is_share, parse_threshold


@pytest.mark.parametrize(
    ("text", "metric", "value", "unit"),
    [
        ("p95 < 500ms", "p95", 500, "ms"),
        ("latency.p95 < 0.5s", "p95", 500, "ms"),
        ("avg < 250us", "mean", 0.25, "ms"),
        ("median<=1.5 s", "p50", 1500, "ms"),
        ("p99.9 < 1m", "p999", 60_000, "ms"),
        ("ttfb.p95 < 300ms", "ttfb.p95", 300, "ms"),
        ("response.p99 < 1s", "response.p99", 1000, "ms"),
        ("connect.average < 5µs", "connect.mean", 0.005, "ms"),
        ("error_rate < 1%", "error_rate", 0.01, ""),
        ("error_rate < 0.01", "error_rate", 0.01, ""),
        ("error_rate < 0.1%", "error_rate", 0.001, ""),
        ("errors < 1%", "error_rate", 0.01, ""),
        ("errors == 0", "failures", 0, ""),
        ("rps > 50", "throughput", 50, "/s"),
        ("throughput >= 50/s", "throughput", 50, "/s"),
        ("dropped == 0", "dropped", 0, ""),
    ],
)
def test_a_figure_a_bound_and_its_unit(text: str, metric: str, value: float, unit: str) -> None:
    read = parse_threshold(text)
    assert (read.metric, read.value, read.unit) == (metric, value, unit)
    assert (read.request, read.window_s, read.abort, read.optional) == (None, None, False, False)


def test_brackets_select_a_kind_of_errors_or_a_status() -> None:
    count, share = parse_threshold("errors[timeout] == 0"), parse_threshold("errors[timeout] < 1%")
    assert (count.metric, count.selector, count.share) == ("errors", "timeout", False)
    assert (share.metric, share.selector, share.share, share.value) == ("errors", "timeout", True, 0.01)
    assert parse_threshold("GET /: status[5xx] == 0").selector == "5xx"
    assert parse_threshold("status[503] < 0.5%").selector == "503"


@pytest.mark.parametrize(
    ("text", "window_s", "abort", "after_s", "optional"),
    [
        ("p95 < 1s for 10s", 10, False, 0, False),
        ("p95 < 1s for 1m30s", 90, False, 0, False),
        ("p95 < 1s abort", None, True, 0, False),
        ("p95 < 1s abort after 5s", None, True, 5, False),
        ("p95 < 1s optional abort after 500ms for 3s", 3, True, 0.5, True),
        ("requests < 100 abort", None, True, 0, False),
        ("errors[timeout] == 0 abort", None, True, 0, False),
        ("requests > 10 for 5s abort", 5, True, 0, False),
    ],
)
def test_clauses_in_any_order(
    text: str, window_s: int | None, abort: bool, after_s: float, optional: bool
) -> None:
    read = parse_threshold(text)
    assert (read.window_s, read.abort, read.abort_after_s, read.optional) == (
        window_s,
        abort,
        after_s,
        optional,
    )


@pytest.mark.parametrize(
    "name", ["login", "GET /a?b=c:d", "a: b", "p95 < 1s", "errors[timeout]", "größe", "x:"]
)
def test_the_name_of_a_request_may_hold_anything(name: str) -> None:
    read = parse_threshold(f"{name}: error_rate < 1% for 10s")
    assert (read.request, read.metric, read.window_s) == (name, "error_rate", 10)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "at its end: no figure is named"),
        ("p95", "at its end: no comparison follows"),
        ("p95 <", "at its end: no number follows"),
        ("fast please", "not a threshold: 'fast please'; write for example"),
        ("login:p99 < 1s", "column 6, at ':p99 < 1s': a space is needed after the colon"),
        (": p99 < 1s", "no request is named before the colon"),
        ("p95 =< 1s", "column 5, at '=< 1s': <, <=, >, >= or == is expected"),
        ("p95 < -1s", "column 7, at '-1s': a number from 0 is expected"),
        ("p95 < 5", "a latency needs a unit, such as 500ms"),
        ("p95 < 5min", "column 8, at 'min': no such unit here; there are us, µs, ms, s, m"),
        ("p95 < 1e3ms", "column 8, at 'e3ms': no such unit"),
        ("p95 < 5%", "p95 is not measured in %"),
        ("failures < 5s", "failures is not measured in s"),
        ("throughtput > 5", "column 1, at 'throughtput > 5': no figure is called 'throughtput'; did you mean"),
        ("ttfb < 1s", "ttfb is many times: say which of them, such as ttfb.p95"),
        ("ttfb.p59 < 1s", "ttfb has no 'p59'; did you mean"),
        ("errors[timout] == 0", "column 8, at 'timout] == 0': no kind of errors is called 'timout'; did you mean"),
        ("status[6xx] == 0", "'6xx' is no status: write a number such as 503, or a class such as 5xx"),
        ("status == 0", "say which status, such as status[5xx]"),
        ("p95[timeout] < 1s", "p95 has no […]"),
        ("p95 < 1s fro 10s", "column 10, at 'fro 10s': 'fro' is not understood: what may follow is 'for 10s'"),
        ("p95 < 1s for", "at its end: a duration such as 10s is expected"),
        ("p95 < 1s for abort", "column 14, at 'abort': a duration such as 10s is expected"),
        ("p95 < 1s for 0.5s", "a window is of whole seconds, from 1"),
        ("p95 < 1s for 0s", "a window is of whole seconds, from 1"),
        ("p95 < 1s after 5s", "'after' is not understood"),
        ("p95 < 1s abort optional after 5s", "column 25, at 'after 5s': 'after' is not understood"),
        ("p95 < 1s abort after", "at its end: a duration such as 10s is expected"),
        ("p95 < 1s abort after soon", "column 22, at 'soon': a duration such as 10s is expected"),
        ("p95 < 1s abort abort", "column 16, at 'abort': 'abort' stands there twice"),
        ("error_rate < 5", "a share of 100% at most; for five percent write 5%"),
        ("checks > 101%", "a share of 100% at most"),
        ("failures < 0.5", "a count is a whole number"),
        ("errors[timeout] < 0.01", "for a share write percent, such as 1%"),
        ("login: dropped == 0", "dropped is known of the whole run, not of one request"),
        ("dropped == 0 for 5s", "dropped is known of the whole run, not while it goes on"),
        ("lag.p99 < 5ms abort", "lag.p99 is known of the whole run, not while it goes on"),
        ("requests > 100 abort", "requests grows while the run goes on: 'abort' needs an upper bound"),
        ("failures == 3 abort", "failures grows while the run goes on"),
        ("p95 < 1111111111111111111111111111111111111111111s", "a number has at most 40 digits here"),
        ("x" * (LONGEST + 1), "is longer than 1000 characters"),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_told_with_its_place(text: str, told: str) -> None:
    with pytest.raises(ValueError) as raised:
        parse_threshold(text)
    assert told in str(raised.value)
    assert "\n" not in str(raised.value)


def test_the_kinds_of_errors_are_those_of_the_engines() -> None:
    assert set(ERROR_KINDS) == {value for name, value in vars(kinds).items() if name.isupper()}


# Properties

DISTRIBUTIONS = st.sampled_from([*STATISTICS, *(f"{time}.{stat}" for time in TIMES for stat in STATISTICS)])
OPS = st.sampled_from(["<", "<=", ">", ">=", "=="])
SPACE = st.sampled_from(["", " ", "  "])
NUMBER = st.decimals(0, 10**9, places=3).map(lambda number: f"{number:f}")
TIME = st.tuples(NUMBER, SPACE, st.sampled_from(["us", "µs", "ms", "s", "m"])).map("".join)
NAMES = st.text(min_size=1, max_size=20).map(str.strip).filter(lambda name: name and not name.endswith(":"))


@st.composite
def thresholds(draw: st.DrawFn) -> tuple[str, str | None]:
    """The text of a threshold on a time, and the request it names."""
    metric = draw(DISTRIBUTIONS)
    text = f"{metric}{draw(SPACE)}{draw(OPS)}{draw(SPACE)}{draw(TIME)}"
    request = None
    if not metric.startswith("lag."):
        request = draw(st.none() | NAMES)
        clauses = {"": 1, "for 5s": 2, "abort": 3, "abort after 1m": 3, "optional": 4}
        chosen = draw(st.lists(st.sampled_from([*clauses]), unique_by=lambda clause: clauses[clause]))
        text = " ".join([text, *chosen])
    return (text if request is None else f"{request}: {text}"), request


@given(thresholds(), SPACE, SPACE)
def test_what_is_written_by_the_grammar_is_read_and_prints_back_as_it_was_written(
    written: tuple[str, str | None], before: str, after: str
) -> None:
    text, request = written
    read = parse_threshold(before + text + after)
    assert str(read) == read.expression == text.strip()
    assert read.request == request
    assert parse_threshold(str(read)) == read
    assert read.window_s == (5 if " for 5s" in text.rpartition(": ")[2] else None)


@given(st.text(max_size=60))
def test_any_text_is_a_threshold_or_a_value_error(text: str) -> None:
    _read_or_refuse(text)


WORDS = [
    *STATISTICS,
    *SINGLE,
    *TIMES,
    ".",
    "[",
    "]",
    "timeout",
    "5xx",
    "<",
    "<=",
    "==",
    ">",
    "1",
    "0.5",
    "%",
    "/s",
]
WORDS += [
    "ms",
    "s",
    " ",
    "  ",
    ": ",
    ":",
    "for",
    "abort",
    "after",
    "10s",
    "1h",
    "optional",
    "login",
    "µ",
    "\n",
    "e9",
]


@given(st.lists(st.sampled_from(WORDS), max_size=14).map("".join))
def test_any_words_of_the_grammar_are_a_threshold_or_a_value_error(text: str) -> None:
    _read_or_refuse(text)


def test_thousands_of_mangled_thresholds_are_read_or_refused() -> None:
    chance = random.Random(20)
    for _ in range(20_000):
        text = list("login: errors[timeout] <= 1.5% for 10s abort after 5s optional")
        for _ in range(chance.randrange(1, 8)):
            at = chance.randrange(len(text) + 1)
            text[at : at + chance.randrange(3)] = chance.choice(WORDS)
        _read_or_refuse("".join(text))
    for hostile in (
        "a: " * 300,
        ":" * LONGEST,
        " " * LONGEST,
        "[" * LONGEST,
        "p95 < " + "1" * 900,
        "p95<1s" + " for" * 200,
    ):
        _read_or_refuse(hostile)


def _read_or_refuse(text: str) -> Threshold | None:
    try:
        read = parse_threshold(text)
    except ValueError as error:
        assert len(str(error)) < 1000
        assert not is_share(text)
        return None
    assert read.value >= 0
    assert parse_threshold(read.expression) == read
    return read
