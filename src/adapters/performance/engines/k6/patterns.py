"""Which regular expressions of a step k6 does not carry out as Python does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ...plan.checks import Check, PythonCheck
from ...plan.conditions import AllOf, AnyOf, Condition, Matches, Not
from ...plan.flow import Step, While
from ...plan.steps import Request
from ..contract import Refusal
from ..program.answers import compile_check, compile_extractor
from ..program.texts import Texts
from .answers import patterns
from .regex import Untranslatable, javascript_pattern, matches_nothing


def refused_patterns(step: Request) -> Iterator[Refusal]:
    """A refusal for each check and extractor with an expression that JavaScript does not have, or not so."""
    yield from refused_checks(step.checks, f"step {step.label!r}")
    for variable, extractor in step.extract.items():
        entry = compile_extractor(step.label, variable, extractor, str)
        where = f"step {step.label!r}: {variable}"
        yield from _objections(patterns(entry), f"extract.{entry['kind']}", where)
        if entry["kind"] == "regex" and matches_nothing(entry["regex"]):
            why = "JavaScript goes on differently after a match of nothing, which this expression allows"
            yield Refusal("extract.regex", where, why)


def refused_checks(checks: Iterable[Check], where: str) -> Iterator[Refusal]:
    """A refusal for each check with such an expression."""
    texts = Texts(frozenset(), {})
    for check in checks:
        if isinstance(check, PythonCheck):  # is refused, and not imported for that
            continue
        entry = compile_check(where, check, texts, str)
        feature = "check.regex" if "query" not in entry else "check.json"
        yield from _objections(patterns(entry), feature, where)


def refused_conditions(step: Step, where: str) -> Iterator[Refusal]:
    """A refusal for each condition of a step with such an expression."""
    for condition in (step.run_if, step.skip_if, step.while_ if isinstance(step, While) else None):
        yield from _objections(_in_condition(condition), "condition.regex", where)


def _in_condition(condition: Condition | None) -> Iterator[str]:
    match condition:
        case Matches():
            yield condition.matches[1]
        case AllOf(all=parts) | AnyOf(any=parts):
            for part in parts:
                yield from _in_condition(part)
        case Not():
            yield from _in_condition(condition.not_)


def _objections(found: Iterator[str], feature: str, where: str) -> Iterator[Refusal]:
    for pattern in found:
        try:
            javascript_pattern(pattern)
        except Untranslatable as error:
            why = f"the regular expressions of JavaScript do not have the same: {error}"
            yield Refusal(feature, where, why)
