"""How long functions take, and whether one is faster: measured in processes of their own, which take turns."""

import json

from adapters.performance import BenchmarkRunner

ORDER = {"items": [{"id": number, "price": number * 1.5} for number in range(50)]}


def compact() -> str:
    return json.dumps(ORDER)


def indented() -> str:
    return json.dumps(ORDER, indent=2)


runner = BenchmarkRunner()
result = runner.benchmark_sync(func=compact, iterations=1000)
print(f"{result.name}: {result.avg_time:.4f} ms, {result.throughput:,.0f} per second")

comparison = runner.compare_functions(compact, indented, processes=6, values=5)
print(comparison.compared[0].sentence)
