"""The recording server that integration tests share, fresh for each."""

from collections.abc import Iterator

import pytest

from adapters.performance.testing import RecordingServer


@pytest.fixture(scope="module")
def shared() -> Iterator[RecordingServer]:
    with RecordingServer() as server:
        yield server


@pytest.fixture
def server(shared: RecordingServer) -> RecordingServer:
    shared.log.wait_until_idle()
    shared.reset()
    return shared
