"""Tokens: until when they are good, how they are had anew, and when they are thrown away; time is passed in."""

from typing import Any

import pytest

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


def held(session: Session, *, at: float = 100.0, **variables: Any) -> Hold:
    hold = Hold({**ENTRY, **variables.pop("entry", {})})
    assert take(hold, session, at=at, **variables)
    return hold


def take(hold: Hold, session: Session, *, at: float = 100.0, **variables: Any) -> bool:
    hold.begin(session)
    session.variables.update({"done": 200, "token": "t", "expires": "", "refresh": "", **variables})
    return hold.take(session, at)


@pytest.fixture
def session() -> Session:
    return Session(0, {}, None)


@pytest.mark.parametrize(
    ("expires", "good_until"),
    [
        (60, 150),
        ("60", 150),
        (60.0, 150),
        (12, 106),  # not before half of its life
        (0, 100),
        ("", 1e12),
        (None, 1e12),
        ("soon", 1e12),
        (-1, 1e12),
        (float("nan"), 1e12),
    ],
)
def test_a_token_is_good_until_shortly_before_it_expires(
    session: Session, expires: Any, good_until: float
) -> None:
    hold = held(session, expires=expires)
    assert [hold.good(session, good_until - 0.01), hold.good(session, good_until)] == [
        True,
        good_until == 1e12,
    ]


def test_there_is_none_at_first(session: Session) -> None:
    hold = Hold(ENTRY)
    assert not hold.good(session, 0)
    assert hold.ways(session) == ["fetch"]


@pytest.mark.parametrize("token", ["", None, 5, ["t"]])
def test_what_is_no_token_is_not_taken(session: Session, token: Any) -> None:
    assert not take(Hold(ENTRY), session, token=token)


def test_what_was_not_answered_is_not_taken(session: Session) -> None:
    hold = Hold(ENTRY)
    hold.begin(session)
    assert not hold.done(session)
    assert not hold.take(session, 0)


def test_a_refresh_token_is_used_first_and_a_new_one_replaces_it(session: Session) -> None:
    hold = held(session, refresh="r1")
    assert hold.ways(session) == ["refresh", "fetch"]
    assert take(hold, session, refresh="")
    hold.begin(session)
    assert session.variables["refresh"] == "r1"
    assert take(hold, session, refresh="r2")
    hold.begin(session)
    assert session.variables["refresh"] == "r2"


def test_a_refresh_token_that_does_not_work_is_forgotten_where_there_is_another_way(session: Session) -> None:
    hold = held(session, refresh="r1")
    hold.refused("refresh")
    assert hold.ways(session) == ["fetch"]
    only = held(session, refresh="r1", entry={"fetch": []})
    only.refused("refresh")
    assert only.ways(session) == ["refresh"]


def test_the_plan_s_refresh_token_is_the_first(session: Session) -> None:
    hold = Hold({**ENTRY, "fetch": [], "refresh_token": "planned"})
    assert hold.ways(session) == ["refresh"]
    hold.begin(session)
    assert session.variables["refresh"] == "planned"


def test_one_that_is_refused_is_thrown_away_once(session: Session) -> None:
    hold = held(session)
    hold.answered(hold.number, 401)
    assert not hold.good(session, 101)
    take(hold, session)
    hold.answered(hold.number, 401)
    assert hold.good(session, 101), "two in a row are not the token's fault"
    hold.answered(hold.number, 204)
    hold.answered(hold.number, 401)
    assert not hold.good(session, 101)


def test_an_answer_to_an_earlier_token_says_nothing_of_the_present_one(session: Session) -> None:
    hold = held(session)
    earlier = hold.number
    take(hold, session)
    hold.answered(earlier, 401)
    assert hold.good(session, 101)


def test_what_failed_is_tried_again_later_and_later(session: Session) -> None:
    hold = Hold(ENTRY)
    waits = []
    for _ in range(7):
        hold.failed(100)
        waits.append(hold.not_before - 100)
    assert waits == [1, 2, 4, 8, 16, 30, 30]
    take(hold, session)
    hold.failed(100)
    assert hold.not_before == 101


def test_a_login_lasts_for_an_iteration_where_cookies_do(session: Session) -> None:
    hold = held(session, entry={"per_iteration": True, "lends": []})
    assert hold.good(session, 101)
    session.iteration += 1
    assert not hold.good(session, 101)


def test_others_are_lent_what_one_has(session: Session) -> None:
    other = Session(1, {}, None)
    hold = held(session)
    assert hold.lend(other) == hold.number
    assert other.variables == {"token": "t"}
