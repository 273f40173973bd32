"""What a caller wants of an import, whatever the kind of file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path

from ..errors import UsageError
from ..plan.urls import check_url


@dataclass(frozen=True, kw_only=True)
class Options:
    """The wishes; one that is None or empty was not given. A kind of file names those it knows, see `kinds`."""

    include: tuple[re.Pattern[str], ...] = ()
    """Only requests whose URL one of these is found in."""
    exclude: tuple[re.Pattern[str], ...] = ()
    """No request whose URL one of these is found in."""
    target: str | None = None
    """The plan's ``target``: what requests go to in place of the host they were recorded, described or logged for."""
    keep_static: bool = False
    """Keep images, fonts, style sheets and scripts of a recording."""
    keep_hosts: bool = False
    """Keep a recording's requests to other hosts than the main one."""
    max_pause_s: float | None = None
    """The longest pause that is taken over from a recording; 0 for none."""

    profile: str | None = None
    """Which of the loads that a file has under names."""

    tag: tuple[str, ...] = ()
    """Only the operations of an API with one of these tags."""
    optional: bool = False
    """Send the optional parameters of an API's operations too."""
    environment: Path | None = None
    """The values of a Postman collection's variables."""
    read_files: bool = False
    """Read the files that commands are said to send, where they are in the folder of the imported file."""
    all_methods: bool = False
    """Keep a log's requests that had a body, without it."""
    follow: bool = False
    """Follow a log's rate over its time, in place of its average."""

    def __post_init__(self) -> None:
        if self.target is not None and not self.target.startswith("${"):
            try:
                check_url(self.target)
            except ValueError as error:
                raise UsageError(f"--target: {error}") from None

    def wants(self, url: str) -> bool:
        """Whether ``include`` and ``exclude`` let a URL through."""
        included = not self.include or any(pattern.search(url) for pattern in self.include)
        return included and not any(pattern.search(url) for pattern in self.exclude)

    def given(self) -> list[str]:
        """The names of the wishes that were given."""
        return [one.name for one in fields(self) if getattr(self, one.name) != one.default]


def patterns(texts: Sequence[str], option: str) -> tuple[re.Pattern[str], ...]:
    """Regular expressions; UsageError names the ``option`` that has one which is none."""
    found = []
    for text in texts:
        try:
            found.append(re.compile(text))
        except (re.error, OverflowError, RecursionError) as error:
            raise UsageError(f"{option}: not a regular expression: {error}") from None
    return tuple(found)
