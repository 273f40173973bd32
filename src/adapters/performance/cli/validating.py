"""What ``polyload validate`` finds in a plan file."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..engines.native.watched import Ended
from ..errors import PolyloadError
from ..plan.logs import log
from ..plan.model import Plan
from ..plan.python_file import is_python_file
from ..plan.reading import read_fields
from ..settings.model import Settings
from ..workflows.configured import plan_of_fields
from ..workflows.dry_run import DryRun, Sent, dry_run
from ..workflows.validation import Finding, findings_of
from .survey import Entry, survey

_SOME_LOAD = {"users": 1, "duration": 1}


@dataclass(frozen=True, slots=True)
class Checked:
    """A plan file and what was found in it; ``plan`` is None when it is none, ``has_load`` False when a run says it."""

    path: str
    plan: Plan | None
    findings: tuple[Finding, ...]
    engines: tuple[Entry, ...] = ()
    has_load: bool = True

    @property
    def invalid(self) -> bool:
        """Whether it cannot be run as it is written."""
        return any(finding.level == "error" for finding in self.findings)

    @property
    def warned(self) -> bool:
        """Whether something in it is likely to be a mistake."""
        return any(finding.level == "warning" for finding in self.findings)

    def to_dict(self) -> dict[str, Any]:
        """As JSON data."""
        return {
            "file": self.path,
            "valid": not self.invalid,
            "findings": [
                {"level": one.level, "message": one.message, "hint": one.hint} for one in self.findings
            ],
            "engines": [entry.to_dict() for entry in self.engines],
        }


def checked(path: str, settings: Settings) -> Checked:
    """What is found in a plan file without a request."""
    try:
        fields = read_fields(path)
        has_load = "load" in fields or not is_python_file(path)
        whole = fields if has_load else {**fields, "load": _SOME_LOAD}
        plan = plan_of_fields(settings, whole, path)
    except PolyloadError as error:
        log.debug("%s is no plan", path, exc_info=True)
        return Checked(path, None, (Finding("error", error.message, error.hint),))
    given = fields.get("variables") or {}
    inherited = [name for name in plan.variables if name not in given]
    findings = findings_of(plan, inherited=inherited)
    engines = () if any(finding.level == "error" for finding in findings) else tuple(survey(plan))
    return Checked(path, plan, tuple(findings), engines, has_load)


def tried(plan: Plan, tell: Callable[[Sent | Ended], None] | None) -> DryRun:
    """The dry run of a plan; ``tell`` is called with each request."""
    return asyncio.run(dry_run(plan, tell))
