"""A JSON POST with two templated fields, a check of the status and a value taken from the JSON answer."""

from adapters.performance import Plan

from .costs import Cost, Tool
from .gets import k6_of, locust_of, native_of

_K6_SCRIPT = """
import http from 'k6/http';
import { check } from 'k6';
export const options = { vus: USERS, duration: 'DURATIONs' };
const params = { headers: { 'Content-Type': 'application/json' } };
let token = null;
export default function () {
  const answer = http.post('URLjson', JSON.stringify({ user: __VU, order: __ITER }), params);
  check(answer, { 'status is 200': (r) => r.status === 200 });
  token = answer.json('token');
}
"""
_LOCUSTFILE = """
from locust import FastHttpUser, constant, task
class Posting(FastHttpUser):
    wait_time = constant(0)
    order = 0
    @task
    def post(self):
        self.order += 1
        with self.client.post("/json", json={"user": id(self), "order": self.order}, catch_response=True) as answer:
            if answer.status_code != 200:
                answer.failure("status")
            self.token = answer.json()["token"]
"""


def k6(url: str, users: int, duration_s: int) -> Cost | None:
    """k6 with a hand-written script."""
    return k6_of(_K6_SCRIPT.replace("URL", url), users, duration_s)


def locust(url: str, users: int, duration_s: int) -> Cost | None:
    """Locust's FastHttpUser with a hand-written locustfile."""
    return locust_of(_LOCUSTFILE, url, users, duration_s)


def native(url: str, users: int, duration_s: int) -> Cost:
    """The native engine with a plan."""
    step = {
        "url": f"{url}json",
        "method": "POST",
        "json": {"user": "${user}", "order": "${iteration}"},
        "checks": [{"status": 200}],
        "extract": {"token": {"json": "token"}},
    }
    load = {"users": users, "duration": duration_s}
    return native_of(Plan.from_dict({"scenarios": [{"steps": [step]}], "load": load}))


TOOLS: dict[str, Tool] = {"native": native, "k6": k6, "locust": locust}
