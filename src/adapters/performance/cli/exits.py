"""How the command line ends: every error as one message on stderr, and the exit code that it stands for."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable
from typing import NoReturn

import click

from ..errors import PolyloadError, reword

INTERRUPTED = 130
_BUG = 1
_DEBUG = "POLYLOAD_DEBUG"
_EXPECTED = (PolyloadError, click.ClickException, click.Abort, KeyboardInterrupt)
"""Errors that have an exit code of their own, also when it is told where they happened."""


at_end: list[Callable[[], None]] = []
"""What is done when the command line has ended, however it did."""


def exit_with(call: Callable[[], object]) -> NoReturn:
    """Make a call and exit: with the code it returns, 0 when it returns none, or with that of its error."""
    try:
        _exit_with(call)
    finally:
        while at_end:
            at_end.pop()()


def _exit_with(call: Callable[[], object]) -> NoReturn:
    try:
        outcome = call()
        code = outcome if isinstance(outcome, int) else 0
        sys.stdout.flush()
    except BrokenPipeError:  # whoever read our output has seen enough
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115, PTH123
        code = 1
    except BaseException as error:
        if isinstance(error, SystemExit):
            raise
        if _debugging():
            from ..plan.secrets import mask_text

            reword(error, mask_text)
            if not isinstance(error, _EXPECTED):
                raise
            click.echo(mask_text("".join(traceback.format_exception(error))), err=True, nl=False)
        code = report(error)
    sys.exit(code)


def report(error: BaseException) -> int:
    """Say what went wrong on stderr, and return the exit code that it stands for."""
    match error:
        case click.Abort() | KeyboardInterrupt():
            say_error("interrupted")
            return INTERRUPTED
        case click.UsageError(ctx=ctx):
            say_error(_told(error), f"see '{ctx.command_path} --help'" if ctx else None)
            return error.exit_code
        case click.ClickException():
            say_error(_told(error))
            return error.exit_code
        case PolyloadError(message=message, hint=hint, exit_code=code):
            say_error(message, hint)
            return code
        case _:
            from ..plan.secrets import mask_text

            told = mask_text("".join(traceback.format_exception_only(error)).strip())
            say_error(
                f"this is a bug in polyload: {told}",
                f"--debug ({_DEBUG}=1) shows where it happened; please report it",
            )
            return _BUG


def _told(error: click.ClickException) -> str:
    """What click complains of, which quotes the command line."""
    from ..plan.secrets import mask_text

    return mask_text(error.format_message())


def say_error(message: str, hint: str | None = None) -> None:
    """Print an error, and below it what to do."""
    from ..reports.text import printable

    lines = [f"error: {message}", *(f"  {line}" for line in (hint or "").splitlines())]
    for line in "\n".join(lines).splitlines():
        click.echo(printable(line), err=True)


def _debugging() -> bool:
    return os.environ.get(_DEBUG, "") not in ("", "0")
