"""JSONPath (RFC 9535): the compliance suite's cases, and a library as oracle."""

import json
from pathlib import Path

import jsonpath_rfc9535
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.performance.engines.program import runtime
from adapters.performance.engines.program.runtime.jsonpath import MOST_VALUES, TooMuch, compile_query
from adapters.performance.plan.iregexp import python_pattern
from adapters.performance.plan.jsonpath import path_of
from adapters.performance.plan.jsonpath_query import LONGEST, parse_query

CASES = [
    json.loads(line)
    for line in (Path(__file__).parents[1] / "data/jsonpath/cases.jsonl").read_text("utf-8").splitlines()
]
PATTERN_FROM_THE_DOCUMENT = {
    "functions, match, regex from the document",
    "functions, match, arg is a function expression",
    "functions, search, regex from the document",
    "functions, search, arg is a function expression",
}


def found(query, document):
    return compile_query(parse_query(query))(document)


def named(cases):
    return [pytest.param(case, id=case["name"]) for case in cases]


@pytest.mark.parametrize("case", named(case for case in CASES if "results" in case))
def test_a_case_of_the_compliance_suite(case):
    if case["name"] in PATTERN_FROM_THE_DOCUMENT:
        with pytest.raises(ValueError, match="text that stands in the query"):
            parse_query(case["selector"])
        return
    assert json.dumps(found(case["selector"], case["document"])) in map(json.dumps, case["results"])
    path = path_of(case["selector"])
    if path is not None:
        value = runtime.at_path(case["document"], path)
        assert ([] if value is runtime.MISSING else [value]) in case["results"]


@pytest.mark.parametrize("case", named(case for case in CASES if "invalid" in case))
def test_what_is_no_query_is_refused(case):
    with pytest.raises(ValueError, match="not a JSONPath query"):
        parse_query(case["selector"])


values = st.recursive(
    st.none() | st.booleans() | st.integers(2, 5) | st.sampled_from([2.0, 2.5, "a", "b", "ab", ""]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=12,
)
singular = st.lists(st.sampled_from([".a", ".b", "[0]", "[-1]"]), max_size=2).map("".join)
comparable = st.one_of(
    singular.map("@{}".format),
    singular.map("${}".format),
    st.sampled_from(["2", "2.5", "'a'", '"b"', "true", "null", "length(@.a)", "count(@.*)", "value(@..a)"]),
)
compared = st.tuples(comparable, st.sampled_from(["==", "!=", "<", "<=", ">", ">="]), comparable).map("".join)
basic = st.one_of(
    compared, st.sampled_from(["@.a", "!@.b", "@[*]", "$..c", "match(@.a, 'a.*')", "search(@, 'b')"])
)
logical = st.recursive(
    basic,
    lambda inner: st.tuples(inner, st.sampled_from(["&&", "||"]), inner).map(
        lambda made: f"({made[0]} {made[1]} {made[2]})"
    ),
    max_leaves=3,
)
bounds = st.sampled_from(["", "0", "1", "-1", "3", "-3"])
slices = st.tuples(bounds, bounds, st.sampled_from(["", ":", ":1", ":2", ":-1", ":-2", ":0"])).map(
    lambda made: f"{made[0]}:{made[1]}{made[2]}"
)
selectors = st.one_of(st.sampled_from(["'a'", '"b"', "0", "-1", "*"]), slices, logical.map("?{}".format))
segments = st.tuples(st.sampled_from(["", ".."]), st.lists(selectors, min_size=1, max_size=2)).map(
    lambda made: f"{made[0]}[{', '.join(made[1])}]"
)
queries = st.lists(segments, max_size=3).map(lambda made: "$" + "".join(made))


@settings(max_examples=400, deadline=None)
@given(queries, values)
def test_queries_find_what_the_library_finds(query, document):
    assert json.dumps(found(query, document)) == json.dumps(jsonpath_rfc9535.find(query, document).values())


def test_the_dollar_may_be_left_out():
    assert found("items[*].id", {"items": [{"id": 1}, {"id": 2}]}) == [1, 2]
    assert found("[*]", [1, 2]) == [1, 2]


def test_true_is_not_one_at_any_depth():
    assert found("$[?@ == $[0]]", [[1], [True], [1.0]]) == [[1], [1.0]]


def test_a_query_that_looks_at_too_much_ends():
    document = [0] * 2000
    with pytest.raises(TooMuch):
        found("$[?count($[?count($[*]) > 0]) > 0]", document)
    assert len(found("$..[*]", document)) == 2000 < MOST_VALUES


def test_a_document_may_be_as_deep_as_the_parser_lets_it():
    document = json.loads("[" * 900 + "]" * 900)
    assert len(found("$..*", document)) == 899


@pytest.mark.parametrize("query", ["$" + "[0]" * LONGEST, "$[?" + "(" * 1500 + "@" + ")" * 1500 + "]"])
def test_queries_are_bounded(query):
    with pytest.raises(ValueError, match="not a JSONPath query"):
        parse_query(query)


@pytest.mark.parametrize("number", ["1e400", "-1e999", "9" * 400, "9007199254740993", "-123456789012345678"])
def test_numbers_that_are_not_exact_are_refused(number):
    with pytest.raises(ValueError, match="not a JSONPath query"):
        parse_query(f"$[?@.id == {number}]")


@pytest.mark.parametrize("number", ["9007199254740991", "-9007199254740991", "1e3", "0.1"])
def test_numbers_that_are_exact_are_compared(number):
    assert found(f"$[?@.id == {number}].id", [{"id": json.loads(number)}]) == [json.loads(number)]


@pytest.mark.parametrize(
    "pattern", ["(a", "a)", "a**", "a*?", "\\d", "\\p{Xx}", "(?i)a", "[a", "{2}", "a{2,1}"]
)
def test_patterns_of_other_kinds_are_refused(pattern):
    with pytest.raises(ValueError, match="RFC 9485"):
        python_pattern(pattern)
    with pytest.raises(ValueError, match="RFC 9485"):
        parse_query(f"$[?search(@, {json.dumps(pattern)})]")


@pytest.mark.parametrize(
    ("pattern", "text", "matches"),
    [
        ("a.b", "a\u2028b", True),
        ("a.b", "a\rb", False),
        ("[^a-c]+", "dé", True),
        ("(ab|c){2}", "abc", True),
        ("\\p{Lu}\\P{Lu}[\\p{Nd}_]", "Éé٣", True),
        ("x\\.y\\-\\n", "x.y-\n", True),
        ("[-a]", "-", True),
        ("a/b", "a/b", True),
    ],
)
def test_patterns_mean_what_the_rfc_says(pattern, text, matches):
    import re

    assert (re.fullmatch(python_pattern(pattern), text) is not None) is matches
