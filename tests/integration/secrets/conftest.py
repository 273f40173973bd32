"""What the tests of secrets share."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.integration.secrets.planting import Hunt, secret

from adapters.performance.testing import RecordingServer


@pytest.fixture
def hunt(tmp_path: Path, server: RecordingServer) -> Hunt:
    return Hunt(tmp_path, server)


@pytest.fixture
def url(server: RecordingServer) -> str:
    """The server's URL with credentials in it."""
    return server.url.replace("://", f"://ada:{secret('url')}@")


@pytest.fixture
def headers() -> list[str]:
    given = {
        "Authorization": f"Bearer {secret('bearer')}",
        "X-Api-Key": secret("key"),
        "Cookie": f"sid={secret('sid')}",
    }
    return [word for name, value in given.items() for word in ("-H", f"{name}: {value}")]
