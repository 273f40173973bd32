"""Every kind of document is known by the schema it writes, and what is none is refused by name."""

from __future__ import annotations

import pytest

from adapters.performance import UsageError
from adapters.performance.workflows.kinds import KINDS, document_class, read_document
from adapters.performance.workflows.suite import SuiteResult


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_is_the_name_in_its_schema(kind: str) -> None:
    default = document_class(kind).model_fields["schema_name"].default
    assert default.partition("/")[0] == f"polyload.{kind}"


def test_a_document_is_read_as_what_it_says_it_is() -> None:
    suite = SuiteResult(
        overall_passed=True,
        exit_code=0,
        mode="sequence",
        started_at="2026-01-01T00:00:00Z",
        duration_s=1,
        entries=(),
    )
    assert read_document(suite.to_json(), source="suite.json") == suite


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{", "is no JSON"),
        ("[]", "names no schema"),
        ('{"schema": 1}', "names no schema"),
        ('{"schema": "polyload.sweet/1"}', "polyload.sweet/1"),
        ('{"schema": "polyload.suite/2"}', "polyload.suite/2"),
        ('{"schema": "polyload.suite/1", "mode": "sideways"}', "is no polyload.suite/1: "),
    ],
)
def test_what_is_no_document_is_refused(text: str, told: str) -> None:
    with pytest.raises(UsageError, match=r"^f\.json: ") as refused:
        read_document(text, source="f.json")
    assert told in str(refused.value)
