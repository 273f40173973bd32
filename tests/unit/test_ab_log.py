"""ab's log at -v 2, in the form captured from ab 2.3 (httpd 2.4.71)."""

import pytest

from adapters.performance.engines.ab.log import Answer, AnswerLog, parse_answer

REQUEST = b"GET /tiny HTTP/1.0\r\nConnection: Keep-Alive\r\nHost: 127.0.0.1:8765\r\nAccept: */*\r\n\r\n"
BANNER = (
    b"This is ApacheBench, Version 2.3 <$Revision$>\n"
    b"Copyright 1996 Adam Twiss, Zeus Technology Ltd, http://www.zeustech.net/\n\n"
    b"Benchmarking 127.0.0.1 (be patient)...INFO: GET header == \n---\n" + REQUEST + b"\n---\n"
)
MARK = b"LOG: header received:\n"
OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\nok\n"
MISSING = b"HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\nConnection: close\r\n\r\ngone\n"
NOT_2XX = b"WARNING: Response code not 2xx (404)\n"
REPORT = b"..done\n\n\nServer Software:        nginx/1.22.1\nServer Hostname:        127.0.0.1\n"
CERTIFICATE = b"Peer certificate\nCertificate version: 3\nThe subject name is /O=x\nExtension Count: 6\n"
LOG = BANNER + MARK + OK + MARK + MISSING + NOT_2XX + MARK + OK + REPORT


def read(data: bytes, piece: int = 1 << 20, bodiless: bool = False) -> AnswerLog:
    log = AnswerLog(users=2, bodiless=bodiless)
    for start in range(0, len(data), piece):
        log.feed(data[start : start + piece])
    log.close()
    return log


def figures(log: AnswerLog) -> tuple[object, ...]:
    return (
        log.answers,
        log.statuses,
        log.not_2xx,
        log.kept,
        log.shown,
        log.owed,
        log.request_bytes,
        log.report,
    )


@pytest.mark.parametrize("piece", [1, 2, 7, 64, 1000])
def test_a_log_cut_anywhere_reads_the_same(piece: int) -> None:
    log = read(LOG, piece)
    assert figures(log) == figures(read(LOG))
    assert (log.answers, log.statuses, log.not_2xx, log.kept) == (3, {200: 2, 404: 1}, 1, 2)
    assert (log.shown, log.owed, log.request_bytes, log.total) == (8, 0, len(REQUEST), None)
    assert list(log.recent) == [200, 404, 200]
    assert log.report is not None
    assert log.report.startswith("\n\nServer Software:        nginx")


def test_a_head_that_came_in_two_reads_is_printed_twice_and_counted_once() -> None:
    for part in (b"HTTP/1.1 20", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r"):
        assert read(BANNER + MARK + part + b"\n" + MARK + OK + REPORT).answers == 1


def test_a_head_with_bare_line_feeds() -> None:
    assert parse_answer(b"HTTP/1.0 200 OK\nContent-Length: 2\n\nok\n") == Answer(200, True, 2, 0, False)


def test_what_is_announced_and_not_shown_is_owed() -> None:
    answer = parse_answer(
        b"HTTP/1.1 500 X\r\nContent-Length: 1000\r\nConnection: keep-alive\r\n\r\n" + b"x" * 400 + b"\n"
    )
    assert answer == Answer(500, False, 400, 600, True)


def test_a_body_is_shown_up_to_its_first_nul() -> None:
    answer = parse_answer(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc\n")
    assert answer == Answer(200, True, 3, 6, False)


@pytest.mark.parametrize("code", [b"204", b"304"])
def test_answers_that_never_have_a_body_owe_none(code: bytes) -> None:
    answer = parse_answer(b"HTTP/1.1 " + code + b" X\r\nContent-Length: 9\r\n\r\n\n")
    assert answer is not None
    assert answer.owed == 0


def test_answers_to_head_owe_no_body() -> None:
    assert read(BANNER + MARK + OK.replace(b"ok", b"") + REPORT, bodiless=True).owed == 0


def test_a_length_that_is_no_number_is_not_http() -> None:
    assert parse_answer(b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\nok\n") == Answer(
        0, True, 2, 0, False
    )


def test_bytes_that_are_no_http_never_become_an_answer() -> None:
    assert parse_answer(b"\x16\x03\x01 this is no HTTP answer\r\n\n") is None
    assert parse_answer(b"hello\r\n\r\nworld\n") == Answer(0, False, 5, 0, False)


def test_what_ab_prints_after_an_answer_is_no_body() -> None:
    cut = b"HTTP/1.1 200 OK\r\nContent-Length: 200\r\n\r\nok\n"
    for after in (
        CERTIFICATE,
        CERTIFICATE * 3,
        b"Send request failed!\n",
        b"Send request timed out!\n" + NOT_2XX,
        b"",
    ):
        assert parse_answer(cut + after) == Answer(200, True, 2, 198, False)


def test_bodies_that_look_like_ab_speaking_show_less_than_there_is() -> None:
    body = b"a\nWARNING: Response code not 2xx (404)\n"
    answer = parse_answer(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s\n" % (len(body), body))
    assert answer is not None
    assert answer.shown + answer.owed == len(body)


def test_the_last_report_is_the_report() -> None:
    inside = b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nx\n\nServer Software:        fake\n"
    log = read(BANNER + MARK + inside + REPORT)
    assert (log.answers, "fake" in (log.report or "")) == (1, False)


def test_a_head_longer_than_abs_buffer_is_counted_apart() -> None:
    log = read(BANNER + MARK + b"HTTP/1.1 200 OK\r\nX-Huge: ".ljust(8191, b"x") + b"\n" + MARK + OK + REPORT)
    assert (log.answers, log.oversize) == (1, 1)


def test_ab_that_gives_up_tells_how_many_requests_were_complete() -> None:
    log = read(BANNER + MARK + OK + MARK + OK + b"Total of 6 requests completed\n")
    assert (log.answers, log.shown, log.report, log.total) == (2, 4, None, 6)
    assert read(BANNER).total == 0


def test_without_answers_there_is_still_a_report() -> None:
    log = read(BANNER + CERTIFICATE * 3 + REPORT, 100)
    assert (log.answers, log.request_bytes, log.report is None) == (0, len(REQUEST), False)


def test_memory_is_bounded_when_nothing_is_answered_any_more() -> None:
    noise = CERTIFICATE * 10_000
    log = read(BANNER + MARK + OK + noise + MARK + OK + noise + REPORT, 65_536)
    assert (log.answers, log.statuses, log.report is None) == (2, {200: 2}, False)
    log = AnswerLog(users=1)
    for _ in range(100):
        log.feed(noise[:65_536])
    assert len(log._rest) < 1_000_000


def test_memory_does_not_grow_with_the_number_of_answers() -> None:
    log = read(BANNER + (MARK + OK) * 5000 + REPORT, 65_536)
    assert (log.answers, len(log.recent)) == (5000, 66)


@pytest.mark.parametrize("piece", [100, 4096, 1 << 20])
@pytest.mark.parametrize("pages", [1, 2, 9])
def test_a_page_that_the_signal_handler_wrote_again_counts_once(pages: int, piece: int) -> None:
    answers = (BANNER + (MARK + OK) * 1000)[: pages * 4096]
    report = REPORT.removeprefix(b"..done\n")
    log = read(answers + answers[-4096:] + report, piece)
    assert log.answers == read(answers + report).answers > 0


def test_two_pages_alike_inside_a_log_are_both_counted() -> None:
    page = (MARK + OK).ljust(1024, b"x") * 4
    assert read(page * 3 + MARK + OK + REPORT).answers == 13
