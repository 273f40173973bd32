"""Plans become programs: everything static encoded once, every placeholder a node that engines interpret."""

import base64
import json
from statistics import fmean, stdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.performance import Plan, PlanError
from adapters.performance.engines.program import runtime
from adapters.performance.engines.program.compile import compile_plan
from adapters.performance.plan.jsonpath import parse_path, path_of
from adapters.performance.plan.template import Call, Reference, parse


def compiled(step, *, environ=None, folder=None, **plan):
    data = {
        "scenarios": [{"steps": [{"url": "http://h/", **step}]}],
        "load": {"users": 1, "duration": 1},
        **plan,
    }
    return compile_plan(Plan.from_dict(data), environ=environ or {}, folder=folder)


def session(**variables):
    return runtime.Session(3, variables, seed=1)


def text(step, key="body", variables=None, **more):
    entry = compiled(step, **more)["scenarios"][0]["steps"][0][key]
    entry = entry["text"] if key == "body" else entry
    return runtime.text_of(runtime.compile_text(entry), session(**(variables or {})))


def test_templates_are_parsed_into_literals_references_and_calls():
    assert parse("a ${b} c") == ("a ", Reference(("b",), None, "${b}"), " c")
    assert parse("${randint(1, 6)}") == (Call("randint", ("1", "6"), None, "${randint(1, 6)}"),)
    assert parse("${x:-none}") == (Reference(("x",), ("none",), "${x:-none}"),)
    assert parse("$${x}") == ("${x}",)


@pytest.mark.parametrize(
    "written", ["${", "${}", "${a b}", "${randint(6,1)}", "${eval('1')}", "$ {x}", "${{x}}", "}"]
)
def test_what_is_no_placeholder_stays_as_written(written):
    assert parse(written) == (written,)


@given(st.text())
def test_parsing_never_fails_and_loses_nothing(written):
    parts = parse(written)
    shown = "".join(part if isinstance(part, str) else part.text for part in parts)
    assert shown == written.replace("$${", "${")


def test_unknown_names_stay_visible():
    assert text({"body": "hello ${nobody} ${env.NOT_SET}"}) == "hello ${nobody} ${env.NOT_SET}"


def test_names_are_looked_up_in_variables_environment_and_defaults():
    written = "${var.a} ${a} ${env.HOME_TOWN} ${b:-none} ${user} ${c.d}"
    variables = {"a": "A", "c": {"d": 5}}
    assert text({"body": written}, variables=variables, environ={"HOME_TOWN": "Bern"}) == "A A Bern none 3 5"


def test_a_whole_placeholder_in_json_keeps_its_type_and_others_are_escaped():
    body = {"n": "${n}", "s": "${s}", "mixed": "<${s}>", "list": ["${b}", 1.5, None, True]}
    made = text({"json": body}, variables={"n": 5, "s": 'a"\\\n', "b": False})
    assert json.loads(made) == {"n": 5, "s": 'a"\\\n', "mixed": '<a"\\\n>', "list": [False, 1.5, None, True]}


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda c: st.lists(c) | st.dictionaries(st.text(), c),
    )
)
def test_json_without_placeholders_arrives_as_it_was(value):
    entry = compiled({"json": value})["scenarios"][0]["steps"][0]["body"]["text"]
    if isinstance(entry, str) and "${" not in json.dumps(value):
        assert json.loads(entry) == value


def test_urls_are_joined_to_the_target_and_encoded():
    made = text(
        {"url": "/a b/ü/${id}?x=1", "params": {"q": "a&b c", "l": [1, True]}},
        "url",
        variables={"id": "7/8 9"},
        target="http://h:1/base/",
    )
    assert made == "http://h:1/base/a%20b/%C3%BC/7/8%209?x=1&q=a%26b%20c&l=1&l=true"


def test_a_relative_url_may_hold_a_url_in_its_query():
    assert text({"url": "/go?to=http://x/"}, "url", target="http://h") == "http://h/go?to=http://x/"


def test_percent_signs_that_encode_nothing_are_encoded():
    assert text({"url": "http://h/100%/%20"}, "url") == "http://h/100%25/%20"


def test_forms_are_urlencoded_and_multipart_has_a_boundary_of_its_own():
    assert text({"form": {"a": "1 2", "b": ["x", "ü&"]}}) == "a=1%202&b=x&b=%C3%BC%26"
    step = {"multipart": [{"name": "f", "base64": "AAEC", "filename": 'a".bin'}, {"name": "v", "value": "x"}]}
    entry = compiled(step)["scenarios"][0]["steps"][0]
    boundary = dict(entry["headers"])["Content-Type"].split("boundary=")[1]
    body = base64.b64decode(entry["body"]["base64"])
    assert body.count(f"--{boundary}".encode()) == 3
    assert b'filename="a%22.bin"' in body
    assert b"\x00\x01\x02" in body


def test_binary_multipart_with_placeholders_is_refused():
    parts = [{"name": "f", "base64": "/w=="}, {"name": "v", "value": "${x}"}]
    with pytest.raises(PlanError, match="binary part"):
        compiled({"multipart": parts})


def test_headers_of_the_request_win_over_those_of_the_plan():
    step = {"headers": {"x-a": "1"}, "auth": {"bearer": "${token}"}}
    headers = compiled(step, options={"headers": {"X-A": "0", "X-B": "2"}})["scenarios"][0]["steps"][0][
        "headers"
    ]
    assert headers[0] == ["x-a", "1"]
    assert headers[1] == ["X-B", "2"]
    assert headers[2][0] == "Authorization"


@pytest.mark.parametrize(
    ("path", "segments"),
    [
        ("$.a.b[0]", ("a", "b", 0)),
        ("a.b", ("a", "b")),
        ("$['x y'][-1]", ("x y", -1)),
        ("$", ()),
        ("items.0.id", ("items", 0, "id")),
    ],
)
def test_paths_name_one_value(path, segments):
    assert parse_path(path) == segments


@pytest.mark.parametrize("path", ["$..a", "a[*]", "a[1:2]", "a..b", "$.a b", "a[?(@.x)]", "ab'c"])
def test_paths_to_several_values_are_no_paths_to_one(path):
    assert path_of(path) is None
    with pytest.raises(ValueError, match="not a path to one value"):
        parse_path(path)


ANSWER = runtime.Answer(
    201,
    [("Content-Type", "application/json"), ("X-Id", "7")],
    b'{"a": [1, "two", null], "t": true}',
    0.05,
    {"c": "v"},
)


@pytest.mark.parametrize(
    ("check", "passes"),
    [
        ({"status": 201}, True),
        ({"status": ["2xx", 404]}, True),
        ({"status": 200}, False),
        ({"body": {"contains": "two"}}, True),
        ({"body": {"not_contains": "two"}}, False),
        ({"body": {"matches": r"t\w+o"}}, True),
        ({"json": "a[1]", "equals": "two"}, True),
        ({"json": "a[0]", "equals": True}, False),
        ({"json": "a[2]", "type": "null"}, True),
        ({"json": "a[0]", "type": "integer"}, True),
        ({"json": "t", "type": "number"}, False),
        ({"json": "b", "exists": False}, True),
        ({"json": "b"}, False),
        ({"header": "x-id", "equals": "7"}, True),
        ({"header": "x-none"}, False),
        ({"header": "x-none", "exists": False}, True),
        ({"time_under": "10ms"}, False),
        ({"size": {"min": 5, "max": 100}}, True),
    ],
)
def test_checks_judge_an_answer(check, passes):
    entry = compiled({"checks": [check]})["scenarios"][0]["steps"][0]["checks"][0]
    assert runtime.compile_check(entry)(ANSWER, session()) is passes


def test_repeated_headers_are_one_list():
    assert runtime.combined([("Vary", "A"), ("X", "1"), ("vary", "B")]) == {"vary": "A, B", "x": "1"}


def test_extracted_values_keep_their_type_and_missing_ones_are_failures():
    extract = {
        "two": {"json": "$.a[1]"},
        "id": {"header": "x-id"},
        "c": {"cookie": "c"},
        "r": {"regex": '"(t.o)"'},
        "s": {"status": True},
        "d": {"json": "nope", "default": "D"},
    }
    step = compiled({"extract": extract})["scenarios"][0]["steps"][0]
    user = session()
    extract = runtime.compile_extract(step)
    assert extract(ANSWER, user) is None
    assert user.variables == {"two": "two", "id": "7", "c": "v", "r": "two", "s": 201, "d": "D"}
    step = compiled({"name": "login", "extract": {"x": {"json": "nope"}}})["scenarios"][0]["steps"][0]
    assert runtime.compile_extract(step)(ANSWER, user) == ("extract", "login: no value for x: json nope")


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        (True, True),
        ("${a}", True),
        ("${zero}", False),
        ("${nothing}", False),
        ({"equals": ["${a}", "x"]}, True),
        ({"equals": ["${n}", "5"]}, True),
        ({"not_equals": ["${a}", "x"]}, False),
        ({"in": ["${a}", ["x", "y"]]}, True),
        ({"in": ["el", "hello"]}, True),
        ({"truthy": "no"}, False),
    ],
)
def test_conditions_decide_whether_a_step_runs(condition, holds):
    step = compiled({"run_if": condition})["scenarios"][0]["steps"][0]
    runs = runtime.compile_conditions(step)
    assert runs is not None
    assert runs(session(a="x", zero=0, n=5)) is holds


def test_feeds_are_read_and_drawn_by_strategy(tmp_path):
    (tmp_path / "u.csv").write_text('name,age\n"a,1",30\nb,40\n', encoding="utf-8-sig")
    program = compiled(
        {},
        data={
            "u": {"file": str(tmp_path / "u.csv")},
            "p": {"rows": [{"x": 1}, {"x": 2}], "strategy": "per_user"},
        },
        folder=tmp_path,
    )
    user, draw = session(), runtime.compile_draw(program["feeds"])
    for iteration in range(3):
        assert draw(user, iteration) is None
    assert user.rows == {"u": {"name": "a,1", "age": "30"}, "p": {"x": 2}}


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.csv", "x,y\n1\n", "line 2: fewer"),
        ("a.csv", "x\n1,2\n", "line 2: more"),
        ("a.csv", "", "no rows"),
        ("a.json", "{", "a.json"),
    ],
)
def test_a_broken_feed_is_named_with_its_line(tmp_path, name, content, words):
    (tmp_path / name).write_text(content)
    with pytest.raises(PlanError, match=words):
        compiled({}, data={"feed": {"file": str(tmp_path / name)}}, folder=tmp_path)


def pauses(pause, count=4000):
    """Pauses of one user, in seconds, and whether another with the same seed has the same."""
    plan = {"scenarios": [{"steps": [{"pause": pause}, {"url": "http://h/"}]}], "load": {"iterations": 1}}
    step = compile_plan(Plan.from_dict(plan), environ={})["scenarios"][0]["steps"][0]
    one, other = (runtime.Session(3, {}, seed=1) for _ in range(2))
    draw = runtime.compile_pause(step)
    drawn = [draw(one) for _ in range(count)]
    assert drawn == [draw(other) for _ in range(count)]
    return drawn


def test_a_fixed_pause_is_a_constant():
    assert runtime.compile_pause({"law": "uniform", "min_s": 2.0, "max_s": 2.0}) == 2.0


def test_normal_pauses_have_their_mean_and_deviation():
    drawn = pauses({"mean": "2s", "stdev": "500ms"})
    assert fmean(drawn) == pytest.approx(2, abs=0.04)
    assert stdev(drawn) == pytest.approx(0.5, abs=0.03)


def test_a_normal_pause_that_would_be_negative_is_drawn_again():
    drawn = pauses({"mean": 1, "stdev": 1})
    assert min(drawn) > 0
    assert fmean(drawn) == pytest.approx(1.2876, abs=0.06)


def test_poisson_pauses_are_exponential():
    drawn = pauses({"poisson": "2s"})
    assert fmean(drawn) == pytest.approx(2, abs=0.16)
    assert sum(pause > 2 for pause in drawn) / 4000 == pytest.approx(0.368, abs=0.04)
