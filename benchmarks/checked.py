"""What a request costs that is rendered and checked: CPU time of the native engine beside k6 and Locust.

A JSON POST with two placeholders, one check of the status and one value taken from the JSON of the answer, by 50 users
on one processor; the server has the other. Each tool runs for a short and for a longer time: the difference of their
CPU times, children included, over the difference of their requests leaves out what it takes to start.

    python -m benchmarks.checked [--rounds 3]
"""

from __future__ import annotations

import argparse
import json
import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from adapters.performance.engines.process import find_program

from .targets import static_server

SHORT_S, LONG_S, USERS = 2, 6, 50
GOALS = {"k6": 2.0, "locust": 5.0}
BODY = {"user": "${user}", "item": "item ${iteration}", "note": "as discussed", "count": 3}
PLAN = {
    "scenarios": [
        {
            "steps": [
                {
                    "name": "order",
                    "method": "POST",
                    "url": "/order",
                    "json": BODY,
                    "checks": [{"status": 200}],
                    "extract": {"id": {"json": "$.id"}},
                }
            ]
        }
    ]
}
K6_SCRIPT = """
import http from 'k6/http';
import { check } from 'k6';
export const options = { vus: USERS, duration: 'DURATIONs' };
const headers = { 'Content-Type': 'application/json' };
let id;
export default function () {
  const body = { user: __VU, item: `item ${__ITER}`, note: 'as discussed', count: 3 };
  const answer = http.post('URL/order', JSON.stringify(body), { headers });
  check(answer, { 'status is 200': (it) => it.status === 200 });
  id = answer.json('id');
}
"""
LOCUSTFILE = """
from itertools import count
from locust import FastHttpUser, constant, task
users = count()
class Checked(FastHttpUser):
    wait_time = constant(0)
    def on_start(self):
        self.number, self.iterations = next(users), count()
    @task
    def order(self):
        body = {"user": self.number, "item": f"item {next(self.iterations)}", "note": "as discussed", "count": 3}
        with self.client.post("/order", json=body, catch_response=True) as answer:
            if answer.status_code != 200:
                answer.failure("status")
            self.id = answer.json()["id"]
"""
Tool = Callable[[str, int, Path], int]


def native(url: str, duration_s: int, folder: Path) -> int:
    """How many requests the native engine sent."""
    plan = {**PLAN, "target": url, "load": {"users": USERS, "duration": duration_s}}
    (folder / "plan.json").write_text(json.dumps(plan))
    command = [sys.executable, "-c", "from adapters.performance.cli import main; main()"]
    output = _output([*command, "run", "plan.json", "--tool", "native", "-q", "--json", "-"], folder)
    requests: int = json.loads(output)["summary"]["requests"]
    return requests


def k6(url: str, duration_s: int, folder: Path) -> int:
    """How many requests k6 sent with a script written for it."""
    script = K6_SCRIPT.replace("USERS", str(USERS)).replace("DURATION", str(duration_s)).replace("URL", url)
    (folder / "checked.js").write_text(script)
    program = find_program("k6") or "k6"
    output = _output([program, "run", "--no-usage-report", "--quiet", "--address", "", "checked.js"], folder)
    return _found(r"http_reqs\S*: *(\d+)", output)


def locust(url: str, duration_s: int, folder: Path) -> int:
    """How many requests Locust sent with a FastHttpUser written for it."""
    (folder / "checked.py").write_text(LOCUSTFILE)
    argv = [sys.executable, "-m", "locust", "-f", "checked.py", "--headless", "--only-summary", "-H", url]
    users = ["-u", str(USERS), "-r", str(USERS), "-t", f"{duration_s}s", "--stop-timeout", "1"]
    return _found(r"Aggregated\s+(\d+)", _output([*argv, *users], folder))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    tools: dict[str, Tool] = {"native": native, "locust": locust}
    if find_program("k6") is not None:
        tools["k6"] = k6
    figures: list[dict[str, float]] = []
    with static_server() as (url, server), tempfile.TemporaryDirectory() as folder:
        if not server.startswith("nginx"):
            raise SystemExit("this needs nginx, whose answers are all alike")
        print(f"{server}; {USERS} users, {rounds} rounds\n")
        for _ in range(rounds):
            target = url.rstrip("/")
            figures.append({name: cpu_us(tool, target, Path(folder)) for name, tool in tools.items()})
    print(f"{'tool':<10}{'CPU µs/request':>16}{'to native':>12}{'goal':>8}")
    for name in tools:
        ratio = statistics.median(figure[name] / figure["native"] for figure in figures)
        goal = f"≥ {GOALS[name]:.0f}" if name in GOALS else ""
        print(
            f"{name:<10}{statistics.median(figure[name] for figure in figures):>16.1f}{ratio:>11.2f}×{goal:>8}"
        )


def cpu_us(tool: Tool, url: str, folder: Path) -> float:
    """The CPU time of one more request in microseconds."""
    spent, requests = [], []
    for duration_s in (SHORT_S, LONG_S):
        before = _children_s()
        requests.append(tool(url, duration_s, folder))
        spent.append(_children_s() - before)
    return (spent[1] - spent[0]) / (requests[1] - requests[0]) * 1e6


def _children_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _output(argv: list[str], folder: Path) -> str:
    done = subprocess.run(argv, capture_output=True, text=True, cwd=folder, env=os.environ, check=False)
    return done.stdout if done.stdout.startswith("{") else done.stdout + done.stderr


def _found(pattern: str, output: str) -> int:
    match = re.search(pattern, output)
    if match is None:
        raise RuntimeError(f"no figure in the output:\n{output[-2000:]}")
    return int(match[1])


if __name__ == "__main__":
    main()
