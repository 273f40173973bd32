"""``polyload schema``: JSON Schemas for editors and programs."""

from __future__ import annotations

import json
from typing import Any

import click

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


@click.command(name="schema")
@click.option("--result", is_flag=True, help="The schema of results, not of plans.")
def command(result: bool) -> None:
    """Print the JSON Schema of plans or results."""
    schema = _result_schema() if result else _plan_schema()
    click.echo(json.dumps({"$schema": _DIALECT, **schema}, indent=2, ensure_ascii=False))


def _plan_schema() -> dict[str, Any]:
    from ..plan.model import Plan

    return Plan.model_json_schema(by_alias=True)


def _result_schema() -> dict[str, Any]:
    from ..metrics.result import RunResult

    return RunResult.model_json_schema(by_alias=True, mode="serialization")
