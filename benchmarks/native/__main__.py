"""The native engine held against its goals and against other tools, as one table.

Tools that are compared share processor 1 and the server has processor 0; they run one after the other in each round,
every second round the other way about, and the median over the rounds of a ratio within a round is told. The processor
time of polyload includes its parent process.

    python -m benchmarks.native [--rounds 3] [--seconds 3] [--only costs,crowd,exactness,stalls,scaling]
"""

import argparse
import platform
import statistics
from collections.abc import Callable
from pathlib import Path

from ..targets import pin, static_server
from . import gets, posts
from .costs import Cost, Tool
from .crowd import crowd
from .exactness import exactness
from .rows import Row
from .scaling import scaling
from .stalls import stalls

USERS = 50
Ratio = tuple[str, str, str, float, str]
GETS: tuple[Ratio, ...] = (
    ("rps", "native", "wrk", 0.85, "more"),
    ("cpu_us", "native", "wrk", 1.5, "less"),
    ("cpu_us", "k6", "native", 4, "more"),
    ("cpu_us", "locust", "native", 9, "more"),
    ("cpu_us", "k9-load", "native", 1.2, "more"),
)
POSTS: tuple[Ratio, ...] = (
    ("cpu_us", "k6", "native", 2, "more"),
    ("cpu_us", "locust", "native", 5, "more"),
)
_WORDS = {"rps": "requests/s", "cpu_us": "CPU per request"}


def costs(rounds: int, seconds: int) -> list[Row]:
    """The rows of GETs and of POSTs."""
    rows = []
    with static_server() as (url, server):
        for title, tools, ratios in (("GET", gets.TOOLS, GETS), ("POST", posts.TOOLS, POSTS)):
            measured = _rounds(tools, url, rounds, seconds)
            note = "; ".join(
                f"{name} {_median(measured, name):.1f} µs" for name in tools if measured[0][name]
            )
            print(f"{title}, {server}, CPU per request: {note}", flush=True)
            rows += [_ratio(title, measured, *ratio) for ratio in ratios]
    return rows


def _rounds(tools: dict[str, Tool], url: str, rounds: int, seconds: int) -> list[dict[str, Cost | None]]:
    pin(1)
    measured = []
    for number in range(rounds):
        names = list(tools) if number % 2 == 0 else list(tools)[::-1]
        measured.append({name: tools[name](url, USERS, seconds) for name in names})
    return measured


def _median(measured: list[dict[str, Cost | None]], name: str) -> float:
    return statistics.median(cost.cpu_us for costs in measured if (cost := costs[name]))


def _ratio(
    title: str,
    measured: list[dict[str, Cost | None]],
    figure: str,
    one: str,
    other: str,
    goal: float,
    better: str,
) -> Row:
    name = f"{title}, {_WORDS[figure]}: {one} / {other}"
    pairs = [(a, b) for costs in measured if (a := costs[one]) and (b := costs[other])]
    if not pairs:
        return Row(name, None, note="not installed")
    ratios = sorted(getattr(a, figure) / getattr(b, figure) for a, b in pairs)
    note = f"{ratios[0]:.2f} to {ratios[-1]:.2f} in {len(ratios)} rounds"
    return Row(name, statistics.median(ratios), goal, "more" if better == "more" else "less", "", note)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=3)
    parser.add_argument("--only", default="costs,crowd,exactness,stalls,scaling")
    given = parser.parse_args()
    parts: dict[str, Callable[[], list[Row]]] = {
        "costs": lambda: costs(given.rounds, given.seconds),
        "crowd": crowd,
        "exactness": exactness,
        "stalls": stalls,
        "scaling": scaling,
    }
    print(f"{_processor()}, {platform.platform()}, Python {platform.python_version()}")
    rows = [row for name in given.only.split(",") for row in parts[name]()]
    print(f"\n{'figure':<58}{'measured':>12}{'goal':>14}{'met':>5}")
    for row in rows:
        print(row)


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.partition(": ")[2] for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


if __name__ == "__main__":
    main()
