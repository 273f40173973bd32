"""How a run of k6 ended, from its exit code and what it said."""

from __future__ import annotations

import re
import signal

from ...errors import EngineFailed
from ..process import Outcome

ABORTED_BY_SCRIPT = 108
_EXIT_CODES = {
    97: "the cloud run failed",
    98: "the progress of the cloud run was not to be had",
    99: "a threshold of the script did not hold",
    100: "setup() took too long",
    101: "teardown() took too long",
    102: "something took too long",
    103: "it was stopped through its REST API",
    104: "its options are not valid",
    105: "it was stopped by a signal",
    106: "its REST server did not start",
    107: "the script raised an exception",
    ABORTED_BY_SCRIPT: "the script aborted the run",
    109: "k6 itself crashed",
    110: "the script marked the run as failed",
}
# https://github.com/grafana/k6/blob/v2.1.0/errext/exitcodes/codes.go

_CUT_OFF = re.compile(rb"(\d+) complete and (\d+) interrupted iterations")


def failure(outcome: Outcome, words: str = "") -> str | None:
    """Why k6 did not end as it should, or None when it did."""
    if outcome.ending == "deadline":
        return "k6 did not come to an end in time and was stopped"
    code = outcome.returncode
    if code == 0:
        return None
    if code < 0:
        return f"k6 was killed by {_signal_name(-code)}; what its users did in the last moments is not known"
    told = words or outcome.last_words
    meaning = _EXIT_CODES.get(code, "it gives no reason")
    return f"k6 ended with exit code {code}: {meaning}" + (f"\n{told}" if told else "")


def cut_off_iterations(stdout: bytes, outcome: Outcome) -> int | None:
    """How many iterations k6 says it cut off; None when it came to no end."""
    found = _CUT_OFF.findall(stdout)
    return int(found[-1][1]) if found and outcome.returncode >= 0 else None


def require_begun(begun: bool, reason: str | None) -> None:
    """Raises EngineFailed for a k6 that broke before it sent anything."""
    if reason is not None and not begun:
        raise EngineFailed(reason)


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
