"""Drafts of texts, as importers make them."""

from __future__ import annotations

import json

from adapters.performance.importers.importing import drafted, finished
from adapters.performance.importers.kinds import kind_named
from adapters.performance.importers.options import Options
from adapters.performance.importers.source import Source


def draft_of(kind, content, **options):
    """The draft of a text, or of a value as JSON, which is a valid plan."""
    text = content if isinstance(content, str) else json.dumps(content)
    source = Source("file", text.encode())
    found, draft = drafted(source, kind, Options(**options))
    finished(draft, kind_named(kind), source)
    assert found.name == kind
    return draft


def steps_of(kind, content, **options):
    """The steps of all scenarios of the draft."""
    scenarios = draft_of(kind, content, **options).plan["scenarios"]
    return [step for scenario in scenarios for step in scenario["steps"]]
