"""Load tools on their own, without polyload: their rate for plain GETs over kept connections."""

import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from adapters.performance.engines.process import find_program

K6_SCRIPT = """
import http from 'k6/http';
export const options = { vus: USERS, duration: 'DURATIONs', discardResponseBodies: true };
export default function () { http.get('URL'); }
"""
LOCUSTFILE = """
from locust import FastHttpUser, constant, task
class Bare(FastHttpUser):
    wait_time = constant(0)
    @task
    def get(self):
        self.client.get("/")
"""


@dataclass(frozen=True)
class Rate:
    """Requests per second, and the seconds the whole command took."""

    rps: float
    wall_s: float


def run(argv: list[str], cwd: str | None = None) -> tuple[str, float]:
    """The output of a command, stderr included, and the seconds it took."""
    started = time.perf_counter()
    done = subprocess.run(
        argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=cwd, check=False
    )
    return done.stdout, time.perf_counter() - started


def wrk(url: str, users: int, duration_s: int) -> Rate | None:
    """wrk with one thread."""
    if shutil.which("wrk") is None:
        return None
    output, wall_s = run(["wrk", "-t1", f"-c{users}", f"-d{duration_s}s", url])
    return Rate(float(_found(r"Requests/sec:\s+([\d.]+)", output)), wall_s)


def ab(url: str, users: int, duration_s: int) -> Rate | None:
    """Apache Bench over kept connections."""
    if shutil.which("ab") is None:
        return None
    argv = ["ab", "-q", "-k", "-l", "-r", "-c", str(users), "-t", str(duration_s), "-n", "50000000", url]
    output, wall_s = run(argv)
    return Rate(float(_found(r"Requests per second:\s+([\d.]+)", output)), wall_s)


def k6(url: str, users: int, duration_s: int) -> Rate | None:
    """k6 with a hand-written script that does nothing but GET."""
    program = find_program("k6")
    if program is None:
        return None
    script = K6_SCRIPT.replace("USERS", str(users)).replace("DURATION", str(duration_s)).replace("URL", url)
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "bare.js").write_text(script)
        output, wall_s = run(
            [program, "run", "--no-usage-report", "--quiet", "--address", "", "bare.js"], folder
        )
    return Rate(float(_found(r"http_reqs\S*: *\d+ +([\d.]+)/s", output)), wall_s)


def locust(url: str, users: int, duration_s: int) -> Rate | None:
    """Locust with a hand-written FastHttpUser."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "bare.py").write_text(LOCUSTFILE)
        argv = [
            sys.executable,
            "-m",
            "locust",
            "-f",
            "bare.py",
            "--headless",
            "--only-summary",
            "-H",
            url.rstrip("/"),
        ]
        argv += ["-u", str(users), "-r", str(users), "-t", f"{duration_s}s", "--stop-timeout", "1"]
        output, wall_s = run(argv, folder)
    found = re.search(
        r"Aggregated\s+(\d+)\s.*?\|\s+[\d.]+\s+[\d.]+\s+[\d.]+\s+[\d.]+\s+\|\s+([\d.]+)", output
    )
    return Rate(float(found[2]), wall_s) if found else None


def _found(pattern: str, output: str) -> str:
    match = re.search(pattern, output)
    if match is None:
        raise RuntimeError(f"no figure in the output:\n{output[-2000:]}")
    return match[1]
