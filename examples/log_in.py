"""Users log in by a form, each with its own name and password, and ask an API with a token that all of them share."""

import asyncio

import yaml

from adapters.performance import PerformanceClient, Plan
from adapters.performance.testing import RecordingServer

PLAN = """
auth:
  oauth2:
    token_url: /oauth/token?expires=2&refresh=1
    client_id: app 1
    client_secret: s3cret/app
    share: run
scenarios:
  - steps:
      - url: /form/home
        auth:
          form:
            login_url: /form/login
            csrf_field: csrf_token
            username: ${people.name}
            password: ${people.password}
            success_indicator: Welcome
      - url: /oauth/protected
data:
  people:
    strategy: per_user
    rows: [{name: ann, password: pw-ann}, {name: bob, password: pw-bob}]
load: {users: 2, duration: 1.5}
"""


async def main(url: str) -> None:
    plan = Plan.from_dict({"target": url, **yaml.safe_load(PLAN)})
    result = await PerformanceClient().load_test(plan=plan)
    print(f"{result.summary.requests} requests, {result.summary.failures} failures")
    for name, part in result.aside.items():
        print(f"aside: {name}: {part.requests}")


with RecordingServer() as server:
    asyncio.run(main(server.url))
