"""How figures read: nothing unknown becomes 0, and rounding never turns some into none or all."""

from __future__ import annotations

import pytest

from adapters.performance.reports import figures
from adapters.performance.reports.text import cut, printable
from adapters.performance.reports.words import load_in_words, plan_in_words


@pytest.mark.parametrize(
    "write",
    [
        figures.count,
        figures.percent,
        figures.rate,
        figures.size,
        figures.duration,
        figures.latency,
        figures.exactly,
    ],
)
def test_unknown_is_a_dash(write):
    assert write(None) == "–"


@pytest.mark.parametrize(
    ("ms", "text"),
    [
        (0.0, "0ms"),
        (0.000042, "0.042µs"),
        (0.0123, "12.3µs"),
        (0.359, "359µs"),
        (0.99949, "999µs"),
        (0.9996, "1.00ms"),
        (1.234, "1.23ms"),
        (9.996, "10.0ms"),
        (61.5875, "61.6ms"),
        (999.4, "999ms"),
        (999.6, "1.00s"),
        (65_432.0, "65.4s"),
    ],
)
def test_latency_has_three_digits_and_the_unit_that_fits(ms, text):
    assert figures.latency(ms) == text


@pytest.mark.parametrize(
    ("ms", "resolution_ms", "text"),
    [
        (0.0, 1.0, "<1ms"),
        (12.003, 1.0, "12ms"),
        (1.26, 0.1, "1.3ms"),
        (0.004, 0.01, "<10µs"),
        (1.5, 0.001, "1.50ms"),
    ],
)
def test_latency_is_never_finer_than_what_the_engine_sees(ms, resolution_ms, text):
    assert figures.latency(ms, resolution_ms) == text


@pytest.mark.parametrize(
    ("fraction", "text"),
    [(0, "0%"), (1, "100%"), (0.000001, "<0.01%"), (0.9999999, ">99.99%"), (0.05, "5%"), (0.00456, "0.46%")],
)
def test_percent_tells_some_from_none_and_from_all(fraction, text):
    assert figures.percent(fraction) == text


def test_a_share_of_nothing_is_unknown():
    assert figures.share(0, 0) == "–"


@pytest.mark.parametrize(
    ("per_second", "text"), [(0, "0/s"), (0.00123, "0.00123/s"), (12.34, "12.3/s"), (12345.6, "12,346/s")]
)
def test_rate(per_second, text):
    assert figures.rate(per_second) == text


@pytest.mark.parametrize(
    ("octets", "text"), [(0, "0 B"), (999, "999 B"), (1234, "1.23 kB"), (37_300_000, "37.3 MB")]
)
def test_size(octets, text):
    assert figures.size(octets) == text


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.0123, "12.3ms"), (10.0312, "10.03s"), (125.23, "2m5.2s"), (0, "0s")]
)
def test_duration(seconds, text):
    assert figures.duration(seconds) == text


def test_what_a_threshold_was_held_against_is_told_exactly_enough():
    assert figures.exactly(500.2, "ms") == "500.2ms"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain – ü 漢字 👩‍💻", "plain – ü 漢字 👩‍💻"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("two\nlines\ttab", "two\\nlines\\ttab"),
        ("\u202egnp.exe", "\\u202egnp.exe"),
        ("lone \ud800", "lone \\ud800"),
    ],
)
def test_text_from_outside_cannot_steer_a_terminal(text, shown):
    assert printable(text) == shown


def test_cut_shows_that_there_was_more():
    assert cut("abcdef", 4) == "abc…"


@pytest.mark.parametrize(
    ("load", "words"),
    [
        ({"users": 1, "duration": 90.0}, "1 user for 1m30s"),
        ({"users": 10, "duration": 60.0, "ramp_up": 5.0}, "10 users for 1m, ramp-up 5s"),
        ({"rate": 0.5, "duration": 10.0, "max_users": 7}, "0.5 iterations/s for 10s, at most 7 users"),
        ({"rate": 5.0, "duration": 1.0, "arrivals": "poisson"}, "5 iterations/s for 1s, Poisson arrivals"),
        ({"iterations": 1000, "users": 3}, "1,000 iterations by 3 users"),
        ({"iterations": 5, "max_duration": 9.0}, "5 iterations by 1 user, within 9s"),
        (
            {"stages": [{"users": 5, "duration": 10.0}, {"users": 0, "duration": 5.0}]},
            "2 stages over 15s, up to 5 users",
        ),
        ({"stages": [{"rate": 2.5, "duration": 10.0}]}, "1 stage over 10s, up to 2.5 iterations/s"),
        ({"users": 2, "duration": 9.0, "warm_up": 3.0}, "2 users for 9s, warm-up 3s"),
        ({}, "–"),
    ],
)
def test_load_in_words(load, words):
    assert load_in_words({"load": load}) == words


def test_plan_in_words_names_what_is_loaded():
    assert plan_in_words({"name": "shop", "target": "http://x"}) == "shop, http://x"
    assert plan_in_words({"scenarios": [{"steps": [{"pause": 1}, {"url": "http://x/a"}]}]}) == "http://x/a"
    assert plan_in_words({}) == "–"
