"""What a request costs a tool in processor time, and how many it sends, all on one processor."""

import os
import re
import resource
from collections.abc import Callable
from dataclasses import dataclass

from .commands import output_of

SHOWN = r"http_reqs\S*: *(\d+) "


@dataclass(frozen=True)
class Cost:
    """Requests that were sent, in how many seconds of the load, and the processor time of the tool, in seconds."""

    requests: int
    duration_s: float
    cpu_s: float

    @property
    def rps(self) -> float:
        """Requests per second."""
        return self.requests / self.duration_s

    @property
    def cpu_us(self) -> float:
        """Microseconds of processor time for a request."""
        return self.cpu_s / self.requests * 1e6


def cpu_s() -> float:
    """Processor time of this process and of those it started that have ended."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(part.ru_utime + part.ru_stime for part in used)


def of_command(
    argv: list[str], pattern: str, duration_s: float, files: dict[str, str] | None = None
) -> Cost | None:
    """The cost of a command that tells how many requests it sent; None when it is not installed."""
    before = cpu_s()
    output = output_of(argv, files)
    if output is None:
        return None
    found = re.search(pattern, output)
    if found is None:
        raise RuntimeError(f"{argv[0]} told no number of requests:\n{output[-2000:]}")
    return Cost(int(found[1]), duration_s, cpu_s() - before)


Tool = Callable[[str, int, int], Cost | None]


def k9() -> str:
    """The k9 to run: k9-load from the package index, kept apart from this environment."""
    return os.environ.get("POLYLOAD_K9", "k9")
