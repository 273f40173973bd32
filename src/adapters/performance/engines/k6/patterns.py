"""Which regular expressions of a step k6 does not carry out as Python does."""

from __future__ import annotations

from collections.abc import Iterator

from ...plan.steps import Request
from ..contract import Refusal
from ..program.answers import compile_check, compile_extractor
from ..program.texts import Texts
from .answers import patterns
from .regex import Untranslatable, javascript_pattern, matches_nothing


def refused_patterns(step: Request) -> Iterator[Refusal]:
    """A refusal for each check and extractor with an expression that JavaScript does not have, or not so."""
    texts = Texts(frozenset(), {})
    for check in step.checks:
        entry = compile_check(step.label, check, texts, str)
        feature = "check.regex" if "query" not in entry else "check.json"
        yield from _objections(patterns(entry), feature, f"step {step.label!r}")
    for variable, extractor in step.extract.items():
        entry = compile_extractor(step.label, variable, extractor, str)
        where = f"step {step.label!r}: {variable}"
        yield from _objections(patterns(entry), f"extract.{entry['kind']}", where)
        if entry["kind"] == "regex" and matches_nothing(entry["regex"]):
            why = "JavaScript goes on differently after a match of nothing, which this expression allows"
            yield Refusal("extract.regex", where, why)


def _objections(found: Iterator[str], feature: str, where: str) -> Iterator[Refusal]:
    for pattern in found:
        try:
            javascript_pattern(pattern)
        except Untranslatable as error:
            why = f"the regular expressions of JavaScript do not have the same: {error}"
            yield Refusal(feature, where, why)
