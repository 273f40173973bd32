"""The native engine, over its own wire code."""

from adapters.performance.engines.contract import EngineAdapter
from adapters.performance.engines.native.adapter import NativeAdapter
from adapters.performance.testing.suite import EngineSuite


class TestNative(EngineSuite):
    def make_engine(self) -> EngineAdapter:
        return NativeAdapter()

    def make_engine_with_workers(self, workers: int) -> EngineAdapter:
        return NativeAdapter(processes=workers)
