"""Templates: what their functions, paths and defaults give, and that under a seed it is the same on every engine."""

from __future__ import annotations

import datetime
import json
import re
import time
from collections.abc import Iterator
from itertools import count, islice
from typing import Any
from urllib.parse import urlsplit

import pytest

from ...engines.program import runtime
from ...engines.program.compile import compile_plan
from ...plan.model import Plan
from ..messages import SeenRequest
from .base import Topic, once

_ORDER = {"items": [{"id": 7}, {"id": "last", "the price": 1.5}], "a.b": None}
_SHOWN: dict[str, tuple[str, Any]] = {
    "a path": ("${var.order.items.0.id}", 7),
    "an index from the end": ("${order.items[-1].id}", "last"),
    "a quoted name": ('${order.items[1]["the price"]}', 1.5),
    "a name with a dot": ("${order['a.b']}", None),
    "no such path": ("${order.items.5.id}", "${order.items.5.id}"),
    "no list": ("${order.items.first}", "${order.items.first}"),
    "a default": ("${none:-a default}", "a default"),
    "a default with a value": ("${none:-${order.items.0.id}}", 7),
    "a default in a default": ("<${none:-${nor_this:-${order.items.0.id}}!}>", "<7!>"),
    "a default with braces": ('${none:-{"a": {}}}', '{"a": {}}'),
    "a default with a brace": (r"${none:-a \} b}", "a } b"),
    "an empty default": ("${none:-}", ""),
    "a default nobody needs": ("${order.items.0.id:-8}", 7),
    "the environment's default": ("${env.POLYLOAD_SUITE_HAS_NO_SUCH_NAME:-${seq()}}", 1),
    "not closed": ("${order", "${order"),
    "not closed for its default": ("${order:-x", "${order:-x"),
    "no such function": ("${nope(1)}", "${nope(1)}"),
    "no such function, with a default": ("${nope(1):-x}", "x"),
    "arguments that are not its": ("${randint(2, 1)}", "${randint(2, 1)}"),
    "a directive that is not the same everywhere": ("${now(%c)}", "${now(%c)}"),
    "escaped": ("$${order} $${x:-y}", "${order} ${x:-y}"),
    "quoted arguments": ("${choice('a, \"b\" (c)')}", 'a, "b" (c)'),
    "a quote in quotes": (r'${choice("it\'s \"so\"}")}', 'it\'s "so"}'),
    "the only feed": ("${data.name}", "ann"),
    "the feed by its name": ("${users.name}", "ann"),
    "the feed as csv": ("${csv.users.name}", "ann"),
    "a column with a dot": ("${users.address.city}", "Bern"),
    "a value in a column": ("${users.tags.0}", "a"),
    "nothing there in a column": ("${users.tags.7}", "${users.tags.7}"),
    "Unicode": ("${über}", "ü 🎉"),
}
"""Templates that have the same value each time, as members of a JSON body."""
_MOMENTS = {
    "now": "${now()}",
    "utc": "${now(utc)}",
    "iso_ms": "${now(iso_ms, utc)}",
    "tomorrow": "${now(%Y-%m-%d, +1d, utc)}",
    "words": "${now(%A %a %B %b %d %y %p %%, utc)}",
    "long ago": "${now('%F %T', -1000w12h, utc)}",
    "day": "${now(%j, utc)}",
    "hour": "${now(%I %H, utc)}",
    "fraction": "${now(%S.%f, utc)}",
    "zone": "${now(%z, utc)}",
    "here": "${now(%FT%T%z)}",
    "epoch": "${now(epoch)}",
    "epoch_ms": "${timestamp(ms, +90m)}",
}

_CHANCES = {
    "randint": "${randint(-5, 1_000_000)}",
    "wide": "${randint(0, 9000000000000)}",
    "uuid": "${uuid()}",
    "randfloat": "${randfloat(-1, 1)}",
    "price": "${randfloat(0.05, 99.95, 2)}",
    "randstring": "${randstring(12)}",
    "alphabet": "${randstring(6, 'aß🎉 ')}",
    "randhex": "${randhex(16)}",
    "choice": "${choice(red, 'light blue', green)}",
    "default": "${none:-${randint(1, 6)}}",
}


def _nested(step: dict[str, Any]) -> list[dict[str, Any]]:
    """Steps in steps that draw numbers themselves."""
    drawn = {**step, "url": "/nested?a=${drawn.a}&b=${drawn.b.0}"}
    either = [{"steps": [drawn], "weight": 3}, {"steps": [{"pause": {"min": 0, "max": 0.002}}], "weight": 1}]
    return [
        {"set": {"drawn": {"a": "${randint(1, 1000)}", "b": ["${randhex(4)}"]}}},
        {"repeat": {"min": 0, "max": 3}, "steps": [{"choose": either}]},
    ]


_ROWS = [{"n": number} for number in range(50)]


class TemplateTests(Topic):
    """What stands in the place of placeholders, beyond what ``ValueTests`` looks at."""

    @once
    async def _shown(self) -> tuple[dict[str, Any], dict[str, Any], float]:
        """What templates came to: those that are always the same, moments, and when they were."""
        step = {
            "url": "/shown",
            "method": "POST",
            "json": {**{name: text for name, (text, _) in _SHOWN.items()}, "moments": _MOMENTS},
        }
        row = {"name": "ann", "address.city": "Bern", "tags": ["a", "b"]}
        plan = self.plan(step, variables={"order": _ORDER, "über": "ü 🎉"}, data={"users": {"rows": [row]}})
        before = time.time()
        await self.run_or_refuse(plan, "template", "template.call", "feed")
        (request,) = self.seen
        shown = request.json()
        moments = shown.pop("moments")
        assert before - 1 <= moments["epoch"] <= time.time() + 1
        return shown, moments, moments["epoch"]

    async def test_paths_defaults_and_escapes_give_what_they_say(self) -> None:
        shown, _, _ = await self._shown()
        assert shown == {name: value for name, (_, value) in _SHOWN.items()}

    async def test_moments_have_every_format(self) -> None:
        _, moments, epoch = await self._shown()
        at = {datetime.datetime.fromtimestamp(epoch + late, datetime.UTC) for late in (0, 1)}
        assert moments["utc"] in {f"{moment:%Y-%m-%dT%H:%M:%SZ}" for moment in at}
        assert moments["tomorrow"] in {f"{moment + datetime.timedelta(1):%Y-%m-%d}" for moment in at}
        assert moments["words"] in {f"{moment:%A %a %B %b %d %y %p %%}" for moment in at}
        ago = datetime.timedelta(weeks=1000, hours=12)
        assert moments["long ago"] in {f"{moment - ago:%Y-%m-%d %H:%M:%S}" for moment in at}
        assert moments["day"] in {f"{moment:%j}" for moment in at}
        assert moments["hour"] in {f"{moment:%I %H}" for moment in at}
        assert moments["zone"] == "+0000"
        assert re.fullmatch(r"\d\d\.\d{6}", moments["fraction"])
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", moments["iso_ms"])
        assert 0 <= moments["epoch_ms"] / 1000 - epoch - 5400 < 2

    async def test_moments_are_those_of_this_machine(self) -> None:
        _, moments, epoch = await self._shown()
        at = {datetime.datetime.fromtimestamp(epoch + late).astimezone() for late in (0, 1)}
        assert moments["now"] in {f"{moment:%Y-%m-%dT%H:%M:%S}" for moment in at}
        assert moments["here"] in {f"{moment:%Y-%m-%dT%H:%M:%S%z}" for moment in at}

    @once
    async def _seeded(self) -> tuple[Plan, list[SeenRequest]]:
        """What three users drew under a seed, each by itself: scenarios, rows, pauses and functions."""
        first = {
            "url": "/delay/5?n=${randint(1, 99)}",
            "method": "POST",
            "headers": {"X-User": "${user}", "X-Id": "${uuid()}", "X-Row": "${rows.n}"},
            "json": _CHANCES,
        }
        perhaps = {
            "url": "/perhaps?n=${randint(1, 1_000_000)}",
            "headers": {"X-User": "${user}"},
            "run_if": {"equals": ["${choice(yes, no)}", "yes"]},
        }
        pauses: list[dict[str, Any]] = [
            {"pause": {"min": 0, "max": 0.004}},
            {"pause": {"mean": 0.001, "stdev": 0.001}},
            {"pause": {"poisson": 0.001}},
        ]
        other = {
            "url": "/other/${rows.n}",
            "method": "PUT",
            "form": {"a": "${randstring(4, 'ä&= ')}", "b": "${randint(1, 6)}"},
            "headers": {"X-User": "${user}"},
        }
        scenarios = [
            {"name": "long", "steps": [first, *pauses, perhaps], "weight": 2},
            {"name": "short", "steps": [other], "weight": 1},
            {"name": "nested", "steps": _nested(other), "weight": 0.5},
        ]
        plan = self.plan(
            scenarios=scenarios,
            load={"iterations": 36, "users": 3},
            data={"rows": {"rows": _ROWS, "strategy": "random"}},
            options={"seed": -7},
        )
        await self.run_or_refuse(plan, "seed", "template.call")
        return plan, list(self.seen)

    async def test_a_seed_gives_each_user_the_same_sequence_on_every_engine(self) -> None:
        plan, seen = await self._seeded()
        assert {request.header("x-user") for request in seen} == {"0", "1", "2"}
        for user in range(3):
            sent = [_as_sent(request) for request in seen if request.header("x-user") == str(user)]
            assert sent == _expected(plan, user, len(sent))

    async def test_faker_gives_users_values_of_a_pool_the_same_under_a_seed(self) -> None:
        pytest.importorskip("faker")
        step = {
            "url": "/faked",
            "method": "POST",
            "json": {"name": "${faker.first_name}", "n": "${faker.pyint(1, 9)}", "x": "${faker.nope:-none}"},
        }
        plan = self.plan(step, load={"iterations": 4}, options={"seed": 11})
        await self.run_or_refuse(plan, "template.faker", "seed")
        sent = [json.dumps(request.json()) for request in self.seen]
        assert sent == [json.dumps(json.loads(body)) for _, _, body in _expected(plan, 0, 4)]
        assert len(set(sent)) > 1


Sent = tuple[str, str | None, str]
"""The target of a request, one of its headers, and its body."""


def _as_sent(request: SeenRequest) -> Sent:
    return request.target, request.header("x-id"), request.body.decode()


def _expected(plan: Plan, user: int, requests: int) -> list[Sent]:
    """What a user sends first under the plan's seed: its scenario, its rows, then step by step what these draw."""
    return list(islice(_sent_by(compile_plan(plan), user), requests))


def _sent_by(program: dict[str, Any], user: int) -> Iterator[Sent]:
    session = runtime.Session.of(program, user)
    choose, draw = runtime.scenario_chooser(program), runtime.compile_draw(program["feeds"])
    for iteration in count():
        scenario = choose(session)
        assert draw(session, iteration) is None
        yield from _done(program["scenarios"][scenario]["steps"], session)


def _done(steps: list[dict[str, Any]], session: runtime.Session) -> Iterator[Sent]:
    """The requests of these steps, as their turn comes."""
    for step in steps:
        condition = runtime.compile_conditions(step)
        if condition is not None and not condition(session):
            continue
        match step["kind"]:
            case "request":
                yield _rendered(step, session)
            case "pause":
                pause = runtime.compile_pause(step)
                assert callable(pause)
                pause(session)
            case "set":
                runtime.compile_set(step)(session)
            case "choose":
                chosen = step["choices"][runtime.compile_choice(step)(session)]
                yield from _done(chosen["steps"], session)
            case "repeat":
                for _ in runtime.compile_rounds(step)(session):
                    yield from _done(step["steps"], session)


def _rendered(step: dict[str, Any], session: runtime.Session) -> Sent:
    url = urlsplit(_text(step["url"], session))
    headers = {name.lower(): _text(text, session) for name, text in step["headers"]}
    body = "" if step["body"] is None else _text(step["body"]["text"], session)
    return f"{url.path}?{url.query}" if url.query else url.path, headers.get("x-id"), body


def _text(text: str | list[Any], session: runtime.Session) -> str:
    return runtime.text_of(runtime.compile_text(text), session)
