"""Plans as ab command lines, and what is refused before anything is launched."""

from pathlib import Path
from typing import Any

import pytest

from adapters.performance.engines.ab import ApacheBenchAdapter
from adapters.performance.engines.ab.job import ab_url, make_job
from adapters.performance.engines.ab.refusals import CANNOT
from adapters.performance.engines.features import FEATURES
from adapters.performance.engines.program.compile import compile_plan
from adapters.performance.errors import EngineFailed
from adapters.performance.plan.model import Plan

URL = "http://host.example/"
CLOSED = {"users": 3, "duration": 2}


def plan_of(step: dict[str, Any] | None = None, load: dict[str, Any] | None = None, **more: Any) -> Plan:
    steps = [{"url": URL, **(step or {})}]
    return Plan.from_dict({"scenarios": [{"steps": steps}], "load": load or CLOSED, **more})


def arguments(folder: Path, *args: Any, **more: Any) -> list[str]:
    return list(make_job(compile_plan(plan_of(*args, **more)), folder).arguments)


def after(listed: list[str], option: str) -> list[str]:
    return [listed[number + 1] for number, word in enumerate(listed) if word == option]


def refused(*args: Any, **more: Any) -> dict[str, str]:
    support = ApacheBenchAdapter().supports(plan_of(*args, **more))
    return {refusal.feature: refusal.why for refusal in support.unsupported}


def test_a_duration_has_room_for_more_requests_than_ab_can_send(tmp_path: Path) -> None:
    listed = arguments(tmp_path, load={"users": 3, "duration": 1.5})
    assert (after(listed, "-c"), after(listed, "-n")) == (["3"], ["300000"])
    assert listed.index("-t") < listed.index("-n")  # -t alone means 50,000 requests
    job = make_job(compile_plan(plan_of(load={"users": 1, "duration": "2h"})), tmp_path)
    assert (job.limit_s, job.length_s, job.requests) == (7200, 7200, 100_000_000)


def test_iterations_have_no_time_limit_but_their_own(tmp_path: Path) -> None:
    job = make_job(compile_plan(plan_of(load={"iterations": 9, "users": 3, "max_duration": 4})), tmp_path)
    assert (job.requests, job.limit_s, job.length_s) == (9, 4, None)
    assert "-t" not in job.arguments


def test_fixed_options(tmp_path: Path) -> None:
    listed = arguments(tmp_path)
    assert listed[:7] == ["-q", "-l", "-r", "-v", "2", "-s", "30"]
    assert ("-k" in listed, listed[-1]) == (True, URL)
    assert "-k" not in arguments(tmp_path, options={"keep_alive": False})


def test_the_method_comes_after_the_body(tmp_path: Path) -> None:
    listed = arguments(tmp_path, {"method": "PATCH", "json": {"a": 1}})
    assert listed.index("-p") < listed.index("-m")
    assert (after(listed, "-m"), after(listed, "-T")) == (["PATCH"], ["application/json"])
    assert (tmp_path / "body").read_bytes() == b'{"a":1}'


def test_an_empty_body_is_a_body(tmp_path: Path) -> None:
    assert "-p" in arguments(tmp_path, {"method": "POST", "body": ""})
    assert (tmp_path / "body").read_bytes() == b""


def test_nothing_of_a_plan_is_taken_for_an_option(tmp_path: Path) -> None:
    listed = arguments(tmp_path, {"method": "-X", "headers": {"-g": "/etc/passwd", "X": "-n 5"}})
    assert after(listed, "-m") == ["-X"]
    assert after(listed, "-H") == ["-g: /etc/passwd", "X: -n 5"]


def test_a_missing_certificate_is_named(tmp_path: Path) -> None:
    with pytest.raises(EngineFailed, match=r"nowhere\.pem cannot be read"):
        arguments(tmp_path, options={"tls": {"client_cert": "nowhere.pem"}})


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("http://h", "http://h/"),
        ("http://h?a=/b", "http://h/?a=/b"),
        ("HTTPS://H:1/x?y", "https://H:1/x?y"),
        ("http://[::1]:8080", "http://[::1]:8080/"),
    ],
)
def test_urls_have_a_path(url: str, wanted: str) -> None:
    assert ab_url(url) == wanted


@pytest.mark.parametrize(
    ("feature", "given"),
    [
        ("load.ramp", {"load": {**CLOSED, "ramp_up": 1}}),
        ("load.stages", {"load": {"stages": [{"duration": 1, "users": 2}]}}),
        ("load.open", {"load": {"rate": 5, "duration": 1}}),
        ("load.poisson", {"load": {"rate": 5, "duration": 1, "arrivals": "poisson"}}),
        ("load.queue", {"load": {"rate": 5, "duration": 1, "when_exhausted": "queue"}}),
        ("condition", {"step": {"run_if": True}}),
        ("template", {"step": {"headers": {"X": "${iteration}"}}}),
        ("template.call", {"step": {"body": "${uuid()}"}}),
        ("template.faker", {"step": {"body": "${faker.name}"}}),
        ("template.call", {"options": {"headers": {"X": "${uuid()}"}}}),
        ("template", {"target": "http://host.example/${user}"}),
        ("check.body", {"step": {"checks": [{"body": {"contains": "x"}}]}}),
        ("check.regex", {"step": {"checks": [{"body": {"matches": "x"}}]}}),
        ("check.json", {"step": {"checks": [{"json": "a", "equals": 1}]}}),
        ("check.header", {"step": {"checks": [{"header": "x"}]}}),
        ("check.time", {"step": {"checks": [{"time_under": 1}]}}),
        ("check.size", {"step": {"checks": [{"size": {"min": 1}}]}}),
        ("extract.json", {"step": {"extract": {"a": {"json": "a"}}}}),
        ("extract.status", {"step": {"extract": {"a": {"status": True}}}}),
        ("auth.digest", {"step": {"auth": {"digest": {"username": "u", "password": "p"}}}}),
        ("redirects", {"step": {"redirects": 2}}),
        ("redirects", {"options": {"redirects": 2}}),
        ("timeout", {"step": {"timeout": 2}}),
        ("timeout", {"options": {"timeout": 30}}),
        ("graceful_stop", {"options": {"graceful_stop": 0}}),
        ("cookies", {"options": {"cookies": "user"}}),
        ("cookies.iteration", {"options": {"cookies": "iteration"}}),
        ("http2", {"options": {"http_version": "2"}}),
        ("http2", {"options": {"http_version": "1.1"}}),
        ("tls.verify", {"step": {"url": "https://host.example/"}}),
        ("tls.ca_file", {"options": {"tls": {"ca_file": "x.pem"}}}),
        ("load.closed", {"load": {"users": 20_001, "duration": 1}}),
        ("load.iterations", {"load": {"users": 20_001, "iterations": 30_000}}),
        ("load.iterations", {"load": {"iterations": 2**31}}),
        ("body", {"step": {"method": "HEAD", "body": "x"}}),
        ("headers", {"step": {"method": "POST", "body": "x", "headers": {"content-length": "1"}}}),
        ("headers", {"step": {"headers": {"connection": "close"}}}),
        ("headers", {"step": {"url": "http://me:secret@host.example/"}}),
    ],
)
def test_refused_before_launch(feature: str, given: dict[str, Any]) -> None:
    why = refused(**given)
    assert feature in why
    assert set(why) <= {feature, "load.open"}


def test_a_password_in_a_url_is_not_shown() -> None:
    (refusal,) = ApacheBenchAdapter().supports(plan_of({"url": "http://me:secret@host.example/"})).unsupported
    assert "secret" not in str(refusal)


def test_several_steps_and_scenarios_are_refused() -> None:
    step = {"url": URL}
    plan = {"scenarios": [{"steps": [step, {"pause": 1}]}, {"name": "b", "steps": [step]}], "load": CLOSED}
    support = ApacheBenchAdapter().supports(Plan.from_dict(plan))
    assert {refusal.feature for refusal in support.unsupported} == {"steps", "pause", "scenarios"}


def test_data_feeds_are_refused() -> None:
    assert set(refused(data={"users": {"rows": [{"a": 1}]}})) == {"feed"}


@pytest.mark.parametrize(
    "given",
    [
        {"load": {"users": 2, "duration": 0.25}},
        {"load": {"iterations": 5, "max_duration": 1}},
        {"step": {"checks": [{"status": [200, "3xx"]}]}},
        {"step": {"method": "POST", "form": {"a": 1}}},
        {"step": {"auth": {"bearer": "x"}}},
        {"options": {"headers": {"X": "${env.HOME}", "Y": "$${iteration}"}}},
        {"step": {"headers": {"Connection": "close"}}, "options": {"keep_alive": False}},
        {"step": {"url": "https://host.example/"}, "options": {"tls": {"verify": False}}},
        {"options": {"keep_alive": False, "cookies": "off", "seed": 3}},
    ],
)
def test_carried_out_exactly(given: dict[str, Any]) -> None:
    support = ApacheBenchAdapter().supports(plan_of(**given))
    assert support.exact, support.unsupported


def test_defaults_that_ab_cannot_express_are_left_out_and_named() -> None:
    support = ApacheBenchAdapter().supports(plan_of())
    assert {refusal.feature for refusal in support.left_out} == {"cookies", "timeout", "graceful_stop"}


def test_every_reason_is_a_sentence_without_a_full_stop() -> None:
    assert set(CANNOT) <= set(FEATURES)
    assert all(why and not why.endswith(".") for why in CANNOT.values())


def test_where_ab_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    missing = ApacheBenchAdapter().detect()
    assert (missing.available, missing.reason) == (False, "ab is not on PATH")
    assert missing.install
    fake = tmp_path / "ab"
    fake.write_text("#!/bin/sh\necho 'a bicycle'\n")
    fake.chmod(0o755)
    assert ApacheBenchAdapter().detect().reason == f"{fake} is not Apache Bench"
    fake = tmp_path / "other" / "ab"
    fake.parent.mkdir()
    fake.write_text("#!/bin/sh\necho 'This is ApacheBench, Version 2.3 <$Revision: 1 $>'\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", str(fake.parent))
    found = ApacheBenchAdapter().detect()
    assert (found.available, found.version, found.path) == (True, "2.3", str(fake))


@pytest.mark.parametrize(
    ("system", "words"), [("Darwin", "brew"), ("Linux", "apt-get install apache2-utils")]
)
def test_how_to_install_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, system: str, words: str) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("platform.system", lambda: system)
    assert words in (ApacheBenchAdapter().detect().install or "")
