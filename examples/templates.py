"""Templates: functions, paths and defaults, the same under a seed; and what a plan forgot to give a value."""

import asyncio

from adapters.performance import PerformanceClient, Plan
from adapters.performance.plan.names import unknown_names
from adapters.performance.testing import RecordingServer

ORDER = {
    "id": "${uuid()}",
    "quantity": "${randint(1, 5)}",
    "price": "${randfloat(0.5, 99.95, 2)}",
    "colour": "${choice(red, 'light blue')}",
    "coupon": "${coupon:-none}",
    "to": "${home.cities[0]}",
    "deliver_on": "${now(%Y-%m-%d, +2d)}",
    "number": "${user}-${seq()}",
}


def plan_for(url: str, body: dict[str, str]) -> Plan:
    return Plan.from_dict(
        {
            "target": url,
            "load": {"iterations": 3},
            "variables": {"home": {"cities": ["Bern", "Basel"]}},
            "scenarios": [{"steps": [{"method": "POST", "url": "/echo", "json": body}]}],
            "options": {"seed": 7},
        }
    )


def main() -> None:
    with RecordingServer() as server:
        for _ in range(2):
            asyncio.run(PerformanceClient(tool="native").load_test(plan=plan_for(server.url, ORDER)))
        first, second = list(server.log)[:3], list(server.log)[3:]
        for request in first:
            print(request.body.decode())
        same = [request.body for request in first] == [request.body for request in second]
        print("the second run sent", "the same" if same else "something else")
        for unknown in unknown_names(
            plan_for(server.url, {"city": "${hme.cities[0]}", "n": "${randnt(1, 5)}"})
        ):
            print(unknown)


main()
