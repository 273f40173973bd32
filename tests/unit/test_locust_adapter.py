"""The Locust engine without Locust: what it takes, what it refuses, what it copies, and that it imports nothing."""

import ast
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from adapters.performance.engines.contract import Availability
from adapters.performance.engines.features import FEATURES
from adapters.performance.engines.locust import LocustAdapter, launch
from adapters.performance.errors import UsageError
from adapters.performance.plan import Plan


@pytest.fixture
def script(tmp_path):
    file = tmp_path / "own.py"
    file.write_text("")
    return file


def plan(load=None, target="http://h:1/base/", **more):
    step = {"url": "/", **more.pop("step", {})}
    load = load or {"users": 10, "duration": 4, "ramp_up": 2}
    return Plan.from_dict({"target": target, "scenarios": [{"steps": [step]}], "load": load, **more})


def refused(adapter, a_plan):
    return {refusal.feature for refusal in adapter.supports(a_plan).unsupported}


def test_every_refusal_is_of_a_known_feature():
    assert LocustAdapter.cannot.keys() <= FEATURES.keys()


def test_locust_is_never_imported_here():
    code = "import sys, adapters.performance.engines.locust as engine; engine.LocustAdapter().detect();"
    code += "sys.exit('locust' in sys.modules or 'gevent' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_without_locust_the_reason_and_the_line_that_installs_it_are_told(monkeypatch):
    monkeypatch.setattr(launch, "find_spec", lambda name: None)
    monkeypatch.setattr(launch, "find_program", lambda name: None)
    found = LocustAdapter().detect()
    assert not found.available
    assert found.install == "pip install 'polyload[locust]'"


@pytest.mark.parametrize(("told", "available"), [("2.31.9", False), ("2.32.0", True), ("3.0", True)])
def test_an_old_locust_is_not_taken(monkeypatch, told, available):
    monkeypatch.setattr(launch, "find_spec", lambda name: object())
    monkeypatch.setattr(launch.importlib.metadata, "version", lambda name: told)
    assert LocustAdapter().detect().available is available


def test_the_installed_version_is_told():
    if LocustAdapter().detect().available:
        assert LocustAdapter().detect() == Availability(True, version("locust"), sys.executable)


OPTIONAL = {"brotli", "zstandard", "cssselect", "jmespath", "jsonschema", "lxml", "referencing"}


def test_what_runs_inside_locust_needs_only_what_comes_with_locust(tmp_path):
    launch.lay_out(tmp_path, "locustfile.py", {"a": 1})
    allowed = {
        "locust",
        "gevent",
        "geventhttpclient",
        "requests",
        "urllib3",
        "polyload_inside",
        *sys.stdlib_module_names,
    }
    files = list(tmp_path.rglob("*.py"))
    assert len(files) > 10
    for file in files:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                inside = OPTIONAL if node.col_offset else set()  # imported where they are used
                assert {alias.name.partition(".")[0] for alias in node.names} <= allowed | inside, file
            elif isinstance(node, ast.ImportFrom) and not node.level:
                inside = OPTIONAL if node.col_offset else set()
                assert node.module.partition(".")[0] in allowed | inside, file
            elif isinstance(node, ast.ImportFrom):
                where = file.parents[node.level - 1].joinpath(*(node.module or "").split("."))
                assert where.with_suffix(".py").is_file() or where.is_dir(), (file, node.module)


@pytest.mark.parametrize(
    "step",
    [
        {"extract": {"a": {"jmespath": "a"}}},
        {"extract": {"a": {"css": "a"}}},
        {"checks": [{"xpath": "//a"}]},
        {"checks": [{"json": "a", "schema": {}}]},
        {"checks": [{"python": "module:function"}]},
    ],
)
def test_what_needs_packages_is_refused_by_a_locust_of_another_python(monkeypatch, step):
    adapter = LocustAdapter()
    steps = [{"url": "http://h/", **step}]
    asked = Plan.from_dict({"scenarios": [{"steps": steps}], "load": {"iterations": 1}})
    monkeypatch.setattr(adapter, "detect", lambda: Availability(True, "2.40", sys.executable))
    assert adapter.supports(asked).exact
    monkeypatch.setattr(adapter, "detect", lambda: Availability(True, "2.40", "/elsewhere/locust"))
    (refusal, *_) = adapter.supports(asked).unsupported
    assert "Python of its own" in str(refusal)


class TestOwnLocustfile:
    def test_gets_the_load_and_the_host_of_the_plan(self, script):
        adapter = LocustAdapter(script, user_classes=["A", "B"])
        arguments = adapter._script.arguments(plan(), Path("/w/hook.py"))
        wanted = ["-f", f"{script},/w/hook.py", "-u", "10", "-r", "5", "A", "B"]
        assert arguments == wanted

    def test_takes_users_over_time_and_nothing_else_said_of_requests(self, script):
        adapter = LocustAdapter(script)
        assert refused(adapter, plan()) == set()
        assert refused(adapter, plan({"stages": [{"duration": 1, "users": 2}]})) == set()
        assert refused(adapter, plan(target="https://h/", options={"graceful_stop": 1})) == set()
        step = {"method": "POST", "body": "x", "checks": [{"status": 200}], "headers": {"A": "b"}}
        assert refused(adapter, plan(step=step)) == {"method", "body", "check.status", "headers"}
        options = {
            "timeout": 3,
            "tls": {"verify": True},
            "cookies": "off",
            "redirects": 0,
            "keep_alive": False,
        }
        wanted = {"timeout", "tls.verify", "cookies", "redirects", "keep_alive.off"}
        assert refused(adapter, plan(target="https://h/", options=options)) == wanted

    @pytest.mark.parametrize(
        ("load", "feature"),
        [({"rate": 5, "duration": 1}, "load.open"), ({"iterations": 5}, "load.iterations")],
    )
    def test_refuses_loads_that_are_not_users_over_time(self, script, load, feature):
        assert refused(LocustAdapter(script), plan(load)) == {feature}

    def test_has_to_be_there(self, tmp_path):
        with pytest.raises(UsageError, match="no locustfile"):
            LocustAdapter(tmp_path / "missing.py")

    def test_names_of_classes_cannot_be_options(self, script):
        with pytest.raises(UsageError, match="--master"):
            LocustAdapter(script, user_classes=["--master"])

    def test_classes_without_a_file_are_a_mistake(self):
        with pytest.raises(UsageError, match="none is given"):
            LocustAdapter(user_classes=["A"])

    def test_an_unknown_user_is_a_mistake(self):
        with pytest.raises(UsageError, match="fast_http_user, http_user"):
            LocustAdapter(user="fast")
