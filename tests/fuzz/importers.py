"""Fuzzes the importers, all kinds that are registered: broken and hostile files must end in a valid plan or an error.

    python -m tests.fuzz.importers --inputs 1000000 --seed 1 --jobs 2

An input is a small valid file of ``tests/data/imports``, changed by chance: its bytes, or the values in its tree. What
comes of it is a plan that means when read what was drafted (`finished` sees to that), the same whenever it is made
again, or a PolyloadError; nothing else, within bounded time and memory.
"""

from __future__ import annotations

import json
import sys
from contextlib import suppress
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import yaml

from adapters.performance.errors import PolyloadError
from adapters.performance.importers.importing import drafted, finished
from adapters.performance.importers.kinds import KINDS, detect
from adapters.performance.importers.options import Options, patterns
from adapters.performance.importers.source import Source

from .mutation import changed_text, changed_tree
from .running import main

SAMPLES = Path(__file__).parents[1] / "data" / "imports"
"""One or several for each kind: ``har.json``, ``curl-windows.txt``."""
MOST_BYTES = 300_000


@cache
def samples() -> list[tuple[str, bytes, Any]]:
    """The kind, the bytes, and the tree of those that are JSON or YAML, of each sample."""
    found = []
    for path in sorted(SAMPLES.iterdir()):
        data = path.read_bytes()
        tree = {".json": json.loads, ".yaml": yaml.safe_load}.get(path.suffix, lambda _: None)(data)
        found.append((path.stem.partition("-")[0], data, tree))
    assert {kind for kind, _, _ in found} == set(KINDS), "a kind without a sample, or a sample without a kind"
    return found


def source(seed: int, number: int) -> tuple[str, Source, Options]:
    """The input of this number: its kind, the file, and the wishes."""
    random = Random(f"{seed}:{number}")
    kind, data, tree = random.choice(samples())
    if tree is not None and random.random() < 0.75:
        changed = json.dumps(changed_tree(random, tree)).encode()
        data = changed if len(changed) < MOST_BYTES else data
        if random.random() < 0.1:
            data = changed_text(random, data)
    else:
        data = changed_text(random, data)
    known = KINDS[kind].options
    wishes: dict[str, Any] = {}
    if "include" in known and random.random() < 0.1:
        wishes["include"] = patterns((random.choice(("shop", "^https", "api|x")),), "--include")
    for name in ("keep_static", "keep_hosts"):
        if name in known and random.random() < 0.2:
            wishes[name] = True
    if "target" in known and random.random() < 0.2:
        wishes["target"] = "http://127.0.0.1:1"
    return kind, Source(f"a.{kind}", data), Options(**wishes)


def trial(seed: int, number: int) -> str:
    """One input: what it is recognised as, and what its own kind makes of it."""
    kind, file, options = source(seed, number)
    with suppress(PolyloadError):
        detect(file)
    done = finished(drafted(file, kind, options)[1], KINDS[kind], file)
    again = (
        finished(drafted(Source(file.name, file.data), kind, options)[1], KINDS[kind], file)
        if number % 10 == 0
        else done
    )
    assert done.text == again.text, "another plan each time"
    assert all(line.replace("\t", "").isprintable() for line in done.text.splitlines()), (
        "what cannot be printed"
    )
    return kind


if __name__ == "__main__":
    sys.exit(main(trial, __doc__ or ""))
