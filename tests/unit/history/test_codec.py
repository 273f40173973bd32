"""Recordings as bytes: what is read is what was written, and what was not written by us is refused."""

from __future__ import annotations

import zlib
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.history.made import OLD_RECORDING, result

from adapters.performance.history.codec import decode, encode
from adapters.performance.metrics import Histogram, RequestStats, TimelineRow
from adapters.performance.metrics.recording import Recording

counts = st.integers(0, 2**40)
unknown_or_count = st.none() | counts
texts = st.text(max_size=12)
values = st.lists(
    st.floats(0, 1e13) | st.sampled_from([float("nan"), float("inf"), -1.0, 0.0, 2.0**42]), max_size=12
)


@st.composite
def histograms(draw):
    histogram = Histogram()
    histogram.record(draw(values))
    return histogram


statuses = st.none() | st.dictionaries(st.integers(100, 599), st.integers(1, 2**40), max_size=4).map(Counter)
optional = st.none() | histograms()
request_stats = st.builds(
    RequestStats,
    requests=counts,
    failures=counts,
    latency=histograms(),
    ttfb=optional,
    connect=optional,
    tls=optional,
    response=optional,
    status_codes=statuses,
    errors=st.dictionaries(st.tuples(texts, texts), st.integers(1, 2**40), max_size=3).map(Counter),
    bytes_received=unknown_or_count,
    bytes_sent=unknown_or_count,
)
rows = st.builds(
    TimelineRow,
    start_s=st.integers(-10, 10**6),
    requests=counts,
    failures=counts,
    users=unknown_or_count,
    iterations=unknown_or_count,
    dropped=unknown_or_count,
    latency=histograms(),
    response=optional,
    status_codes=statuses,
    errors=st.dictionaries(texts, st.integers(1, 2**40), max_size=3).map(Counter),
)
recordings = st.builds(
    Recording, st.dictionaries(texts, request_stats, max_size=3), st.lists(rows, max_size=4)
)


@given(recordings)
@settings(max_examples=150, deadline=None)
def test_what_is_read_is_what_was_written(recording):
    read = decode(encode(recording))
    assert list(read.requests.items()) == list(recording.requests.items())
    assert list(read.seconds) == list(recording.seconds)


def test_a_recording_of_the_first_version_is_read():
    read = decode(OLD_RECORDING)
    assert read.requests["a"].latency.max_ns == 3_000_000
    assert read.requests["a"].status_codes == {200: 3}
    assert [row.start_s for row in read.seconds] == [0]


@pytest.mark.parametrize("cut", [1, 2, 20, 200])
def test_a_damaged_recording_is_refused(cut):
    data = encode(result().recording)
    with pytest.raises(ValueError, match="damaged recording"):
        decode(data[:-cut])


@pytest.mark.parametrize("data", [b"", b"\x02" + zlib.compress(b"")])
def test_a_recording_of_another_version_is_refused(data):
    with pytest.raises(ValueError, match="this polyload reads 1"):
        decode(data)


def test_bins_that_contradict_the_count_are_refused():
    data = bytearray(zlib.decompress(encode(result().recording)[1:]))
    data[-1] += 1
    with pytest.raises(ValueError, match="contradict"):
        decode(b"\x01" + zlib.compress(bytes(data)))
