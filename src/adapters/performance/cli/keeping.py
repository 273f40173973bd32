"""Keeping what a command measured in the history: options, a look ahead before the load, and storing after it."""

from __future__ import annotations

import functools
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.core import ParameterSource

from .options import group

if TYPE_CHECKING:
    from ..errors import PolyloadError
    from ..history.history import History
    from ..history.provenance import Provenance
    from ..metrics.document import Document
    from ..metrics.result import RunResult
    from ..plan.model import Plan
    from ..settings.model import History as Settings

F = TypeVar("F", bound=Callable[..., Any])

OFF = "off"
_KEY = "polyload.keeper"
_REQUESTS = "requests.npz"
_SET_OF_BENCHMARKS = "polyload.bench/1"

_OPTIONS = group(
    click.option("--label", metavar="TEXT", help="What to call the result in the history."),
    click.option("--tag", "tags", multiple=True, metavar="TEXT", help="A tag in the history; repeatable."),
    click.option(
        "--history",
        "history",
        metavar="FILE|URL",
        help="Where results are kept.  [default: as the settings say, else .polyload/history.db]",
    ),
    click.option("--no-history", is_flag=True, help="Do not keep the result."),
)
STORE_REQUESTS = click.option(
    "--store-requests", is_flag=True, help="Keep each request in the history too, as a row."
)


def keeps(command: F) -> F:
    """A command whose results are kept in the history: it has the options for that, and `kept` stores them."""

    @functools.wraps(command)
    def keeping(*args: Any, **given: Any) -> Any:
        names = ("label", "tags", "history", "no_history")
        wishes = {name: given.pop(name) for name in names}
        ctx = click.get_current_context()
        settings = history_settings(given)
        where = wishes["history"] or settings.url
        off = wishes["no_history"] or where == OFF or not (wishes["history"] or settings.enabled)
        if off and (wishes["label"] or wishes["tags"]):
            raise click.UsageError("--label and --tag are for the history, which is off")
        ctx.meta[_KEY] = keeper_for(
            label=wishes["label"] or settings.label,
            tags=wishes["tags"] or settings.tags,
            history=where,
            off=off,
            keep_requests=settings.keep_requests,
            asked=_asked(ctx),
        )
        return command(*args, **given)

    return _OPTIONS(keeping)  # type: ignore[return-value]


def history_settings(given: Mapping[str, Any]) -> Settings:
    """What the settings say of the history, for a command with or without options of settings."""
    from ..settings.resolve import load_settings

    resolved = load_settings(
        given.get("config"), read_files=not given.get("no_config"), env_file=given.get("env_file")
    )
    return resolved.settings.history


def keeper_for(
    *,
    label: str | None,
    tags: tuple[str, ...],
    history: str | None,
    off: bool,
    keep_requests: bool,
    asked: bool,
) -> Keeper:
    """What keeps results as these options say; with ``asked``, one that cannot is an error before anything is run."""
    if off:
        return Keeper(None, label, tags, asked=False)
    from ..errors import PolyloadError
    from ..history.history import History

    try:
        opened = History(history)
        opened.check()
    except PolyloadError as error:
        if asked:
            raise
        _warn("this will not be kept in the history", error)
        return Keeper(None, label, tags, asked=False)
    return Keeper(opened, label, tags, asked=asked, keep_requests=keep_requests)


def kept(result: Document, code: int, *, quiet: bool = False) -> int:
    """Store what was measured, if the command keeps results, and return the exit code.

    What cannot be stored is said on stderr, and changes the exit code of a success only if storing was asked for.
    """
    ctx = click.get_current_context(silent=True)
    keeper: Keeper | None = None if ctx is None else ctx.meta.get(_KEY)
    if keeper is None or keeper.history is None:
        return code
    return keeper.keep(_each(result), code, quiet=quiet)


def _each(result: Document) -> Sequence[Document]:
    """What is stored of a result: of a set of benchmarks each one, so that each has a trend."""
    if result["schema"] != _SET_OF_BENCHMARKS:
        return (result,)
    from ..microbench.document import BenchmarkSet

    assert isinstance(result, BenchmarkSet)
    return result.benchmarks


def keep_requests(plan: Plan, *, asked: bool) -> Plan:
    """The plan with its single requests on their way to the history, if they are ``asked`` for, or by the settings."""
    keeper: Keeper = click.get_current_context().meta[_KEY]
    return keeper.spill(plan) if asked or keeper.keep_requests else plan


def without_spill(result: RunResult) -> RunResult:
    """The result without traces of the file that the single requests pass through."""
    keeper: Keeper = click.get_current_context().meta[_KEY]
    return result if keeper.spilled is None else _without(result, keeper.spilled)


class Keeper:
    """Stores the results of one command; ``history`` None stores none of them."""

    def __init__(
        self,
        history: History | None,
        label: str | None,
        tags: tuple[str, ...],
        *,
        asked: bool,
        keep_requests: bool = False,
    ) -> None:
        self.history = history
        self.keep_requests = keep_requests
        self.spilled: Path | None = None
        """The file of our own that single requests pass through, instead of one that the plan names."""
        self._requests: Path | None = None
        self._label, self._tags, self._asked = label, tags, asked
        self._provenance = None if history is None else _provenance()

    def spill(self, plan: Plan) -> Plan:
        """The plan with each request written to a file, from which `keep` takes them; its own, if it names one."""
        from ..errors import UsageError
        from ..plan.reading import with_samples

        if self.history is None:
            raise UsageError("--store-requests keeps requests in the history, which is off")
        samples = plan.options.samples
        if samples is not None:
            if samples.ratio < 1:
                raise UsageError(
                    f"--store-requests keeps every request, and the samples only {samples.ratio:.0%} of them",
                    hint="leave out one of the two",
                )
            self._requests = samples.file
            return plan
        folder = tempfile.TemporaryDirectory(
            prefix="polyload-", dir=self._beside(), ignore_cleanup_errors=True
        )
        click.get_current_context().call_on_close(folder.cleanup)
        self.spilled = self._requests = Path(folder.name) / _REQUESTS
        return with_samples(plan, self.spilled, 1.0, source="command line")

    def keep(self, documents: Iterable[Document], code: int, *, quiet: bool) -> int:
        """Store documents, and return the exit code."""
        from ..errors import PolyloadError

        assert self.history is not None
        try:
            for document in documents:
                run = self.history.store(
                    document, label=self._label, tags=self._tags, provenance=self._provenance
                )
                rows = self._keep_requests(run)
                if not quiet:
                    click.echo(f"kept in {self._where} as {run}{rows}", err=True)
        except PolyloadError as error:
            if not self._asked:
                _warn("not kept in the history", error)
                return code
            from .exits import say_error

            say_error(f"not kept in the history: {error.message}", error.hint)
            return code or error.exit_code
        return code

    @property
    def _where(self) -> str:
        """What the history is called: by its place, unless that is the usual one."""
        from ..history.place import DEFAULT

        assert self.history is not None
        shown = self.history.place.shown
        return "the history" if shown == str(DEFAULT) else f"the history {shown}"

    def _keep_requests(self, run: str) -> str:
        if self._requests is None or not self._requests.is_file():
            return ""
        assert self.history is not None
        rows = self.history.store_requests(run, self._requests)
        return f", with {rows:,} single requests"

    def _beside(self) -> Path | None:
        """The folder of the history's file, where it is there: the disk that the requests go to in the end."""
        path = None if self.history is None else self.history.place.path
        return path.parent if path is not None and path.parent.is_dir() else None


def _asked(ctx: click.Context) -> bool:
    """Whether the command line itself asks for the result to be kept."""
    given = ("label", "tags", "history")
    asked = any(ctx.get_parameter_source(name) is ParameterSource.COMMANDLINE for name in given)
    return asked or bool(ctx.params.get("store_requests"))


def _provenance() -> Provenance:
    from ..history.provenance import here

    return here()


def _without(result: RunResult, file: Path) -> RunResult:
    options = {name: value for name, value in result.plan.get("options", {}).items() if name != "samples"}
    plan = {name: value for name, value in result.plan.items() if name != "options"}
    warnings = tuple(
        warning.model_copy(
            update={"message": warning.message.replace(str(file), "the log of single requests")}
        )
        for warning in result.warnings
    )
    resources = {name: value for name, value in result.resources.items() if name != "samples"}
    changed = {
        "plan": {**plan, **({"options": options} if options else {})},
        "warnings": warnings,
        "resources": resources,
    }
    return result.model_copy(update=changed)


def _warn(what: str, error: PolyloadError) -> None:
    from ..reports.text import printable

    hint = f"; {error.hint}" if error.hint else ""
    click.echo(printable(f"warning: {what}: {error.message}{hint}"), err=True)
