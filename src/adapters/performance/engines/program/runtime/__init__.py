"""Interprets programs in Python: texts, conditions, checks and extractors.

Only the standard library is used, so that Locust's fixed locustfile can load these files in whatever environment
Locust is installed in.
"""

from .answer import Answer, combined
from .checks import compile_check, compile_judge
from .choices import draw_rows, scenario_chooser
from .conditions import compile_conditions, holds
from .extractors import compile_extract, reads_more_than_the_status
from .pauses import compile_pause
from .session import MISSING, Failure, Render, Session
from .sources import READS_BODY
from .texts import URL_SAFE, compile_text, encode, text_of
from .values import at_path, same, shown, truthy

__all__ = [
    "MISSING",
    "READS_BODY",
    "URL_SAFE",
    "Answer",
    "Failure",
    "Render",
    "Session",
    "at_path",
    "combined",
    "compile_check",
    "compile_conditions",
    "compile_extract",
    "compile_judge",
    "compile_pause",
    "compile_text",
    "draw_rows",
    "encode",
    "holds",
    "reads_more_than_the_status",
    "same",
    "scenario_chooser",
    "shown",
    "text_of",
    "truthy",
]
