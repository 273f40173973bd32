"""``polyload new``: a plan from answers, asked for in a terminal or given as options."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .options import LOAD_NAMES, group, named

if TYPE_CHECKING:
    from .answers import Answers

ANSWERS = group(
    click.option(
        "--template", metavar="NAME", help="A realistic mix to begin with: quick, rest, website, mixed."
    ),
    click.option(
        "--page", "pages", multiple=True, metavar="'[METHOD] PATH [BODY]'", help="A request; repeatable."
    ),
    click.option("--pause", metavar="TIME[-TIME]", help="Think time between requests.  [default: 1s-3s]"),
    click.option("-u", "--users", metavar="N", help="Users at once.  [default: 10]"),
    click.option("--rate", metavar="R", help="Iterations to start per second, instead of users."),
    click.option("-d", "--duration", metavar="TIME", help="How long.  [default: 30s]"),
    click.option("-r", "--ramp-up", metavar="TIME", help="Time to reach full load, part of the duration."),
    click.option("-n", "--iterations", metavar="N", help="Iterations in total, instead of a duration."),
    click.option("--status", metavar="STATUS", help="Status of a good answer.  [default: 2xx]"),
    click.option(
        "--threshold", "thresholds", multiple=True, metavar="EXPR", help="What must hold; repeatable."
    ),
    click.option("--auth", metavar="KIND", help="none, basic, bearer or api-key.  [default: none]"),
    click.option("--username", metavar="NAME", help="Of Basic authentication."),
    click.option(
        "--secret-env", "secret_variable", metavar="NAME", help="The environment variable with the secret."
    ),
    click.option("--key-header", metavar="NAME", help="Of an API key.  [default: X-API-Key]"),
    click.option(
        "--data", "data_file", metavar="FILE", help="Rows for the users, as CSV, JSON or JSON Lines."
    ),
    click.option("--strategy", metavar="NAME", help="How rows are handed out: sequential, random, unique …"),
)


@click.command(name="new")
@click.argument("target", required=False, metavar="URL")
@click.option("-o", "--output", default="plan.yaml", show_default=True, metavar="FILE", help="Where it goes.")
@ANSWERS
@click.option("-y", "--yes", is_flag=True, help="Ask nothing: what is not given is as by default.")
@click.option("--force", is_flag=True, help="Write over a file that is there already.")
@click.option("--run", "run_it", is_flag=True, help="Run it at once.")
@click.pass_context
def command(
    ctx: click.Context, /, target: str | None, output: str, yes: bool, force: bool, run_it: bool, **given: Any
) -> int:
    """Make a plan by answering a few questions.

    In a terminal everything is asked that no option says; elsewhere, or with --yes, nothing is. The plan has a comment
    on each part; beside it the folder .polyload gets its JSON Schema, by which editors complete and check it. Secrets
    are not written: the plan names the environment variables that hold them.
    """
    from .answers import OWN
    from .asking import asked
    from .drafting import drafted, unset_variables
    from .starting import check_new, write_plan

    path = Path(output)
    check_new([path], force=force)
    answers = answers_from(target, given)
    asks = not yes and sys.stdin.isatty()
    if asks:
        answers = asked(answers)
    elif answers.target is None:
        raise click.UsageError("Missing argument 'URL': what is to be loaded", ctx)
    elif answers.template is None:
        pause = {"min": "1s", "max": "3s"} if answers.pause is None else answers.pause
        answers = answers.but(template=OWN, pause=pause)
    draft = drafted(answers, path.parent)
    write_plan(path, draft)
    for note in draft.notes:
        click.echo(f"note: {note}", err=True)
    ready = not unset_variables(draft)
    if run_it or (asks and ready and click.confirm("Run it now", default=False, err=True)):
        return _run(ctx, path)
    click.echo(f"now: polyload validate --dry-run {path} && polyload run {path}", err=True)
    return 0


def _run(ctx: click.Context, path: Path) -> int:
    from .run import command as run

    with run.make_context("run", [str(path)], parent=ctx.parent) as inner:
        return int(run.invoke(inner) or 0)


def answers_from(target: str | None, given: dict[str, Any]) -> Answers:
    """The answers that a command line gives; UsageError names the option of one that makes no sense."""
    from ..errors import PolyloadError, UsageError
    from . import answers as parse
    from .answers import Answers

    def parsed(name: str, how: Any, option: str | None = None) -> Any:
        text = target if name == "target" else given.get(name)
        if text in (None, ()):
            return None
        try:
            return tuple(map(how, text)) if isinstance(text, tuple) else how(text)
        except (PolyloadError, ValueError) as error:
            shown = "URL" if name == "target" else f"--{(option or name).replace('_', '-')}"
            raise UsageError(f"{shown}: {parse.problem(error)}") from None

    thresholds = parsed("thresholds", parse.some_thresholds, "threshold")
    answers = Answers(
        target=parsed("target", parse.a_target),
        template=parsed("template", parse.a_template),
        pages=parsed("pages", parse.a_page, "page"),
        pause=parsed("pause", parse.a_pause),
        load=_amounts(given),
        status=parsed("status", parse.a_status),
        thresholds=None if thresholds is None else tuple(one for each in thresholds for one in each),
        auth=parsed("auth", parse.an_auth),
        username=given["username"],
        secret_variable=given["secret_variable"],
        key_header=given["key_header"],
        data_file=parsed("data_file", parse.a_data_file, "data"),
        strategy=given["strategy"],
    )
    _check_together(answers)
    return answers


def _amounts(given: dict[str, Any]) -> dict[str, Any]:
    from ..errors import UsageError
    from .answers import checked_load

    kinds = {"users": int, "iterations": int, "rate": float}
    amounts: dict[str, Any] = {}
    for name, text in named(given, LOAD_NAMES).items():
        try:
            amounts[name] = kinds[name](text) if name in kinds else text
        except ValueError:
            raise UsageError(f"--{name}: {text!r} is no number") from None
    try:
        if amounts:
            checked_load(amounts)
    except ValueError as error:
        raise UsageError(str(error)) from None
    return amounts


def _check_together(answers: Answers) -> None:
    """No answer is dropped: those that have no place in a plan of this kind are refused."""
    from ..errors import UsageError
    from .answers import OWN

    given = answers.given()
    if answers.template not in (None, OWN):
        for name, option in (("pages", "--page"), ("pause", "--pause"), ("status", "--status")):
            if name in given:
                raise UsageError(f"{option} cannot be combined with --template, which has its own")
    needs = {"username": "basic", "key_header": "api-key"}
    for name, kind in needs.items():
        if name in given and answers.auth != kind:
            raise UsageError(f"--{name.replace('_', '-')} goes with --auth {kind}")
    if "secret_variable" in given and answers.auth in (None, "none"):
        raise UsageError("--secret-env goes with --auth")
    if "strategy" in given and "data_file" not in given:
        raise UsageError("--strategy goes with --data")
