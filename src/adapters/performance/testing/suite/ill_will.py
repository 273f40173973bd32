"""Servers that mean ill: each of their answers is counted once, by its kind and in time, and nothing hangs."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import pytest

from ...engines import kinds
from .base import once
from .cases import Case, Cases, CasesTopic
from .invariants import kinds_of

TIMES = 2
TIMEOUT_S = 1.0
SOON: dict[str, Any] = {"timeout": TIMEOUT_S}
READ: dict[str, Any] = {"checks": [{"body": {"not_contains": "never said"}}]}
BROKEN = {
    "framing/negative": (kinds.PROTOCOL,),
    "framing/overflow": (kinds.PROTOCOL, kinds.TRUNCATED),
    "framing/two-lengths": (kinds.PROTOCOL,),
    "framing/length-and-chunks": (kinds.PROTOCOL,),
    "framing/huge-chunk": (kinds.PROTOCOL, kinds.TRUNCATED),
    "framing/bad-chunk": (kinds.PROTOCOL, kinds.TRUNCATED),
    "framing/long-chunk": (kinds.PROTOCOL, kinds.TRUNCATED),
    "framing/no-last-chunk": (kinds.TRUNCATED,),
    "lines/nul": (kinds.PROTOCOL,),
    "lines/no-colon": (kinds.PROTOCOL,),
    "huge-header": (kinds.TOO_LARGE,),
}
"""Answers that are over at once, and no good, and the kinds of failures that they are."""
ODD = ("lines/control", "lines/folded", "lines/bare-lf", "framing/same-length-twice", "interim/3")
"""Answers that are good, or that the RFCs 9110 and 9112 let a client take or refuse."""
WITHOUT_END = {
    "endless/status-line": (kinds.TOO_LARGE, kinds.TIMEOUT),
    "endless/header": (kinds.TOO_LARGE, kinds.TIMEOUT),
    "endless/headers": (kinds.TOO_LARGE, kinds.TIMEOUT),
    "endless/interim": (kinds.TOO_LARGE, kinds.TIMEOUT),
    "endless/trailers": (kinds.TOO_LARGE, kinds.TIMEOUT),
    "endless/chunk-size": (kinds.TOO_LARGE, kinds.TIMEOUT),
    "endless/chunks": (kinds.TIMEOUT,),
    "endless/content": (kinds.TIMEOUT,),
    "slow-loris/20": (kinds.TIMEOUT,),
    "slow-drip/20": (kinds.TIMEOUT,),
    "continue-only": (kinds.TIMEOUT,),
}
"""Answers that never end: too large for whoever has a bound, else too late."""
DECODABLE = ("packed/gzip", "packed/deflate", "packed/gzip,deflate", "packed/deflate,gzip")
"""Bodies that are what their Content-Encoding says."""
UNDECODABLE = ("encoded/gzip-broken", "encoded/gzip-truncated", "encoded/not-gzip")
"""Bodies that are not what their Content-Encoding says."""


class IllWillTests(CasesTopic):
    """Answers meant ill, or written without knowing HTTP."""

    @once
    async def _broken(self) -> Cases:
        broken = [path for path, told in BROKEN.items() if not set(told) & set(self.gives_up)]
        return await self.together({path: {} for path in (*broken, *ODD)}, iterations=TIMES)

    @once
    async def _without_end(self) -> Cases:
        return await self.together(dict.fromkeys(WITHOUT_END, SOON), iterations=TIMES)

    @once
    async def _undecodable(self) -> Cases:
        return await self.together(dict.fromkeys(UNDECODABLE, READ), iterations=TIMES)

    @pytest.mark.parametrize("path", BROKEN)
    async def test_a_broken_answer_is_a_failure_of_its_kind(self, path: str) -> None:
        self._goes_on(*BROKEN[path])
        self._is_counted((await self._broken())[path], path, BROKEN[path])

    @pytest.mark.parametrize("path", ODD)
    async def test_an_odd_answer_is_a_good_one_or_a_failure_each_time(self, path: str) -> None:
        summary = (await self._broken())[path].summary
        assert (summary.requests, summary.failures) in ((TIMES, 0), (TIMES, TIMES))
        assert kinds_of(summary) <= self.kinds(kinds.PROTOCOL)

    @pytest.mark.parametrize("path", WITHOUT_END)
    async def test_what_never_ends_is_a_failure_within_the_timeout(self, path: str) -> None:
        case = (await self._without_end())[path]
        self._is_counted(case, path, WITHOUT_END[path])
        longest = case.summary.latency_ms.max
        assert longest is None or longest <= TIMEOUT_S * 1000 + 1500

    @once
    async def _decodable(self) -> Cases:
        check = {"checks": [{"json": "owner.name", "equals": "Ada"}]}
        return await self.together(dict.fromkeys(DECODABLE, check))

    @pytest.mark.parametrize("path", DECODABLE)
    async def test_a_body_that_is_read_is_decoded(self, path: str) -> None:
        self.figures((await self._decodable())[path].summary, requests=1, failures=0)

    @pytest.mark.parametrize("path", UNDECODABLE)
    async def test_a_body_that_is_read_and_cannot_be_decoded_is_a_failure(self, path: str) -> None:
        case = (await self._undecodable())[path]
        self._is_counted(case, path, (kinds.DECODE,))

    @pytest.mark.parametrize("path", UNDECODABLE)
    async def test_a_body_that_nobody_reads_is_not_decoded(self, path: str) -> None:
        result = await self.run_or_refuse(self.plan(f"/{path}", load={"iterations": TIMES}))
        self.figures(result.summary, requests=TIMES, failures=0)

    @pytest.mark.parametrize("what", ["surplus/garbage", "surplus/answer"])
    async def test_more_than_the_answer_is_a_failure_or_passed_over(self, what: str) -> None:
        self._goes_on(kinds.SURPLUS)
        result = await self.run_or_refuse(self.plan(f"/{what}", load={"iterations": 3}))
        summary = result.summary
        assert summary.requests == 3
        if what in self.lenient:  # it may be taken for the answer to the next request, too
            assert summary.failures < 3
            assert kinds_of(summary) <= self.kinds(kinds.PROTOCOL)
        else:
            assert summary.failures == 3
            assert kinds_of(summary) <= self.kinds(kinds.SURPLUS)

    def _goes_on(self, *told: str) -> None:
        if set(told) & set(self.gives_up):
            pytest.skip(f"{self.engine.name} gives up the run at this, once nothing came for the timeout")

    def _is_counted(self, case: Case, path: str, allowed: Collection[str]) -> None:
        failures = 0 if path in self.lenient else TIMES
        assert (case.summary.requests, case.summary.failures) == (TIMES, failures)
        assert set(case.kinds) <= self.kinds(*allowed)
