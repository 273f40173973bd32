"""What the topics of the suite share: an engine, a recording server, and runs that are exact or refused."""

from __future__ import annotations

import functools
import math
import os
import tempfile
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, ClassVar, NamedTuple, NoReturn, TypeVar

import pytest

from ...engines.contract import EngineAdapter, Refusal, RunContext
from ...engines.features import FEATURES
from ...engines.running import run_plan
from ...errors import UnsupportedFeature
from ...metrics.result import RunResult
from ...metrics.summary import Summary
from ...plan.model import Plan
from ..messages import SeenRequest
from ..server import RecordingServer
from .footprint import Footprint
from .invariants import check_invariants

Step = str | Mapping[str, Any]
T = TypeVar("T")


class Refused(Exception):
    """The engine refused a plan as it declares to: a test that ends so has passed."""


class Kept:
    """An exception to raise again, each time with no more than its first traceback."""

    def __init__(self, error: BaseException) -> None:
        self._error, self._traceback = error, error.__traceback__

    def again(self) -> NoReturn:
        """Raises it."""
        raise self._error.with_traceback(self._traceback)


class Ran(NamedTuple):
    """A run that tests share: its result, and what the server saw of it."""

    result: RunResult
    seen: Sequence[SeenRequest]


class Topic:
    """The base of every topic; a test may end in a refusal that the engine declares."""

    pytestmark: ClassVar[list[pytest.MarkDecorator]] = [pytest.mark.asyncio]

    unknown: ClassVar[Collection[str]] = ()
    """Figures that the engine cannot know and that may be None, such as ``status_codes`` or ``bytes_sent``;
    ``timeline`` when it cannot date its requests, ``users`` when it cannot count them."""
    coarse_kinds: ClassVar[Mapping[str, Collection[str]]] = {}
    """Kinds of failures to the words that the engine may have for them instead."""
    gives_up: ClassVar[Collection[str]] = ()
    """Kinds of failures at which its tool ends, so that the whole run is reported as failed."""
    lenient: ClassVar[Collection[str]] = ()
    """Answers meant ill, by their paths, that its client takes for good ones."""
    resends: ClassVar[bool] = False
    """Whether its client sends a request again, without saying so, when a kept connection is lost before an answer."""

    engine: EngineAdapter
    server: RecordingServer
    seen: Sequence[SeenRequest] = ()
    """What the server saw of the last run."""
    _told: list[tuple[str, object]]  # the test's properties, in which a refusal is noted
    _shared: ClassVar[dict[str, Any]]

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        cls._shared = {}
        for name, test in list(vars(cls).items()):
            if name.startswith("test_"):
                setattr(cls, name, _may_end_in_refusal(test))

    def make_engine(self) -> EngineAdapter:
        """The engine under test."""
        raise NotImplementedError("an engine suite needs make_engine()")

    def make_engine_with_workers(self, workers: int) -> EngineAdapter | None:
        """The same engine spread over so many processes, if it can be."""
        return None

    @pytest.fixture(autouse=True)
    def _around_each_test(
        self, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
    ) -> Iterator[None]:
        self._told = request.node.user_properties
        self.engine = _installed(self.make_engine())
        with tempfile.TemporaryDirectory(prefix="suite-") as folder, RecordingServer() as server:
            monkeypatch.setattr(tempfile, "tempdir", folder)
            monkeypatch.setenv("TMPDIR", folder)
            self.server = server
            yield

    def can(self, *features: str) -> bool:
        """Whether the engine declares that it carries these out exactly."""
        return not any(feature in self.engine.cannot or feature in self.engine.nearly for feature in features)

    def plan(self, *steps: Step, load: Mapping[str, Any] | None = None, **more: Any) -> Plan:
        """A plan on the server: by default one user goes through the steps once."""
        scenarios = more.pop("scenarios", None) or [{"steps": [_step(step) for step in steps]}]
        plan = {"target": self.server.url, "scenarios": scenarios, "load": load or {"iterations": 1}, **more}
        return Plan.from_dict(plan)

    def note(self, name: str, told: str) -> None:
        """Adds to the properties of the test, which a report may show."""
        self._told.append((name, told))

    def forget_runs(self) -> None:
        """Drops the runs that tests shared so far: who wants one runs it again."""
        self._shared.clear()

    async def run_or_refuse(
        self,
        plan: Plan,
        *features: str,
        ctx: RunContext | None = None,
        servers: Sequence[RecordingServer] = (),
        challenged: bool = False,
    ) -> RunResult:
        """The result of a plan, held against the log of the server (and of ``servers``).

        An engine may refuse the plan for ``features``, what the test is about, when it declares so; if it refuses it
        for others, the test is skipped. ``challenged`` when requests may be sent twice to prove who one is.
        """
        await self.may_refuse(plan, *features)
        footprint = Footprint()
        result = await run_plan(self.engine, plan, ctx=ctx)
        assert footprint.left() == []
        self.hold_against_log(result, plan, servers=servers, challenged=challenged)
        return result

    async def may_refuse(self, plan: Plan, *features: str) -> None:
        """Empties the log; ends the test here, well, when the engine refuses the plan for one of the features."""
        self.server.reset()
        support = self.engine.supports(plan)
        refusals = (*support.unsupported, *support.approximated)
        if not refusals:
            return
        with pytest.raises(UnsupportedFeature) as caught:
            await run_plan(self.engine, plan)
        assert (self.server.log.count(), self.server.log.connections) == (0, 0), (
            "refused only after it was launched"
        )
        self._says_what_is_refused(str(caught.value), refusals)
        names = sorted({refusal.feature for refusal in refusals})
        if not set(names) & set(features):
            pytest.skip(f"{self.engine.name} cannot show this: it refuses {', '.join(names)}")
        raise Refused(f"{self.engine.name} refuses {', '.join(names)}")

    def hold_against_log(
        self,
        result: RunResult,
        plan: Plan,
        *,
        servers: Sequence[RecordingServer] = (),
        challenged: bool = False,
        broken_off: bool = False,
    ) -> None:
        """Asserts what holds of every result, and keeps what the server saw; a run broken off may miss some of it."""
        logs = [self.server.log, *(server.log for server in servers)]
        for log in logs:
            log.wait_until_idle()
        self.seen = sorted(
            (request for log in logs for request in log), key=lambda request: request.received_s
        )
        uncounted = math.inf if broken_off else self._uncounted(challenged)
        check_invariants(result, self.seen, plan=plan, unknown=self.unknown, uncounted=uncounted)
        self._left_out_is_told(plan, result)

    def _uncounted(self, challenged: bool) -> int:
        """How many of the requests that were seen are no requests of the plan: challenges, and what was sent again."""
        challenges = sum(request.status == 401 for request in self.seen) if challenged else 0
        return challenges + (sum(request.status is None for request in self.seen) if self.resends else 0)

    def figures(self, summary: Summary, **wanted: Any) -> None:
        """Asserts figures of a summary; one that the engine declares it cannot know may be None instead."""
        for name, value in wanted.items():
            told = getattr(summary, name)
            assert told == value or (told is None and name in self.unknown), f"{name} is {told}, not {value}"

    def kinds(self, *kinds: str) -> set[str]:
        """The words by which the engine may tell any of these kinds of failures."""
        return {word for kind in kinds for word in (kind, *self.coarse_kinds.get(kind, ()))}

    def _says_what_is_refused(self, message: str, refusals: Sequence[Refusal]) -> None:
        assert self.engine.name in message
        assert "engines that can" in message or "no engine" in message
        for refusal in refusals:
            assert FEATURES[refusal.feature] in message
            assert refusal.where in message
            assert refusal.why in message

    def _left_out_is_told(self, plan: Plan, result: RunResult) -> None:
        told = [warning.message for warning in result.warnings if warning.code == "LeftOut"]
        for refusal in self.engine.supports(plan).left_out:
            assert any(FEATURES[refusal.feature] in message for message in told), (
                f"{refusal} is left out in silence"
            )


def once(method: Callable[[Any], Awaitable[T]]) -> Callable[[Any], Awaitable[T]]:
    """An async method that runs once for each test class: start-up is dear, so tests share runs."""

    @functools.wraps(method)
    async def shared(self: Topic) -> T:
        outcomes = type(self)._shared
        if method.__name__ not in outcomes:
            try:
                outcomes[method.__name__] = await method(self)
            except (Exception, pytest.skip.Exception) as error:
                outcomes[method.__name__] = Kept(error)
        outcome = outcomes[method.__name__]
        if isinstance(outcome, Kept):
            outcome.again()
        value: T = outcome
        return value

    return shared


def _may_end_in_refusal(test: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    @functools.wraps(test)
    async def judged(*args: Any, **kwargs: Any) -> None:
        try:
            await test(*args, **kwargs)
        except Refused as refusal:
            args[0].note("refused", str(refusal))

    return judged


def _step(step: Step) -> dict[str, Any]:
    return {"url": step} if isinstance(step, str) else dict(step)


def _installed(engine: EngineAdapter) -> EngineAdapter:
    availability = engine.detect()
    if not availability.available:
        required = os.environ.get("POLYLOAD_REQUIRE_ENGINES", "").split(",")
        told = (
            f"{engine.name} is not installed ({availability.reason}); install it with: {availability.install}"
        )
        (pytest.fail if {"all", engine.name} & set(required) else pytest.skip)(told)
    return engine
