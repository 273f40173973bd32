"""Drafts as YAML: what is written is what was drafted, however strange the texts in it."""

import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.performance.errors import SourceError
from adapters.performance.importers.draft import Draft
from adapters.performance.importers.write import check, write
from adapters.performance.plan.yaml_text import yaml_data

STRANGE = (
    *(
        "yes",
        "No",
        "null",
        "~",
        "1",
        "1e3",
        ".5",
        "0x1f",
        "1:30",
        "2026-01-02",
        "<<",
        "=",
        "- a",
        "a: b",
        "a #b",
        "#",
    ),
    *(
        "&a",
        "*a",
        "!x",
        "%",
        "@",
        "`",
        "|",
        ">",
        "'",
        '"',
        "\\",
        "a\nb",
        "a\n\nb\n",
        " a\nb",
        "a\n b\n\n",
        "a \n b",
    ),
    *(
        "\ta\nb",
        "\r\n",
        "${x}",
        "$${",
        "[a]",
        "{a}",
        "a,b",
        "---",
        "---\na",
        "...",
        "é",
        "\x85",
        "\u2028",
        "\ufeff",
    ),
    *("\x7f", "30s", "y"),
)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=60) | st.sampled_from(STRANGE)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inside: st.lists(inside, max_size=6) | st.dictionaries(texts, inside, max_size=6),
    max_leaves=25,
)


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(texts, values, max_size=6), texts)
def test_what_is_written_is_what_was_drafted(data: dict[str, Any], comment: str):
    draft = Draft(data, notes=[comment])
    for key in data:
        draft.above[(key,)] = comment
        draft.beside[(key,)] = comment
    assert yaml_data(write(draft, heading=comment)) == (data or None)


def plan(**step: Any) -> Draft:
    return Draft(
        {
            "target": "http://x",
            "scenarios": [{"name": "a", "steps": [{"url": "/", **step}]}],
            "load": {"users": 1, "duration": "1s"},
        }
    )


def test_it_reads_well():
    draft = plan(method="POST", body="one\ntwo\n", extract={"id": {"json": "$.id"}})
    draft.note("something was left out")
    draft.above["scenarios", 0, "steps", 0] = "Page: Home\nIt begins."
    draft.beside["scenarios", 0, "steps", 0, "extract", "id"] = "sent by GET /id"
    draft.beside["load",] = "a guess"
    assert write(draft, heading="Made of a test.", schema="schema.json") == (
        "# yaml-language-server: $schema=schema.json\n"
        "# Made of a test.\n"
        "# - something was left out\n"
        "\n"
        "target: http://x\n"
        "scenarios:\n"
        "  - name: a\n"
        "    steps:\n"
        "      # Page: Home\n"
        "      # It begins.\n"
        "      - url: /\n"
        "        method: POST\n"
        "        body: |\n"
        "          one\n"
        "          two\n"
        "        extract:\n"
        "          id: {json: $.id}  # sent by GET /id\n"
        "load: {users: 1, duration: 1s}  # a guess\n"
    )


def test_a_comment_cannot_end_before_it_should_and_shows_no_secret():
    draft = plan()
    draft.notes = ["a\nscenarios: []\r\nload:\u2028x\x1b[31m", "see https://u:s3cr3t@h/?token=abc123"]
    text = write(draft)
    assert yaml_data(text) == draft.plan
    assert "s3cr3t" not in text
    assert "abc123" not in text
    assert "\x1b" not in text


def test_only_a_valid_plan_goes_out():
    draft = plan(method="NO METHOD")
    with pytest.raises(
        SourceError, match=r"a\.har: what was made of it is no valid plan: .*not an HTTP method"
    ):
        check(write(draft), draft, source="a.har")


def test_what_cannot_be_written_is_an_error():
    draft = plan(json={"a": math.nan})
    with pytest.raises(SourceError, match=r"cannot be written|no valid plan"):
        check(write(draft), draft, source="a")
