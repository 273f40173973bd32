"""Where each microsecond of a request goes in a worker of the native engine.

A plan of one static GET (or, with ``--checked``, the request of ``benchmarks.checked``) runs with 50 kept connections
against a static server (nginx where it is installed) on the other processor. ``perf`` (Linux) says which part of the
system each sample of the worker's processor was taken in; ``py-spy``, if it is installed, which line of Python was
being run. Shares are of the CPU time per request, which is measured on a run that nothing looks at.

    python -m benchmarks.profile_native [--seconds 5] [--users 50] [--checked]
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import subprocess
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import psutil

from adapters.performance import NativeAdapter, Plan
from adapters.performance.engines.running import run_plan

from .checked import PLAN as CHECKED
from .targets import static_server

SYSCALLS = {
    "ksys_write": "kernel: send, up to the server's socket",
    "ksys_read": "kernel: receive",
    "do_epoll_wait": "kernel: epoll",
    "do_epoll_pwait": "kernel: epoll",
}
LIBRARIES = {
    "libpython": "Python: our callbacks",
    "python": "Python: our callbacks",
    "loop.": "uvloop and libuv",
    "libc": "libc",
    "[vdso]": "the clock",
    "_multiarray": "numpy: windows",
    "_json": "json: windows",
}
CALLED_BY = {
    "flush": "a window is closed and told, once a second",
    "RequestStep._judge": "check the answer, take values from its JSON",
    "RequestStep._render": "render what varies",
}
LINES = (
    ("exchange (http/wire/connection.py", "send: handed to uvloop, the system call included"),
    ("data_received", "compare the answer with the last"),
    ("NameRecorder.answered", "record"),
    ("Signal.", "wake: call, or run the task of, what waits for the answer"),
    ("WireSender.", "choose the connection, read the answer"),
    ("decoded", "choose the connection, read the answer"),
    ("Volley.", "look at the clock, decide to go on"),
    ("<lambda> (performance/engines/native/runner", "look at the clock, decide to go on"),
    ("native/steps.py", "go from step to step"),
    ("native/runner.py", "go from step to step"),
    ("Runner.run (asyncio", "the loop: epoll, receive, uvloop"),
)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--users", type=int, default=50)
    parser.add_argument("--checked", action="store_true")
    given = parser.parse_args()
    if shutil.which("perf") is None:
        raise SystemExit("this needs perf (Linux): the package is called linux-perf, or linux-tools")
    with static_server() as (url, server), tempfile.TemporaryDirectory() as folder:
        load = {"users": given.users, "duration": given.seconds + 4}
        plan = Plan.for_url(url, load=load)
        if given.checked:
            plan = Plan.from_dict({**CHECKED, "target": url.rstrip("/"), "load": load})
        cpu_us, rate = asyncio.run(_run(plan, None))
        print(f"{server}; {given.users} connections: {rate:,.0f} requests/s, {cpu_us:.2f} µs of CPU each\n")
        show("perf", perf(plan, given.seconds, Path(folder)), cpu_us)
        if shutil.which("py-spy") is not None:
            show("py-spy, by line of Python", py_spy(plan, given.seconds, Path(folder)), cpu_us)


def show(title: str, samples: Counter[str], cpu_us: float) -> None:
    print(f"{title:<52}{'share':>8}{'µs':>8}")
    for name, count in samples.most_common():
        share = count / samples.total()
        print(f"  {name:<50}{share:>8.1%}{share * cpu_us:>8.2f}")
    print()


def perf(plan: Plan, seconds: int, folder: Path) -> Counter[str]:
    """Samples by what they were taken in, with the system call a kernel's function was called by."""
    data = str(folder / "perf.data")

    def record(pid: int) -> list[str]:
        options = ["-q", "-F", "4999", "--call-graph", "fp", "-o", data, "-p", str(pid)]
        return ["perf", "record", *options, "--", "sleep", str(seconds)]

    asyncio.run(_run(plan, record))
    argv = ["perf", "script", "-i", data, "-F", "ip,sym,dso"]
    stacks = subprocess.run(argv, capture_output=True, text=True, check=True).stdout.split("\n\n")
    return Counter(_part(stack.strip().splitlines()) for stack in stacks if stack.strip())


def _part(frames: list[str]) -> str:
    """What a sample was taken in; a frame is ``address symbol (library)``, the innermost first."""
    words = [frame.split() for frame in frames]
    if "[kernel" in frames[0]:
        called = (SYSCALLS[name] for _, name, *_ in words if name in SYSCALLS)
        return next(called, "kernel: other")
    library = words[0][-1].strip("()").rpartition("/")[2]
    return next((part for start, part in LIBRARIES.items() if library.startswith(start)), "other")


def py_spy(plan: Plan, seconds: int, folder: Path) -> Counter[str]:
    """Samples by the Python line that was being run, in groups."""
    stacks = folder / "stacks"

    def record(pid: int) -> list[str]:
        argv = ["py-spy", "record", "-r", "500", "-d", str(seconds), "-f", "raw"]
        return [*argv, "-o", str(stacks), "-p", str(pid)]

    asyncio.run(_run(plan, record))
    samples: Counter[str] = Counter()
    for line in stacks.read_text().splitlines():
        stack, _, count = line.rpartition(" ")
        line_run = stack.rpartition(";")[2]
        called_by = (part for name, part in CALLED_BY.items() if name in stack)
        part = next(called_by, None) or next((part for start, part in LINES if start in line_run), "other")
        samples[part] += int(count)
    return samples


async def _run(plan: Plan, profiler: Callable[[int], list[str]] | None) -> tuple[float, float]:
    """A run, with a profiler of its worker: the CPU time of a request in microseconds, and requests per second."""
    running = asyncio.ensure_future(run_plan(NativeAdapter(), plan))
    if profiler is not None:
        await asyncio.sleep(2)
        command = profiler(_worker_pid())
        process = await asyncio.create_subprocess_exec(*command, stdout=subprocess.DEVNULL)
        if await process.wait():
            raise SystemExit(f"{command[0]} failed; it may need to be run as root")
    result = await running
    cpu_s, rate = result.resources["cpu_s"], result.summary.throughput_rps
    if cpu_s is None or rate is None:
        raise SystemExit(f"the run failed: {result.reason}")
    return cpu_s / result.summary.requests * 1e6, rate


def _worker_pid() -> int:
    children = psutil.Process().children(recursive=True)
    return next(child.pid for child in children if any("native.worker" in word for word in child.cmdline()))


if __name__ == "__main__":
    main()
