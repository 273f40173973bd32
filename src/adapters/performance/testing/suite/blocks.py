"""Steps in steps: loops, choices and groups; requests tried again, and what a failure leads to."""

from __future__ import annotations

from collections import Counter
from typing import Any

from ...engines.program import runtime
from ...engines.program.compile import compile_plan
from ..messages import Reply
from .base import Ran, Step, Topic, once
from .clock import LATE_S, by_the_clock
from .timing import gaps, starts

ITEMS = [{"id": 1, "tags": ["a", 2.5]}, {"id": "two/2", "tags": []}, {"id": None}]
NESTED: list[dict[str, Any]] = [
    {"set": {"count": 2, "copy": "${items}", "text": "n=${count}", "left": 3, "unknown": "${nobody}"}},
    {
        "for_each": "${items}",
        "as": "thing",
        "steps": [
            {"url": "/thing/${thing.id}"},
            {"repeat": "${count}", "run_if": {"equals": ["${thing.id}", 1]}, "steps": [{"url": "/twice"}]},
        ],
    },
    {"for_each": ["x", 2], "steps": [{"url": "/literal/${item}"}]},
    {
        "repeat": {"min": 2, "max": 4},
        "steps": [
            {"url": "/between"},
            {"choose": [{"steps": [{"repeat": 2, "steps": [{"url": "/inner"}]}]}]},
        ],
    },
    {"repeat": 0, "steps": [{"url": "/never"}]},
    {"repeat": "${text}", "steps": [{"url": "/never"}]},
    {"for_each": "${count}", "steps": [{"url": "/never"}]},
    {
        "while": {"not": {"equals": ["${code}", 202]}},
        "max": 50,
        "steps": [
            {"url": "/status/200", "name": "looked"},
            {"set": {"code": 202}, "run_if": {"more_than": ["${tries}", 2]}},
            {"for_each": [1], "steps": [{"set": {"tries": "${next}"}}]},
            {"choose": [{"steps": [{"set": {"next": 9}}]}]},
        ],
    },
    {"while": True, "max": 3, "steps": [{"url": "/bounded"}]},
    {
        "url": "/shown",
        "method": "POST",
        "json": {name: f"${{{name}}}" for name in ("copy", "text", "unknown")},
    },
    {
        "repeat": 400,
        "steps": [{"choose": [{"weight": 3, "steps": [{"url": "/often"}]}, {"steps": [{"url": "/seldom"}]}]}],
    },
]


class BlockTests(Topic):
    """Loops, choices and groups in each other, retries, and failures that end iterations or stop users."""

    @once
    async def _nested(self) -> Ran:
        plan = self.plan(scenarios=[{"steps": NESTED}], variables={"items": ITEMS, "next": 3, "tries": 0})
        result = await self.run_or_refuse(plan, "loop", "choose", "set", "condition")
        return Ran(result, self.seen)

    async def test_loops_do_their_steps_so_often(self) -> None:
        _, seen = await self._nested()
        times = Counter(request.path for request in seen)
        assert [request.target for request in seen[:5]] == [
            *("/thing/1", "/twice", "/twice", "/thing/two/2", "/thing/null")
        ]
        assert (times["/literal/x"], times["/literal/2"], times["/bounded"]) == (1, 1, 3)
        assert 2 <= times["/between"] <= 4
        assert times["/inner"] == 2 * times["/between"]
        assert times["/never"] == 0

    async def test_a_while_ends_when_its_condition_does_not_hold_any_more(self) -> None:
        result, seen = await self._nested()
        assert sum(request.path == "/status/200" for request in seen) == 2
        assert result.requests["looked"].requests == 2

    async def test_what_is_set_keeps_its_type(self) -> None:
        _, seen = await self._nested()
        shown = next(request for request in seen if request.path == "/shown").json()
        assert shown == {"copy": ITEMS, "text": "n=2", "unknown": "${nobody}"}

    async def test_choices_come_by_weight(self) -> None:
        _, seen = await self._nested()
        times = Counter(request.path for request in seen)
        assert times["/often"] + times["/seldom"] == 400
        assert abs(times["/often"] - 300) <= 5 * (400 * 0.75 * 0.25) ** 0.5

    async def test_a_seed_repeats_what_is_chosen_and_how_often(self) -> None:
        """On every engine as the program's own interpreter draws it."""
        choices = [
            {"weight": n, "steps": [{"repeat": {"min": 0, "max": n}, "steps": [{"url": f"/{n}"}]}]}
            for n in (2, 5)
        ]
        plan = self.plan({"repeat": 12, "steps": [{"choose": choices}]}, options={"seed": 7})
        await self.run_or_refuse(plan, "choose", "loop", "seed")
        program = compile_plan(plan)
        (choose,) = program["scenarios"][0]["steps"][0]["steps"]
        session, draw = runtime.Session.of(program, 0), runtime.compile_choice(choose)
        expected: list[str] = []
        for _ in range(12):
            (loop,) = choose["choices"][draw(session)]["steps"]
            expected += [f"/{loop['max']}" for _ in runtime.compile_rounds(loop)(session)]
        assert [request.path for request in self.seen] == expected

    async def test_steps_that_cannot_be_done_are_told(self) -> None:
        result, _ = await self._nested()
        (told,) = [warning.message for warning in result.warnings if warning.code == "StepsSkipped"]
        assert "1 times ${text} was no whole number" in told
        assert "1 times ${count} was no list" in told

    @once
    async def _grouped(self) -> Ran:
        steps: list[Step] = [
            {
                "group": "outer",
                "steps": [
                    "/delay/50",
                    {"pause": 0.2},
                    {"group": "inner", "steps": [{"repeat": 2, "steps": [{"url": "/delay/50"}]}]},
                ],
            },
            {"group": "thinking", "pauses": True, "steps": ["/delay/50", {"pause": 0.2}]},
            {"group": "failing", "steps": [{"url": "/status/500"}, {"url": "/one"}]},
            {"group": "silent", "steps": [{"pause": 0.01}, {"url": "/never", "run_if": False}]},
            {"group": "skipped", "run_if": False, "steps": [{"url": "/never"}]},
        ]
        thresholds = ["inner: min > 90ms", "failing: error_rate == 100%", "outer: requests == 2"]
        plan = self.plan(*map(_whole, steps), load={"iterations": 2}, thresholds=thresholds)
        result = await self.run_or_refuse(plan, "group")
        return Ran(result, self.seen)

    @by_the_clock
    async def test_groups_are_timed_from_their_first_step_to_their_last(self) -> None:
        result, _ = await self._grouped()
        assert {name: (group.count, group.failures) for name, group in result.groups.items()} == {
            "outer": (2, 0),
            "inner": (2, 0),
            "thinking": (2, 0),
            "failing": (2, 2),
        }
        least = {name: group.duration_ms.min or 0.0 for name, group in result.groups.items()}
        assert 145 <= least["outer"] <= 145 + 1000 * LATE_S, "think time is no part of it"
        assert 95 <= least["inner"] <= 95 + 1000 * LATE_S
        assert 245 <= least["thinking"] <= 245 + 1000 * LATE_S, "think time is part of it"

    async def test_groups_are_held_to_thresholds(self) -> None:
        result, _ = await self._grouped()
        assert {one.expression: one.passed for one in result.thresholds} == {
            "inner: min > 90ms": True,
            "failing: error_rate == 100%": True,
            "outer: requests == 2": True,
        }

    @by_the_clock
    async def test_what_never_ends_is_over_with_the_load(self) -> None:
        """Loops that send nothing, loops that do, and groups that the end cuts off, all at once."""
        forever = {"while": True, "max": 1_000_000}
        scenarios = [
            {"name": "silent", "steps": [{**forever, "steps": [{"set": {"a": 1}}]}]},
            {
                "name": "sending",
                "steps": [{"group": "cut", "steps": [{**forever, "steps": [{"url": "/delay/20"}]}]}],
            },
        ]
        plan = self.plan(scenarios=scenarios, load={"users": 6, "duration": 1})
        result = await self.run_or_refuse(plan, "loop", "group", "scenarios")
        assert result.stopped == "completed"
        assert result.duration_s is not None
        assert result.duration_s < 1 + LATE_S
        assert (result.groups, result.summary.iterations) == ({}, 0)
        if self.seen:  # one user in 64 runs draws no such iteration
            assert starts(self.seen)[-1] <= 1 + LATE_S

    @once
    async def _retried(self) -> Ran:
        statuses = iter([503, 503, 200])
        self.server.route("/third", lambda request: Reply(status=next(statuses), body=b"ok"))
        steps: list[Step] = [
            {
                "group": "third",
                "steps": [
                    {
                        "url": "/third",
                        "retry": {"attempts": 5, "backoff": "100ms", "factor": 3, "max": "200ms"},
                    }
                ],
            },
            {"url": "/status/500", "retry": {"attempts": 3, "on": ["status"]}},
            {"url": "/status/404", "retry": {"on": ["5xx", "no_answer"]}},
            {"url": "/status/202", "retry": {"attempts": 2, "on": [202]}},
            {"url": "/reset-before", "method": "POST", "retry": {"attempts": 2, "on": ["no_answer"]}},
            {
                "url": "/json",
                "name": "checked",
                "checks": [{"status": 201}],
                "retry": {"attempts": 2, "on": ["check"]},
            },
            {"url": "/hang", "timeout": 0.1, "retry": {"attempts": 2, "on": ["timeout"]}},
            {"url": "/hang?not", "timeout": 0.1, "retry": {"attempts": 2, "on": ["status", "check"]}},
        ]
        result = await self.run_or_refuse(self.plan(*steps), "retry", "group")
        return Ran(result, self.seen)

    async def test_requests_are_tried_again_for_what_the_plan_names(self) -> None:
        result, seen = await self._retried()
        assert Counter(request.target for request in seen) == {
            "/third": 3,
            "/status/500": 3,
            "/status/404": 1,
            "/status/202": 2,
            "/reset-before": 2,
            "/json": 2,
            "/hang": 2,
            "/hang?not": 1,
        }
        assert result.summary.requests == 16, "each attempt is a request of its own"
        assert result.summary.failures == 2 + 3 + 1 + 2 + 2 + 3

    @by_the_clock
    async def test_attempts_keep_the_distance_that_the_plan_says(self) -> None:
        _, seen = await self._retried()
        first, second = gaps([request for request in seen if request.path == "/third"])
        assert 0.095 <= first <= 0.1 + LATE_S
        assert 0.195 <= second <= 0.2 + LATE_S

    async def test_a_group_whose_last_attempt_succeeded_did_not_fail(self) -> None:
        result, _ = await self._retried()
        assert (result.groups["third"].count, result.groups["third"].failures) == (1, 0)
        assert (result.groups["third"].duration_ms.min or 0) >= 295, (
            "what a user waits for a server is part of it"
        )

    async def test_a_failure_ends_its_iteration(self) -> None:
        steps: list[Step] = [
            "/first",
            {"repeat": 2, "steps": [{"url": "/status/404", "on_failure": "continue"}]},
            {"repeat": 5, "steps": [{"group": "g", "steps": [{"url": "/status/500"}, {"url": "/never"}]}]},
            "/never",
        ]
        plan = self.plan(*map(_whole, steps), load={"iterations": 3}, options={"on_failure": "end_iteration"})
        result = await self.run_or_refuse(plan, "on_failure.end_iteration", "loop", "group")
        assert [request.path for request in self.seen] == ["/first", *["/status/404"] * 2, "/status/500"] * 3
        assert (result.summary.iterations, result.groups["g"].failures) == (3, 3)

    async def test_a_failure_stops_its_user(self) -> None:
        """Those of the other users go on; the one that is stopped leaves as others do."""
        fails = {
            "url": "/status/500/${user}",
            "run_if": {"equals": ["${user}", 1]},
            "on_failure": "stop_user",
        }
        scenario = {"steps": [{"url": "/delay/20/${user}"}, fails], "after": [{"url": "/left/${user}"}]}
        plan = self.plan(scenarios=[scenario], load={"users": 3, "duration": 1})
        result = await self.run_or_refuse(plan, "on_failure.stop_user", "after", "condition")
        times = Counter(request.path for request in self.seen)
        assert (times["/delay/20/1"], times["/status/500/1"]) == (1, 1)
        assert min(times["/delay/20/0"], times["/delay/20/2"]) >= 5
        assert {path for path in times if path.startswith("/left")} == {"/left/0", "/left/1", "/left/2"}
        left = [number for number, request in enumerate(self.seen) if request.path == "/left/1"]
        assert left[0] < len(self.seen) - 10, "it left when it was stopped"
        told = [warning.message for warning in result.warnings if warning.code == "UsersStopped"]
        assert told == ["1 user was stopped by a failure, as on_failure says"]
        assert result.duration_s is not None
        assert result.duration_s >= 0.95


def _whole(step: Step) -> dict[str, Any]:
    """A step in which URLs stand for requests, those in its steps too."""
    if isinstance(step, str):
        return {"url": step}
    return {**step, "steps": [_whole(inner) for inner in step["steps"]]} if "steps" in step else dict(step)
