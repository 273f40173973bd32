"""``polyload validate``: what is wrong with plans, before anything runs; and a dry run of one user on request."""

from __future__ import annotations

import json
from typing import Any

import click

from .options import SETTINGS_FILES

_PLAN_ERROR, _DRY_RUN_FAILED = 2, 1


@click.command(name="validate")
@click.argument("plans", nargs=-1, required=True, metavar="PLAN...")
@SETTINGS_FILES
@click.option(
    "--dry-run",
    is_flag=True,
    help="Then send it once: one user goes once through each scenario, and is shown.",
)
@click.option(
    "--trace", is_flag=True, help="A dry run that shows headers and bodies as well, secrets masked."
)
@click.option("--strict", is_flag=True, help="Count warnings as errors.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(
    plans: tuple[str, ...], dry_run: bool, trace: bool, strict: bool, as_json: bool, **given: Any
) -> int:
    """Check plan files without running them.

    Says what is wrong with each and how to mend it: fields, templates that nothing gives a value, data that cannot be
    read, thresholds on requests that there are not; and which engines carry it out. Nothing is sent, unless --dry-run
    or --trace asks for it.

    Exit codes: 0 valid, and a dry run succeeded; 1 a dry run failed; 2 a plan is not valid.
    """
    from .configured import read_settings
    from .show_validation import Printer
    from .validating import checked, tried

    settings = read_settings({**given, "profile": None}, ()).settings
    printer = Printer(trace=trace, silent=as_json)
    codes, documents = [0], []
    for path in plans:
        found = checked(path, settings)
        printer.show(found)
        invalid = found.invalid or (strict and found.warned)
        document = found.to_dict()
        codes.append(_PLAN_ERROR if invalid else 0)
        if (dry_run or trace) and found.plan is not None and not invalid:
            run = tried(found.plan, printer.sent)
            printer.conclude(run)
            document["dry_run"] = run.to_dict(trace=trace)
            codes.append(0 if run.success else _DRY_RUN_FAILED)
        documents.append(document)
    if as_json:
        click.echo(json.dumps({"plans": documents}, indent=2, ensure_ascii=False))
    return max(codes)
