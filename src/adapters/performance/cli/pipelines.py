"""Results where pipelines show them: annotations and the job summary of GitHub Actions, sections of GitLab's job log.

GitHub: https://docs.github.com/actions/reference/workflow-commands-for-github-actions; GitLab:
https://docs.gitlab.com/ci/jobs/job_logs/#create-custom-collapsible-sections.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import time
from typing import Literal, TextIO

from ..reports.cases import Suite
from ..reports.overview import Overview
from ..reports.text import cut, printable

Name = Literal["github", "gitlab", "none"]

SUMMARY_LIMIT = 1024 * 1024
"""Bytes of a step's summary; a longer one is refused as a whole."""
MOST_ANNOTATIONS = 10
"""Of one kind that GitHub shows of a step."""
_LONGEST = 1000
_CUT = "\n\n_The summary was cut here: it would be more than GitHub takes. The reports hold it all._\n"


def detected(environment: Mapping[str, str]) -> Name:
    """Where this runs, as the environment tells."""
    if environment.get("GITHUB_ACTIONS") == "true":
        return "github"
    return "gitlab" if environment.get("GITLAB_CI") else "none"


@contextmanager
def section(name: Name, title: str, stream: TextIO, *, collapsed: bool) -> Iterator[None]:
    """What is printed within is shown as the pipeline shows sections, and nothing in it is taken for a command."""
    if name == "none":
        yield
        return
    before, after = _stopped_commands() if name == "github" else _collapsible(title, collapsed)
    print(before, file=stream, flush=True)
    try:
        yield
    finally:
        print(after, file=stream, flush=True)


def _stopped_commands() -> tuple[str, str]:
    """Until a token that nobody can guess, GitHub executes no command that a name or a message may hold."""
    token = secrets.token_hex(16)
    return f"::stop-commands::{token}", f"::{token}::"


def _collapsible(title: str, collapsed: bool) -> tuple[str, str]:
    section = f"polyload_{secrets.token_hex(4)}"
    how = "[collapsed=true]" if collapsed else ""
    start = f"\x1b[0Ksection_start:{time():.0f}:{section}{how}\r\x1b[0K{printable(title)}"
    return start, f"\x1b[0Ksection_end:{time():.0f}:{section}\r\x1b[0K"


def commands(suites: Sequence[Suite], overview: Overview, *, warn: bool = True) -> list[str]:
    """Commands that annotate the job: what failed as errors and, with ``warn``, the warnings of the result."""
    several = len(suites) > 1
    bad = [(suite.name, case) for suite in suites for case in suite.cases if case.is_bad]
    errors = [
        _command("error", f"{name}: {case.name}" if several else case.name, case.message)
        for name, case in bad
    ]
    warnings = [_command("warning", fact.label, fact.text) for fact in overview.warnings] if warn else []
    return [*errors[:MOST_ANNOTATIONS], *warnings[:MOST_ANNOTATIONS]]


def _command(kind: str, title: str, message: str) -> str:
    title, message = (cut(printable(text), _LONGEST) for text in (f"polyload: {title}", message))
    return f"::{kind} title={escaped_property(title)}::{escaped_data(message)}"


def escaped_data(text: str) -> str:
    """A text as the message of a workflow command."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def escaped_property(text: str) -> str:
    """A text as a property of a workflow command."""
    return escaped_data(text).replace(":", "%3A").replace(",", "%2C")


def append_summary(path: Path, markdown: str) -> None:
    """Add to the summary of a step, as much as there is room for; OSError when that cannot be done."""
    taken = path.stat().st_size if path.exists() else 0
    with path.open("a", encoding="utf-8") as file:
        file.write(bounded(markdown, SUMMARY_LIMIT - taken))


def bounded(markdown: str, limit: int) -> str:
    """Markdown of at most so many bytes of UTF-8, cut at the end of a line and saying so; nothing if not even that."""
    if len(markdown.encode()) + 1 <= limit:
        return f"{markdown}\n"
    room = limit - len(_CUT.encode()) - len("\n\n</details>")
    if room <= 0:
        return ""
    kept = markdown.encode()[:room].decode(errors="ignore").rpartition("\n")[0]
    is_open = kept.count("<details>") > kept.count("</details>")
    return kept + ("\n\n</details>" if is_open else "") + _CUT


def announce(
    environment: Mapping[str, str],
    overview: Overview,
    suites: Sequence[Suite],
    markdown: Callable[[], str],
    stream: TextIO,
    *,
    warn: bool,
) -> None:
    """Annotate a job of GitHub Actions, and add the result to its summary."""
    for line in commands(suites, overview, warn=warn):
        print(line, file=stream)
    place = environment.get("GITHUB_STEP_SUMMARY")
    if place:
        try:
            append_summary(Path(place), markdown())
        except OSError as error:
            print(_command("warning", "job summary", f"cannot be written: {error}"), file=stream)
    stream.flush()
