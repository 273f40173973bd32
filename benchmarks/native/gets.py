"""Plain GETs over kept connections: wrk, k9-load, k6 and Locust as they are, and the native engine."""

import asyncio

from adapters.performance import NativeAdapter, Plan
from adapters.performance.engines.running import run_plan

from ..bare import K6_SCRIPT, LOCUSTFILE
from .costs import SHOWN, Cost, Tool, cpu_s, k9, of_command

_K9_PLAN = """
options: {{ vus: {users}, duration: {duration_s}s, discardResponseBodies: true }}
flows: {{ default: [ {{ request: {{ url: "{url}" }} }} ] }}
"""


def wrk(url: str, users: int, duration_s: int) -> Cost | None:
    """wrk with one thread."""
    return of_command(["wrk", "-t1", f"-c{users}", f"-d{duration_s}s", url], r"(\d+) requests in", duration_s)


def k9_load(url: str, users: int, duration_s: int) -> Cost | None:
    """k9-load with a plan, so that no Python runs in it."""
    plan = _K9_PLAN.format(url=url, users=users, duration_s=duration_s)
    return of_command([k9(), "run", "plan.yaml", "--quiet"], SHOWN, duration_s, {"plan.yaml": plan})


def k6_of(script: str, users: int, duration_s: int) -> Cost | None:
    """k6 with a script of one's own."""
    text = script.replace("USERS", str(users)).replace("DURATION", str(duration_s))
    argv = ["k6", "run", "--no-usage-report", "--quiet", "--address", "", "script.js"]
    return of_command(argv, SHOWN, duration_s, {"script.js": text})


def k6(url: str, users: int, duration_s: int) -> Cost | None:
    """k6 with a script that does nothing but GET."""
    return k6_of(K6_SCRIPT.replace("URL", url), users, duration_s)


def locust_of(locustfile: str, url: str, users: int, duration_s: int) -> Cost | None:
    """Locust with a locustfile of one's own."""
    argv = ["locust", "-f", "file.py", "--headless", "--only-summary", "-H", url.rstrip("/")]
    argv += ["-u", str(users), "-r", str(users), "-t", f"{duration_s}s", "--stop-timeout", "1"]
    return of_command(argv, r"Aggregated\s+(\d+)\s", duration_s, {"file.py": locustfile})


def locust(url: str, users: int, duration_s: int) -> Cost | None:
    """Locust's FastHttpUser with a locustfile that does nothing but GET."""
    return locust_of(LOCUSTFILE, url, users, duration_s)


def native_of(plan: Plan) -> Cost:
    """The native engine, its parent process included."""
    before = cpu_s()
    result = asyncio.run(run_plan(NativeAdapter(), plan))
    used = cpu_s() - before
    if not result.success or result.duration_s is None:
        raise RuntimeError(f"native: {result.reason}")
    return Cost(result.summary.requests, result.duration_s, used)


def native(url: str, users: int, duration_s: int) -> Cost:
    """The native engine with every latency recorded."""
    return native_of(Plan.for_url(url, load={"users": users, "duration": duration_s}))


TOOLS: dict[str, Tool] = {"wrk": wrk, "native": native, "k9-load": k9_load, "k6": k6, "locust": locust}
