"""Ready-made scenarios make plain plans: resources of a REST API, visitors of a website, scenarios of one's own."""

from __future__ import annotations

import pytest

from adapters.performance import Plan, PlanError
from adapters.performance.plan.masking import public_dict
from adapters.performance.scenarios import (
    TEMPLATES,
    HTTPRequest,
    RESTAPIScenario,
    RestScenario,
    Scenario,
    WebsiteScenario,
    mixed_workload,
)

API = "https://api.example.com"


def steps_of(scenario):
    """The steps as a plan file would say them."""
    (only,) = public_dict(scenario.plan(users=1, duration=1))["scenarios"]
    return only["steps"]


def test_calls_on_a_resource_send_what_they_say():
    scenario = RESTAPIScenario(API)
    scenario.get_resource("users", assertions=[{"status": 200}])
    scenario.create_resource("users", {"name": "Test User"}, assertions=[{"status": 201}])
    scenario.update_resource("users/1", {"name": "Updated User"}, checks=[{"json": "$.name"}])
    scenario.delete_resource("users/1", checks={"status": 204})
    assert steps_of(scenario) == [
        {"name": "get users", "url": "/users", "checks": [{"status": 200}]},
        {
            "name": "create users",
            "method": "POST",
            "url": "/users",
            "json": {"name": "Test User"},
            "checks": [{"status": 201}],
        },
        {
            "name": "update users/1",
            "method": "PUT",
            "url": "/users/1",
            "json": {"name": "Updated User"},
            "checks": [{"json": "$.name"}],
        },
        {"name": "delete users/1", "method": "DELETE", "url": "/users/1", "checks": [{"status": 204}]},
    ]


def test_what_was_created_is_changed_and_deleted():
    scenario = RestScenario(API, id_path="$.user.id")
    scenario.create_resource("users", {"name": "a"}).update_resource("users", {"name": "b"}, method="PATCH")
    scenario.get_resource("users", scenario.created_id("users")).delete_resource("users")
    created, updated, read, deleted = steps_of(scenario)
    assert created["extract"] == {"users_id": {"json": "$.user.id"}}
    assert (updated["method"], updated["url"]) == ("PATCH", "/users/${users_id}")
    assert (read["name"], read["url"]) == ("get users by id", "/users/${users_id}")
    assert (deleted["method"], deleted["url"]) == ("DELETE", "/users/${users_id}")


def test_an_id_is_only_taken_from_an_answer_where_it_is_needed():
    created, _ = steps_of(RestScenario(API).create_resource("users", {}).delete_resource("users", 7))
    assert "extract" not in created


def test_changing_what_was_not_created_is_refused():
    with pytest.raises(PlanError, match=r"delete_resource\('cats'\): of which one\?"):
        RestScenario(API).create_resource("users", {}).delete_resource("cats")


def test_a_visitor_thinks_after_each_page():
    site = WebsiteScenario("https://example.com")
    site.browse_page("/").browse_page("/products", think_time=2.0)
    site.search("red laptop", think_time=(1, 3)).login("ann", "s3cret-word", think_time=0)
    assert steps_of(site) == [
        {"url": "/"},
        {"pause": 1.0},
        {"url": "/products"},
        {"pause": 2.0},
        {"name": "search /search", "url": "/search", "params": {"q": "red laptop"}},
        {"pause": {"min": 1.0, "max": 3.0}},
        {
            "name": "log in",
            "method": "POST",
            "url": "/login",
            "form": {"username": "ann", "password": "**********"},
        },
    ]


def test_a_scenario_with_files_of_data(tmp_path):
    scenario = Scenario("User Login Test")
    scenario.load_data_file("users.csv", name="users", strategy="sequential")
    scenario.load_data_file("products.csv", name="products", strategy="per-user")
    scenario.set_variable("shop", 3)
    scenario.post("https://x.example/order", body='{"user": "${users.user_id}", "shop": "${shop}"}')
    scenario.add_request(HTTPRequest("https://x.example/a", "POST", body="b", headers={"X-A": "1"}))
    plan = scenario.plan(20, 60)
    assert {name: (str(feed.file), feed.strategy) for name, feed in plan.data.items()} == {
        "users": ("users.csv", "sequential"),
        "products": ("products.csv", "per_user"),
    }
    assert plan.variables == {"shop": 3}
    assert [(step.method, step.body) for step in plan.requests()][1] == ("POST", "b")
    assert (plan.load.users, plan.load.duration) == (20, 60)


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda: Scenario().plan(1, 1), "scenario 'default' has no steps"),
        (lambda: Scenario("a", "x.example"), "Scenario: 'x.example' has no scheme"),
        (lambda: Scenario("a", API).get("/").plan(), r"Scenario.plan\(\): how much is missing"),
        (lambda: Scenario("a", API).get("/").plan(1, load={"users": 1}), "a load says how much, and users"),
        (
            lambda: Scenario("a").load_data_file("a.csv", strategy="any"),
            r"load_data_file\('a.csv'\): strategy",
        ),
    ],
)
def test_mistakes_are_told(call, told):
    with pytest.raises(PlanError, match=told):
        call()


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_is_a_plan_for_any_target(name):
    plan = TEMPLATES[name].make(API).build()
    assert isinstance(plan, Plan)
    assert plan.target == API
    assert plan.thresholds


def test_figures_of_a_mix_are_gathered_by_what_is_sent():
    steps = mixed_workload(API).build().requests()
    sent = {(step.name, step.method, step.url) for step in steps}
    assert len({name for name, _, _ in sent}) == len(sent)
