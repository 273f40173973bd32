"""What importing a large recording takes: time and memory of a process of its own, beside the goals.

python -m benchmarks.importers [MEGABYTES]

The recording is made as browsers make them: pages, scripts and images with their content, JSON answers of which later
requests send ids and tokens back, some texts beyond Latin. Twice the size must take about twice the time.
"""

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

GOAL_S, GOAL_MB, GOAL_SIZE = 10.0, 500.0, 50
_BEGAN = datetime(2026, 1, 2, tzinfo=UTC)
_WORDS = ("red", "blue", "lamp", "chair", "kettle", "größe", "table", "clock", "sturdy", "light")
_MORE = (*_WORDS, "椅子", "😀")


def recording(megabytes: float, seed: int = 1) -> dict[str, Any]:
    """A HAR document of about that size."""
    rng = random.Random(seed)
    entries: list[dict[str, Any]] = []
    size = 0
    for entry in _visit(rng):
        entries.append(entry)
        size += len(entry["response"]["content"]["text"]) + 1200
        if size > megabytes * 1e6:
            break
    return {"log": {"version": "1.2", "pages": [{"id": "p0", "title": "The shop"}], "entries": entries}}


def _visit(rng: random.Random) -> Iterator[dict[str, Any]]:
    """Entries without end: now a page with what belongs to it, now an answer in JSON, and orders that use it."""
    token, number = f"tok-{rng.getrandbits(64):016x}", 0
    yield _entry(0, "POST", "/login", {"token": token}, {"user": "ann", "password": "hunter2"}, token="")
    while True:
        number += 1
        words = _MORE if number % 3 == 0 else _WORDS
        page = "".join(f"<li>{rng.choice(words)} {rng.getrandbits(64):x}</li>" for _ in range(700))
        yield _entry(number, "GET", f"/page/{number}", f"<html><ul>{page}</ul></html>", None, token)
        script = "".join(f"var a{n}={{b:{rng.random()},c:'{rng.choice(_WORDS[:5])}'}};" for n in range(1500))
        yield _entry(number, "GET", f"/assets/{number}.js", script, None, token)
        items = [
            {
                "id": f"{rng.getrandbits(60):015x}",
                "name": rng.choice(_WORDS),
                "price": rng.random(),
                "tags": _WORDS[:3],
            }
            for _ in range(300)
        ]
        yield _entry(
            number, "GET", f"/api/items?page={number}", {"items": items, "next": number + 1}, None, token
        )
        chosen = rng.choice(items)["id"]
        order = {"order": {"id": rng.getrandbits(50), "lines": items[:20]}}
        yield _entry(number, "POST", "/api/orders", order, {"item": chosen, "count": 2}, token)
        yield _entry(number, "GET", f"/api/orders/{order['order']['id']}", {"ok": True}, None, token)


def _entry(number: int, method: str, path: str, answer: Any, sent: Any, token: str) -> dict[str, Any]:
    kind = (
        "application/json"
        if not isinstance(answer, str)
        else "text/html"
        if answer[0] == "<"
        else "text/javascript"
    )
    headers = {
        "Accept": "*/*",
        "User-Agent": "Mozilla/5.0",
        "Sec-Fetch-Mode": "cors",
        "Accept-Language": "en",
    }
    headers |= {"Authorization": f"Bearer {token}"} if token else {}
    request: dict[str, Any] = {
        "method": method,
        "url": f"https://shop.example{path}",
        "headers": _pairs(headers),
    }
    if sent is not None:
        request["postData"] = {"mimeType": "application/json", "text": json.dumps(sent)}
    text = answer if isinstance(answer, str) else json.dumps(answer, ensure_ascii=False)
    return {
        "pageref": "p0",
        "startedDateTime": (_BEGAN + timedelta(seconds=number)).isoformat(),
        "time": 20,
        "request": request,
        "response": {
            "status": 200,
            "headers": _pairs({"Content-Type": kind, "X-Request-Id": f"{number:032x}"}),
            "content": {"mimeType": kind, "size": len(text), "text": text},
        },
    }


def _pairs(headers: dict[str, str]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in headers.items()]


def measured(file: Path) -> tuple[float, float, float, int]:
    """Seconds, those of the processor, and megabytes that `polyload import` takes for a file; the lines it writes."""
    code = (
        "import resource, sys\nfrom adapters.performance.cli import main\n"
        "main(sys.argv[1:], standalone_mode=False)\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)"
    )
    plan = file.with_suffix(".yaml")
    before, began = os.times(), time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", code, "import", str(file), "-o", str(plan), "--force"],
        check=True,
        capture_output=True,
        text=True,
    )
    seconds, after = time.perf_counter() - began, os.times()
    used = after.children_user - before.children_user + after.children_system - before.children_system
    return seconds, used, int(done.stderr.split()[-1]) / 1024, len(plan.read_text().splitlines())


def made(file: Path, megabytes: float) -> None:
    """A recording in a file, made by another process: what this one has used would count for its children too."""
    code = (
        "import json, sys\nfrom pathlib import Path\nfrom benchmarks.importers import recording\n"
        "text = json.dumps(recording(float(sys.argv[1])), ensure_ascii=False)\n"
        "Path(sys.argv[2]).write_text(text, encoding='utf-8')"
    )
    subprocess.run([sys.executable, "-c", code, str(megabytes), str(file)], check=True)


def main(largest: float) -> None:
    print(f"{'recording':>12}{'seconds':>10}{'of CPU':>9}{'MB':>8}{'lines':>9}   CPU s per 10 MB")
    for megabytes in (largest / 2, largest):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "visit.har"
            made(file, megabytes)
            size = file.stat().st_size / 1e6
            seconds, worked, used, lines = measured(file)
        print(
            f"{size:>9.0f} MB{seconds:>10.1f}{worked:>9.1f}{used:>8.0f}{lines:>9,}{worked / size * 10:>18.2f}"
        )
    print(f"\ngoal: {GOAL_SIZE} MB in at most {GOAL_S:g} s and {GOAL_MB:g} MB")


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else GOAL_SIZE)
