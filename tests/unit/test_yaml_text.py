"""Texts of YAML and JSON as data: the same as PyYAML's safe loader gives, and bounded, whoever wrote them."""

import json
from time import process_time

import pytest
import yaml

from adapters.performance.plan.documents import MAX_DEPTH, NotData, json_data
from adapters.performance.plan.yaml_text import yaml_data

LAUGHS = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 10)}]\n"
    for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
MERGED = "a: &a {k: v}\n" + "".join(
    f"{name}: &{name} {{<<: *{before}, x: [{', '.join([f'*{before}'] * 10)}]}}\n"
    for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    "text",
    [
        "a: 1\nb: [x, 'y', \"z\\n\", 1.5, -2, 0x1F, true, no, ~, null, 2026-01-02, 1:30]",
        "a: |\n  two\n  lines\nb: >-\n  folded\n  text\n",
        "base: &b {x: 1, y: 2}\nmore: {<<: *b, y: 3}\nboth: {<<: [*b, {z: 1}]}",
        "- &s {a: [1, 2]}\n- *s\n",
        "? 2\n: two\n1.5: yes\n",
        "a: !!str 5\nb: !!int '7'\nc: '<<'\nd: '='",
        "",
        "# nothing but a comment\n",
        "just a text",
    ],
)
def test_it_is_what_the_safe_loader_gives(text: str):
    assert yaml_data(text) == yaml.safe_load(text)


def test_a_key_that_reads_like_a_truth_value_is_a_text():
    assert yaml_data("on: on\nyes: [no]") == {"on": True, "yes": [False]}


def test_as_json_keys_and_dates_are_the_texts_they_are_written_as():
    assert yaml_data("200: {on: 2026-01-02, no: 1.0}", as_json=True) == {
        "200": {"on": "2026-01-02", "no": 1.0}
    }


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a: 1\na: 2", r"line 2, column 1: not YAML: 'a' is given twice"),
        ("a: *b", "line 1, column 4: not YAML: found undefined alias"),
        ("a: &a [*a]", "an anchor holds itself"),
        ("a: &a 1\nb: &a 2", "duplicate anchor"),
        ("a: !!python/object:os.system x", "could not determine a constructor for the tag"),
        ("a: !!set {x: ~}", "could not determine a constructor for the tag"),
        ("[a]: b", "unhashable key"),
        ("a: 2026-02-30", "not a value of the kind timestamp"),
        ("a: !!int x", "not a value of the kind int"),
        ("a: 1\n---\nb: 2", "more than one document"),
        ("<<: 5", "expected a mapping"),
        ("a: [1, 2", "line 2, column 1: not YAML"),
        ("a: " + "9" * 1000, "a number of that many digits"),
    ],
)
def test_what_is_none_is_told_with_its_place(text: str, problem: str):
    with pytest.raises(NotData, match=problem):
        yaml_data(text)


@pytest.mark.parametrize("text", [LAUGHS, MERGED], ids=["lists", "merges"])
def test_aliases_that_blow_up_are_refused_at_once(text: str):
    began = process_time()
    with pytest.raises(NotData, match="aliases make it many times as large"):
        yaml_data(text)
    assert process_time() - began < 2  # it would be hours, and all memory


def test_aliases_that_spare_some_writing_are_not():
    assert yaml_data("a: &a {x: 1}\nb: [*a, *a, *a]")["b"] == [{"x": 1}] * 3


@pytest.mark.parametrize("read", [yaml_data, json_data])
def test_what_is_nested_too_deeply_is_refused(read):
    assert read("[" * MAX_DEPTH + "]" * MAX_DEPTH)
    for depth in (MAX_DEPTH + 1, 100_000):
        with pytest.raises(NotData, match="nested more than 100 levels deep"):
            read("[" * depth + "]" * depth)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('{"a": 1,\n "b": }', "line 2, column 7: not JSON: Expecting value"),
        ('{"a": NaN}', "NaN is no number of JSON"),
        ('{"a": 1e999}', "a number is too large"),
        ("[" + "9" * 5000 + "]", "not usable JSON"),
        ("", "line 1, column 1: not JSON"),
    ],
)
def test_json_that_is_none_is_told_with_its_place(text: str, problem: str):
    with pytest.raises(NotData, match=problem):
        json_data(text)


def test_half_a_pair_of_surrogates_cannot_be_sent_and_is_replaced():
    assert json_data('{"a\\ud800": ["\\udc00b", "\\ud83d\\ude00"]}') == {"a�": ["�b", "😀"]}


def test_a_json_of_millions_of_lists_is_refused_before_it_is_read():
    with pytest.raises(NotData, match="too large"):
        json_data("[" + "[],[" * 4_000_001)


def test_ordinary_json_is_what_it_says():
    data = {"a": [1, 2.5, None, True, "x", {"b": []}], "": {}}
    assert json_data(json.dumps(data)) == data
