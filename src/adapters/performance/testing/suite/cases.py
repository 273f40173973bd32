"""Many single requests in as few runs as the engine allows, each judged by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from ...engines.features import FEATURES
from ...metrics.result import RunResult
from ...metrics.summary import Summary
from ...plan.model import Plan
from ..messages import SeenRequest
from .base import Kept, Refused, Topic

_ABOUT_STEPS = [feature for feature in FEATURES if not feature.startswith("load.")]


@dataclass(frozen=True)
class Case:
    """What became of one step: its figures, and what the server saw of it."""

    summary: Summary
    seen: Sequence[SeenRequest]
    result: RunResult

    @property
    def only(self) -> SeenRequest:
        """The one request there was."""
        (request,) = self.seen
        return request

    @property
    def kinds(self) -> dict[str, int]:
        """How many failures there were of each kind."""
        counts: dict[str, int] = {}
        for error in self.summary.errors:
            counts[error.kind] = counts.get(error.kind, 0) + error.count
        return counts


class Cases:
    """The cases that were carried out; asking for one that was refused, or failed, ends the test so."""

    def __init__(
        self, done: Mapping[str, Case], ended: Mapping[str, Kept], seen: Sequence[SeenRequest]
    ) -> None:
        self._done = done
        self._ended = ended
        self._seen = seen

    def on(self, path: str) -> list[SeenRequest]:
        """What the server saw on one path, whichever case it was of."""
        return [request for request in self._seen if request.path == path]

    def __getitem__(self, name: str) -> Case:
        if name in self._ended:
            self._ended[name].again()
        return self._done[name]


class CasesTopic(Topic):
    """A topic whose tests look at single requests, sent together."""

    async def together(
        self, steps: Mapping[str, Mapping[str, Any]], *, iterations: int = 1, **plan: Any
    ) -> Cases:
        """Carries out steps by their names, in one run if the engine can; a step's URL path begins with its name.

        A step that the engine refuses is left out, and its refusal kept; the steps do not depend on one another.
        """
        load = {"iterations": iterations}
        named = {name: {"name": name, "url": f"/{name}", **step} for name, step in steps.items()}
        ended: dict[str, Kept] = {}
        for name, step in list(named.items()):
            if not self.engine.supports(self.plan(step, load=load, **plan)).exact:
                ended[name] = await self._refusal(self.plan(step, load=load, **plan))
                del named[name]
        whole = self.plan(*named.values(), load=load, **plan) if named else None
        if whole is None:
            batches: list[list[str]] = []
        elif self.engine.supports(whole).exact:
            batches = [list(named)]
        else:
            batches = [[name] for name in named]
        done: dict[str, Case] = {}
        seen: list[SeenRequest] = []
        for batch in batches:
            try:
                result = await self.run_or_refuse(
                    self.plan(*(named[name] for name in batch), load=load, **plan)
                )
            except (Exception, pytest.skip.Exception) as error:  # is that of each of its cases
                ended |= dict.fromkeys(batch, Kept(error))
                continue
            done |= {name: self._case(name, batch, result) for name in batch}
            seen += self.seen
        return Cases(done, ended, seen)

    async def _refusal(self, plan: Plan) -> Kept:
        try:
            await self.run_or_refuse(plan, *_ABOUT_STEPS)
        except (Refused, pytest.skip.Exception) as refusal:
            return Kept(refusal)
        raise AssertionError("supports() refuses what run_plan() does")

    def _case(self, name: str, batch: list[str], result: RunResult) -> Case:
        seen = self.seen if len(batch) == 1 else [r for r in self.seen if _is_of(name, r)]
        nothing = (
            {name: result.summary} if len(batch) == 1 else {}
        )  # its tool gave up before the first request
        return Case({**nothing, **result.requests}[name], seen, result)


def _is_of(name: str, request: SeenRequest) -> bool:
    path = request.path
    return path == f"/{name}" or path.startswith(f"/{name}/")
