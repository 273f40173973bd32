"""How long imports and ``polyload --help`` take, beside importing numpy.

python -m benchmarks.startup
"""

import statistics
import subprocess
import sys
import time
from pathlib import Path

COMMANDS = {
    "python -c pass": [sys.executable, "-c", "pass"],
    "import numpy": [sys.executable, "-c", "import numpy"],
    "import adapters.performance": [sys.executable, "-c", "import adapters.performance"],
    "from … import PerformanceClient": [
        sys.executable,
        "-c",
        "from adapters.performance import PerformanceClient",
    ],
    "polyload --help": [str(Path(sys.executable).parent / "polyload"), "--help"],
}


def main(rounds: int = 7) -> None:
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(rounds):
        for name, argv in COMMANDS.items():
            started = time.perf_counter()
            subprocess.run(argv, check=True, stdout=subprocess.DEVNULL)
            times[name].append(time.perf_counter() - started)
    bare = statistics.median(times["python -c pass"])
    print(f"{'command':<34}{'median ms':>10}{'beyond bare Python, ms':>24}")
    for name, taken in times.items():
        middle = statistics.median(taken)
        print(f"{name:<34}{middle * 1000:>10.0f}{(middle - bare) * 1000:>24.0f}")


if __name__ == "__main__":
    main()
