"""What three placeholders add to a request of the native engine: the time to make it; without them it is made once.

python -m benchmarks.templates
"""

from __future__ import annotations

import statistics
from collections.abc import Callable
from time import process_time
from typing import Any

from adapters.performance import Plan
from adapters.performance.engines.native.sender import Outgoing
from adapters.performance.engines.native.senders import USER_AGENT
from adapters.performance.engines.native.wire_template import wire_template
from adapters.performance.engines.program import runtime
from adapters.performance.engines.program.compile import compile_plan

GOAL_US = 4.0
_REQUESTS = 20_000
CASES: dict[str, dict[str, Any]] = {
    "variables": {
        "url": "/items/${id}",
        "headers": {"X-Token": "${token}"},
        "json": {"name": "${person.name}", "amount": 3},
    },
    "rows of a feed": {
        "url": "/items/${users.id}",
        "headers": {"X-Token": "${users.token}"},
        "json": {"name": "${users.name}", "amount": 3},
    },
    "one variable, one row, one number": {
        "url": "/items/${users.id}",
        "headers": {"X-Token": "${token}"},
        "json": {"name": "ann", "amount": "${randint(1, 100)}"},
    },
    "counters": {
        "url": "/items/${iteration}",
        "headers": {"X-Token": "${user}"},
        "json": {"name": "ann", "amount": "${seq()}"},
    },
    "randint()": {
        "url": "/items/${randint(1, 100)}",
        "headers": {"X-Token": "${randint(1, 1000000)}"},
        "json": {"name": "ann", "amount": "${randint(1, 6)}"},
    },
    "uuid()": {
        "url": "/items/${uuid()}",
        "headers": {"X-Token": "${uuid()}"},
        "json": {"name": "${uuid()}", "amount": 3},
    },
    "now()": {
        "url": "/items/${now(epoch)}",
        "headers": {"X-Token": "${now()}"},
        "json": {"name": "${now(%d.%m.%Y, +1d)}", "amount": 3},
    },
    "choice()": {
        "url": "/items/${choice(1, 2, 3)}",
        "headers": {"X-Token": "${choice(a, b)}"},
        "json": {"name": "${choice(ann, bob, 'cy d')}", "amount": 3},
    },
    "values of Faker": {
        "url": "/items/${faker.pyint}",
        "headers": {"X-Token": "${faker.first_name}"},
        "json": {"name": "${faker.name}", "amount": 3},
    },
}
"""Three placeholders each: in the URL, in a header and in the body."""


def maker(step: dict[str, Any]) -> Callable[[], Outgoing]:
    """What makes the request of a step as the engine does it, in a session in which every placeholder has a value."""
    plan = Plan.from_dict(
        {
            "target": "http://127.0.0.1:8000",
            "scenarios": [{"steps": [{"method": "POST", **step}]}],
            "load": {"iterations": 1},
            "data": {"users": {"rows": [{"id": "17", "token": "t0k3n", "name": "ann"}]}},
            "variables": {"id": 17, "token": "t0k3n", "person": {"name": "ann"}},
        }
    )
    program = compile_plan(plan)
    entry = program["scenarios"][0]["steps"][0]
    session = runtime.Session.of(program, 0)
    runtime.compile_draw(program["feeds"])(session, 0)
    template: Any = wire_template(entry, USER_AGENT)
    body = runtime.compile_text(entry["body"]["text"])
    sent = body.encode() if isinstance(body, str) else body

    def make() -> Outgoing:
        url, form, content = template.render(session, sent)
        return Outgoing("POST", url, (), content, 30.0, 0, None, False, form)

    return make


def taken_us(make: Callable[[], Outgoing]) -> float:
    """Microseconds that it takes to make a request."""
    began = process_time()
    for _ in range(_REQUESTS):
        make()
    return (process_time() - began) / _REQUESTS * 1e6


def main(rounds: int = 15) -> None:
    makers = {name: maker(step) for name, step in CASES.items()}
    taken: dict[str, list[float]] = {name: [] for name in makers}
    for _ in range(rounds):
        for name, make in makers.items():
            taken[name].append(taken_us(make))
    print(f"{'three placeholders':<36}{'median µs':>12}{'least µs':>12}{'goal':>12}")
    for name, times in taken.items():
        print(f"{name:<36}{statistics.median(times):>12.2f}{min(times):>12.2f}{f'≤ {GOAL_US:g}':>12}")


if __name__ == "__main__":
    main()
