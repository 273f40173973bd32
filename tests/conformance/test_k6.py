"""k6, versions 1 and 2: ``POLYLOAD_K6_V1`` and ``POLYLOAD_K6_V2`` name the binaries."""

import os
from pathlib import Path
from typing import ClassVar

from adapters.performance.engines.contract import EngineAdapter
from adapters.performance.engines.k6 import K6Adapter
from adapters.performance.testing.suite import EngineSuite


def newest_cached(major: int) -> str:
    """The newest k6 of that version that was put into the cache, or where it would be."""
    cache = Path.home() / ".cache" / "polyload"
    found = sorted(cache.glob(f"k6-v{major}.*/k6"))
    return str(found[-1] if found else cache / f"k6-v{major}" / "k6")


class K6Suite(EngineSuite):
    unknown = frozenset(
        {"bytes_received", "bytes_sent"}
    )  # k6 counts the bytes of an iteration, not of a request
    coarse_kinds: ClassVar = {"decode": {"truncated"}}  # Go has one word for an end too early
    lenient = frozenset(  # Go's bound for a head is 10 MiB; of a length and chunks it takes the chunks
        {"framing/length-and-chunks", "huge-header", "surplus/garbage", "surplus/answer"}
    )
    resends = True  # Go's client sends a GET again when a kept connection breaks before the answer


class TestK6V1(K6Suite):
    def make_engine(self) -> EngineAdapter:
        return K6Adapter(binary=os.environ.get("POLYLOAD_K6_V1"))


class TestK6V2(K6Suite):
    def make_engine(self) -> EngineAdapter:
        return K6Adapter(binary=os.environ.get("POLYLOAD_K6_V2", newest_cached(2)))
