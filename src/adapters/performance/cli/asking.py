"""Questions in a terminal: one for each answer that no option gave, asked again until it makes sense."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from ..errors import PolyloadError
from ..plan.quantity import parse_duration
from ..scenarios.mixes import TEMPLATES
from .answers import (
    AUTHS,
    OWN,
    Answers,
    a_data_file,
    a_page,
    a_pause,
    a_status,
    a_target,
    a_template,
    a_time,
    an_amount,
    an_auth,
    problem,
    some_thresholds,
)
from .drafting import DEFAULT_THRESHOLDS, default_variable

T = TypeVar("T")


def asked(answers: Answers) -> Answers:
    """The answers with those that were not given, as somebody at a terminal gives them."""
    if answers.target is None:
        answers = answers.but(target=ask("What is to be loaded (URL)", a_target))
    if answers.template is None and answers.pages is None:
        click.echo(f"  {OWN:<8} requests that you name", err=True)
        for name, template in TEMPLATES.items():
            click.echo(f"  {name:<8} {template.summary}", err=True)
        answers = answers.but(template=ask("What do users do", a_template, OWN))
    if answers.template in (None, OWN):
        answers = _own(answers)
    answers = answers.but(load=_load(answers))
    if answers.thresholds is None and answers.template in (None, OWN):
        default = ", ".join(DEFAULT_THRESHOLDS)
        answers = answers.but(thresholds=ask("What must hold", some_thresholds, default))
    return _data(_auth(answers))


def ask(question: str, parse: Callable[[str], T], default: str | None = None) -> T:
    """The answer to a question, parsed; what is wrong with it is told, and it is asked again."""

    def parsed(text: str) -> T:
        try:
            return parse(text)
        except (PolyloadError, ValueError) as error:
            raise click.BadParameter(problem(error)) from None

    answer: T = click.prompt(
        question, default=default, show_default=bool(default), value_proc=parsed, err=True
    )
    return answer


def _own(answers: Answers) -> Answers:
    if answers.pages is None:
        click.echo(
            'Requests, such as: GET /products, or POST /cart {"product": 7}; an empty line ends them',
            err=True,
        )
        pages: list[dict[str, Any]] = [ask("  1.", a_page, "GET /")]
        while page := ask(f"  {len(pages) + 1}.", lambda text: a_page(text) if text.strip() else None, ""):
            pages.append(page)
        answers = answers.but(pages=tuple(pages))
    if answers.pause is None:
        answers = answers.but(pause=ask("Pause between them (1s, 1s-3s, 0 for none)", a_pause, "1s-3s"))
    if answers.status is None:
        answers = answers.but(status=ask("Status of a good answer", a_status, "2xx"))
    return answers


def _load(answers: Answers) -> dict[str, Any]:
    load = dict(answers.load)
    if load.keys() & {"users", "rate", "iterations", "pattern"} or (
        answers.template not in (None, OWN)
        and not click.confirm("A load of your own", default=False, err=True)
    ):
        return load
    load |= ask("Users at once, or a rate (50/s)", an_amount, "10")
    if "duration" not in load:
        load["duration"] = ask("For how long", a_time, "30s")
    if "ramp_up" not in load:
        ramp_up = ask("Of that, time until all of the load is there", a_time, "0s")
        load |= {"ramp_up": ramp_up} if parse_duration(ramp_up) else {}
    return load


def _auth(answers: Answers) -> Answers:
    if answers.auth is None:
        answers = answers.but(auth=ask(f"Authentication ({', '.join(AUTHS)})", an_auth, "none"))
        if answers.auth == "basic" and answers.username is None:
            answers = answers.but(username=ask("  User name", str.strip, "user"))
        if answers.auth == "api-key" and answers.key_header is None:
            answers = answers.but(key_header=ask("  Header", str.strip, "X-API-Key"))
    if answers.auth != "none" and answers.secret_variable is None:
        question = "  Environment variable that will hold the secret"
        variable = ask(question, str.strip, default_variable(str(answers.auth)))
        answers = answers.but(secret_variable=variable)
    return answers


def _data(answers: Answers) -> Answers:
    if answers.data_file is not None:
        return answers
    return answers.but(
        data_file=ask("File of data for the users (CSV, JSON; empty for none)", a_data_file, "")
    )
