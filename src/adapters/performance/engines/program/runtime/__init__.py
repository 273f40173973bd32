"""Interprets programs in Python: texts, conditions, checks and extractors.

Only the standard library is used, so that Locust's fixed locustfile can load these files in whatever environment
Locust is installed in.
"""

from .answer import Answer, combined
from .checks import compile_check, compile_judge
from .choices import compile_draw, scenario_chooser
from .conditions import compile_conditions, holds
from .digest import Digest
from .extractors import compile_extract, reads_more_than_the_status
from .flow import (
    CUT_OFF,
    END_ITERATION,
    GO_ON,
    ON_FAILURE,
    OVER,
    STOP_USER,
    compile_choice,
    compile_retry,
    compile_set,
)
from .pauses import compile_pause
from .proofs import Proof, compile_proof, with_headers
from .rounds import compile_rounds
from .rows import feed_rows
from .session import DRAWS_AS, MISSING, Failure, Render, Session
from .signing import Header, Unsigned
from .sources import READS_BODY
from .texts import URL_SAFE, compile_text, encode, text_of
from .tokens import Hold
from .values import at_path, same, shown, truthy

__all__ = [
    "CUT_OFF",
    "DRAWS_AS",
    "END_ITERATION",
    "GO_ON",
    "MISSING",
    "ON_FAILURE",
    "OVER",
    "READS_BODY",
    "STOP_USER",
    "URL_SAFE",
    "Answer",
    "Digest",
    "Failure",
    "Header",
    "Hold",
    "Proof",
    "Render",
    "Session",
    "Unsigned",
    "at_path",
    "combined",
    "compile_check",
    "compile_choice",
    "compile_conditions",
    "compile_draw",
    "compile_extract",
    "compile_judge",
    "compile_pause",
    "compile_proof",
    "compile_retry",
    "compile_rounds",
    "compile_set",
    "compile_text",
    "encode",
    "feed_rows",
    "holds",
    "reads_more_than_the_status",
    "same",
    "scenario_chooser",
    "shown",
    "text_of",
    "truthy",
    "with_headers",
]
