"""What k6's script makes of answers, held against Python: JSONPath, regular expressions and transforms."""

from __future__ import annotations

import json
import random
import re
import subprocess
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from adapters.performance.engines.k6 import K6Adapter
from adapters.performance.engines.k6.answers import for_script
from adapters.performance.engines.k6.launch import MAIN
from adapters.performance.engines.k6.regex import Untranslatable, javascript_pattern, matches_nothing
from adapters.performance.engines.program.runtime.fields import field_values
from adapters.performance.engines.program.runtime.jsonpath import compile_query
from adapters.performance.engines.program.runtime.transforms import Unfit, compile_transforms
from adapters.performance.plan.jsonpath_query import parse_query

BINARIES = [
    *filter(None, [K6Adapter().detect().path]),
    *map(str, sorted(Path.home().glob(".cache/polyload/k6-*/k6"))),
]
pytestmark = pytest.mark.engine("k6")
if not BINARIES:
    pytest.skip("k6 is not installed", allow_module_level=True)

SCRIPT = """
import { compileFields } from 'MODULES/fields.js';
import { compileQuery } from 'MODULES/jsonpath.js';
import { compileTransforms } from 'MODULES/transforms.js';
import { dumps, parseJson } from 'MODULES/values.js';

const cases = JSON.parse(open('CASES'));
const fieldsOf = compileFields('a', cases.references);
const orNull = (value) => (value === undefined ? null : value);

function attempt(make) {
  try {
    return make();
  } catch (error) {
    return String(error.name === 'Error' ? 'unfit' : error);
  }
}

function matches([source, text, first]) {
  const expression = new RegExp(source, first ? 'u' : 'gu');
  const found = [];
  for (let match = expression.exec(text); match !== null; match = first ? null : expression.exec(text)) {
    found.push(Array.from(match, orNull));
  }
  return JSON.stringify(found);
}

export default function () {
  for (const name of ['queries', 'transforms', 'matches', 'fields']) {
    const results = cases[name].map((given) => attempt(() => MAKERS[name](given)));
    console.log(JSON.stringify([name, results]));
  }
}

const MAKERS = {
  queries: ([query, document]) => dumps(compileQuery(parseJson(query))(parseJson(document))),
  transforms: ([transforms, value]) => dumps(compileTransforms(transforms)(parseJson(value))),
  matches,
  fields: (html) => JSON.stringify(fieldsOf(html)),
};
"""
TEXTS = [
    *("", " 12 ", "+07", "-0", "1_000", "٣", "3.50", "-1e3", "1e999", ".5", "nan", "12345678901234567890"),
    *(
        "\x1c\x85a \u200b\u3000",
        "\ufeffa",
        "Straße İstanbul ΑΣ ŉ",
        "a+b%2B%zz%C3%A9%",
        "%ff",
        "%ED%A0%80",
        "!'()*~ é😀",
    ),
    *(
        "YQ==",
        "YQ",
        "Y Q",
        "YR==",
        "_-8",
        "/+8=",
        "w6k",
        "8J-YgA",
        "a",
        "&#0;&#x80;&#xD800;&#1114112;&#13;&#xb;",
    ),
    *(
        "&copy&copyx&notin;&notit; &amp;lt; &AMP",
        "&#;&#x;&;& &é; &fjlig;",
        '{"a": [1.0, 1e5, NaN, 10000000000000000000]}',
    ),
    *("[1,]", "null", '"\\ud83d\\ude00"', "😀é"),
]
VALUES = [*TEXTS, 5, -7.9, 1e20, 3.0, True, None, [1, "é"], {"a": {"b": 2.5}}]
TRANSFORMS = [
    *("trim", "lower", "upper", "int", "float", "json", "length", "url_decode", "url_encode"),
    *("base64_decode", "base64_encode", "html_unescape"),
]
CHARACTERS = "abAB1_ \nxé߀ſKkßİ٣😀\u2028\r-"


@pytest.fixture(scope="module", params=BINARIES, ids=lambda path: Path(path).parent.name)
def results(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """What k6 makes of all cases, by their names."""
    folder = tmp_path_factory.mktemp("k6")
    references = for_script({"kind": "input", "input": "a"})["references"]
    given = {name: given for name, (given, _) in cases().items()}
    (folder / "cases.json").write_text(json.dumps({**given, "references": references}))
    script = SCRIPT.replace("MODULES", MAIN.parent.as_uri()).replace("CASES", str(folder / "cases.json"))
    (folder / "script.js").write_text(script)
    argv = [request.param, "run", "--quiet", "--no-usage-report", "--log-format", "raw", "--address", ""]
    ran = subprocess.run([*argv, "script.js"], cwd=folder, capture_output=True, text=True, timeout=100)
    lines = [json.loads(line) for line in ran.stderr.split("\n") if line.startswith("[")]
    assert len(lines) == 4, ran.stderr[-2000:]
    return dict(lines)


@lru_cache(maxsize=1)
def cases() -> dict[str, tuple[list[Any], list[str]]]:
    """By name, what is given to k6 and what Python makes of it."""
    made = {"queries": list(queries()), "transforms": list(transforms()), "matches": list(matches())}
    made["fields"] = list(fields())
    return {
        name: ([given for given, _ in pairs], [made for _, made in pairs]) for name, pairs in made.items()
    }


def queries() -> Iterator[tuple[Any, str]]:
    file = Path(__file__).parents[1] / "data/jsonpath/cases.jsonl"
    for case in map(json.loads, file.read_text("utf-8").splitlines()):
        if (
            "invalid" not in case
            and "from the document" not in case["name"]
            and "$..['regex']" not in case["selector"]
        ):
            query = parse_query(case["selector"])
            entry = for_script({"query": query})
            yield (
                [entry["query_json"], json.dumps(case["document"])],
                dumps(compile_query(query)(case["document"])),
            )


def transforms() -> Iterator[tuple[Any, str]]:
    for name in TRANSFORMS:
        change = compile_transforms([[name]])
        assert change is not None
        for value in VALUES:
            try:
                made = dumps(change(value))
            except Unfit:
                made = "unfit"
            yield [for_script({"transform": [[name]]})["transform"], json.dumps(value)], made


def matches() -> Iterator[tuple[Any, str]]:
    draw = random.Random(11)
    count = 0
    while count < 150:
        try:
            pattern = draw.choice(["", "", "(?i)", "(?s)", "(?m)", "(?a)"]) + alternatives(draw, 3)
            expression, source = re.compile(pattern), javascript_pattern(pattern)
        except (re.error, Untranslatable):
            continue
        count += 1
        text = "".join(draw.choices(CHARACTERS, k=12))
        first = matches_nothing(pattern)
        found = [[match[0], *match.groups()] for match in expression.finditer(text)]
        yield [source, text, first], dumps(found[:1] if first else found)


MARKUP = [
    *(
        "<input ",
        "<meta ",
        "<INPUT/",
        "<p title=",
        "<!--",
        "-->",
        "<!-->",
        "<script>",
        "</script >",
        "<textarea>",
        "</textarea>",
    ),
    *(
        "name=a ",
        "name='a' ",
        'NAME="a"',
        "name=&#97; ",
        "value=x ",
        "value='y&amp;z' ",
        'value="<b>"',
        "value",
        "content = c ",
    ),
    *(
        ">",
        "/>",
        "=",
        "'",
        '"',
        " ",
        "é",
        "&copy",
        "&copy=",
        "&notit;",
        "&#0;",
        "value=it's>",
        "<input name=a value=v>",
    ),
]


def fields() -> Iterator[tuple[Any, str]]:
    draw = random.Random(12)
    for _ in range(400):
        html = "".join(draw.choices(MARKUP, k=draw.randint(1, 14)))
        yield html, dumps(list(field_values(html, "a")))


def alternatives(draw: random.Random, depth: int) -> str:
    count = draw.choice([1, 1, 1, 2, 3])
    return "|".join("".join(piece(draw, depth) for _ in range(draw.randint(1, 3))) for _ in range(count))


def piece(draw: random.Random, depth: int) -> str:
    repeats = ["*", "+", "?", "{1,2}", "{2}", "{0,3}", "*?", "+?", "??", "{1,2}?"]
    return atom(draw, depth) + (draw.choice(repeats) if draw.random() < 0.3 else "")


def atom(draw: random.Random, depth: int) -> str:
    match draw.randrange(10):
        case 0 | 1 | 2:
            return re.escape(draw.choice(CHARACTERS))
        case 3 | 4:
            return draw.choice([r"\d", r"\w", r"\s", r"\D", r"\W", r"\S", "."])
        case 5 | 6:
            inside = [re.escape(draw.choice(CHARACTERS)), "a-k", r"\d", r"\w", "é-ſ"]
            return f"[{draw.choice(['', '^'])}{''.join(draw.choices(inside, k=2))}]"
        case 7:
            return draw.choice(["^", "$", r"\b", r"\Z", r"\A"])
    name = f"(?P<n{draw.randrange(10**6)}>"
    return (
        f"{draw.choice(['(', '(?:', name, '(?i:', '(?s:'])}{alternatives(draw, depth - 1)})" if depth else "a"
    )


def dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


@pytest.mark.parametrize("name", ["queries", "transforms", "matches", "fields"])
def test_k6_makes_of_them_what_python_makes(results: dict[str, list[str]], name: str) -> None:
    given, expected = cases()[name]
    different = [
        (one, made, wanted)
        for one, made, wanted in zip(given, results[name], expected, strict=True)
        if made != wanted
    ]
    assert different == []
    assert len(given) >= 150
