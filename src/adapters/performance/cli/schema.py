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
    click.echo(json.dumps({"$schema": _DIALECT, **schema}, indent=2, ensure_ascii=False))


def _schema(kind: str) -> dict[str, Any]:
    from ..plan.model import Plan
    from ..workflows.kinds import KINDS, document_class

    if kind == "plan":
        return Plan.model_json_schema(by_alias=True)
    if kind not in KINDS:
        raise click.UsageError(f"no schema is called {kind!r}; there are plan, {', '.join(KINDS)}")
    return document_class(kind).model_json_schema(by_alias=True, mode="serialization")
