"""The native engine, over httpx."""

from adapters.performance.engines.contract import EngineAdapter
from adapters.performance.engines.native.adapter import HttpxAdapter
from adapters.performance.testing.suite import EngineSuite


class TestHttpx(EngineSuite):
    unknown = frozenset({"bytes_received", "bytes_sent", "connect_ms"})  # httpx does not tell
    lenient = frozenset({"framing/length-and-chunks", "surplus/garbage", "surplus/answer"})  # h11 goes on

    def make_engine(self) -> EngineAdapter:
        return HttpxAdapter()

    def make_engine_with_workers(self, workers: int) -> EngineAdapter:
        return HttpxAdapter(processes=workers)
