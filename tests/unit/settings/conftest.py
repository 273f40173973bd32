"""Settings from files written for a test, and an environment of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from adapters.performance.settings.resolve import Resolved, load_settings

Settle = Callable[..., Resolved]


@pytest.fixture
def settle(tmp_path: Path) -> Settle:
    """Settings of files given as texts by name, and of an environment that holds nothing else."""

    def settle(files=None, environ=None, given=None, **more):
        for name, text in (files or {}).items():
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_text(text, encoding="utf-8")
        return load_settings(environ=environ or {}, given=given, folder=tmp_path, **more)

    return settle
