"""Changing a run: wishes in order, each told to who asked, and what the changes mean for the figures."""

import asyncio

import pytest

from adapters.performance.engines.steering import Steering
from adapters.performance.errors import UsageError
from adapters.performance.metrics.changes import Change, in_words, paused_s
from adapters.performance.workflows.feed import Feed

PAUSED = [Change(t=1, what="pause"), Change(t=3, what="resume"), Change(t=8, what="pause")]


class Engine:
    """Takes each wish a second after the one before."""

    def __init__(self):
        self.taken = []

    async def take(self, what, value):
        if value == 13:
            raise UsageError("no")
        self.taken.append((what, value))
        return float(len(self.taken))


async def carried_out(*wishes):
    """An engine and the steering that was asked these wishes, all at once and before it began; their errors."""
    steering, engine = Steering(), Engine()
    asked = [asyncio.ensure_future(steering.ask(*wish)) for wish in wishes]
    await asyncio.sleep(0)
    steering.close()
    await steering.carry_out(engine.take)
    return engine, steering, await asyncio.gather(*asked, return_exceptions=True)


async def test_wishes_wait_for_the_engine_and_are_taken_in_order():
    engine, steering, errors = await carried_out(("pause",), ("users", 5), ("resume",))
    assert engine.taken == [("pause", None), ("users", 5), ("resume", None)]
    assert [(change.t, change.what, change.value) for change in steering.changes] == [
        (1, "pause", None),
        (2, "users", 5),
        (3, "resume", None),
    ]
    assert errors == [None, None, None]


async def test_pausing_what_is_paused_is_nothing_to_do():
    engine, steering, _ = await carried_out(("resume",), ("pause",), ("users", 1), ("pause",), ("resume",))
    assert [what for what, _ in engine.taken] == ["pause", "users", "resume"]
    assert not steering.paused


async def test_a_change_that_cannot_be_is_told_to_who_asked_and_no_change():
    _, steering, (error, nothing) = await carried_out(("users", 13), ("users", 5))
    assert isinstance(error, UsageError)
    assert nothing is None
    assert [change.value for change in steering.changes] == [5]


async def test_when_nothing_can_be_changed_all_who_ask_are_told():
    steering = Steering()
    waiting = asyncio.ensure_future(steering.ask("pause"))
    await asyncio.sleep(0)
    steering.refuse(lambda: UsageError("it is over"))
    for asked in (waiting, steering.ask("resume")):
        with pytest.raises(UsageError, match="it is over"):
            await asked
    assert steering.changes == []


async def test_a_wish_that_nobody_waits_for_any_more_is_dropped():
    steering, engine = Steering(), Engine()
    waiting = asyncio.ensure_future(steering.ask("pause"))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.wait({waiting})
    steering.close()
    await steering.carry_out(engine.take)
    assert engine.taken == []


@pytest.mark.parametrize(("duration_s", "paused"), [(10, 4), (8, 2), (None, 2)])
def test_a_pause_lasts_until_it_is_ended_or_the_run_is(duration_s, paused):
    assert paused_s(PAUSED, duration_s) == paused


def test_a_run_without_changes_was_not_paused():
    assert paused_s([], 10) == 0


def test_the_changes_are_told_in_words():
    changes = [Change(t=1.25, what="users", value=20), Change(t=2, what="rate", value=0.5), *PAUSED]
    told = in_words(changes, 4.0)
    assert "set to 20 users at 1.2 s, set to 0.5 iterations/s at 2.0 s, paused at 1.0 s" in told
    assert told.endswith("rates leave out the 4.0 s for which it was paused")
    assert "rates" not in in_words(changes[:2], 0.0)


def test_of_many_changes_the_first_are_told_and_the_others_counted():
    told = in_words([Change(t=second, what="users", value=second) for second in range(100)], 0.0)
    assert "and changed 92 times more" in told
    assert len(told) < 400


# Feed


async def read(items):
    return [item async for item in items]


async def test_each_reader_sees_what_is_added_after_it_came():
    feed = Feed()
    feed.add(1)
    first = feed.from_now()
    feed.add(2)
    second = feed.from_now()
    feed.add(3)
    feed.close()
    assert (await read(first), await read(second), await read(feed.from_now())) == ([2, 3], [3], [])


async def test_a_reader_that_is_cancelled_disturbs_no_other():
    feed = Feed()
    one, other = (asyncio.ensure_future(read(feed.from_now())) for _ in range(2))
    await asyncio.sleep(0)
    one.cancel()
    await asyncio.wait({one})
    feed.add(1)
    feed.close()
    assert await other == [1]
