"""Every error that polyload raises on purpose.

PolyloadError                 what happened, where, and (``hint``) what to do
├── UsageError                a call or command line that cannot be carried out       exit 2
│   ├── PlanError             a plan that is not valid, with the file and the field   exit 2
│   └── SourceError           a file that no plan can be made from                    exit 2
├── EngineError               something about a load engine                           exit 3
│   ├── UnknownEngine         no engine of that name
│   ├── EngineNotInstalled    known, but not on this machine
│   ├── UnsupportedFeature    the engine cannot carry out this plan exactly
│   └── EngineFailed          the engine was launched and broke                       exit 1
├── RequestFailed             a request of its own had no whole answer               exit 1
├── ServiceFailed             a service that was to be measured did not start, or broke  exit 1
├── ReportError               a result could not be written                           exit 2
├── HistoryError              the history could not be opened, read or written        exit 2
└── NotYetAvailable           named in the interface, not built yet                   exit 2
"""

from __future__ import annotations

from collections.abc import Callable


class PolyloadError(Exception):
    """Root of all polyload errors; ``hint`` says what to do, ``exit_code`` what the command returns."""

    exit_code = 1

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\n  {self.hint}" if self.hint else self.message


class UsageError(PolyloadError):
    """A call or command line that cannot be carried out."""

    exit_code = 2


class PlanError(UsageError):
    """A plan that is not valid: the message names the file, the field, and what is wrong with it."""


class SourceError(UsageError):
    """A file that no plan can be made from: the message names the file, the place in it, and what is wrong there."""


class EngineError(PolyloadError):
    """Something about a load engine."""

    exit_code = 3


class UnknownEngine(EngineError):
    """No engine of that name is registered."""


class EngineNotInstalled(EngineError):
    """The engine is known, but not on this machine; ``hint`` is the line that installs it."""


class UnsupportedFeature(EngineError):
    """The engine cannot carry out this plan exactly, so nothing was launched."""


class EngineFailed(EngineError):
    """The engine was launched and broke; the message carries the end of its own output."""

    exit_code = 1


class RequestFailed(PolyloadError):
    """A request of its own had no whole answer; ``kind`` is how it failed, in the words of results."""

    def __init__(self, message: str, *, kind: str, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.kind = kind


class ServiceFailed(PolyloadError):
    """A service that was to be measured did not start, or broke; the message carries the end of its own output."""


class ReportError(UsageError):
    """A result could not be written where it was asked for."""


class HistoryError(UsageError):
    """The history could not be opened, read or written: a full disk, a locked file, a newer schema, no such run."""


class NotYetAvailable(UsageError):
    """Named in the interface, not built yet."""


def reword(error: BaseException, words: Callable[[str], str]) -> None:
    """Says an error and those that led to it in other words, such as those without a secret."""
    seen: set[int] = set()
    one: BaseException | None = error
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        one.args = tuple(words(arg) if isinstance(arg, str) else arg for arg in one.args)
        for name in ("message", "hint"):
            if isinstance(text := getattr(one, name, None), str):
                setattr(one, name, words(text))
        one = one.__cause__ or one.__context__
