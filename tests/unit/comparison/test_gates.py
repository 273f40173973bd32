"""Gates of comparisons: what may be written, and when one holds, fails or stays open."""

import pytest

from adapters.performance import UsageError
from adapters.performance.stats import Interval
from adapters.performance.workflows.comparison.gates import parse_gate


@pytest.mark.parametrize(
    ("text", "label", "op", "limit"),
    [
        ("p95 < +5%", "p95", "<", 0.05),
        ("p95<5%", "p95", "<", 0.05),
        ("p99.9 <= 10%", "p999", "<=", 0.1),
        ("throughput > -3%", "throughput", ">", -0.03),
        ("rps >= -2.5%", "throughput", ">=", -0.025),
        ("error_rate <= +0.1pp", "error_rate", "<=", 0.001),
        ("median < 1%", "p50", "<", 0.01),
        ("log in: p95 < +10%", "log in: p95", "<", 0.1),
    ],
)
def test_what_a_gate_says(text, label, op, limit):
    gate = parse_gate(text)
    assert (gate.metric.label, gate.op) == (label, op)
    assert gate.limit == pytest.approx(limit)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "not a gate: ''"),
        ("p95", "not a gate: 'p95'"),
        ("p95 == 5%", "not a gate"),
        ("p95 < 5% extra", "not a gate"),
        ("p95 < 5", "a change of p95 is in percent"),
        ("p95 < 5ms", "not a gate"),
        ("p95 < 5pp", "write p95 < 5%"),
        ("p98 < 5%", "no figure is called 'p98'"),
        ("error_rate < 5%", "write error_rate < 5pp"),
        ("throughput > -100%", "nothing can fall by 100 %"),
    ],
)
def test_what_is_no_gate_is_shown_with_the_mend(text, told):
    with pytest.raises(UsageError) as caught:
        parse_gate(text)
    assert told in str(caught.value)
    assert text in str(caught.value)


@pytest.mark.parametrize(
    ("text", "low", "high", "holds"),
    [
        ("p95 < +5%", -0.02, 0.04, True),
        ("p95 < +5%", 0.06, 0.1, False),
        ("p95 < +5%", 0.04, 0.06, None),
        ("p95 < +5%", 0.04, 0.05, None),
        ("p95 <= +5%", 0.04, 0.05, True),
        ("throughput > -3%", -0.02, 0.0, True),
        ("throughput > -3%", -0.2, -0.1, False),
        ("error_rate <= 0pp", 0.0, 0.0, True),
    ],
)
def test_a_gate_holds_fails_or_is_open(text, low, high, holds):
    assert parse_gate(text).holds(Interval((low + high) / 2, low, high, 0.95)) is holds
