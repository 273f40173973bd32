"""The files that `polyload init` writes."""

from __future__ import annotations

import json
from importlib.resources import files


def starter_files(target: str) -> dict[str, str]:
    """A settings file and a plan for a target, as texts by their paths."""
    folder = files(__name__)
    plan = folder.joinpath("plan.yaml").read_text(encoding="utf-8")
    return {
        "config/qa.yaml": folder.joinpath("qa.yaml").read_text(encoding="utf-8"),
        "plan.yaml": plan.replace("TARGET", json.dumps(target, ensure_ascii=False)),
    }
