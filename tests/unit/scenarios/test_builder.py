"""A chain of calls builds the plan that a file would say; a mistake names the call."""

from __future__ import annotations

import pytest

from adapters.performance import Plan, PlanError
from adapters.performance.plan import Request
from adapters.performance.scenarios import Steps, plan
from adapters.performance.scenarios.steps import RequestFields

URL = "https://shop.example"


def test_calls_make_the_same_plan_as_a_file(tmp_path):
    file = tmp_path / "plan.yaml"
    file.write_text(
        """
name: shop
target: https://shop.example
variables: {lamp: 7}
data: {people: {rows: [{name: ann}], strategy: random}}
scenarios:
  - name: browse
    weight: 3
    steps:
      - {name: home, url: /, method: GET, checks: [{status: 200}]}
      - pause: {min: 1s, max: 3s}
  - name: buy
    pacing: 5s
    steps:
      - {url: /login, method: POST, form: {user: "${people.name}"}, extract: {token: {json: $.token}}}
      - pause: 500ms
      - {url: /cart, method: POST, json: {id: "${lamp}"}, auth: {bearer: "${token}"}, checks: [{status: 201}]}
load: {users: 10, duration: 30s, ramp_up: 5s, warm_up: 2s}
thresholds: ["p95 < 500ms", "error_rate < 1%"]
options: {timeout: 5s}
"""
    )
    built = (
        plan(URL, "shop")
        .variables(lamp=7)
        .feed("people", rows=[{"name": "ann"}], strategy="random")
        .scenario("browse", weight=3)
        .get("/", name="home", checks={"status": 200})
        .pause(1, 3)
        .scenario("buy", pacing="5s")
        .post("/login", form={"user": "${people.name}"}, extract={"token": {"json": "$.token"}})
        .pause("500ms")
        .post("/cart", json={"id": "${lamp}"}, auth={"bearer": "${token}"}, checks=[{"status": 201}])
        .users(10)
        .duration("30s")
        .ramp_up("5s")
        .warm_up(2)
        .threshold("p95 < 500ms", "error_rate < 1%")
        .options(timeout="5s")
        .build()
    )
    assert built == Plan.from_file(file)


@pytest.mark.parametrize(
    ("calls", "load"),
    [
        (lambda p: p.rate(50).duration("1m").max_users(9), {"rate": 50, "duration": 60, "max_users": 9}),
        (
            lambda p: p.iterations(9).users(3).max_duration("1m"),
            {"iterations": 9, "users": 3, "max_duration": 60},
        ),
        (
            lambda p: p.users(3).pattern("ramp:1:5:10s"),
            {"stages": [{"duration": 0, "users": 1}, {"duration": 10, "users": 5}]},
        ),
        (lambda p: p.load({"users": 2, "duration": 3}), {"users": 2, "duration": 3}),
    ],
)
def test_how_much(calls, load):
    expected = Plan.from_dict({"target": URL, "scenarios": [{"steps": [{"url": "/"}]}], "load": load})
    assert calls(plan(URL).get("/")).build().load == expected.load


def test_every_method_is_sent_as_it_is_called():
    built = (
        plan(URL).get("/a").post("/a").put("/a").patch("/a").delete("/a").head("/a").request("PURGE", "/a")
    )
    methods = [step.method for step in built.users(1).duration(1).build().requests()]
    assert methods == ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "PURGE"]


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda: plan("shop.example"), "plan('shop.example'): 'shop.example' has no scheme"),
        (lambda: plan(URL).get("/x", chcks=[]), "get('/x'): chcks: no such field; did you mean 'checks'?"),
        (
            lambda: plan(URL).post("/x", body="a", json={}),
            "post('/x'): a request has one body, not body and json",
        ),
        (lambda: plan(URL).get("/x", checks=[{"statu": 1}]), "get('/x'): checks.0: a check needs one of"),
        (
            lambda: plan(URL).get("/x", checks=[], assertions=[]),
            "get('/x'): checks and assertions are the same",
        ),
        (lambda: plan(URL).pause("long"), "pause('long'): not a duration"),
        (lambda: plan(URL).pause(3, 1), "pause(3, 1): max is less than min"),
        (lambda: plan(URL).users(0), "users(0): input should be greater"),
        (lambda: plan(URL).rate(-1), "rate(-1): input should be greater"),
        (lambda: plan(URL).duration("soon"), "duration('soon'): not a duration"),
        (lambda: plan(URL).warm_up(0.5), "warm_up(0.5): a warm-up is in whole seconds"),
        (lambda: plan(URL).threshold("p95 < 5"), "threshold('p95 < 5')"),
        (lambda: plan(URL).feed("people", strategy="any"), "feed('people'): strategy"),
        (lambda: plan(URL).options(timout=3), "options(): timout: no such field; did you mean 'timeout'?"),
        (lambda: plan(URL).add({"urll": "/"}), "add(), step 1: urll: no such field; did you mean 'url'?"),
        (lambda: plan(URL).get("/").scenario("b"), "scenario('b'): there are steps before it"),
        (
            lambda: plan(URL).scenario("a").scenario("b").get("/").users(1).duration(1).build(),
            "scenario 'a' has no",
        ),
        (lambda: plan(URL).get("/").build(), "build(): how much is missing"),
        (lambda: plan(URL).get("/").users(3).build(), "build(): load: duration is missing"),
        (
            lambda: plan().get("/").users(3).duration(1).build(),
            "build(): scenarios.0.steps.0.url: '/' has no",
        ),
    ],
)
def test_a_mistake_names_the_call(call, told):
    with pytest.raises(PlanError) as refused:
        call()
    assert told in refused.value.message


def test_secrets_in_urls_are_not_quoted():
    with pytest.raises(PlanError) as refused:
        plan(URL).get("/x?token=abcdef123", chcks=[])
    assert "abcdef123" not in str(refused.value)


def test_steps_in_steps_are_those_of_a_file():
    page = Steps().get("/page")
    built = (
        plan(URL)
        .setup(Steps().post("/token", extract={"token": {"json": "$.t"}}))
        .teardown(Steps().delete("/token"))
        .scenario("a", before=Steps().get("/in"), after=Steps().get("/out"))
        .set(n=1, text="${token}")
        .group("checkout", Steps().get("/a").pause(1), pauses=True, run_if="${token}")
        .repeat(3, page)
        .repeat({"min": 1, "max": 2}, page)
        .repeat_while({"not_equals": ["${done}", "yes"]}, page, most=5)
        .for_each(["x", "y"], Steps().get("/${one}"), name="one")
        .choose((3, page), Steps().get("/other"))
        .iterations(1)
        .build()
    )
    steps = [{"url": "/page", "method": "GET"}]
    assert built == Plan.from_dict(
        {
            "target": URL,
            "setup": [{"url": "/token", "method": "POST", "extract": {"token": {"json": "$.t"}}}],
            "teardown": [{"url": "/token", "method": "DELETE"}],
            "scenarios": [
                {
                    "name": "a",
                    "before": [{"url": "/in"}],
                    "after": [{"url": "/out"}],
                    "steps": [
                        {"set": {"n": 1, "text": "${token}"}},
                        {
                            "group": "checkout",
                            "pauses": True,
                            "run_if": "${token}",
                            "steps": [{"url": "/a"}, {"pause": 1}],
                        },
                        {"repeat": 3, "steps": steps},
                        {"repeat": {"min": 1, "max": 2}, "steps": steps},
                        {"while": {"not_equals": ["${done}", "yes"]}, "max": 5, "steps": steps},
                        {"for_each": ["x", "y"], "as": "one", "steps": [{"url": "/${one}"}]},
                        {"choose": [{"weight": 3, "steps": steps}, {"steps": [{"url": "/other"}]}]},
                    ],
                }
            ],
            "load": {"iterations": 1},
        }
    )


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda: plan(URL).group("g", Steps()), "group('g'): steps"),
        (lambda: plan(URL).repeat(-1, Steps().get("/")), "repeat(-1): "),
        (lambda: plan(URL).for_each("none", Steps().get("/")), "for_each('none'): "),
        (lambda: plan(URL).set(**{"a-b": 1}), "set(): "),
    ],
)
def test_a_mistake_in_steps_in_steps_names_the_call(call, told):
    with pytest.raises(PlanError) as refused:
        call()
    assert refused.value.message.startswith(told)


def test_calls_take_every_field_of_a_request():
    fields = {info.alias or name for name, info in Request.model_fields.items()}
    said_by_the_call = {"type", "method", "url"}
    assert RequestFields.__optional_keys__ == fields - said_by_the_call | {"assertions"}
