"""Fuzzes the plan loader: texts of YAML and JSON that are no plans, or hostile ones, must end in a plan or a PlanError.

python -m tests.fuzz.plans --inputs 1000000 --seed 1 --jobs 2
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

from adapters.performance.errors import PlanError
from adapters.performance.plan.masking import public_dict
from adapters.performance.plan.reading import fields_in, plan_beside

from .mutation import changed_text, changed_tree
from .running import main

_Dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
FOLDER = Path(__file__).parents[1] / "data" / "plans"


@cache
def samples() -> list[tuple[bytes, Any]]:
    """The bytes and the tree of each sample."""
    found = [path.read_bytes() for path in sorted(FOLDER.iterdir())]
    return [(data, yaml.safe_load(data)) for data in found]


def text(seed: int, number: int) -> tuple[str, Path]:
    """The input of this number, and the name of the file that it is in."""
    random = Random(f"{seed}:{number}")
    data, tree = random.choice(samples())
    as_json = random.random() < 0.4
    if random.random() < 0.6:
        tree = changed_tree(random, tree)
        data = json.dumps(tree, default=str).encode()
        if not as_json and random.random() < 0.1:
            with suppress(RecursionError):  # of the dumper, which is not what is tested
                data = yaml.dump(json.loads(data), Dumper=_Dumper).encode()
    elif as_json:
        data = json.dumps(tree, default=str).encode()
    if random.random() < 0.5:
        data = changed_text(random, data)
    return data.decode(errors="replace"), Path("plan.json" if as_json else "plan.yaml")


def trial(seed: int, number: int) -> str:
    """One input; no other error than a PlanError."""
    content, path = text(seed, number)
    try:
        plan = plan_beside(fields_in(content, path), Path("folder"), source=str(path))
    except PlanError as error:
        assert str(path) in error.message, "it does not say where"
        raise
    json.dumps(public_dict(plan))
    return "plan"


if __name__ == "__main__":
    sys.exit(main(trial, __doc__ or ""))
