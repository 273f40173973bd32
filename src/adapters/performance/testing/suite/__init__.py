"""The conformance suite: what every engine is held to, ours and third parties' alike.

In a pytest file (``pip install polyload[testing]``)::

    from adapters.performance.testing.suite import EngineSuite

    class TestMine(EngineSuite):
        def make_engine(self):
            return MyAdapter()

Each test runs plans against a recording server. Either the engine does exactly what the server's log proves, or it
refuses before anything reached the server, for a feature that it declares in ``cannot`` or ``nearly``; so when the
suite passes, the declared table is true. What an engine cannot know is declared on the test class: ``unknown`` names
figures that may be None, ``coarse_kinds`` kinds of failures that it tells by a coarser word, ``lenient`` bad
answers its client takes for good ones.

An engine that is not installed is skipped with its install hint, unless the environment variable
``POLYLOAD_REQUIRE_ENGINES`` is ``all`` or names it (comma-separated).
"""

from __future__ import annotations

import pytest

_REWRITTEN = (
    *(
        "arrivals",
        "authentication",
        "base",
        "blocks",
        "cases",
        "connections",
        "cookies",
        "faults",
        "feeds",
        "flow",
        "footprint",
        "hostile",
        "ill_will",
        "invariants",
        "lifecycle",
    ),
    *(
        "load",
        "once_only",
        "paths",
        "peer_mistakes",
        "raw_samples",
        "requests",
        "statuses",
        "steering",
        "templates",
        "thresholds",
        "tls",
        "values",
        "verdicts",
    ),
)
pytest.register_assert_rewrite(*(f"{__name__}.{module}" for module in _REWRITTEN))

from .engine_suite import EngineSuite  # noqa: E402  (after its asserts are known to pytest)
from .invariants import check_invariants  # noqa: E402

__all__ = ["EngineSuite", "check_invariants"]
