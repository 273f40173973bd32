"""The template grammar: what it reads, what stays as it is written, and what its functions give."""

import datetime
import random
import uuid
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.performance.engines.program import runtime
from adapters.performance.engines.program.runtime import chance
from adapters.performance.engines.program.runtime.calls import compile_call
from adapters.performance.engines.program.runtime.moments import compile_moment
from adapters.performance.engines.program.texts import Texts
from adapters.performance.plan.functions import objection, prepared
from adapters.performance.plan.moments import prepare_moment
from adapters.performance.plan.template import (
    MAX_DEPTH,
    Call,
    Reference,
    Unusable,
    parse,
    placeholders,
    unusable,
)


def only(text):
    (part,) = parse(text)
    return part


@pytest.mark.parametrize(
    ("written", "path"),
    [
        ("${a}", ("a",)),
        ("${ a }", ("a",)),
        ("${user-id}", ("user-id",)),
        ("${über}", ("über",)),
        ("${var.order.items.0.id}", ("var", "order", "items", "0", "id")),
        ("${order.items[0].id}", ("order", "items", "0", "id")),
        ("${order[-1]}", ("order", "-1")),
        ("${a[\"b c\"]['d\\'e']}", ("a", "b c", "d'e")),
        ("${csv.users.first-name}", ("csv", "users", "first-name")),
    ],
)
def test_names_are_paths(written, path):
    assert only(written) == Reference(path, None, written)


@pytest.mark.parametrize(
    ("written", "function", "args"),
    [
        ("${uuid()}", "uuid", ()),
        ("${ randint( 1 , 6 ) }", "randint", ("1", "6")),
        ("${choice(a,,b)}", "choice", ("a", "", "b")),
        ("${choice('a, b', \"c)}\")}", "choice", ("a, b", "c)}")),
        (r"${choice('it\'s', 'a\\b')}", "choice", ("it's", "a\\b")),
        ("${choice(it's, two words )}", "choice", ("it's", "two words")),
        ("${now(%Y-%m-%dT%H:%M:%S, +1d)}", "now", ("%Y-%m-%dT%H:%M:%S", "+1d")),
        ("${faker.de_DE.name()}", "faker.de_DE.name", ()),
    ],
)
def test_calls_have_arguments(written, function, args):
    assert only(written) == Call(function, args, None, written)


@pytest.mark.parametrize(
    ("written", "default"),
    [
        ("${a:-}", ("",)),
        ("${a:-b c}", ("b c",)),
        ("${a :- b }", (" b ",)),
        ('${a:-{"b": {}}}', ('{"b": {}}',)),
        (r"${a:-\}\{}", ("}{",)),
        (r"${a:-C:\dir\\n}", (r"C:\dir\\n",)),
        ("${a:-$${b}}", ("${b}",)),
        ("${a:-${b:-c}d}", (Reference(("b",), ("c",), "${b:-c}"), "d")),
        ("${a:-${nope()}}", ("${nope()}",)),
        ("${uuid():-x}", ("x",)),
    ],
)
def test_defaults_are_templates_in_which_braces_come_in_pairs(written, default):
    assert only(written).default == default


@pytest.mark.parametrize(
    "written",
    [
        *("${", "${}", "${a b}", "${randint(6,1)}", "${eval('1')}", "$ {x}", "${{x}}", "}", "${.a}", "${a.}"),
        *(
            "${a..b}",
            "${a[b]}",
            "${a['b}",
            "${choice('a'b)}",
            "${choice(a(b))}",
            "${1}",
            "${a:b}",
            "${choice()}",
        ),
        *("${a:-b", "${a:-{}", r"${a:-b\}", "${a:-${b", "$", "$$", "$$$"),
    ],
)
def test_what_is_no_placeholder_stays_as_written(written):
    assert parse(written) == (written,)


def test_what_is_not_closed_does_not_hide_what_follows():
    assert parse("${a:-${b} c") == ("${a:-", Reference(("b",), None, "${b}"), " c")
    assert parse("${ ${b}") == ("${ ", Reference(("b",), None, "${b}"))


def test_a_call_that_is_none_has_its_default():
    assert parse("<${nope():-${a}}>") == ("<", Reference(("a",), None, "${a}"), ">")


def test_defaults_lie_in_one_another_only_so_deep():
    deep = "${a:-" * MAX_DEPTH + "x" + "}" * MAX_DEPTH
    assert len(list(placeholders(parse(deep)))) == MAX_DEPTH
    assert unusable(deep) == []
    too_deep = "${a:-" * 1000 + "}" * 1000
    assert written(too_deep) == too_deep


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("${randnt(1, 2)}", "there is no function randnt; did you mean randint?"),
        ("${randint(1)}", "it takes 2 arguments; write randint(1, 6)"),
        ("${randint(1, x)}", "'x' is no whole number; write randint(1, 6)"),
        ("${randint(2, 1)}", "2 is more than 1; write randint(1, 6)"),
        ("${uuid(1)}", "it takes no arguments; write uuid()"),
        ("${randstring(100000)}", "the length is 0 to 10000; write randstring(8) or randstring(8, abc)"),
        ("${a b}", "it is neither a name nor a call; write $${ for ${"),
        ("${a", "it is not closed"),
    ],
)
def test_what_is_wrong_is_said(written, why):
    (bad,) = unusable(written)
    assert (bad.shown, bad.why) == (written, why)


def written(text):
    """A template written anew from its parts; braces of escapes are told apart by none of them."""
    return "".join(part if isinstance(part, str) else part.text.replace("$${", "${") for part in parse(text))


TOKENS = st.lists(
    st.sampled_from(
        [
            *("${", "$${", "}", "{", "(", ")", "[", "]", ":-", ".", ",", "'", '"', "\\", " ", "$", "-", "\n"),
            *(
                "a",
                "0",
                "var",
                "env",
                "uuid",
                "randint(1,2)",
                "choice",
                "now",
                "%Y",
                "faker.name",
                "ü",
                "🎉",
                "\0",
            ),
        ]
    ),
    max_size=40,
).map("".join)


@given(TOKENS)
def test_parsing_never_fails_and_loses_nothing(text):
    if not any(bad.default is not None or "$${" in bad.text for bad in unusable(text)):
        assert written(text) == text.replace("$${", "${")


@given(TOKENS)
def test_literals_are_merged_and_placeholders_are_as_written(text):
    parts = parse(text)
    assert not any(isinstance(a, str) and isinstance(b, str) for a, b in pairwise(parts))
    for part in placeholders(parts):
        assert part.text in text
        assert only(part.text) == part


@given(TOKENS)
def test_what_is_unusable_is_in_the_text(text):
    for bad in unusable(text):
        assert isinstance(bad, Unusable)
        assert bad.text in text
        assert bad.shown in text


@pytest.mark.parametrize("seed", [0, 1, -5, 2**80])
def test_numbers_are_those_of_pythons_random(seed):
    ours, theirs = random.Random(seed), random.Random(seed)
    for limit in (1, 2, 3, 6, 100, 2**32, 2**53, 10**30):
        assert chance.below(ours, limit) == theirs.randrange(limit)
        assert chance.compile_below(limit)(ours) == theirs.randrange(limit)
    weights = [1, 2.5, 0.01, 3]
    for _ in range(50):
        assert chance.compile_weighted(weights)(ours) == theirs.choices(range(4), weights)[0]


def drawn(function, *args, seed=3):
    name, program_args = prepared(function, args)
    return compile_call(name, program_args)(runtime.Session(0, {}, seed))


def test_uuids_are_those_of_pythons_uuid():
    bits = chance.seeded(3, 0).getrandbits(128)
    assert drawn("uuid") == str(uuid.UUID(int=bits, version=4))


@given(st.integers(-(10**15), 10**15), st.integers(0, 10**6), st.integers())
def test_randint_is_within_its_bounds(low, width, seed):
    assert low <= drawn("randint", str(low), str(low + width), seed=seed) <= low + width


@given(
    st.decimals(-1000, 1000, places=2),
    st.decimals(0, 1000, places=2),
    st.integers(2, 6),
    st.integers(0, 2**32),
)
def test_randfloat_has_its_decimals_and_bounds(low, width, decimals, seed):
    value = drawn("randfloat", f"{low:f}", f"{low + width:f}", str(decimals), seed=seed)
    assert float(low) <= value <= float(low + width)
    assert value == round(value, decimals)


def test_random_texts_have_their_length_and_alphabet():
    assert len(drawn("randstring", "20")) == 20
    assert set(drawn("randstring", "200", "aß🎉")) == {"a", "ß", "🎉"}
    assert int(drawn("randhex", "16"), 16) < 16**16
    assert drawn("randstring", "0") == ""


def test_seq_counts_for_each_user():
    count, one, other = compile_call("seq", []), runtime.Session(0, {}, 1), runtime.Session(1, {}, 1)
    assert [count(one), count(one), count(other)] == [1, 2, 1]


@pytest.mark.parametrize(
    ("args", "made"),
    [
        ((), ["%Y-%m-%dT%H:%M:%S", 0, False]),
        (("iso", "utc"), ["%Y-%m-%dT%H:%M:%SZ", 0, True]),
        (("+1d2h",), ["%Y-%m-%dT%H:%M:%S", 93_600_000, False]),
        (("-1.5s", "epoch_ms"), ["epoch_ms", -1500, False]),
        (("%d.%m.", "-1w", "local"), ["%d.%m.", -604_800_000, False]),
    ],
)
def test_moments_take_a_format_an_offset_and_a_zone(args, made):
    assert prepare_moment(args) == made


@pytest.mark.parametrize(
    "args",
    [("%c",), ("%Q",), ("%",), ("tomorrow",), ("%Y", "%m"), ("+1d", "+2d"), ("+200000d",), ("utc", "utc")],
)
def test_moments_that_are_not_the_same_everywhere_are_refused(args):
    assert objection("now", args) is not None


@pytest.mark.parametrize("letter", "YmdHMSfyjIpaAbB%")
def test_directives_are_those_of_strftime(letter, monkeypatch):
    for second in (0, 86_400 * 59 + 12 * 3600, 1_700_000_000.25, 4_102_444_799.999):
        monkeypatch.setattr(
            "adapters.performance.engines.program.runtime.moments.time", lambda now=second: now
        )
        at = datetime.datetime.fromtimestamp(second, datetime.UTC)
        assert compile_moment(f"%{letter}", 0, True)() == at.strftime(f"%{letter}")


def test_a_moment_is_another_in_the_next_second(monkeypatch):
    now = [10.0]
    monkeypatch.setattr("adapters.performance.engines.program.runtime.moments.time", lambda: now[0])
    moment = compile_moment("%S", 500, True)
    told = [moment()]
    for now[0] in (10.4, 10.5, 11.4, 11.5, 10.0):
        told.append(moment())
    assert told == ["10", "10", "11", "11", "12", "10"]


def rendered(template, *, feeds=(), data=None, variables=None, rows=None, environ=None, how="plain"):
    texts = Texts(frozenset(feeds), environ or {}, data=data)
    session = runtime.Session(2, variables or {}, 1, texts.pools)
    session.rows = rows or {}
    return runtime.text_of(runtime.compile_text(getattr(texts, how)(template)), session)


def test_rows_are_found_by_the_names_of_their_columns():
    rows = {"users": {"name": "ann", "a.b": 1, "deep": {"list": [5]}}}
    shown = "${users.name} ${csv.users.name} ${data.name} ${users.a.b} ${users.deep.list.0} ${users.x}"
    made = rendered(shown, feeds=["users"], data="users", rows=rows)
    assert made == "ann ann ann 1 5 ${users.x}"


def test_defaults_have_types_where_a_placeholder_is_the_whole_value():
    body = {"a": "${x:-${n}}", "b": "${x:-5}", "c": "<${x:-${n}}>", "${n}": 1, "d": "${env.X:-${n}}"}
    made = rendered(body, variables={"n": 7}, how="json")
    assert made == '{"a":7,"b":"5","c":"<7>","7":1,"d":7}'


def test_defaults_are_encoded_like_values():
    assert rendered({"a": '${x:-"\n}'}, how="json") == '{"a":"\\"\\n"}'
    texts = Texts(frozenset(), {})
    assert texts.encoded("${env.X:-a b&${y:-ü}}", "query")[0] == "a%20b%26"


def test_many_placeholders_and_percent_signs_keep_their_order():
    text = "%s${a}%%${b}%d${c}${d}%${e}"
    variables = {name: name.upper() for name in "abcde"}
    assert rendered(text, variables=variables) == "%sA%%B%dCD%E"
