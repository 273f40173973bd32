"""Flow: what a user does in which order, with which values and cookies, under which conditions."""

from __future__ import annotations

from collections import Counter
from statistics import fmean
from typing import Any

import pytest

from ...metrics.result import RunResult
from ...plan.model import Plan
from ..messages import Reply
from .base import Step, Topic, once
from .clock import by_the_clock
from .invariants import kinds_of
from .timing import gaps, starts

LOGIN = {
    "url": "/login",
    "method": "POST",
    "json": {"username": "user ${user}", "password": "right"},
    "extract": {"token": {"json": "$.token"}},
}
CONDITIONS: dict[str, tuple[dict[str, Any], bool]] = {
    "always": ({"run_if": True}, True),
    "never": ({"run_if": False}, False),
    "flag": ({"run_if": "${yes}"}, True),
    "no-flag": ({"run_if": "${no}"}, False),
    "equals": ({"run_if": {"equals": ["${code}", 200]}}, True),
    "equals-text": ({"run_if": {"equals": ["${code}", "200"]}}, True),
    "not-equals": ({"run_if": {"not_equals": ["${code}", 200]}}, False),
    "in": ({"run_if": {"in": ["${code}", [200, 201]]}}, True),
    "less": ({"run_if": {"less_than": ["${code}", "200.5"]}}, True),
    "at-most": ({"run_if": {"at_most": ["${code}", 199]}}, False),
    "more": ({"run_if": {"more_than": ["${code}", 2e2]}}, False),
    "at-least": ({"run_if": {"at_least": ["${code}", 200]}}, True),
    "no-number": ({"run_if": {"less_than": ["${no}", 5]}}, False),
    "exists": ({"run_if": {"exists": "${nothing}"}}, True),
    "is-missing": ({"run_if": {"exists": "${nobody}"}}, False),
    "all": ({"run_if": {"all": ["${yes}", {"equals": ["${code}", 200]}]}}, True),
    "not-all": ({"run_if": {"all": ["${yes}", {"any": ["${no}", False]}]}}, False),
    "any": ({"run_if": {"any": ["${no}", {"not": "${no}"}]}}, True),
    "object": ({"run_if": {"equals": [{"t": "${code}"}, {"t": 200}]}}, True),
    "skip": ({"skip_if": {"truthy": "${yes}"}}, False),
    "no-skip": ({"skip_if": {"truthy": "${no}"}}, True),
}


class FlowTests(Topic):
    """Steps, scenarios, pauses, extraction, conditions and cookies."""

    async def test_steps_run_in_order_in_every_iteration(self) -> None:
        plan = self.plan("/one", "/two", "/three", load={"iterations": 3})
        result = await self.run_or_refuse(plan, "steps")
        assert [request.path for request in self.seen] == ["/one", "/two", "/three"] * 3
        assert {name: part.requests for name, part in result.requests.items()} == {
            "GET /one": 3,
            "GET /two": 3,
            "GET /three": 3,
        }

    async def test_a_failed_step_does_not_end_the_iteration(self) -> None:
        plan = self.plan("/status/500", "/reset-before", "/after", load={"iterations": 2})
        await self.run_or_refuse(plan, "steps")
        assert self.server.log.count("/after") == 2

    async def test_scenarios_come_by_weight_in_each_iteration(self) -> None:
        scenarios: list[dict[str, Any]] = [
            {"name": "often", "weight": 3, "steps": [{"url": "/often/1"}, {"url": "/often/2"}]},
            {"name": "seldom", "weight": 1, "steps": [{"url": "/seldom"}]},
        ]
        await self.run_or_refuse(
            self.plan(scenarios=scenarios, load={"iterations": 400, "users": 2}), "scenarios"
        )
        often, seldom = self.server.log.count("/often/1"), self.server.log.count("/seldom")
        assert (often + seldom, self.server.log.count("/often/2")) == (400, often)
        five_sigma = 5 * (400 * 0.75 * 0.25) ** 0.5
        assert abs(often - 300) <= five_sigma

    @by_the_clock
    async def test_pauses_last_as_long_as_they_say(self) -> None:
        steps: list[Step] = [
            "/before",
            {"pause": 0.3},
            "/between",
            {"pause": {"min": 0.1, "max": 0.2}},
            "/after",
        ]
        await self.run_or_refuse(self.plan(*steps, load={"iterations": 2}), "pause")
        fixed, ranged, none, *_ = gaps(self.seen)
        assert 0.295 <= fixed < 0.6
        assert 0.095 <= ranged < 0.4
        assert none < 0.2

    @pytest.mark.parametrize(
        ("pause", "short", "long"),
        [("normal", (0, 15), (0, 40)), ("poisson", (25, 100), (5, 70))],
    )
    @by_the_clock
    async def test_pauses_come_from_their_distribution(
        self, pause: str, short: tuple[int, int], long: tuple[int, int]
    ) -> None:
        """Of 196 pauses of 50 ms on average so many are under 20 ms, and so many over 100 ms."""
        laws = {"normal": {"mean": 0.05, "stdev": 0.01}, "poisson": {"poisson": 0.05}}
        load = {"iterations": 200, "users": 4}
        await self.run_or_refuse(self.plan("/${user}", {"pause": laws[pause]}, load=load), f"pause.{pause}")
        lasted = [gap for user in range(4) for gap in gaps(self.server.log.on(f"/{user}"))]
        assert 0.04 <= fmean(lasted) <= 0.08
        assert short[0] <= sum(pause < 0.02 for pause in lasted) <= short[1]
        assert long[0] <= sum(pause > 0.1 for pause in lasted) <= long[1]

    @by_the_clock
    async def test_pacing_starts_iterations_at_even_distances(self) -> None:
        plan = self._paced(0.3, {"users": 2, "duration": 2}, "/delay/100/${user}")
        result = await self.run_or_refuse(plan, "pacing")
        for user in range(2):
            later = self.server.log.on(f"/delay/100/{user}")[1:]
            assert starts(later) == pytest.approx([0.3 * number for number in range(6)], abs=0.15)
        assert not _pacing_missed(result)

    @by_the_clock
    async def test_an_iteration_longer_than_its_pacing_is_followed_at_once_and_counted(self) -> None:
        """One of 0.7 s every 0.3 s, then quick ones: the time lost is not caught up."""
        delays = iter([700, *[0] * 20])
        self.server.route("/", lambda request: Reply(body=b"ok", delay_s=next(delays) / 1000))
        result = await self.run_or_refuse(self._paced(0.3, {"users": 1, "duration": 2}), "pacing")
        assert 0.65 <= gaps(self.seen)[0] <= 1.0
        assert starts(self.seen[1:])[:4] == pytest.approx([0, 0.3, 0.6, 0.9], abs=0.15)
        assert _pacing_missed(result).startswith("1 iterations took longer")

    @by_the_clock
    async def test_paced_users_share_iterations_and_end_with_the_last(self) -> None:
        plan = self._paced(0.6, {"iterations": 3, "users": 2})
        result = await self.run_or_refuse(plan, "pacing")
        assert starts(self.seen) == pytest.approx([0, 0, 0.6], abs=0.35)
        assert result.summary.iterations == 3
        assert result.duration_s is not None
        assert result.duration_s < 1.1, "the last iteration is followed by no wait"

    @by_the_clock
    async def test_a_user_that_waits_for_its_pace_leaves_when_it_is_to(self) -> None:
        stages = [{"duration": 0, "users": 2}, {"duration": 0.7, "users": 2}, {"duration": 0, "users": 0}]
        load = {"stages": [*stages, {"duration": 0.6, "users": 0}]}
        result = await self.run_or_refuse(self._paced(0.4, load), "pacing", "load.stages")
        assert starts(self.seen) == pytest.approx([0, 0, 0.4, 0.4], abs=0.3)
        assert [point.users for point in result.timeline if point.t == 1] in ([0], [None])

    def _paced(self, seconds: float, load: dict[str, Any], url: str = "/") -> Plan:
        return self.plan(load=load, scenarios=[{"pacing": seconds, "steps": [{"url": url}]}])

    async def test_each_user_reuses_what_it_extracted_itself(self) -> None:
        protected = {
            "url": "/protected",
            "headers": {"Authorization": "Bearer ${token}"},
            "checks": [{"status": 200}],
        }
        plan = self.plan(LOGIN, "/delay/30", protected, load={"iterations": 6, "users": 3})
        result = await self.run_or_refuse(plan, "extract.json")
        assert (result.summary.requests, result.summary.failures) == (18, 0)
        tokens = [request.header("authorization") for request in self.server.log.on("/protected")]
        assert Counter(tokens) == {f"Bearer tok-{number}": 1 for number in range(1, 7)}

    async def test_a_value_that_is_not_there_fails_its_request(self) -> None:
        missing = {"url": "/json", "name": "missing", "extract": {"x": {"json": "$.absent"}}}
        plan = self.plan(missing, "/after/${x}", load={"iterations": 2})
        result = await self.run_or_refuse(plan, "extract.json")
        assert (result.requests["missing"].failures, result.summary.failures) == (2, 2)
        assert kinds_of(result.summary) <= self.kinds("extract")
        assert self.server.log.count("/after/$%7Bx%7D") == 2

    @once
    async def _under_conditions(self) -> set[str]:
        first: Step = (
            {"url": "/first", "extract": {"code": {"status": True}}}
            if self.can("extract.status")
            else "/first"
        )
        steps = [{"url": f"/{name}", **condition} for name, (condition, _) in CONDITIONS.items()]
        pause = {"pause": 5, "run_if": "${no}"}
        variables = {"yes": True, "no": "off", "code": 200, "nothing": None}
        plan = self.plan(first, *steps, pause, "/last", variables=variables)
        await self.run_or_refuse(plan, "condition")
        return {request.path.removeprefix("/") for request in self.seen}

    @pytest.mark.parametrize("name", CONDITIONS)
    async def test_condition(self, name: str) -> None:
        ran = await self._under_conditions()
        assert (name in ran) == CONDITIONS[name][1]
        assert {"first", "last"} <= ran

    @pytest.mark.parametrize(
        ("kept", "sent"),
        [
            ("user", [False, True, True, True]),
            ("iteration", [False, True, False, True]),
            ("off", [False, False, False, False]),
        ],
    )
    async def test_cookies_are_kept_by(self, kept: str, sent: list[bool]) -> None:
        steps = ["/before", "/cookie/set?flavour=oat", "/after"]
        plan = self.plan(*steps, load={"iterations": 2}, options={"cookies": kept})
        await self.run_or_refuse(plan, "cookies.iteration" if kept == "iteration" else "cookies")
        around = [request for request in self.seen if request.path in ("/before", "/after")]
        assert ["flavour" in request.cookies for request in around] == sent

    async def test_users_have_cookies_of_their_own(self) -> None:
        steps = ["/cookie/set?who=${user}", "/delay/30", "/cookie/show?user=${user}"]
        plan = self.plan(*steps, load={"iterations": 6, "users": 3}, options={"cookies": "user"})
        await self.run_or_refuse(plan, "cookies")
        shown = self.server.log.on("/cookie/show")
        assert {(request.query, request.cookies["who"]) for request in shown} == {
            (f"user={n}", str(n)) for n in range(3)
        }


def _pacing_missed(result: RunResult) -> str:
    return next((warning.message for warning in result.warnings if warning.code == "PacingMissed"), "")
