"""The registry: names, third parties, and the choice among the engines there are."""

import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import ClassVar

import pytest

from adapters.performance.engines import registry
from adapters.performance.engines.contract import Availability, EngineAdapter, EngineReport, RunContext
from adapters.performance.engines.running import run_plan
from adapters.performance.errors import EngineError, EngineNotInstalled, UnknownEngine, UnsupportedFeature
from adapters.performance.metrics.collector import MetricsCollector
from adapters.performance.metrics.semantics import Semantics
from adapters.performance.plan.model import Plan


class Visitor(EngineAdapter):
    """A third party's engine, always here."""

    name: ClassVar[str] = "visitor"
    semantics = Semantics(latency="none", resolution_ms=1.0, connections="none", redirects="none")

    def detect(self) -> Availability:
        return Availability(True, "1.0", "/opt/visitor")

    async def run(self, plan: Plan, collector: MetricsCollector, ctx: RunContext) -> EngineReport:
        return EngineReport("1.0", 0.0, None)


class Absent(Visitor):
    """A third party's engine that is not installed."""

    name: ClassVar[str] = "absent"

    def detect(self) -> Availability:
        return Availability(False, reason="absent is not on PATH", install="pip install absent")


class Narrow(Visitor):
    """A third party's engine that cannot do much."""

    name: ClassVar[str] = "narrow"
    cannot: ClassVar[dict[str, str]] = {"load.closed": "it counts only"}
    nearly: ClassVar[dict[str, str]] = {"load.iterations": "give or take one"}


NO_CLASS = "here I am"


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    yield
    registry._third_party.cache_clear()


def publish(monkeypatch: pytest.MonkeyPatch, **points: str) -> None:
    """Have these entry points installed, and no others."""
    listed = [EntryPoint(name, value, registry.ENTRY_POINTS) for name, value in points.items()]
    monkeypatch.setattr(
        registry, "entry_points", lambda group: listed if group == registry.ENTRY_POINTS else []
    )
    registry._third_party.cache_clear()


def only(monkeypatch: pytest.MonkeyPatch, *kinds: type[EngineAdapter]) -> None:
    """Have these engines, in this order of preference, and no others."""
    publish(monkeypatch, **{kind.name: f"{__name__}:{kind.__name__}" for kind in kinds})
    monkeypatch.setattr(registry, "PREFERENCE", ())
    monkeypatch.setattr(registry, "engine_names", lambda: [kind.name for kind in kinds])


def plan() -> Plan:
    return Plan.for_url("http://127.0.0.1:1/", load={"users": 1, "duration": 1})


class TestNames:
    @pytest.mark.parametrize("name", registry.PREFERENCE)
    def test_an_engine_is_called_what_it_is_registered_as(self, name: str) -> None:
        engine = registry.create_engine(name)
        assert engine.name == name
        assert isinstance(engine.semantics, Semantics)
        assert engine.semantics.resolution_ms > 0

    def test_every_built_in_engine_has_its_place_in_the_order(self) -> None:
        assert set(registry.PREFERENCE) == set(registry._BUILT_IN)

    def test_an_unknown_name_lists_those_there_are_and_the_nearest(self) -> None:
        with pytest.raises(UnknownEngine) as raised:
            registry.engine_class("natve")
        text = str(raised.value)
        assert "no engine is called 'natve'; did you mean 'native'?" in text
        assert "auto, native, k6, locust, httpx, ab" in text
        assert raised.value.exit_code == 3

    def test_a_name_near_to_none_gets_no_guess(self) -> None:
        with pytest.raises(UnknownEngine) as raised:
            registry.engine_class("zzzzzz")
        assert "did you mean" not in str(raised.value)

    def test_nothing_is_imported_until_it_is_used(self) -> None:
        code = (
            "import sys; from adapters.performance.engines.registry import engine_names; engine_names(); "
            "print([m for m in sys.modules if '.engines.' in m and m.split('.')[3] in "
            "('native', 'k6', 'locust', 'ab')])"
        )
        told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert told.stdout.strip() == "[]"


class TestThirdParties:
    def test_an_entry_point_is_an_engine(self, monkeypatch: pytest.MonkeyPatch) -> None:
        publish(monkeypatch, visitor=f"{__name__}:Visitor", absent=f"{__name__}:Absent")
        assert registry.engine_names() == [*registry.PREFERENCE, "absent", "visitor"]
        assert isinstance(registry.create_engine("visitor"), Visitor)

    def test_it_cannot_take_the_name_of_a_built_in_engine(self, monkeypatch: pytest.MonkeyPatch) -> None:
        publish(monkeypatch, native=f"{__name__}:Visitor")
        assert registry.engine_names() == list(registry.PREFERENCE)
        assert registry.engine_class("native") is not Visitor

    @pytest.mark.parametrize(
        ("value", "words"),
        [
            ("no_such_module_here:Engine", "cannot be loaded: No module named 'no_such_module_here'"),
            (f"{__name__}:NoSuchClass", "cannot be loaded"),
            (f"{__name__}:NO_CLASS", "is not an EngineAdapter class"),
            ("pathlib:Path", "is not an EngineAdapter class"),
        ],
    )
    def test_a_broken_one_says_what_is_wrong(
        self, monkeypatch: pytest.MonkeyPatch, value: str, words: str
    ) -> None:
        publish(monkeypatch, broken=value)
        with pytest.raises(EngineError) as raised:
            registry.create_engine("broken")
        assert "'broken'" in str(raised.value)
        assert value in str(raised.value)
        assert words in str(raised.value)

    def test_a_broken_one_does_not_stop_the_choice_of_another(self, monkeypatch: pytest.MonkeyPatch) -> None:
        publish(monkeypatch, broken="no_such_module_here:Engine", visitor=f"{__name__}:Visitor")
        choice = registry.choose_engine(plan(), ("broken", "visitor"))
        assert choice.engine.name == "visitor"
        assert "No module named" in choice.explanation


class TestChoice:
    def test_the_first_that_can_is_chosen_and_the_choice_explained(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        only(monkeypatch, Absent, Narrow, Visitor)
        choice = registry.choose_engine(plan())
        assert choice.engine.name == "visitor"
        assert choice.explanation == (
            "visitor is the first in order of preference that carries out the whole plan "
            "(absent: not installed (absent is not on PATH); "
            "narrow: users for a duration (load): it counts only)"
        )

    def test_the_first_of_all_needs_no_explanation_of_others(self, monkeypatch: pytest.MonkeyPatch) -> None:
        only(monkeypatch, Visitor, Absent)
        explanation = registry.choose_engine(plan()).explanation
        assert explanation == "visitor is the first in order of preference that carries out the whole plan"

    def test_a_preference_goes_before_the_usual_order(self, monkeypatch: pytest.MonkeyPatch) -> None:
        only(monkeypatch, Visitor, Narrow)
        iterations = Plan.for_url("http://127.0.0.1:1/", load={"iterations": 3})
        assert registry.choose_engine(iterations, ("narrow",)).engine.name == "visitor"
        assert registry.choose_engine(iterations, ("narrow",), approximate=True).engine.name == "narrow"

    def test_no_engine_at_all_says_why_for_each(self, monkeypatch: pytest.MonkeyPatch) -> None:
        only(monkeypatch, Absent, Narrow)
        with pytest.raises(UnsupportedFeature) as raised:
            registry.choose_engine(plan())
        text = str(raised.value)
        assert "absent: not installed (absent is not on PATH)" in text
        assert "narrow: users for a duration (load): it counts only" in text

    def test_engines_that_can_leaves_out_the_one_that_asks(self, monkeypatch: pytest.MonkeyPatch) -> None:
        only(monkeypatch, Absent, Narrow, Visitor)
        assert registry.engines_that_can(plan(), but="narrow") == ["visitor"]
        assert registry.engines_that_can(plan(), but="visitor") == []


class TestNotInstalled:
    def test_the_message_has_the_line_that_installs_it(self) -> None:
        with pytest.raises(EngineNotInstalled) as raised:
            registry.require_installed(Absent())
        assert str(raised.value) == (
            "absent is not installed: absent is not on PATH\n  install it with: pip install absent"
        )
        assert raised.value.exit_code == 3

    @pytest.mark.parametrize("name", ["k6", "ab"])
    def test_programs_that_are_not_on_path(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
    ) -> None:
        monkeypatch.setenv("PATH", str(tmp_path))
        monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
        monkeypatch.delenv("POLYLOAD_K6", raising=False)
        with pytest.raises(
            EngineNotInstalled, match=rf"{name} is not installed: {name} is not on PATH"
        ) as raised:
            registry.require_installed(registry.create_engine(name))
        assert (raised.value.hint or "").startswith("install it with: ")

    async def test_a_plan_it_refuses_is_refused_whether_it_is_installed_or_not(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        only(monkeypatch, Narrow, Visitor)
        with pytest.raises(UnsupportedFeature, match="engines that can: visitor"):
            await run_plan(Narrow(), plan())

    async def test_a_run_of_an_engine_not_installed_says_so(self) -> None:
        with pytest.raises(EngineNotInstalled, match="pip install absent"):
            await run_plan(Absent(), plan())


class Tunable(Visitor):
    """A third party's engine with a setting."""

    name: ClassVar[str] = "tunable"
    settings: ClassVar[frozenset[str]] = frozenset({"processes"})

    def __init__(self, *, processes: int = 1) -> None:
        self.processes = processes


class TestSettings:
    def test_an_engine_is_made_with_the_settings_it_has(self, monkeypatch: pytest.MonkeyPatch) -> None:
        only(monkeypatch, Tunable)
        engine = registry.create_engine("tunable", {"processes": 3})
        assert isinstance(engine, Tunable)
        assert engine.processes == 3

    def test_a_setting_that_it_has_not_is_refused_with_those_that_have(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        only(monkeypatch, Visitor, Tunable)
        with pytest.raises(UnsupportedFeature, match="visitor has no setting processes") as raised:
            registry.create_engine("visitor", {"processes": 3})
        assert raised.value.hint == "engines that have: tunable"

    def test_auto_takes_an_engine_that_has_the_settings_and_says_why(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        only(monkeypatch, Visitor, Tunable)
        choice = registry.choose_engine(plan(), settings={"processes": 3})
        assert isinstance(choice.engine, Tunable)
        assert choice.engine.processes == 3
        assert "visitor: visitor has no setting processes" in choice.explanation
        assert registry.choose_engine(plan()).engine.name == "visitor"

    @pytest.mark.parametrize("name", registry.PREFERENCE)
    def test_every_declared_setting_is_one(self, name: str) -> None:
        known = {"processes": 2, "target_pid": 1}
        settings = {setting: known[setting] for setting in registry.engine_class(name).settings}
        assert registry.create_engine(name, settings).name == name
