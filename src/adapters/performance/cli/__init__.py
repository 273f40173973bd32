"""The command line: ``polyload``. Nothing but click is imported until a command runs."""

from .app import main

__all__ = ["main"]
