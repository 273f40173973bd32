"""ab's log at ``-v 2``: the head of each answer, and as much of its body as came in the same read.

ab prints ``LOG: header received:`` and what it has of an answer once for each read until the head is complete, so a
head that came in two reads is printed in part first. A body is printed up to its first NUL.

ab reports on SIGINT from its signal handler. One that came while its output was being written out, a page at a time,
finds that page still in the buffer and writes it again, just before the report.
"""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

_MARK = b"LOG: header received:\n"
_REPORT = b"\n\nServer Software:        "
_REQUEST = re.compile(rb"INFO: \S+ header == \n---\n(.*?)\n---\n", re.DOTALL)
_HEAD_END = re.compile(rb"(?:\r\n\r\n|(?<!\r)\n\n)(?!\Z)")  # ab adds a line feed to what it prints
_STATUS = re.compile(rb"HTTP/\d\.\d (\d{3})\b")
_LENGTH = re.compile(rb"\ncontent-length:[ \t]*([^\r\n]*?)[ \t]*(?=[\r\n]|\Z)", re.IGNORECASE)
_AFTERWARDS = re.compile(
    rb"\n(?:WARNING: Response code not 2xx \(.{0,3}\)\n|Send request (?:failed|timed out)!\n|\.\.done\n"
    rb"|Total of \d+ requests completed\n)*\Z",
    re.DOTALL,
)
_CERTIFICATE = b"\nPeer certificate\n"
_TOTAL = re.compile(rb"Total of (\d+) requests completed\n\Z")
_SPARE = 64
_MOST_HEAD = 8191
_MOST_REST, _TAIL = 256 * 1024, 16 * 1024
_PAGE = 4096
_HELD = 4 * _PAGE  # longer than two pages and a report


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that began: ``shown`` bytes of its body were printed, and ``owed`` more were announced.

    ``status`` is 0 when the head is not HTTP, ``told_2xx`` what ab takes it for. ``kept`` means that the server
    agreed to keep the connection.
    """

    status: int
    told_2xx: bool
    shown: int
    owed: int
    kept: bool


class AnswerLog:
    """Counts the answers in ab's log as it comes, in memory that does not grow with their number.

    ``not_2xx`` is ab's own view, and ``oversize`` are heads longer than its buffer.
    ``unproven`` are answers of which the log does not show all that was announced, by status: those on kept
    connections apart from the others. ``owed`` is what the log does not show of them, ``most_owed`` of any one.
    """

    def __init__(self, *, users: int, bodiless: bool = False) -> None:
        self.answers = 0
        self.not_2xx = 0
        self.oversize = 0
        self.statuses: Counter[int] = Counter()
        self.recent: deque[int] = deque(maxlen=users + _SPARE)
        self.kept = 0
        self.shown = 0
        self.unproven_kept: Counter[int] = Counter()
        self.unproven: Counter[int] = Counter()
        self.owed = 0
        self.most_owed = 0
        self.request_bytes: int | None = None
        self.report: str | None = None
        self.total: int | None = None
        self._parse = partial(parse_answer, bodiless=bodiless)
        self._alike = self._many_alike = b""
        self._alike_answer: Answer | None = None
        self._held = b""
        self._passed = 0
        self._rest = b""
        self._take_rest: Callable[[bytes], None] = (
            self._begin
        )  # what is to become of what precedes the next mark

    def feed(self, chunk: bytes) -> None:
        """More of the log, cut anywhere; its end is held back until it is known that no page stands there twice."""
        if len(chunk) < _HELD:
            chunk, self._held = self._held + chunk, b""
            if len(chunk) >= 2 * _HELD:
                chunk, self._held = chunk[-_HELD:], chunk[:-_HELD]
        if self._held:
            self._split(self._held)
            self._passed += len(self._held)
        self._held = chunk

    def _split(self, chunk: bytes) -> None:
        if self._same_again(chunk):
            return
        first, *blocks = (self._rest + chunk).split(_MARK)
        if blocks:
            self._take_rest(first)
            first = blocks.pop()
            self._count(blocks)
            self._take_rest = self._count_one
            if blocks:
                self._alike, self._many_alike = blocks[-1] + _MARK, b""
                self._alike_answer = self._parse(blocks[-1])
        elif len(first) > _MOST_REST:
            self._take_rest(first)
            self._take_rest, first = _ignore, first[-_TAIL:]
            self._alike_answer = None
        self._rest = first

    def _same_again(self, chunk: bytes) -> bool:
        """Counts the answers in a chunk that holds only such as the last one, byte for byte, which is quickly seen."""
        alike, answer, begun = self._alike, self._alike_answer, len(self._rest)
        if answer is None or not alike.startswith(self._rest):
            return False
        if len(self._many_alike) < begun + len(chunk):
            self._many_alike = alike * ((begun + len(chunk)) // len(alike) + 1)
        if not self._many_alike.startswith(chunk, begun):
            return False
        count, rest = divmod(begun + len(chunk), len(alike))
        self._add(answer, count)
        self.recent.extend([answer.status] * min(count, self.recent.maxlen or 0))
        self._rest = alike[:rest]
        return True

    def close(self) -> None:
        """The log is over: what follows the last answer is the ``report``, or the ``total`` told when ab gives up."""
        self._split(without_page_written_twice(self._held, self._passed))
        last, mark, report = self._rest.rpartition(_REPORT)
        if mark:
            self.report = (mark + report).decode(errors="replace")
        else:
            last, self._rest = self._rest, b""
            total = _TOTAL.search(last)
            self.total = int(total[1]) if total else 0
        self._take_rest(last)

    def _begin(self, preamble: bytes) -> None:
        request = _REQUEST.search(preamble)
        self.request_bytes = len(request[1]) if request else None

    def _count_one(self, block: bytes) -> None:
        self._count([block])

    def _count(self, blocks: list[bytes]) -> None:
        parsed = {}
        for block, count in Counter(blocks).items():  # most are alike
            parsed[block] = answer = self._parse(block)
            if answer is not None:
                self._add(answer, count)
            elif len(block) >= _MOST_HEAD:
                self.oversize += count
        recent = (parsed[block] for block in blocks[-(self.recent.maxlen or 0) :])
        self.recent.extend(answer.status for answer in recent if answer is not None)

    def _add(self, answer: Answer, count: int) -> None:
        self.answers += count
        self.not_2xx += 0 if answer.told_2xx else count
        self.statuses[answer.status] += count
        self.shown += answer.shown * count
        self.kept += answer.kept * count
        if answer.owed:
            (self.unproven_kept if answer.kept else self.unproven)[answer.status] += count
            self.owed += answer.owed * count
            self.most_owed = max(self.most_owed, answer.owed)


def without_page_written_twice(end: bytes, before: int) -> bytes:
    """The end of a log, ``before`` bytes from its beginning, with the page before the report standing there once."""
    log, mark, report = end.rpartition(_REPORT)
    page = log[-_PAGE:]
    twice = mark and (before + len(log)) % _PAGE == 0 and log[-2 * _PAGE : -_PAGE] == page
    return log[:-_PAGE] + mark + report if twice else end


def parse_answer(block: bytes, *, bodiless: bool = False) -> Answer | None:
    """The answer in what ab printed after its mark, or None when the head is not complete.

    ``bodiless``: the requests are HEAD, whose answers announce a length and have no body.
    """
    end = _HEAD_END.search(block)
    if end is None:
        return None
    head = block[: end.start()]
    status = _STATUS.match(head)
    code = int(status[1]) if status else 0
    length = None if bodiless or code in (204, 304) else _LENGTH.search(head)
    shown = len(_body(block[end.end() :]))
    told_2xx, kept = code // 100 == 2, b"keep-alive" in head.lower()
    if length is None:
        return Answer(code, told_2xx, shown, 0, kept)
    if not length[1].isdigit():
        return Answer(0, told_2xx, shown, 0, kept)
    return Answer(code, told_2xx, shown, max(0, int(length[1]) - shown), kept)


def _ignore(printed: bytes) -> None:
    """What is not an answer: of a connection that failed, or the rest of an answer that was counted."""


def _body(printed: bytes) -> bytes:
    """What was printed of a body, without what ab printed afterwards; never more than the body, perhaps less."""
    before, certificate, _ = printed.partition(_CERTIFICATE)
    return before if certificate else _AFTERWARDS.sub(b"", printed, count=1)
