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
    # ab looks the host up once, before it begins, and waits for more after a head past 8 KiB or a second answer
    gives_up = frozenset({"dns", "too_large", "surplus"})
    lenient = frozenset(  # ab reads no chunks, and of two lengths the first
        {
            *(f"framing/{what}" for what in ("two-lengths", "length-and-chunks", "huge-chunk", "bad-chunk")),
            *("framing/long-chunk", "framing/no-last-chunk", "lines/no-colon"),
        }
    )

    def make_engine(self) -> EngineAdapter:
        return ApacheBenchAdapter()
