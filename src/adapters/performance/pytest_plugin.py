"""The pytest fixture ``bench``, and options that hold benchmarks against a saved baseline.

``def test_parse(bench): bench(parse, text)`` calls the function once here, for its result, then measures it in
processes of its own; beside other tests, under pytest-xdist, nothing is measured. Nothing but pytest is imported until
a test uses the fixture.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from .microbench.pytest_bench import Bench, BenchSession

_SESSION = pytest.StashKey["BenchSession"]()
_NOT_MEASURED = "polyload_bench_not_measured"


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("polyload", "benchmarks with the fixture 'bench'")
    group.addoption("--polyload-bench-save", metavar="NAME", help="save the benchmarks as a baseline")
    group.addoption("--polyload-bench-against", metavar="NAME", help="compare them with a baseline")
    group.addoption(
        "--polyload-bench-fail-if-slower",
        metavar="SHARE",
        help="fail a test that is slower than the baseline by more than this (5%%), with confidence",
    )


@pytest.fixture
def bench(request: pytest.FixtureRequest) -> Iterator[Bench]:
    """Measures a function: ``bench(func, *args, **kwargs)`` returns what the function returns."""
    from .microbench.pytest_bench import Bench

    yield Bench(request.node.nodeid, _session(request.config))


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    options = [
        config.getoption(f"polyload_bench_{name}", None) for name in ("save", "against", "fail_if_slower")
    ]
    if any(options):
        _usage(lambda: _session(config))


def pytest_sessionfinish(session: pytest.Session) -> None:
    if (benches := session.config.stash.get(_SESSION, None)) is None:
        return
    _usage(benches.save)
    if _is_worker(session.config):
        session.config.workeroutput[_NOT_MEASURED] = benches.not_measured  # type: ignore[attr-defined]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """A worker of pytest-xdist has ended; what it did not measure is told here."""
    if count := getattr(node, "workeroutput", {}).get(_NOT_MEASURED):
        _session(node.config).not_measured += count


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    benches = config.stash.get(_SESSION, None)
    if benches is not None and benches.has_something_to_say:
        terminalreporter.section("polyload benchmarks")
        terminalreporter.write_line(_report(benches))


def _report(benches: BenchSession) -> str:
    from io import StringIO

    from .reports.benchmark import print_benchmarks, print_compared
    from .reports.console import open_console

    console = open_console(text := StringIO())
    if benches.results:
        print_benchmarks(benches.results, console)
    print_compared(benches.compared, console)
    return "\n".join([text.getvalue().rstrip(), *benches.describe()]).strip()


def _session(config: pytest.Config) -> BenchSession:
    if _SESSION not in config.stash:
        from .microbench.pytest_bench import BenchSession

        config.stash[_SESSION] = BenchSession(
            save=config.getoption("polyload_bench_save"),
            against=config.getoption("polyload_bench_against"),
            fail_if_slower=config.getoption("polyload_bench_fail_if_slower"),
            folder=config.rootpath,
            parallel=_is_worker(config) or config.getoption("dist", "no") != "no",
        )
    return config.stash[_SESSION]


def _is_worker(config: pytest.Config) -> bool:
    return hasattr(config, "workerinput")


def _usage(call: Callable[[], Any]) -> None:
    """Makes the call; what is wrong with the options ends pytest as a usage error."""
    from .errors import PolyloadError

    try:
        call()
    except PolyloadError as error:
        raise pytest.UsageError(str(error)) from error
