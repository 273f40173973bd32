"""What each engine carries out, as Markdown made from what the engines declare."""

from __future__ import annotations

from collections.abc import Sequence

from .contract import EngineAdapter
from .features import FEATURES
from .registry import PREFERENCE, create_engine

_HEAD = """# Engines

What each engine makes of a plan. This page is made from what the engines declare (`make docs`), and the conformance
suite holds each engine to it: a plan that uses a feature is carried out **exactly** (✓), or **refused** before anything
is sent (–), or, with `--approximate`, carried out nearly (≈).
"""


_STEERING = "a run paused, resumed, or given other users or another rate while it goes on"


def engines_markdown(names: Sequence[str] = PREFERENCE) -> str:
    """The page: a table of features, what each engine's figures mean, and why what is refused is refused."""
    engines = [create_engine(name) for name in names]
    sections = [_HEAD, _features(engines), "## What the figures mean\n", *map(_semantics, engines)]
    return "\n".join([*sections, "## Why a feature is refused\n", *map(_reasons, engines)])


def _features(engines: Sequence[EngineAdapter]) -> str:
    lines = ["| feature | " + " | ".join(engine.name for engine in engines) + " |"]
    lines.append("|---|" + "---|" * len(engines))
    for feature, title in FEATURES.items():
        marks = (_mark(engine, feature) for engine in engines)
        lines.append(f"| {title} | " + " | ".join(marks) + " |")
    steered = ("✓" if engine.cannot_steer is None else "–" for engine in engines)
    lines.append(f"| {_STEERING} | " + " | ".join(steered) + " |")
    return "\n".join([*lines, ""])


def _mark(engine: EngineAdapter, feature: str) -> str:
    return "–" if feature in engine.cannot else "≈" if feature in engine.nearly else "✓"


def _semantics(engine: EngineAdapter) -> str:
    meaning = engine.semantics
    return (
        f"### {engine.name}\n\n"
        f"- latency: {meaning.latency}\n"
        f"- resolution: {meaning.resolution_ms:g} ms\n"
        f"- connections: {meaning.connections}\n"
        f"- redirects: {meaning.redirects}\n"
    )


def _reasons(engine: EngineAdapter) -> str:
    reasons = {FEATURES[feature]: why for feature, why in (*engine.cannot.items(), *engine.nearly.items())}
    if engine.cannot_steer is not None:
        reasons[_STEERING] = engine.cannot_steer
    if not reasons:
        return f"### {engine.name}\n\nNothing is refused.\n"
    lines = [f"- {what}: {why}" for what, why in reasons.items()]
    return "\n".join([f"### {engine.name}\n", *lines, ""])
