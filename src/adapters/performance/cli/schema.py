"""``polyload schema``: JSON Schemas for editors and programs."""

from __future__ import annotations

import json
from typing import Any

import click

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


@click.command(name="schema")
@click.argument("kind", default="plan")
@click.option("--result", is_flag=True, help="The same as the kind 'result'.")
def command(kind: str, result: bool) -> None:
    """Print the JSON Schema of plans, or of what a command writes.

    KIND is plan (the default), result (of a run), stress, capacity, scalability, comparison, suite, http-benchmark,
    benchmark, or benchmark-comparison.
    """
    schema = _schema("result" if result else kind)
    click.echo(json.dumps(schema, indent=2, ensure_ascii=False))


def plan_schema() -> dict[str, Any]:
    """The schema of plan files."""
    from ..plan.model import Plan

    return {"$schema": _DIALECT, **Plan.model_json_schema(by_alias=True)}


def _schema(kind: str) -> dict[str, Any]:
    from ..workflows.kinds import KINDS, document_class

    if kind == "plan":
        return plan_schema()
    if kind not in KINDS:
        raise click.UsageError(f"no schema is called {kind!r}; there are plan, {', '.join(KINDS)}")
    return {
        "$schema": _DIALECT,
        **document_class(kind).model_json_schema(by_alias=True, mode="serialization"),
    }
