"""What the list of runs shows of a document, whatever its kind; None where its JSON has no such figure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from ..plan.written import written_steps

RUN = "run"
_KINDS = {"result": RUN}
_SENTENCES = ("sentence", "reason", "why")
_SUCCESS = ("success", "overall_passed", "passed")
_ASIDE = ("name", "thresholds")
_OPTIONS_ASIDE = ("seed", "samples")


def kind_of(schema: str) -> str:
    """The kind that a schema such as ``polyload.stress/1`` names; that of a result is ``run``."""
    name = schema.removeprefix("polyload.").partition("/")[0]
    return _KINDS.get(name, name)


def columns(document: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of the table of runs that a document fills."""
    plan = document.get("plan")
    plan = plan if isinstance(plan, dict) else None
    engine = document.get("engine")
    engine = engine if isinstance(engine, dict) else {}
    return {
        "schema_name": document.get("schema"),
        "duration_s": document.get("duration_s"),
        "success": _success(document),
        "stopped": document.get("stopped"),
        "sentence": next((document[name] for name in _SENTENCES if document.get(name)), None),
        "target": _target(document, plan),
        "plan_name": _name(document, plan),
        "plan_hash": None if plan is None else plan_hash(plan),
        "engine": engine.get("name"),
        "engine_version": engine.get("version"),
        **_measured(document),
    }


def started_us(document: Mapping[str, Any]) -> int | None:
    """When it began, in microseconds since 1970; None when it does not say."""
    text = document.get("started_at")
    if not isinstance(text, str):
        return None
    moment = datetime.fromisoformat(text).astimezone(UTC)
    return round(moment.timestamp() * 1e6)


def plan_hash(plan: Mapping[str, Any]) -> str:
    """The same for plans that send and load alike; name, thresholds, seed and raw samples aside."""
    kept = {name: value for name, value in plan.items() if name not in _ASIDE}
    options = {name: value for name, value in kept.pop("options", {}).items() if name not in _OPTIONS_ASIDE}
    written = json.dumps([kept, options], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()[:16]


def _name(document: Mapping[str, Any], plan: Mapping[str, Any] | None) -> str | None:
    """The name of the plan or of what was measured, or the names of all that was compared or run."""
    if name := (plan or {}).get("name") or document.get("name"):
        return str(name)
    if isinstance(document.get("runs"), dict):
        return " · ".join(document["runs"])
    return " · ".join(entry["name"] for entry in document.get("entries", ())) or None


def _success(document: Mapping[str, Any]) -> bool | None:
    if "conclusion" in document:
        return document["conclusion"] in ("found", "at_least")
    return next((document[name] for name in _SUCCESS if name in document), None)


def _target(document: Mapping[str, Any], plan: Mapping[str, Any] | None) -> str | None:
    if plan is None:
        return document.get("url")
    if plan.get("target"):
        return str(plan["target"])
    steps = list(written_steps(plan))
    url = next((step["url"] for step in steps if step.get("url")), None)
    parts = urlsplit(url or "")
    if not parts.netloc:
        return url
    return url if len(steps) == 1 else f"{parts.scheme}://{parts.netloc}"


def _measured(document: Mapping[str, Any]) -> dict[str, Any]:
    summary = document.get("summary")
    if isinstance(summary, dict):  # of a run
        times, source = summary["latency_ms"], summary
    elif "total_ms" in document:  # of an HTTP benchmark
        times, source = document["total_ms"], {**document, "throughput_rps": document.get("throughput")}
    elif "median_ms" in document:  # of a function
        times = {"mean": document["avg_time"], "p50": document["median_ms"], "p95": document["p95_ms"]}
        source = {"throughput_rps": document["throughput"]}
    else:
        times, source = {}, {}
    counted = ("requests", "failures", "error_rate", "throughput_rps")
    found = {name: source.get(name) for name in counted if not isinstance(source.get(name), list | dict)}
    return {**found, **{f"{name}_ms": times.get(name) for name in ("mean", "p50", "p95", "p99")}}
