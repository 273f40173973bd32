"""Fuzzes the wire code: connection, parser and the heads seen before.

    python -m tests.fuzz.wire --inputs 1000000 --seed 1

An input is what a server sends on one connection: one to four answers, cut at random, half of them mutated. Good
answers must mean what they were made to mean and what h11 makes of them, however they are cut. Whatever else comes must
be an answer or a failure of a known kind once the connection has ended, with no more kept than was allowed, and the
heads that other connections have seen must never change what this one makes of the same bytes.
"""

import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from random import Random

from adapters.http.wire.heads import MAX_HEADS, MAX_REMEMBERED_BYTES, HeadCache

from . import one_by_one
from .grammar import Answer, answer, cut, mutated
from .peer import Outcome, Peer
from .reference import parsed

KINDS = {None, "protocol", "truncated", "closed", "reset", "surplus", "too_large"}
LIMITS = (0, 0, 5, 2**20)


class Fuzzer:
    """Runs inputs, each with its own random numbers, so that one can be run again by its number."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._heads = HeadCache()
        self.outcomes: Counter[str] = Counter()
        self.answers = self.bytes = 0

    def run(self, number: int) -> None:
        """One input; AssertionError says what is wrong."""
        random = Random(f"{self._seed}:{number}")
        answers = [answer(random) for _ in range(random.choice((1, 1, 1, 2, 3, 4)))]
        if number % 2:
            self._good(random, answers)
        else:
            self._mutated(random, answers)

    def _good(self, random: Random, answers: list[Answer]) -> None:
        fresh, shared = Peer(), Peer(self._heads)
        for one in answers:
            keep = random.choice(LIMITS)
            pieces = cut(random, one.data)
            told = fresh.answer(pieces, close=one.ends_by_close, is_head=one.is_head, keep_body=keep)
            again = shared.answer(pieces, close=one.ends_by_close, is_head=one.is_head, keep_body=keep)
            assert told == again, f"a head seen before changed the outcome: {told} {again} {one} {pieces}"
            assert told is not None, f"waits for ever: {one} {pieces}"
            self._note(told, one.data)
            _as_meant(told, one, keep)
            _as_h11_has_it(one)
            if not fresh.open:
                return

    def _mutated(self, random: Random, answers: list[Answer]) -> None:
        data = mutated(random, b"".join(one.data for one in answers))
        questions = [(one.is_head, random.choice(LIMITS)) for one in answers]
        pieces = cut(random, data)
        reset = ConnectionResetError() if random.random() < 0.2 else None
        told = _played(Peer(), questions, pieces, reset)
        again = _played(Peer(self._heads), questions, pieces, reset)
        assert told == again, f"a head seen before changed the outcome: {told} {again} {pieces}"
        for outcome, (_, keep) in zip(told, questions, strict=False):
            assert outcome is not None, f"waits for ever: {pieces}"
            assert outcome.kind in KINDS, outcome
            assert len(outcome.body) <= keep, outcome
            assert outcome.received <= len(data)
            assert outcome.kind is not None or 100 <= outcome.status <= 999
            self._note(outcome, data)

    def _note(self, outcome: Outcome, data: bytes) -> None:
        self.outcomes[outcome.kind or "an answer"] += 1
        self.answers += 1
        self.bytes += len(data)
        assert len(self._heads) <= MAX_HEADS
        assert all(len(raw) <= MAX_REMEMBERED_BYTES for raw in self._heads)

    def told(self) -> Sequence[str]:
        """How many answers there were, and how they ended."""
        return (
            f"{self.answers} answers, {self.bytes / 1e6:.0f} MB",
            ", ".join(f"{kind}: {count}" for kind, count in self.outcomes.most_common()),
        )


def _played(
    peer: Peer, questions: list[tuple[bool, int]], pieces: list[bytes], reset: Exception | None
) -> list[Outcome | None]:
    """The outcomes of requests sent one after the other, each when the last has its answer, until the end."""
    outcomes: list[Outcome | None] = []
    waiting = iter(pieces)
    for is_head, keep in questions:
        if not peer.open:
            break
        peer.ask(is_head=is_head, keep_body=keep)
        outcome = None
        while outcome is None and (piece := next(waiting, None)) is not None:
            outcome = peer.send(piece)
        outcomes.append(peer.end(reset) if outcome is None else outcome)
    return outcomes


def _as_meant(told: Outcome, one: Answer, keep: int) -> None:
    if keep and len(one.body) > keep:
        assert (told.kind, told.kept) == ("too_large", False), f"{told} {one}"
        return
    assert (told.kind, told.status, told.kept) == (None, one.status, one.kept), f"{told} {one}"
    assert told.received == len(one.data)
    assert all(value == value.strip(b" \t") for _, value in told.headers)
    assert tuple((name, b" ".join(value.split())) for name, value in told.headers) == one.headers, (
        f"{told} {one}"
    )
    assert told.body == (one.body if keep else b""), f"{told} {one}"


def _as_h11_has_it(one: Answer) -> None:
    status, headers, body, kept = parsed(one.data, is_head=one.is_head)
    assert (status, body) == (one.status, one.body), one
    assert _plain(headers) == _plain(one.headers), f"{headers} {one}"
    assert kept == one.kept or b"HTTP/1.0" in one.data, one  # h11 keeps no connection to an older server


def _plain(headers: Iterable[tuple[bytes, bytes]]) -> list[bytes]:
    """Headers without what h11 changes: the case of some values, and spaces."""
    return [b" ".join((name + b": " + value).lower().split()) for name, value in headers]


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs inputs and tells what they came to."""
    return one_by_one.main(Fuzzer, "Fuzzes the wire code.", arguments)


if __name__ == "__main__":
    sys.exit(main())
