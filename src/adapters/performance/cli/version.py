"""``polyload version``: what runs here."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

import click


def version_line() -> str:
    """The versions of polyload, Python and the system, in one line."""
    try:
        polyload = version("polyload")
    except PackageNotFoundError:  # a checkout that is not installed
        polyload = "(not installed)"
    return f"polyload {polyload}, {platform.python_implementation()} {platform.python_version()}, {platform.platform()}"


@click.command(name="version")
def command() -> None:
    """Print the versions of polyload, Python and the system."""
    click.echo(version_line())
