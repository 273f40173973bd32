"""Options that several commands take, each written once; a group of them is one decorator."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

import click

from .written import COUNT_OR_AUTO, DURATION

F = TypeVar("F", bound=Callable[..., Any])

COUNT = click.IntRange(min=1)

REQUEST_NAMES = ("method", "headers", "body")
LOAD_NAMES = ("users", "duration", "ramp_up", "warm_up", "rate", "max_users", "iterations")


def group(*options: Callable[[F], F]) -> Callable[[F], F]:
    """Several options as one, in the order in which help shows them."""

    def decorate(command: F) -> F:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


def named(given: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """Those of the options that were given."""
    return {name: given[name] for name in names if given.get(name) not in (None, ())}


REQUEST = group(
    click.option("-X", "--method", metavar="METHOD", help="HTTP method.  [default: GET, with a body POST]"),
    click.option(
        "-H", "--header", "headers", multiple=True, metavar="'NAME: VALUE'", help="A header; repeatable."
    ),
    click.option("-b", "--body", metavar="TEXT|@FILE", help="The body: a text, or the content of a file."),
)
TIMEOUT = click.option(
    "--timeout", type=DURATION, metavar="TIME", help="Bound on each request.  [default: 30s]"
)
REDIRECTS = click.option(
    "--redirects", type=click.IntRange(0, 50), metavar="N", help="Redirects to follow.  [default: 0]"
)
LOAD = group(
    click.option("-u", "--users", type=COUNT, metavar="N", help="Users at once.  [for a URL: 10]"),
    click.option(
        "-d",
        "--duration",
        type=DURATION,
        metavar="TIME",
        help="How long (90, 90s, 1m30s); with -n at most.  [for a URL: 10s]",
    ),
    click.option(
        "-r",
        "--ramp-up",
        type=DURATION,
        metavar="TIME",
        help="Time to reach full load, part of the duration.",
    ),
    click.option(
        "--warm-up",
        type=DURATION,
        metavar="TIME",
        help="The first seconds of the duration, left out of the figures.",
    ),
    click.option(
        "--rate",
        type=float,
        metavar="R",
        help="Iterations to start per second, instead of users (open model).",
    ),
    click.option("--max-users", type=COUNT, metavar="N", help="With a rate: the most iterations at once."),
    click.option(
        "-n", "--iterations", type=COUNT, metavar="N", help="Iterations in total, shared by the users."
    ),
)
TOOL = click.option(
    "--tool", default="auto", show_default=True, metavar="ENGINE", help="See 'polyload engines'."
)
PROCESSES = click.option(
    "--processes",
    type=COUNT_OR_AUTO,
    metavar="N|auto",
    help="Worker processes to share the load (native, httpx); auto: as many as help.  [default: 1]",
)
APPROXIMATE = click.option("--approximate", is_flag=True, help="Allow the engine's named approximations.")
ENGINE = group(TOOL, PROCESSES, APPROXIMATE)
QUIET = click.option("-q", "--quiet", is_flag=True, help="Print nothing but errors; the exit code tells.")
REPORT = click.option(
    "--report",
    "reports",
    multiple=True,
    metavar="FORMAT=FILE",
    help="Write a report: html, markdown, junit, xml, json and, of a run, csv, windows-csv, summary, percentiles, "
    "hgrm, openmetrics; repeatable; - is standard output.",
)
CI = click.option(
    "--ci",
    type=click.Choice(["github", "gitlab", "none"]),
    help="Annotations, job summary and log sections.  [default: as detected]",
)
OUTPUT = group(
    click.option(
        "--json", "json_file", metavar="FILE", help="Write the result as JSON; - is standard output."
    ),
    REPORT,
    CI,
    QUIET,
)
BASELINE = click.option(
    "--baseline",
    "baselines",
    multiple=True,
    metavar="FILE",
    help="Hold the run against this JSON result of an earlier one; repeatable, for repeats of it.",
)
NO_PROGRESS = click.option("--no-progress", is_flag=True, help="No progress while it goes on.")
_CONFIG = group(
    click.option(
        "-c",
        "--config",
        metavar="FILE",
        help="The settings file.  [default: config/qa.yaml, qa.yaml or polyload.yaml, where there is one]",
    ),
    click.option("--no-config", is_flag=True, help="Read no settings file and no env file."),
)
_ENV_FILE = click.option(
    "--env-file",
    metavar="FILE",
    help="The file with variables.  [default: config.env or .env, where there is one]",
)
SETTINGS_FILES = group(_CONFIG, _ENV_FILE)
SETTINGS = group(
    _CONFIG,
    click.option(
        "--profile",
        metavar="NAME",
        help="A load by name: smoke, light, normal, heavy, stress, soak, spike, or one of your own.",
    ),
    _ENV_FILE,
)
