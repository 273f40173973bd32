"""Turns: one process at a time asks for what all share."""

import asyncio
from typing import Any

from adapters.performance.engines.native.turns import TurnKeeper, Turns
from adapters.performance.engines.program.runtime import Hold, Session

ENTRY: dict[str, Any] = {
    "kind": "token",
    "number": 0,
    "fetch": [{}],
    "refresh": [{}],
    "refresh_token": None,
    "margin_s": 10.0,
    "lends": ["token"],
    "done": "done",
    "expires_variable": "expires",
    "refresh_variable": "refresh",
    "per_iteration": False,
}


class Process:
    """A worker's turns, and the parent that it tells."""

    def __init__(self, keeper: TurnKeeper) -> None:
        self.turns = Turns(lambda message: keeper.heard(message, self.answer))

    def answer(self, message: dict[str, Any]) -> None:
        self.turns.has_come(message["turn"], message["held"])


async def test_turns_come_one_after_the_other_with_what_came_of_the_last() -> None:
    keeper = TurnKeeper()
    one, two = Process(keeper), Process(keeper)
    assert await one.turns.take(0) is None
    waiting = asyncio.ensure_future(two.turns.take(0))
    assert await two.turns.take(1) is None, "another auth has turns of its own"
    await asyncio.sleep(0)
    assert not waiting.done()
    one.turns.end(0, {"number": 1})
    assert await waiting == {"number": 1}


async def test_whoever_is_gone_holds_nobody_up() -> None:
    keeper = TurnKeeper()
    one, two, three = (Process(keeper) for _ in range(3))
    await one.turns.take(0)
    waiting = [asyncio.ensure_future(process.turns.take(0)) for process in (two, three)]
    await asyncio.sleep(0)
    keeper.gone(two.answer)
    keeper.gone(one.answer)
    assert await waiting[1] is None
    waiting[0].cancel()


async def test_a_turn_that_nobody_waits_for_any_more_goes_on() -> None:
    keeper = TurnKeeper()
    one, two, three = (Process(keeper) for _ in range(3))
    await one.turns.take(0)
    cancelled, waiting = (asyncio.ensure_future(process.turns.take(0)) for process in (two, three))
    await asyncio.sleep(0)
    cancelled.cancel()
    await asyncio.sleep(0)
    one.turns.end(0, {"number": 1})
    assert await waiting == {"number": 1}


def took(hold: Hold, **variables: Any) -> Session:
    session = Session(0, {}, None)
    session.variables.update({"done": 200, "token": "t1", "expires": 60, "refresh": "r1", **variables})
    assert hold.take(session, 100)
    return session


def test_a_newer_token_is_learnt() -> None:
    one, two = Hold(ENTRY), Hold(ENTRY)
    session = took(one)
    assert two.learn(one.told(), 0) is True
    assert (two.number, two.good(session, 149), two.good(session, 150)) == (1, True, False)
    other = Session(1, {}, None)
    two.lend(other)
    assert (other.variables, two.ways(other)) == ({"token": "t1"}, ["refresh", "fetch"])


def test_the_present_one_is_not_learnt_again() -> None:
    one, two = Hold(ENTRY), Hold(ENTRY)
    session = took(one)
    two.learn(one.told(), 0)
    two.answered(two.number, 401)
    assert two.learn(one.told(), 0) is None
    assert not two.good(session, 101)


def test_a_failure_is_shared_by_those_who_waited_meanwhile() -> None:
    one, two = Hold(ENTRY), Hold(ENTRY)
    one.failed(100)
    assert two.learn(one.told(), 99) is False
    assert two.not_before == 101
    assert two.learn(one.told(), 102) is None
