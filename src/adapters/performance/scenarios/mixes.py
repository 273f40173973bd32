"""Realistic mixes to begin with: what the users of an API or of a website do, in shares that are often met.

Each is a plan in the making for a ``target``: its paths are guesses to be replaced by those that there are, and its
thresholds (mean, p95, p99, errors) and load are to be changed as well, by calls or in the file that
``polyload new --template`` writes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .builder import PlanBuilder, plan
from .steps import Fields

_OK: Fields = {"status": "2xx"}
_SLO = ("mean < 500ms", "p95 < 1s", "p99 < 2s", "error_rate < 1%")
_CREATED: Fields = {"created_id": {"json": "$.id"}}


def rest_mix(target: str, resource: str = "items") -> PlanBuilder:
    """A REST API: mostly reading, some changes, a few expensive queries, and the probes of whoever watches it."""
    return _rest(plan(target, "REST API mix"), resource).users(10).duration("1m").threshold(*_SLO)


def website(target: str, search: str = "lamp") -> PlanBuilder:
    """A website: visitors who look around, some who search, few who log in; all of them think between pages."""
    return _site(plan(target, "website"), search).users(10).duration("1m").threshold(*_SLO)


def mixed_workload(target: str, resource: str = "items", search: str = "lamp") -> PlanBuilder:
    """A website and the API beneath it, loaded together."""
    mixed = _rest(_site(plan(target, "mixed workload"), search), f"api/{resource.strip('/')}", share=0.5)
    return mixed.users(50).ramp_up("30s").duration("5m").threshold(*_SLO)


def quick_smoke(target: str) -> PlanBuilder:
    """A quick smoke test: one page, few users, half a minute; enough to see that all is well."""
    smoke = plan(target, "quick smoke").scenario("smoke").get("/", name="home", checks=_OK).pause("500ms")
    return smoke.users(5).duration("30s").threshold("p95 < 1s", "error_rate < 1%")


def _rest(begun: PlanBuilder, resource: str, share: float = 1.0) -> PlanBuilder:
    root, noun = "/" + resource.strip("/"), resource.strip("/").rpartition("/")[2]
    one = f"{root}/${{created_id}}"
    body = {"name": "item ${iteration}"}
    return (
        begun.scenario("read", weight=60 * share)
        .get(root, name=f"list {noun}", checks=_OK)
        .pause("200ms", "1s")
        .get(f"{root}/${{randint(1,20)}}", name=f"read one of {noun}", checks=_OK)
        .pause("200ms", "1s")
        .scenario("manage", weight=25 * share)
        .post(root, name=f"create in {noun}", json=body, checks=_OK, extract=_CREATED)
        .pause("200ms", "1s")
        .get(one, name=f"read created of {noun}", checks=_OK)
        .put(one, name=f"update in {noun}", json={"name": "changed"}, checks=_OK)
        .delete(one, name=f"remove one of {noun}", checks=_OK)
        .scenario("query", weight=10 * share)
        .get(root, name=f"query {noun}", params={"sort": "name", "limit": 100}, checks=_OK)
        .pause("500ms", "2s")
        .scenario("watch", weight=5 * share)
        .get("/health", name="health", checks=_OK)
    )


def _site(begun: PlanBuilder, search: str) -> PlanBuilder:
    return (
        begun.scenario("browse", weight=70)
        .get("/", name="home", checks=_OK)
        .pause("1s", "5s")
        .get("/products", name="products", checks=_OK)
        .pause("1s", "5s")
        .scenario("search", weight=20)
        .get("/", name="home", checks=_OK)
        .pause("1s", "3s")
        .get("/search", name="search", params={"q": search}, checks=_OK)
        .pause("2s", "5s")
        .scenario("log in", weight=10)
        .get("/login", name="login page", checks=_OK)
        .pause("2s", "5s")
        .post(
            "/login",
            name="log in",
            form={"username": "user-${user}", "password": "${env.LOGIN_PASSWORD:-secret}"},
            checks={"status": ["2xx", "3xx"]},
        )
        .pause("1s", "3s")
        .get("/account", name="account", checks=_OK)
    )


@dataclass(frozen=True, slots=True)
class Template:
    """A mix by name: what it is in a line, and what makes it for a target."""

    summary: str
    make: Callable[[str], PlanBuilder]


TEMPLATES = {
    "quick": Template("one page, 5 users, 30 seconds", quick_smoke),
    "rest": Template("a REST API: reading, creating, changing, queries, health checks", rest_mix),
    "website": Template("a website: browsing, searching, logging in, think times", website),
    "mixed": Template("a website and the API beneath it together", mixed_workload),
}
"""The mixes by name; `template` also knows ``api``."""

_ALSO = {"api": "rest", "smoke": "quick"}


def template(name: str) -> Template | None:
    """The template of this name, None if there is none."""
    return TEMPLATES.get(_ALSO.get(name, name))
