"""Apache Bench."""

from adapters.performance.engines.ab import ApacheBenchAdapter
from adapters.performance.engines.contract import EngineAdapter
from adapters.performance.testing.suite import EngineSuite


class TestApacheBench(EngineSuite):
    unknown = frozenset({"timeline", "ttfb_ms", "connect_ms"})  # ab tells only how long requests took in all

    def make_engine(self) -> EngineAdapter:
        return ApacheBenchAdapter()
