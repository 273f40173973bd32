"""The vocabulary of features: what plans use is in it, and what engines declare is too."""

from typing import Any

import pytest

from adapters.performance.engines.contract import Refusal, Support, require
from adapters.performance.engines.features import FEATURES, Use
from adapters.performance.engines.registry import PREFERENCE, create_engine
from adapters.performance.engines.uses import used_features
from adapters.performance.errors import UnsupportedFeature
from adapters.performance.plan.model import Plan

URL = "http://host.example/"
LOGIN = {"login_url": URL, "username": "u", "password": "p"}
TOKEN = {"token_url": URL, "client_id": "i", "client_secret": "s"}
CLOSED = {"users": 3, "duration": 2}
DEFAULTS = {"cookies", "timeout", "graceful_stop", "keep_alive"}


def plan_of(step: dict[str, Any] | None = None, load: dict[str, Any] | None = None, **more: Any) -> Plan:
    steps = [{"url": URL, **(step or {})}]
    return Plan.from_dict({"scenarios": [{"steps": steps}], "load": load or CLOSED, **more})


def uses(plan: Plan) -> dict[str, Use]:
    return {use.feature: use for use in used_features(plan)}


EXAMPLES: list[tuple[str, dict[str, Any]]] = [
    ("load.closed", {}),
    ("load.ramp", {"load": {**CLOSED, "ramp_up": 1}}),
    ("load.stages", {"load": {"stages": [{"duration": 1, "users": 2}]}}),
    ("load.warm_up", {"load": {**CLOSED, "warm_up": 1}}),
    ("load.open", {"load": {"rate": 5, "duration": 1}}),
    ("load.poisson", {"load": {"rate": 5, "duration": 1, "arrivals": "poisson"}}),
    ("load.queue", {"load": {"rate": 5, "duration": 1, "when_exhausted": "queue"}}),
    ("load.iterations", {"load": {"iterations": 5}}),
    ("load.max_duration", {"load": {"iterations": 5, "max_duration": 1}}),
    ("method", {"step": {"method": "DELETE"}}),
    ("headers", {"step": {"headers": {"X": "1"}}}),
    ("headers", {"options": {"headers": {"X": "1"}}}),
    ("headers", {"step": {"auth": {"bearer": "x"}}}),
    ("body", {"step": {"body": ""}}),
    ("body", {"step": {"json": None}}),
    ("body", {"step": {"form": {}}}),
    ("body.binary", {"step": {"body_base64": "AA=="}}),
    ("body.binary", {"step": {"multipart": [{"name": "a", "base64": "AA=="}]}}),
    ("body.multipart", {"step": {"multipart": [{"name": "a", "value": "b"}]}}),
    ("template", {"step": {"headers": {"X": "${iteration}"}}}),
    ("template", {"step": {"json": {"${user}": 1}}}),
    ("template.call", {"step": {"params": {"a": "${uuid()}"}}}),
    ("template.faker", {"step": {"params": {"a": "${faker.first_name}"}}}),
    ("template.faker", {"step": {"params": {"a": "${b:-${faker.pyint(1, 9)}}"}}}),
    ("template.call", {"step": {"auth": {"basic": {"username": "u", "password": "${uuid()}"}}}}),
    ("feed", {"data": {"users": {"rows": [{"a": 1}]}}}),
    ("feed.unique", {"data": {"users": {"rows": [{"a": 1}], "strategy": "unique"}}}),
    ("condition", {"step": {"run_if": "${x}"}}),
    ("condition", {"step": {"skip_if": True}}),
    ("condition.regex", {"step": {"run_if": {"all": [True, {"not": {"matches": ["${x}", "a+"]}}]}}}),
    ("retry", {"step": {"retry": {"attempts": 2}}}),
    ("on_failure.end_iteration", {"step": {"on_failure": "end_iteration"}}),
    ("on_failure.stop_user", {"options": {"on_failure": "stop_user"}}),
    ("setup", {"setup": [{"url": URL}]}),
    ("teardown", {"teardown": [{"url": URL}]}),
    ("check.status", {"step": {"checks": [{"status": "2xx"}]}}),
    ("check.body", {"step": {"checks": [{"body": {"contains": "x"}}]}}),
    ("check.regex", {"step": {"checks": [{"body": {"matches": "x"}}]}}),
    ("check.json", {"step": {"checks": [{"json": "a"}]}}),
    ("check.header", {"step": {"checks": [{"header": "x"}]}}),
    ("check.time", {"step": {"checks": [{"time_under": 1}]}}),
    ("check.size", {"step": {"checks": [{"size": {"min": 1}}]}}),
    ("check.jmespath", {"step": {"checks": [{"jmespath": "a"}]}}),
    ("check.schema", {"step": {"checks": [{"json": "a", "schema": {}}]}}),
    ("check.html", {"step": {"checks": [{"css": "a"}]}}),
    ("check.html", {"step": {"checks": [{"xpath": "a"}]}}),
    ("check.cookie", {"step": {"checks": [{"cookie": "a"}]}}),
    ("check.python", {"step": {"checks": [{"python": "a:b"}]}}),
    ("check.regex", {"step": {"checks": [{"header": "a", "matches": "b"}]}}),
    ("check.template", {"step": {"checks": [{"json": "a", "equals": [{"b": "${c}"}]}]}}),
    ("check.template", {"step": {"checks": [{"body": {"contains": "${c}"}}]}}),
    ("extract.json", {"step": {"extract": {"a": {"json": "a"}}}}),
    ("extract.jmespath", {"step": {"extract": {"a": {"jmespath": "a"}}}}),
    ("check.input", {"step": {"checks": [{"input": "a"}]}}),
    ("extract.input", {"step": {"extract": {"a": {"input": "a"}}}}),
    ("extract.css", {"step": {"extract": {"a": {"css": "a"}}}}),
    ("extract.xpath", {"step": {"extract": {"a": {"xpath": "a"}}}}),
    ("extract.body", {"step": {"extract": {"a": {"body": True}}}}),
    ("extract.random", {"step": {"extract": {"a": {"json": "$..a", "index": "random"}}}}),
    ("extract.header", {"step": {"extract": {"a": {"header": "a"}}}}),
    ("extract.cookie", {"step": {"extract": {"a": {"cookie": "a"}}}}),
    ("extract.regex", {"step": {"extract": {"a": {"regex": "a"}}}}),
    ("extract.status", {"step": {"extract": {"a": {"status": True}}}}),
    ("auth.digest", {"step": {"auth": {"digest": {"username": "u", "password": "p"}}}}),
    ("auth.digest", {"auth": {"digest": {"username": "u", "password": "p"}}}),
    ("auth.form", {"auth": {"form": {**LOGIN, "success_indicator": "hello"}}}),
    ("check.json", {"auth": {"form": {**LOGIN, "checks": [{"json": "$.user"}]}}}),
    ("auth.oauth2", {"auth": {"oauth2": TOKEN}}),
    ("auth.oauth2.shared", {"auth": {"oauth2": {**TOKEN, "share": "run"}}}),
    ("template", {"auth": {"oauth2": {**TOKEN, "scope": "${user}"}}}),
    ("tls.verify", {"auth": {"oauth2": {**TOKEN, "token_url": "https://host.example/"}}}),
    (
        "auth.sigv4",
        {"step": {"auth": {"sigv4": dict.fromkeys(["access_key", "secret_key", "region", "service"], "x")}}},
    ),
    ("auth.hmac", {"step": {"auth": {"hmac": {"key": "k"}}}}),
    ("auth.custom", {"step": {"auth": {"custom": "module:function"}}}),
    ("cookies", {"options": {"cookies": "user"}}),
    ("cookies.iteration", {"options": {"cookies": "iteration"}}),
    ("redirects", {"step": {"redirects": 1}}),
    ("redirects", {"options": {"redirects": 1}}),
    ("timeout", {"step": {"timeout": 1}}),
    ("timeout", {"options": {"timeout": 1}}),
    ("graceful_stop", {"options": {"graceful_stop": 0}}),
    ("keep_alive", {"options": {"keep_alive": True}}),
    ("keep_alive.off", {"options": {"keep_alive": False}}),
    ("keep_alive.shared", {"options": {"keep_alive": {"shared": 3}}}),
    ("keep_alive.idle_timeout", {"options": {"keep_alive": {"idle_timeout": 3}}}),
    ("resolve.once", {"options": {"resolve": "once"}}),
    ("resolve.connection", {"options": {"resolve": "connection"}}),
    ("ip", {"options": {"ip": 4}}),
    ("local_address", {"options": {"local_address": "127.0.0.2"}}),
    ("unix_socket", {"options": {"unix_socket": "x.sock"}}),
    ("proxy", {"options": {"proxy": "http://127.0.0.1:3128"}}),
    ("tls.server_name", {"options": {"tls": {"server_name": "x.example"}}}),
    ("tls.resume", {"options": {"tls": {"resume": True}}}),
    ("http2", {"options": {"http_version": "2"}}),
    ("tls.verify", {"step": {"url": "https://host.example/"}}),
    ("tls", {"step": {"url": "https://host.example/"}, "options": {"tls": {"verify": False}}}),
    ("tls.ca_file", {"options": {"tls": {"ca_file": "x.pem"}}}),
    ("tls.client_cert", {"options": {"tls": {"client_cert": "x.pem"}}}),
    ("samples", {"options": {"samples": {"file": "x.npz"}}}),
    ("seed", {"options": {"seed": 1}}),
    ("app", {"options": {"app": "module:app"}}),
    ("threshold.window", {"thresholds": ["p95 < 1s for 10s"]}),
    ("threshold.abort", {"thresholds": ["p95 < 1s abort"]}),
    ("threshold.ttfb", {"thresholds": ["ttfb.p95 < 1s"]}),
    ("threshold.connect", {"thresholds": ["connect.p95 < 1s"]}),
    ("threshold.tls", {"thresholds": ["tls.p95 < 1s"]}),
    ("threshold.response", {"thresholds": ["response.p95 < 1s"], "load": {"rate": 5, "duration": 1}}),
    ("threshold.lag", {"thresholds": ["lag.p95 < 1s"], "load": {"rate": 5, "duration": 1}}),
]
BLOCKS: dict[str, dict[str, Any]] = {
    "group": {"group": "g", "steps": [{"url": URL}]},
    "loop": {"repeat": 2, "steps": [{"url": URL}]},
    "choose": {"choose": [{"steps": [{"url": URL}]}]},
    "set": {"set": {"a": 1}},
}
ELSEWHERE = {
    *BLOCKS,
    "before",
    "after",
    "steps",
    "scenarios",
    "pacing",
    "pause",
    "pause.normal",
    "pause.poisson",
}


@pytest.mark.parametrize(("feature", "given"), EXAMPLES)
def test_what_a_plan_asks_for_is_found(feature: str, given: dict[str, Any]) -> None:
    found = uses(plan_of(**given))
    assert found[feature].explicit
    assert set(found) <= set(FEATURES)


def test_every_feature_has_an_example() -> None:
    assert {feature for feature, _ in EXAMPLES} | ELSEWHERE == set(FEATURES)


def test_several_steps_scenarios_and_pauses_are_found() -> None:
    step = {"url": URL}
    pauses = [{"pause": 1}, {"pause": {"mean": 1, "stdev": 0.1}}, {"pause": {"poisson": 1}}]
    plan = {
        "scenarios": [{"steps": [step, *pauses]}, {"name": "b", "pacing": 2, "steps": [step]}],
        "load": CLOSED,
    }
    assert set(uses(Plan.from_dict(plan))) >= {"steps", "scenarios", "pause", "pause.normal", "pause.poisson"}


@pytest.mark.parametrize("kind", BLOCKS)
def test_steps_in_steps_are_found_however_deep_they_lie(kind: str) -> None:
    deep = {"group": "outer", "steps": [{"choose": [{"steps": [BLOCKS[kind], {"url": URL, "retry": {}}]}]}]}
    plan = Plan.from_dict({"scenarios": [{"before": [{"url": URL}], "steps": [deep]}], "load": CLOSED})
    found = uses(plan)
    assert {kind, "group", "choose", "retry", "before"} <= found.keys()
    if kind not in ("group", "choose"):
        assert found[kind].where == "scenarios.0.steps.0.steps.0.choose.0.steps.0"


def test_what_users_do_when_they_come_and_leave_is_found() -> None:
    once = [{"url": URL}]
    plan = Plan.from_dict({"scenarios": [{"before": once, "steps": once, "after": once}], "load": CLOSED})
    found = uses(plan)
    assert (found["before"].where, found["after"].where) == ("scenarios.0.before.0", "scenarios.0.after.0")


def test_a_plain_plan_uses_only_defaults() -> None:
    found = uses(plan_of())
    assert {feature for feature, use in found.items() if not use.explicit} == DEFAULTS
    assert set(found) == {"load.closed", *DEFAULTS}


def test_an_optional_threshold_may_stay_without_an_answer() -> None:
    found = uses(plan_of(thresholds=["ttfb.p95 < 1s optional", "p95 < 1s for 2s optional"]))
    assert (found["threshold.ttfb"].explicit, found["threshold.window"].explicit) == (False, False)
    both = uses(plan_of(thresholds=["p95 < 1s abort optional", "p99 < 1s abort"]))
    assert both["threshold.abort"] == Use("threshold.abort", "thresholds: 'p99 < 1s abort'")


def test_the_environment_is_no_template() -> None:
    assert "template" not in uses(plan_of({"headers": {"X": "${env.HOME} $${iteration}"}}))


def test_a_feature_used_twice_is_told_once_with_the_place_that_asks_for_it() -> None:
    found = [
        use for use in used_features(plan_of({"name": "slow", "timeout": 1})) if use.feature == "timeout"
    ]
    assert found == [Use("timeout", "step 'slow'")]


@pytest.mark.parametrize("name", PREFERENCE)
def test_engines_declare_features_that_there_are(name: str) -> None:
    engine = create_engine(name)
    assert set(engine.cannot) <= set(FEATURES)
    assert set(engine.nearly) <= set(FEATURES)
    assert not set(engine.cannot) & set(engine.nearly)
    assert all(why and not why.endswith(".") for why in (*engine.cannot.values(), *engine.nearly.values()))


@pytest.mark.parametrize("name", PREFERENCE)
@pytest.mark.parametrize(("feature", "given"), EXAMPLES)
def test_an_engine_refuses_what_it_declares(name: str, feature: str, given: dict[str, Any]) -> None:
    engine = create_engine(name)
    support = engine.supports(plan_of(**given))
    told = {refusal.feature for refusal in support.unsupported}
    assert (feature in told) >= (feature in engine.cannot)
    assert {refusal.feature for refusal in support.approximated} <= set(engine.nearly)


def test_a_refusal_names_the_feature_the_place_the_engine_and_others_that_can() -> None:
    support = Support(unsupported=(Refusal("redirects", "step 'login'", "it has no idea of them"),))
    with pytest.raises(UnsupportedFeature) as raised:
        require(support, "wget", ["native", "k6"])
    text = str(raised.value)
    assert "wget cannot carry out this plan" in text
    assert "redirects followed (step 'login'): it has no idea of them" in text
    assert "engines that can: native, k6" in text
    assert raised.value.exit_code == 3


def test_a_refusal_says_when_no_engine_can() -> None:
    support = Support(unsupported=(Refusal("http2", "options.http_version", "no"),))
    with pytest.raises(UnsupportedFeature, match="no engine on this machine can"):
        require(support, "wget", [])


def test_approximations_need_consent() -> None:
    support = Support(approximated=(Refusal("load.ramp", "load.ramp_up", "in steps"),))
    assert not support.exact
    with pytest.raises(UnsupportedFeature, match="--approximate"):
        require(support, "wget", [])
    require(support, "wget", [], approximate=True)


def test_defaults_left_out_do_not_stand_in_the_way() -> None:
    support = Support(left_out=(Refusal("cookies", "options.cookies", "it keeps none"),))
    assert support.exact
    require(support, "wget", [])
