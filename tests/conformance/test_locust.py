"""Locust, with both of its users."""

from adapters.performance.engines.contract import EngineAdapter
from adapters.performance.engines.locust import LocustAdapter
from adapters.performance.testing.suite import EngineSuite


class TestFastHttpUser(EngineSuite):
    def make_engine(self) -> EngineAdapter:
        return LocustAdapter(user="fast_http_user")


class TestHttpUser(EngineSuite):
    def make_engine(self) -> EngineAdapter:
        return LocustAdapter(user="http_user")
