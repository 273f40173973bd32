"""Running the user's own locustfile as it is: the plan gives the load and the host, the file everything else."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ...errors import UsageError
from ...plan.load import ClosedLoad
from ...plan.model import Plan
from ..contract import Refusal, Support
from ..features import Use
from ..uses import used_features

_CARRIED_OUT = {
    "load.closed",
    "load.ramp",
    "load.stages",
    "load.warm_up",
    "graceful_stop",
    "samples",
    "threshold.window",
    "threshold.abort",
}
CANNOT_TELL = {
    "threshold.ttfb": "Locust tells the whole time of a request only",
    "threshold.connect": "Locust tells the whole time of a request only",
    "threshold.tls": "Locust tells the whole time of a request only",
    "threshold.response": "Locust has no arrivals that would be due",
    "threshold.lag": "Locust has no arrivals that would be due",
}
"""Figures that no user of Locust measures, with the reason."""
_LOADS = {
    "load.open": "Locust's users wait for their answers; pacing a user is still the closed model",
    "load.poisson": "Locust has no arrivals, only users",
    "load.queue": "Locust has no arrivals, only users",
    "load.iterations": "what an iteration is, is up to the locustfile; give users and a duration",
    "load.max_duration": "what an iteration is, is up to the locustfile; give users and a duration",
    "app": "Locust sends over the network, from a process of its own",
}
_OFF = ("cookies", "redirects")
"""Options that are no feature of a plan when they are switched off, but that a locustfile may not follow."""
_ITS_BUSINESS = (
    "with a locustfile of your own, that file decides this, and what the plan says would be ignored"
)


@dataclass(frozen=True, slots=True)
class OwnScript:
    """A locustfile of the user, and the names of the User classes in it to run (all of them when empty)."""

    path: Path
    user_classes: tuple[str, ...] = ()

    @classmethod
    def of(cls, path: str | Path, user_classes: Sequence[str]) -> OwnScript:
        """Checked: the file exists, and its path and the names can stand in a command line of Locust."""
        found = Path(path).absolute()
        if not found.is_file():
            raise UsageError(f"there is no locustfile {path}")
        if "," in str(found) or found.suffix != ".py":
            raise UsageError(
                f"Locust does not take {found} for a locustfile", hint="name it *.py, without a comma"
            )
        for name in user_classes:
            if not name.isidentifier():
                raise UsageError(f"not the name of a User class: {name!r}")
        return cls(found, tuple(user_classes))

    def supports(self, plan: Plan) -> Support:
        """Users over time; everything about requests is refused when the plan says it, being the file's business."""
        return Support(unsupported=tuple(_refusals(plan)))

    def arguments(self, plan: Plan, hook: Path) -> list[str]:
        """Locust's command line after its own options."""
        assert isinstance(plan.load, ClosedLoad)
        users, ramp_s = plan.load.max_users, plan.load.ramp_up
        rate = users / ramp_s if ramp_s else users
        return ["-f", f"{self.path},{hook}", "-u", str(users), "-r", f"{rate:g}", *self.user_classes]

    def environment(self, plan: Plan) -> dict[str, str]:
        """The host, for arguments are in the list of processes; and modules beside the file can be imported."""
        before = os.environ.get("PYTHONPATH")
        return {
            "LOCUST_HOST": _host(plan),
            "PYTHONPATH": os.pathsep.join([str(self.path.parent), *([before] if before else [])]),
        }


def _refusals(plan: Plan) -> Iterator[Refusal]:
    uses = used_features(plan)
    known = {use.feature for use in uses}
    off = [Use(name, f"options.{name}") for name in _OFF if name in plan.options.model_fields_set - known]
    for use in (*uses, *off):
        if use.feature in _LOADS:
            yield Refusal(use.feature, use.where, _LOADS[use.feature])
        elif use.feature in CANNOT_TELL:
            if use.explicit:
                yield Refusal(use.feature, use.where, CANNOT_TELL[use.feature])
        elif use.feature not in _CARRIED_OUT and _said(plan, use):
            yield Refusal(use.feature, use.where, _ITS_BUSINESS)


def _said(plan: Plan, use: Use) -> bool:
    """Whether the plan says so itself; https in a target alone says nothing about verification."""
    if use.feature == "tls.verify":
        return "verify" in plan.options.tls.model_fields_set
    return use.explicit


def _host(plan: Plan) -> str:
    """The plan's target, or else the URL of its first request, up to where a path is appended."""
    url = plan.target or plan.requests()[0].url
    return url.partition("?")[0].partition("#")[0].rstrip("/")
