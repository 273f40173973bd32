"""Locust, with both of its users."""

from typing import ClassVar

from adapters.performance.engines.contract import EngineAdapter
from adapters.performance.engines.locust import LocustAdapter
from adapters.performance.testing.suite import EngineSuite


class LocustSuite(EngineSuite):
    unknown = frozenset(
        {"bytes_received", "bytes_sent", "ttfb_ms", "connect_ms", "tls_ms"}
    )  # Locust's clients do not tell


class TestFastHttpUser(LocustSuite):
    lenient = frozenset({"surplus/answer"})  # what lies ahead on the connection is not looked at
    coarse_kinds: ClassVar = {"surplus": {"protocol"}}

    def make_engine(self) -> EngineAdapter:
        return LocustAdapter(user="fast_http_user")


class TestHttpUser(LocustSuite):
    lenient = frozenset(  # http.client overlooks these
        {
            *("lines/nul", "lines/no-colon", "framing/length-and-chunks"),
            *("surplus/garbage", "surplus/answer"),
        }
    )

    def make_engine(self) -> EngineAdapter:
        return LocustAdapter(user="http_user")
