"""Plans as k6 takes them."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from adapters.performance.engines.k6 import K6Adapter
from adapters.performance.engines.k6.detect import VARIABLE
from adapters.performance.engines.k6.job import loops
from adapters.performance.engines.k6.launch import plan_environment, without_foreign_options
from adapters.performance.engines.k6.options import k6_options
from adapters.performance.engines.k6.rates import common_rates
from adapters.performance.engines.program.compile import compile_plan
from adapters.performance.plan import Plan


def plan_of(load: dict[str, Any], url: str = "http://h/", **more: Any) -> Plan:
    return Plan.for_url(url, load=load, **more)


def executor(load: dict[str, Any], *, looping: bool = False) -> dict[str, Any]:
    program = compile_plan(plan_of(load))
    shape: dict[str, Any] = k6_options(program, loops=looping)["scenarios"]["load"]
    return shape


@pytest.mark.parametrize(
    ("rates", "expected"),
    [
        ([0.5], ([1], 2)),
        ([0.1, 33.3], ([1, 333], 10)),
        ([1e-9], ([1], 10**9)),
        ([1000], ([1000], 1)),
        ([1 / 3], None),
        ([1e-300], None),
    ],
)
def test_rates_are_exact_or_none(rates: list[float], expected: tuple[list[int], int] | None) -> None:
    assert common_rates(rates) == expected


def test_a_rate_that_no_unit_fits_is_refused() -> None:
    refused = K6Adapter().supports(plan_of({"rate": 1 / 3, "duration": 5})).unsupported
    assert [refusal.feature for refusal in refused] == ["load.open"]


def test_a_warm_up_is_refused_where_k6_does_not_tell_when_things_happened(tmp_path: Path) -> None:
    (tmp_path / "own.js").write_text("export default function () {}")
    users, rate = {"users": 2, "duration": 3, "warm_up": 1}, {"rate": 2, "duration": 3, "warm_up": 1}
    for engine, load, refused in (
        (K6Adapter(), users, []),
        (K6Adapter(), rate, ["load.warm_up"]),
        (K6Adapter(tmp_path / "own.js"), users, ["load.warm_up"]),
    ):
        told = engine.supports(plan_of(load)).unsupported
        assert [refusal.feature for refusal in told] == refused


def test_paced_users_that_leave_early_are_refused_where_iterations_are_counted() -> None:
    stages = [{"duration": 1, "users": 3}, {"duration": 1, "users": 0}]
    for url, refused in (("http://h/", []), ("http://h/${iteration}", ["pacing"])):
        plan = Plan.from_dict(
            {"scenarios": [{"pacing": 1, "steps": [{"url": url}]}], "load": {"stages": stages}}
        )
        assert [refusal.feature for refusal in K6Adapter().supports(plan).unsupported] == refused


def test_constant_arrivals() -> None:
    shape = executor({"rate": 0.5, "duration": 3, "max_users": 7})
    assert (shape["executor"], shape["rate"], shape["timeUnit"]) == ("constant-arrival-rate", 1, "2s")
    assert (shape["duration"], shape["preAllocatedVUs"], shape["maxVUs"]) == ("3000000000ns", 7, 7)


def test_stages_that_change_at_once_are_no_constant_rate() -> None:
    stages = [{"duration": 0, "rate": 5}, {"duration": 2, "rate": 10}]
    shape = executor({"stages": stages})
    assert shape["executor"] == "ramping-arrival-rate"
    assert [stage["target"] for stage in shape["stages"][1:]] == [0, 5, 10]


def test_counted_users_join_when_they_do_elsewhere() -> None:
    stages = executor({"users": 2, "ramp_up": 1, "duration": 2})["stages"]
    assert [(stage["duration"], stage["target"]) for stage in stages] == [
        ("0ns", 0), ("0s", 1), ("500000000ns", 1), ("0s", 2), ("1500000000ns", 2), ("0s", 2), ("0ns", 2),
    ]  # fmt: skip


def test_users_loop_unless_something_counts_over_all() -> None:
    closed = {"users": 2, "duration": 1}
    rows = {"f": {"rows": [{"a": 1}]}}
    assert loops(compile_plan(plan_of(closed)))
    assert loops(compile_plan(plan_of(closed, data={"f": {"rows": [{"a": 1}], "strategy": "random"}})))
    assert not loops(compile_plan(plan_of(closed, data=rows)))
    assert not loops(compile_plan(plan_of(closed, url="http://h/${iteration}")))
    assert loops(compile_plan(plan_of({"users": 1, "duration": 1}, data=rows)))
    assert not loops(compile_plan(plan_of({"iterations": 3})))


def test_variables_of_k6_are_taken_out(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("K6_") or name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
    assert without_foreign_options(["k6", "run"]) == ["k6", "run"]
    monkeypatch.setenv("K6_VUS", "3")
    assert without_foreign_options(["k6", "run"]) == [shutil.which("env"), "-u", "K6_VUS", "k6", "run"]


def test_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("GOGC", raising=False)
    monkeypatch.setenv("GODEBUG", "x=1")
    program = compile_plan(plan_of({"users": 3, "duration": 1}, options={"tls": {"ca_file": "/ca.pem"}}))
    environment = plan_environment(program, tmp_path)
    assert (environment["GODEBUG"], environment["GOGC"]) == ("x=1,http2client=0", "400")
    assert environment["SSL_CERT_FILE"] == "/ca.pem"
    assert not list(Path(environment["SSL_CERT_DIR"]).iterdir())
    monkeypatch.setenv("GOGC", "50")
    assert "GOGC" not in plan_environment(compile_plan(plan_of({"users": 3, "duration": 1})), tmp_path)


def fake_k6(folder: Path, says: str) -> Path:
    path = folder / "my-k6"
    path.write_text(f"#!/bin/sh\necho '{says}'\n")
    path.chmod(0o755)
    return path


def test_the_binary_that_is_named_is_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = fake_k6(tmp_path, "k6 v2.3.4 (go1.26.8, linux/amd64)")
    monkeypatch.setenv(VARIABLE, str(path))
    found = K6Adapter().detect()
    assert (found.available, found.version, found.path) == (True, "2.3.4", str(path))
    assert K6Adapter(binary=str(tmp_path / "none")).detect().reason == f"{tmp_path / 'none'} is not a program"


@pytest.mark.parametrize(("says", "reason"), [("k6 v0.49.0 (go)", "too old"), ("hello", "does not say")])
def test_what_is_no_usable_k6(tmp_path: Path, says: str, reason: str) -> None:
    found = K6Adapter(binary=str(fake_k6(tmp_path, says))).detect()
    assert not found.available
    assert reason in (found.reason or "")
    assert found.install
