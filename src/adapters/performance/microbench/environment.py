"""Where figures were measured: what must be the same for two of them to be comparable."""

from __future__ import annotations

import os
import platform
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from ..metrics.document import ResultModel

_CPU = Path("/proc/cpuinfo")
_COMPARED = {
    "machine": "another machine",
    "system": "another operating system",
    "cpu": "another processor",
    "processors": "another number of processors",
    "python": "another Python",
}


class Environment(ResultModel):
    """The machine, its processors and the Python that measured."""

    machine: str
    system: str
    cpu: str
    processors: int
    python: str
    optimized: bool
    polyload: str | None

    def differences(self, other: Environment) -> list[str]:
        """In what another environment is not this one, in words; empty if figures of both may be compared."""
        found = [
            f"{words} ({getattr(self, name)}, not {getattr(other, name)})"
            for name, words in _COMPARED.items()
            if getattr(self, name) != getattr(other, name)
        ]
        if self.optimized != other.optimized:
            found.append("another optimization level (python -O)")
        return found


def this_environment() -> Environment:
    """The environment of this process."""
    affinity = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else range(os.cpu_count() or 1)
    return Environment(
        machine=platform.node(),
        system=f"{platform.system()} {platform.release()}",
        cpu=_cpu(),
        processors=len(affinity),
        python=f"{platform.python_implementation()} {platform.python_version()}",
        optimized=sys.flags.optimize > 0,
        polyload=_own_version(),
    )


def _cpu() -> str:
    try:
        lines = _CPU.read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    models = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(models, platform.machine())


def _own_version() -> str | None:
    try:
        return version("polyload")
    except PackageNotFoundError:
        return None
