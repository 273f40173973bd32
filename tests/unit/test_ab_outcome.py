"""What became of the requests of a run of ab: what log and report together prove, and what they leave in doubt."""

from typing import Any

from adapters.performance.engines.ab.log import AnswerLog
from adapters.performance.engines.ab.outcome import Outcome, outcome_of_report, outcome_without_report
from adapters.performance.engines.ab.report import Report

REPORT = b"\n\nServer Software:        \n"
RESET = "apr_socket_recv: Connection reset by peer (104)\n"
REFUSED = "apr_socket_recv: Connection refused (111)\n"


def answer(status: int = 200, length: int = 10, shown: int | None = None, kept: bool = True) -> bytes:
    head = f"HTTP/1.1 {status} X\r\nContent-Length: {length}\r\n" + (
        "Connection: keep-alive\r\n" if kept else ""
    )
    return (
        b"LOG: header received:\n"
        + head.encode()
        + b"\r\n"
        + b"x" * (length if shown is None else shown)
        + b"\n"
    )


def log_of(*answers: bytes, end: bytes = REPORT) -> AnswerLog:
    log = AnswerLog(users=3)
    log.feed(b"INFO: GET header == \n---\nGET / HTTP/1.0\r\n\r\n\n---\n" + b"".join(answers) + end)
    log.close()
    return log


def report(complete: int, **figures: Any) -> Report:
    zeros = dict.fromkeys(
        ("connect", "receive", "oversize", "write_errors", "not_2xx", "received_bytes", "body_bytes"), 0
    )
    return Report(
        **{"taken_s": 1.0, "complete": complete, "kept": None, "sent_bytes": None, **zeros, **figures}
    )


def kinds(outcome: Outcome) -> dict[str, int]:
    return {kind: count for (kind, _), count in (outcome.failed + outcome.beside).items()}


def test_whole_answers() -> None:
    outcome = outcome_of_report(log_of(*[answer()] * 5), report(5, kept=5, body_bytes=50), "")
    assert (outcome.answered, outcome.failed, outcome.beside, outcome.doubt) == ({200: 5}, {}, {}, None)
    assert outcome.alike()


def test_answers_are_judged_by_their_status() -> None:
    outcome = outcome_of_report(log_of(*[answer()] * 3, *[answer(500)] * 2), report(5, not_2xx=2), "")
    assert outcome.failures(lambda status: ("status", str(status)) if status >= 400 else None) == {
        ("status", "500"): 2
    }
    assert not outcome.alike()


def test_complete_requests_without_an_answer_are_failures() -> None:
    outcome = outcome_of_report(log_of(answer()), report(4), "")
    assert (outcome.answered, kinds(outcome)) == ({200: 1}, {"closed": 3})


def test_answers_that_were_begun_at_the_end_are_not_counted() -> None:
    outcome = outcome_of_report(log_of(*[answer()] * 5, answer(404)), report(5, not_2xx=1), "")
    assert (outcome.answered, kinds(outcome), outcome.doubt) == ({200: 5}, {}, None)


def test_short_answers_that_nothing_followed_were_cut_off() -> None:
    log = log_of(*[answer()] * 3, *[answer(shown=4)] * 2)
    outcome = outcome_of_report(log, report(5, body_bytes=38), "")
    assert (outcome.answered, kinds(outcome)) == ({200: 3}, {"truncated": 2})


def test_kept_connections_tell_how_many_large_answers_were_whole() -> None:
    log = log_of(*[answer(length=90_000, shown=500)] * 10)
    outcome = outcome_of_report(log, report(10, kept=7, body_bytes=800_000), "")
    assert (outcome.answered, kinds(outcome), outcome.doubt) == ({200: 7}, {"truncated": 3}, None)


def test_the_bytes_of_all_bodies_prove_that_large_answers_were_whole() -> None:
    log = log_of(*[answer(length=90_000, shown=500, kept=False)] * 10)
    outcome = outcome_of_report(log, report(10, body_bytes=900_000), "")
    assert (outcome.answered, kinds(outcome), outcome.doubt) == ({200: 10}, {}, None)


def test_bytes_that_are_missing_prove_only_how_many_were_cut_off_at_least() -> None:
    log = log_of(*[answer(length=90_000, shown=500, kept=False)] * 10)
    outcome = outcome_of_report(log, report(10, body_bytes=700_000), "")
    assert (kinds(outcome), outcome.doubt) == (
        {"truncated": 3},
        "at least 3 answers were cut off; ab does not tell how many",
    )


def test_bytes_that_are_missing_may_be_those_of_answers_in_flight_at_the_end() -> None:
    log = log_of(*[answer(length=90_000, shown=500, kept=False)] * 10)
    outcome = outcome_of_report(log, report(8, body_bytes=750_000), "")
    assert (outcome.answered, kinds(outcome), outcome.doubt) == ({200: 8}, {}, None)


def test_large_answers_of_several_statuses_leave_a_doubt() -> None:
    answers = [answer(length=90_000, shown=5), answer(500, length=90_000, shown=5)]
    outcome = outcome_of_report(log_of(*answers * 3), report(6, kept=5, not_2xx=3, body_bytes=500_000), "")
    assert (kinds(outcome), outcome.answered.total()) == ({"truncated": 1}, 5)
    assert "which of the statuses [200, 500]" in (outcome.doubt or "")


def test_receive_errors_have_the_kind_that_ab_complains_of() -> None:
    assert kinds(outcome_of_report(log_of(), report(3, receive=3), REFUSED * 3)) == {"refused": 3}
    mixed = outcome_of_report(log_of(answer()), report(4, receive=3), REFUSED + RESET * 2)
    assert kinds(mixed) == {"refused": 1, "reset": 2}


def test_complaints_of_which_only_the_last_are_known() -> None:
    assert kinds(outcome_of_report(log_of(), report(900, receive=900), REFUSED * 3)) == {"refused": 900}
    outcome = outcome_of_report(log_of(), report(900, receive=900), REFUSED + RESET)
    assert kinds(outcome) == {"other": 900}
    assert "Connection reset by peer" in next(message for _, message in outcome.failed)
    assert kinds(outcome_of_report(log_of(), report(9, receive=9), "")) == {"other": 9}


def test_resets_beside_other_faults() -> None:
    log = log_of(*[answer()] * 5, *[answer(shown=1)] * 2)
    outcome = outcome_of_report(log, report(10, receive=2, body_bytes=52), RESET * 2)
    assert kinds(outcome) == {"reset": 2, "closed": 3}
    assert any("before or inside" in message for _, message in outcome.failed)


def test_resets_inside_answers_are_no_truncations_as_well() -> None:
    outcome = outcome_of_report(log_of(*[answer(shown=1)] * 4), report(4, receive=4, body_bytes=4), RESET * 4)
    assert (kinds(outcome), outcome.answered) == ({"reset": 4}, {})


def test_failures_beside_complete_requests() -> None:
    outcome = outcome_of_report(log_of(answer()), report(1, connect=2, oversize=3, not_2xx=3), "")
    assert kinds(outcome) == {"connect": 2, "too_large": 3}
    assert not outcome.alike()


def test_requests_that_could_not_be_written() -> None:
    assert kinds(outcome_of_report(log_of(answer()), report(3, write_errors=2), "")) == {"closed": 2}


def test_handshakes_that_failed() -> None:
    stderr = "SSL handshake failed (1).\n80B529770D7F0000:error:0A00010B:SSL routines::wrong version number\n"
    assert kinds(outcome_of_report(log_of(), report(500), stderr * 4)) == {"tls": 500}


def test_what_is_not_http_is_a_failure() -> None:
    odd = b"LOG: header received:\nhello\r\n\r\n\n"
    outcome = outcome_of_report(log_of(odd, odd, answer()), report(3, not_2xx=2), "")
    assert (outcome.answered, kinds(outcome)) == ({200: 1}, {"protocol": 2})


def test_a_log_that_contradicts_the_report_is_doubted() -> None:
    assert "other than 2xx" in (outcome_of_report(log_of(answer()), report(1, not_2xx=1), "").doubt or "")
    many = log_of(*[answer()] * 100)
    assert "100 answers, 1 requests" in (outcome_of_report(many, report(1), "").doubt or "")


def test_ab_that_gave_up_after_a_silence() -> None:
    log = log_of(answer(), answer(), end=b"Total of 4 requests completed\n")
    outcome = outcome_without_report(log, "", users=3, timeout_s=30)
    assert (outcome.answered, kinds(outcome), outcome.doubt) == ({200: 2}, {"closed": 2, "timeout": 3}, None)


def test_ab_that_gave_up_before_any_answer_had_one_user() -> None:
    assert kinds(outcome_without_report(log_of(end=b""), "", users=3, timeout_s=30)) == {"timeout": 1}


def test_ab_that_gave_up_does_not_tell_of_large_answers() -> None:
    log = log_of(answer(length=90_000, shown=5), end=b"Total of 1 requests completed\n")
    assert "may have been cut off" in (outcome_without_report(log, "", users=1, timeout_s=None).doubt or "")
