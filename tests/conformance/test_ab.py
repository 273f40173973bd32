"""Apache Bench."""

from typing import ClassVar

from adapters.performance.engines.ab import ApacheBenchAdapter
from adapters.performance.engines.contract import EngineAdapter
from adapters.performance.testing.suite import EngineSuite


class TestApacheBench(EngineSuite):
    unknown = frozenset(
        {"timeline", "ttfb_ms", "connect_ms", "tls_ms"}
    )  # ab tells only how long requests took in all
    coarse_kinds: ClassVar = {"protocol": {"closed"}}  # ab does not read what it cannot parse
    gives_up = frozenset({"dns"})  # ab looks the host up once, before it begins

    def make_engine(self) -> EngineAdapter:
        return ApacheBenchAdapter()
