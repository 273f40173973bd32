"""A test of moments is tried three times, each time with runs of its own, and what the tries showed is told."""

import pytest

from adapters.performance.testing.suite.clock import by_the_clock


class Stand:
    """Stands where a topic stands: it shares runs, and takes notes."""

    def __init__(self, good_at: int) -> None:
        self.good_at, self.tries, self.forgotten = good_at, 0, 0
        self.notes: list[tuple[str, str]] = []

    def forget_runs(self) -> None:
        self.forgotten += 1

    def note(self, name: str, told: str) -> None:
        self.notes.append((name, told))

    @by_the_clock
    async def test_moments(self, late: str) -> None:
        self.tries += 1
        assert self.tries >= self.good_at, late

    @by_the_clock
    async def test_broken(self) -> None:
        self.tries += 1
        raise OSError("it is no matter of time")


async def test_one_that_passes_is_not_tried_again() -> None:
    stand = Stand(good_at=1)
    await stand.test_moments(late="late")
    assert (stand.tries, stand.forgotten, stand.notes) == (1, 0, [])


async def test_one_that_passes_the_third_time_passed_and_says_so() -> None:
    stand = Stand(good_at=3)
    await stand.test_moments(late="late")
    assert (stand.tries, stand.forgotten) == (3, 2)
    assert [name for name, _ in stand.notes] == ["tried again"] * 2
    assert all(told.startswith("test_moments: late") for _, told in stand.notes)


async def test_one_that_is_wrong_three_times_is_wrong() -> None:
    stand = Stand(good_at=4)
    with pytest.raises(AssertionError, match="late"):
        await stand.test_moments(late="late")
    assert stand.tries == 3


async def test_what_is_no_assertion_is_not_tried_again() -> None:
    stand = Stand(good_at=1)
    with pytest.raises(OSError, match="no matter of time"):
        await stand.test_broken()
    assert stand.tries == 1
