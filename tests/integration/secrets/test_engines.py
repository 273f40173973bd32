"""Secrets and the programs that polyload starts: their arguments, their words, what they leave behind."""

from __future__ import annotations

import asyncio

import pytest
from tests.integration.secrets.planting import MARK, Hunt, secret

from adapters.performance.engines.native.adapter import NativeAdapter
from adapters.performance.engines.running import run_plan
from adapters.performance.errors import EngineFailed
from adapters.performance.plan import Plan

K6_SCRIPT = """
import http from "k6/http";
export default function () {
  http.get(__ENV.TARGET_URL);
  throw new Error("cannot use " + __ENV.TARGET_URL);
}
"""
LOCUSTFILE = """
from locust import HttpUser, constant, task
class Shopper(HttpUser):
    wait_time = constant(0.1)
    @task
    def shop(self):
        self.client.get("/status/200")
        raise RuntimeError("cannot use " + self.host)
"""


def timed(url: str) -> dict:
    step = {
        "url": f"{url}/status/200?token={secret('query')}",
        "headers": {"Authorization": f"Bearer {secret('b')}"},
    }
    return {"scenarios": [{"steps": [step]}], "load": {"users": 2, "duration": "2s"}}


@pytest.mark.parametrize(
    "engine",
    [
        "native",
        pytest.param("k6", marks=pytest.mark.engine("k6")),
        pytest.param("locust", marks=pytest.mark.engine("locust")),
    ],
)
def test_no_secret_is_in_the_list_of_processes(hunt: Hunt, url, engine):
    plan = hunt.file("plan.json", timed(url))
    assert (
        hunt.run(
            "run",
            plan,
            "--tool",
            engine,
            "--processes" if engine == "native" else "-q",
            *["2"][: engine == "native"],
            watched=True,
        )
        == 0
    )
    assert len(hunt.commands) >= 1
    assert [command for command in hunt.commands if MARK in command] == []
    assert hunt.leaks() == []


@pytest.mark.engine("ab")
def test_ab_takes_headers_as_arguments_only_and_the_result_says_so(hunt: Hunt, server):
    plan = hunt.file("plan.json", timed(server.url))
    assert hunt.run("run", plan, "--tool", "ab", watched=True) == 0
    assert any(MARK in command for command in hunt.commands)
    assert "list of processes" in hunt.said
    assert hunt.leaks() == []


@pytest.mark.parametrize("engine", ["native", pytest.param("k6", marks=pytest.mark.engine("k6"))])
def test_a_proxy_that_does_not_answer_and_a_feed_of_passwords(hunt: Hunt, server, engine):
    hunt.file("people.csv", f"name,password\nada,{secret('feed')}\n")
    step = {"url": f"{server.url}/echo", "method": "POST", "json": {"password": "${people.password}"}}
    plan = {
        "scenarios": [{"steps": [step]}],
        "load": {"iterations": 3},
        "data": {"people": {"file": "people.csv"}},
    }
    proxy = {"proxy": f"http://me:{secret('proxy')}@127.0.0.1:1"}
    for name, options in (("proxied", proxy), ("direct", {})):
        file = hunt.file(f"{name}.json", {**plan, "options": options})
        hunt.run("run", file, "--tool", engine, "--json", f"{name}.json", "--report", f"html={name}.html")
        hunt.run("run", file, "--tool", engine, POLYLOAD_DEBUG="1")
    assert {request.body for request in server.log} == {b'{"password":"%s"}' % secret("feed").encode()}
    assert hunt.leaks() == []


SCRIPT = """
import asyncio, sys
from adapters.performance.engines.k6 import K6Adapter
from adapters.performance.engines.locust import LocustAdapter
from adapters.performance.engines.running import run_plan
from adapters.performance.plan import Plan
engine = {"k6": K6Adapter, "locust": LocustAdapter}[sys.argv[1]](sys.argv[2])
print(asyncio.run(run_plan(engine, Plan.from_file(sys.argv[3]))).to_json())
"""


@pytest.mark.parametrize(
    ("engine", "name", "script"),
    [
        pytest.param("k6", "own.js", K6_SCRIPT, marks=pytest.mark.engine("k6")),
        pytest.param("locust", "own.py", LOCUSTFILE, marks=pytest.mark.engine("locust")),
    ],
)
def test_a_script_of_the_users_own_that_quotes_its_target(hunt: Hunt, url, engine, name, script):
    step = {"url": f"{url}/status/200"}
    load = {"users": 1, "duration": "2s"}
    plan = hunt.file("plan.json", {"target": url, "scenarios": [{"steps": [step]}], "load": load})
    said = hunt.program(SCRIPT, engine, hunt.file(name, script), plan)
    assert "cannot use" in said
    assert [command for command in hunt.commands if MARK in command] == []
    assert hunt.leaks() == []


class Broken(NativeAdapter):
    """An engine that quotes all it was told."""

    async def run(self, plan, collector, ctx):
        step = plan.requests()[0]
        try:
            raise ValueError(f"told {step.headers} {step.url}")
        except ValueError as error:
            bearer = step.headers["Authorization"]
            raise EngineFailed(f"broke at {bearer[:24]}", hint=f"| {bearer} {step.url}") from error


def test_an_engine_that_breaks_and_quotes_what_it_was_told(url):
    with pytest.raises(EngineFailed, match="broke at") as failed:
        asyncio.run(run_plan(Broken(), Plan.from_dict(timed(url))))
    error: BaseException | None = failed.value
    while error is not None:
        assert MARK not in str(error)
        assert MARK not in repr(error)
        error = error.__cause__
