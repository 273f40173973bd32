"""When the generator itself was the limit, and when it was not."""

import pytest

from adapters.performance.engines.native.saturation import Signs, saturation
from adapters.performance.metrics.histogram import Histogram


def times(**counts_by_ms):
    """A histogram of so many times: ``times(ms5=90, ms50=10)``."""
    filled = Histogram()
    for name, count in counts_by_ms.items():
        filled.record([float(name[2:]) * 1e6] * count)
    return filled


def worker(cpu=20.0, number=0, lag_ms=0.2):
    lag = {"mean": lag_ms, "p50": 0.1, "p99": 1.0, "max": 2000.0}
    figures = {"cpu_percent_mean": cpu, "cpu_percent_max": cpu, "rss_max_bytes": 1, "open_files_max": 1}
    return {"worker": number, "pid": 7, **figures, "loop_lag_ms": lag}


def arrivals(due, missed=0, dropped=0):
    return {"due": due, "started": due - missed - dropped, "dropped": dropped, "missed": missed}


def found(**changes):
    """The warnings for a run of 10 s that showed nothing remarkable but for these."""
    signs = {
        "duration_s": 10.0,
        "latency": times(ms5=2000),
        "lag": times(ms0=2000),
        "arrivals": arrivals(2000),
        "workers": [worker()],
        "processors": 1,
        "machine_percent": 50.0,
        "judged": False,
    }
    return {warning.code: warning.message for warning in saturation(Signs(**{**signs, **changes}))}


def test_a_generator_that_keeps_up_is_none():
    assert found() == {}


def test_lag_beyond_a_tenth_of_the_latency_is_told_with_both_figures():
    text = found(lag=times(ms0=1900, ms20=100))["GeneratorSaturated"]
    assert "lag p99 20 ms beside a latency p99 of 5 ms" in text


@pytest.mark.parametrize(
    ("lag", "latency"),
    [
        pytest.param(times(ms0=1900, ms9=100), times(ms1=2000), id="under 10 ms"),
        pytest.param(times(ms0=1900, ms50=100), times(ms600=2000), id="under a tenth of the latency"),
        pytest.param(times(ms0=1995, ms500=5), times(ms1=2000), id="fewer than 1 % late"),
        pytest.param(times(ms0=95, ms500=5), times(ms1=100), id="one hiccup in a short run"),
        pytest.param(times(ms500=15), times(ms1=15), id="too few to judge"),
    ],
)
def test_lag_is_no_alarm(lag, latency):
    assert found(lag=lag, latency=latency) == {}


def test_a_short_run_that_is_late_throughout_is_told():
    assert "lag p90" in found(lag=times(ms500=100), latency=times(ms1=100))["GeneratorSaturated"]
    assert "lag p50" in found(lag=times(ms500=30), latency=times(ms1=30))["GeneratorSaturated"]


def test_lag_is_told_of_a_run_in_which_no_request_ended():
    assert "GeneratorSaturated" in found(lag=times(ms500=1000), latency=Histogram())


def test_arrivals_never_started_are_told_with_the_rate_that_was_reached():
    text = found(arrivals=arrivals(2000, missed=100))["GeneratorSaturated"]
    assert "100 of 2,000 arrivals were never started, 95.0% of the rate was reached" in text


@pytest.mark.parametrize(("due", "missed"), [(2000, 20), (100, 4), (3, 1)])
def test_a_hundredth_or_a_handful_of_missed_arrivals_is_no_alarm(due, missed):
    assert found(arrivals=arrivals(due, missed=missed)) == {}


def test_arrivals_that_found_every_user_busy_are_not_the_generators_fault():
    assert found(arrivals=arrivals(2000, dropped=1500), lag=times(ms0=500)) == {}


def test_a_worker_that_uses_its_core_up_is_told():
    text = found(workers=[worker(40), worker(99.4, 1)], lag=None, arrivals=None, processors=2)[
        "GeneratorBusy"
    ]
    assert text.startswith("worker 1 used 99% of a core over the run")


def test_a_worker_whose_event_loop_is_late_is_told():
    text = found(workers=[worker(lag_ms=120.4)])["GeneratorBusy"]
    assert "the event loop of worker 0 was late, by 120 ms on the mean and 2 s at most" in text


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"workers": [worker(lag_ms=19)]}, id="late by less than 20 ms"),
        pytest.param({"workers": [worker(lag_ms=None)]}, id="lag unknown"),
        pytest.param(
            {"workers": [worker(lag_ms=50)], "latency": times(ms6000=10)}, id="late by nothing that shows"
        ),
        pytest.param({"workers": [worker(94)]}, id="nearly"),
        pytest.param({"workers": [worker(None)]}, id="unknown"),
        pytest.param({"workers": [worker(100)], "duration_s": 1.5}, id="a short run"),
    ],
)
def test_a_busy_worker_is_no_alarm(changes):
    assert found(**changes) == {}


def test_more_processes_are_advised_only_where_processors_are_free():
    late = {"lag": times(ms500=2000)}
    assert "--processes 4" in found(**late, processors=4)["GeneratorSaturated"]
    assert "processes" not in found(**late, processors=1)["GeneratorSaturated"]
    full = found(**late, processors=4, machine_percent=97.0)["GeneratorSaturated"]
    assert "processes" not in full
    assert "those of this one were 97% busy" in full


def test_fewer_checks_are_advised_only_where_there_are_some():
    late = {"lag": times(ms500=2000)}
    assert "fewer checks" in found(**late, judged=True)["GeneratorSaturated"]
    assert "checks" not in found(**late, judged=False)["GeneratorSaturated"]
