"""Answers on the wire: where each ends, what is made of it, and whether the connection is in step afterwards."""

import pytest
from tests.fuzz.peer import Outcome, Peer

from adapters.http.wire.heads import HeadCache

OK = b"HTTP/1.1 200 OK\r\n"
PLAIN = OK + b"Content-Length: 2\r\n\r\nok"
INTERIM = b"HTTP/1.1 103 Early Hints\r\n\r\n"
SWITCH = b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\nx"
NUL = OK + b"X-Nul: a\0b\r\nContent-Length: 2\r\n\r\nok"
GARBAGE = b"\x00 garbage \xff"

FRAMED = {
    "content-length": (PLAIN, b"ok"),
    "an empty body": (OK + b"Content-Length: 0\r\n\r\n", b""),
    "a length with spaces around it": (OK + b"Content-Length: \t2 \t\r\n\r\nok", b"ok"),
    "chunks": (OK + b"Transfer-Encoding: chunked\r\n\r\n1\r\no\r\n001;x=y\r\nk\r\n0\r\n\r\n", b"ok"),
    "chunk sizes padded with spaces": (
        OK + b"Transfer-Encoding: chunked\r\n\r\n2  \r\nok\r\n0 \r\n\r\n",
        b"ok",
    ),
    "trailers": (OK + b"Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-T: 1\r\n\r\n", b"ok"),
    "204": (b"HTTP/1.1 204 No Content\r\n\r\n", b""),
    "204 with a length": (b"HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n", b""),
    "304 with a length": (b"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", b""),
    "an interim answer": (b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + PLAIN, b"ok"),
    "three interim answers": (b"HTTP/1.1 100 Continue\r\n\r\n" * 3 + PLAIN, b"ok"),
    "a folded header": (OK + b"X-Folded: one\r\n  two\r\nContent-Length: 2\r\n\r\nok", b"ok"),
    "bare line feeds": (b"HTTP/1.1 200 OK\nContent-Length: 2\n\nok", b"ok"),
    "an empty line before": (b"\r\n" + PLAIN, b"ok"),
    "an empty line after": (PLAIN + b"\r\n", b"ok"),
    "kept by an older server": (
        b"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok",
        b"ok",
    ),
    "an offer to upgrade": (
        OK + b"Upgrade: h2c\r\nConnection: Upgrade\r\nContent-Length: 2\r\n\r\nok",
        b"ok",
    ),
}
"""Answers that leave the connection open, with their bodies."""

LAST = {
    "until the close": (OK + b"\r\nok", b"ok"),
    "until the close, though chunks are inside": (
        OK + b"Transfer-Encoding: chunked, gzip\r\n\r\n2\r\nok\r\n",
        b"2\r\nok\r\n",
    ),
    "an older server": (b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", b"ok"),
    "announced": (OK + b"Connection: close\r\nContent-Length: 2\r\n\r\nok", b"ok"),
    "announced, in chunks": (
        OK + b"Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
        b"ok",
    ),
}
"""Answers after which the connection is closed."""

TO_HEAD = {
    "a length": OK + b"Content-Length: 500\r\n\r\n",
    "no length": OK + b"X-A: b\r\n\r\n",
    "chunked": OK + b"Transfer-Encoding: chunked\r\n\r\n",
    "204": b"HTTP/1.1 204 No Content\r\n\r\n",
    "304": b"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n",
    "an interim answer before": b"HTTP/1.1 103 Early Hints\r\n\r\n" + OK + b"Content-Length: 500\r\n\r\n",
}
"""Answers to HEAD that leave the connection open."""


def in_two(data: bytes) -> list[list[bytes]]:
    """Every way to cut bytes in two, and whole."""
    return [[data], *([data[:cut], data[cut:]] for cut in range(1, len(data)))]


def byte_by_byte(data: bytes) -> list[bytes]:
    return [data[at : at + 1] for at in range(len(data))]


def known(data: bytes) -> HeadCache:
    """Heads among which that of an answer is."""
    heads = HeadCache()
    Peer(heads).answer([data])
    return heads


class TestGoodAnswers:
    @pytest.mark.parametrize("what", FRAMED)
    def test_however_it_is_cut_it_ends_where_it_ends_and_the_connection_is_in_step(self, what: str) -> None:
        data, body = FRAMED[what]
        surely_after = data.rstrip(b"\r\n") if what == "an empty line after" else data
        for heads in (HeadCache(), known(data)):
            for pieces in [*in_two(surely_after), byte_by_byte(surely_after), [data]]:
                peer = Peer(heads)
                outcome = peer.answer(pieces)
                assert outcome is not None, pieces
                assert (outcome.kind, outcome.body, outcome.kept) == (None, body, True)
                assert outcome.received == sum(map(len, pieces))
                again = peer.answer([PLAIN])
                assert again is not None
                assert (again.kind, again.status, again.body, again.kept) == (None, 200, b"ok", True)

    @pytest.mark.parametrize("what", LAST)
    def test_the_last_answer_on_a_connection_closes_it(self, what: str) -> None:
        data, body = LAST[what]
        for pieces in [*in_two(data), byte_by_byte(data)]:
            outcome = Peer().answer(pieces, close=True)
            assert outcome is not None
            assert (outcome.kind, outcome.body, outcome.kept) == (None, body, False)

    @pytest.mark.parametrize("what", TO_HEAD)
    def test_an_answer_to_head_ends_with_its_head(self, what: str) -> None:
        for pieces in [*in_two(TO_HEAD[what]), byte_by_byte(TO_HEAD[what])]:
            peer = Peer()
            outcome = peer.answer(pieces, is_head=True)
            assert outcome is not None
            assert (outcome.kind, outcome.body, outcome.kept) == (None, b"", True)
            again = peer.answer([PLAIN])
            assert again is not None
            assert (again.kind, again.body) == (None, b"ok")

    def test_a_folded_header_is_one_value(self) -> None:
        outcome = Peer().answer([FRAMED["a folded header"][0]])
        assert outcome is not None
        assert [b" ".join(value.split()) for _, value in outcome.headers] == [b"one two", b"2"]

    def test_spaces_around_a_value_are_not_of_it(self) -> None:
        outcome = Peer().answer([OK + b"X-A: \t a b \t \r\nX-B: \r\nContent-Length: 0\r\n\r\n"])
        assert outcome is not None
        assert outcome.headers == ((b"X-A", b"a b"), (b"X-B", b""), (b"Content-Length", b"0"))

    def test_trailers_are_not_headers(self) -> None:
        data = OK + b"Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nSet-Cookie: a=b\r\n\r\n"
        outcome = Peer().answer([data])
        assert outcome is not None
        assert [name for name, _ in outcome.headers] == [b"Transfer-Encoding"]

    def test_what_comes_after_the_last_answer_is_passed_over(self) -> None:
        outcome = Peer().answer([LAST["announced"][0] + GARBAGE])
        assert outcome is not None
        assert (outcome.kind, outcome.body) == (None, b"ok")


class TestTruncated:
    @pytest.mark.parametrize("what", [name for name in FRAMED if not name.startswith("an empty line")])
    def test_an_end_inside_the_answer_is_never_its_end(self, what: str) -> None:
        data, _ = FRAMED[what]
        for heads in (HeadCache(), known(data)):
            for cut in range(1, len(data)):
                outcome = Peer(heads).answer([data[:cut]], close=True)
                assert outcome is not None
                assert outcome.kind == "truncated", data[:cut]

    def test_a_trailer_does_not_change_the_framing(self) -> None:
        data = OK + b"Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nTransfer-Encoding: gzip\r\nX-"
        outcome = Peer().answer([data], close=True)
        assert outcome is not None
        assert outcome.kind == "truncated"


class TestTooMuch:
    @pytest.mark.parametrize(
        "more",
        [GARBAGE, b"x", PLAIN, b"\r\nx", b"0\r\n\r\n", INTERIM, SWITCH, INTERIM + PLAIN, INTERIM + NUL],
    )
    @pytest.mark.parametrize(
        "what", ["content-length", "chunks", "204", "304 with a length", "an interim answer"]
    )
    def test_what_comes_with_an_answer_and_is_not_of_it_is_a_surplus(self, what: str, more: bytes) -> None:
        data, _ = FRAMED[what]
        for heads in (HeadCache(), known(data)):
            outcome = Peer(heads).answer([data + more])
            assert outcome is not None
            assert (outcome.kind, outcome.kept) == ("surplus", False)

    @pytest.mark.parametrize("more", [b"body", GARBAGE, PLAIN])
    @pytest.mark.parametrize("what", TO_HEAD)
    def test_an_answer_to_head_with_a_body_is_a_surplus(self, what: str, more: bytes) -> None:
        outcome = Peer().answer([TO_HEAD[what] + more], is_head=True)
        assert outcome is not None
        assert (outcome.kind, outcome.kept) == ("surplus", False)

    @pytest.mark.parametrize("what", FRAMED)
    def test_what_comes_later_closes_the_connection(self, what: str) -> None:
        data, _ = FRAMED[what]
        for heads in (HeadCache(), known(data)):
            peer = Peer(heads)
            outcome = peer.answer([data])
            peer.send(PLAIN)
            assert outcome is not None
            assert (outcome.kind, peer.open) == (None, False)

    def test_a_surplus_is_not_kept_with_the_body(self) -> None:
        for heads in (HeadCache(), known(PLAIN)):
            outcome = Peer(heads).answer([PLAIN + b"\r\n"])
            assert outcome is not None
            assert (outcome.kind, outcome.body) == (None, b"ok")


NOT_HTTP = {
    "another protocol": b"SSH-2.0-OpenSSH_9.6\r\n",
    "a status below 100": b"HTTP/1.1 099 Low\r\nContent-Length: 0\r\n\r\n",
    "a status of two digits": b"HTTP/1.1 20 OK\r\n\r\n",
    "another version": b"HTTP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n",
    "a switch of protocols": SWITCH,
    "a negative length": OK + b"Content-Length: -2\r\n\r\nok",
    "a length with a sign": OK + b"Content-Length: +2\r\n\r\nok",
    "an empty length": OK + b"Content-Length: \r\n\r\nok",
    "two lengths": OK + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\nokk",
    "a length past all bounds": OK + b"Content-Length: " + b"9" * 40 + b"\r\n\r\nok",
    "a length and chunks": OK + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "chunks and a length": OK + b"Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n0\r\n\r\n",
    "a chunk size that is no number": OK + b"Transfer-Encoding: chunked\r\n\r\nxy\r\n",
    "a chunk size past all bounds": OK + b"Transfer-Encoding: chunked\r\n\r\n" + b"f" * 40 + b"\r\nok",
    "a chunk longer than its size": OK + b"Transfer-Encoding: chunked\r\n\r\n2\r\nokay\r\n0\r\n\r\n",
    "a coding that only we take for chunks": OK + b"Transfer-Encoding: chunked\t\r\n\r\n2\r\nok\r\n0\r\n\r\n",
    "a NUL in a header": NUL,
    "a NUL in a name": OK + b"X-\0: ab\r\nContent-Length: 2\r\n\r\nok",
    "a carriage return in a header": OK + b"X-A: a\rb\r\nContent-Length: 2\r\n\r\nok",
}


class TestNotHttp:
    @pytest.mark.parametrize("what", NOT_HTTP)
    def test_what_is_no_http_is_a_protocol_failure_however_it_is_cut(self, what: str) -> None:
        for pieces in [*in_two(NOT_HTTP[what]), byte_by_byte(NOT_HTTP[what])]:
            outcome = Peer().answer(pieces, close=True)
            assert outcome is not None
            assert outcome.kind == "protocol", pieces
            assert not outcome.kept


PIECE = 16 * 1024
ENDLESS = {
    "a status line": (b"HTTP/1.1 200 ", b"x" * PIECE),
    "one header": (OK + b"X-Long: ", b"x" * PIECE),
    "the name of a header": (OK, b"x" * PIECE),
    "headers": (OK, b"X-More: and more\r\n" * 1000),
    "interim answers": (b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 1000),
    "empty lines": (b"", b"\r\n" * PIECE),
    "trailers": (OK + b"Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n", b"X-More: more\r\n" * 1000),
    "one trailer": (OK + b"Transfer-Encoding: chunked\r\n\r\n0\r\nX-More: ", b"x" * PIECE),
    "a chunk extension": (OK + b"Transfer-Encoding: chunked\r\n\r\n2;", b"x" * PIECE),
    "a chunk size": (OK + b"Transfer-Encoding: chunked\r\n\r\n", b"0" * PIECE),
}
"""How each begins, and what then comes for ever."""


class TestTooLarge:
    @pytest.mark.parametrize("what", ENDLESS)
    def test_what_never_ends_beside_a_body_is_too_large(self, what: str) -> None:
        begin, more = ENDLESS[what]
        peer = Peer()
        outcome = peer.answer([begin, *[more] * 20], keep_body=0)
        assert outcome is not None
        assert (outcome.kind, outcome.kept) == ("too_large", False)
        assert outcome.received < 300 * 1024

    def test_a_head_within_the_bound_is_good_and_one_beyond_it_is_not_in_whatever_pieces(self) -> None:
        for size, kind in ((250_000, None), (270_000, "too_large")):
            data = OK + b"X-Long: " + b"x" * size + b"\r\nContent-Length: 2\r\n\r\nok"
            for pieces in ([data[:200_000], data[200_000:]], [data[:PIECE], data[PIECE:]]):
                outcome = Peer().answer(pieces)
                assert outcome is not None
                assert outcome.kind == kind

    @pytest.mark.parametrize("what", ["content-length", "chunks", "an interim answer"])
    def test_a_body_that_is_to_be_kept_has_a_bound(self, what: str) -> None:
        data, body = FRAMED[what]
        for heads in (HeadCache(), known(data)):
            for limit, kind in ((1, "too_large"), (2, None)):
                outcome = Peer(heads).answer(byte_by_byte(data), keep_body=limit)
                assert outcome is not None
                assert (outcome.kind, outcome.body) == (kind, b"" if kind else body)

    def test_a_length_beyond_the_bound_fails_before_the_body_comes(self) -> None:
        data = OK + b"Content-Length: 1000\r\n\r\n"
        heads = known(data + b"x" * 1000)
        for cache in (HeadCache(), heads):
            outcome = Peer(cache).answer([data], keep_body=999)
            assert outcome is not None
            assert outcome.kind == "too_large"

    def test_a_body_that_nobody_keeps_has_no_bound(self) -> None:
        data = OK + b"Content-Length: 100000000\r\n\r\n"
        outcome = Peer().answer([data, *[bytes(100_000)] * 1000], keep_body=0)
        assert outcome == Outcome(
            None, 200, ((b"Content-Length", b"100000000"),), b"", len(data) + 10**8, True
        )

    def test_an_answer_to_head_may_tell_of_a_body_beyond_the_bound(self) -> None:
        outcome = Peer().answer([OK + b"Content-Length: 1000\r\n\r\n"], is_head=True, keep_body=10)
        assert outcome is not None
        assert outcome.kind is None


class TestHeadsSeenBefore:
    @pytest.mark.parametrize(
        "data",
        [
            b"HTTP/1.1 200 OK\nContent-Length: 9\n\n12345\r\n\r\n",
            b"\r\n\n\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
            b"HTTP/1.1 103 Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
        ],
    )
    def test_what_may_not_be_a_whole_head_is_not_remembered(self, data: bytes) -> None:
        heads = HeadCache()
        for _ in range(3):
            outcome = Peer(heads).answer([data])
            assert outcome is not None
            assert (outcome.kind, outcome.status) == (None, 200)
        assert not heads

    def test_heads_beyond_8_kib_are_not_remembered(self) -> None:
        heads = HeadCache()
        for size, remembered in ((10_000, 0), (5_000, 1)):
            Peer(heads).answer([OK + b"X: " + b"x" * size + b"\r\nContent-Length: 2\r\n\r\nok"])
            assert len(heads) == remembered
