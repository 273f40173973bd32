"""Data feeds: any row of any source, at any time, as a parser of the whole file would give it."""

import csv
import datetime as dt
import io
import json
import sqlite3
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.performance import Plan, PlanError
from adapters.performance.engines.program import runtime
from adapters.performance.engines.program.compile import compile_plan
from adapters.performance.engines.program.feeds import FeedFacts, csv_rows, feed_facts
from adapters.performance.plan import Feed

SECRET = "hunter2-hunter2"


def laid_out(folder, feed, url="http://h/", **plan):
    """The program's feed, its files left in a new folder there."""
    folder = tempfile.mkdtemp(dir=folder)
    fields = {
        "scenarios": [{"steps": [{"url": url}]}],
        "load": {"iterations": 1},
        "data": {"f": feed},
        **plan,
    }
    return compile_plan(Plan.from_dict(fields), folder=Path(folder))["feeds"]["f"]


def rows_of(feed):
    """Every row, the last first, so that none depends on the one before it."""
    rows = runtime.feed_rows(feed)
    return [rows[number] for number in reversed(range(feed["size"]))][::-1]


def written(folder, name, content):
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def drawn(feed, count, user=0, seed=1):
    draw, session = runtime.compile_draw({"f": feed}), runtime.Session(user, {}, seed)
    found = []
    for iteration in range(count):
        ended = draw(session, iteration)
        found.append(session.rows["f"] if ended is None else ended)
    return found


# CSV, against Python's csv module

FIELDS = st.text(st.sampled_from('ab",;\n\r \té漢\u2028\x0b|'), max_size=6)


@st.composite
def csv_files(draw):
    """The bytes of a file that a CSV writer wrote, the dialect, and the encoding."""
    delimiter = draw(st.sampled_from(",;\t|"))
    width = draw(st.integers(1, 4))
    rows = draw(st.lists(st.lists(FIELDS, min_size=width, max_size=width), min_size=1, max_size=12))
    out = io.StringIO(newline="")
    writer = csv.writer(
        out,
        delimiter=delimiter,
        lineterminator=draw(st.sampled_from(["\n", "\r\n", "\r"])),
        quoting=draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])),
    )
    names = [f"c{number}" for number in range(width)]
    writer.writerow(names)
    for row in rows:
        writer.writerow(row)
        out.write(draw(st.sampled_from(["", "", "", "\n", "\r\n"])))
    text = out.getvalue()
    if draw(st.booleans()):
        text = text.removesuffix("\n").removesuffix("\r")
    encoding = draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"]))
    return text, delimiter, encoding


def as_csv_reads(text, delimiter):
    """The rows of a text, None where it has none that are whole."""
    try:
        rows = list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error:
        return None
    return None if any(None in row or None in row.values() for row in rows) else rows or None


def compare_with_csv(folder, text, delimiter, **feed):
    feed = {**feed, "delimiter": delimiter}
    wanted = as_csv_reads(text, delimiter)
    if wanted is None:
        with pytest.raises(PlanError, match=r"data\.f: .*f\.csv"):
            laid_out(folder, feed)
    else:
        assert rows_of(laid_out(folder, feed)) == wanted


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(csv_files(), st.sampled_from([40, 4 << 20]))
def test_any_row_of_a_csv_file_is_what_the_csv_module_reads(tmp_path_factory, monkeypatch, given_file, piece):
    text, delimiter, encoding = given_file
    folder = tmp_path_factory.mktemp("csv")
    monkeypatch.setattr(csv_rows, "_PIECE_BYTES", piece)
    named = {"encoding": encoding} if encoding == "utf-16-le" else {}
    compare_with_csv(folder, text, delimiter, file=written(folder, "f.csv", text.encode(encoding)), **named)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.sampled_from('ab"",,\n\n\r'), max_size=40), st.sampled_from([16, 4 << 20]))
def test_any_text_is_read_as_csv_reads_it_or_refused_where_it_does(
    tmp_path_factory, monkeypatch, rows, piece
):
    folder = tmp_path_factory.mktemp("any")
    monkeypatch.setattr(csv_rows, "_PIECE_BYTES", piece)
    compare_with_csv(folder, f"x,y\n{rows}", ",", file=written(folder, "f.csv", f"x,y\n{rows}"))


def test_quoted_fields_with_line_breaks_are_found_in_the_fast_pass(tmp_path, monkeypatch):
    slow = []
    monkeypatch.setattr(csv_rows._Rows, "__iter__", lambda self: slow.append(self) or iter(()))
    monkeypatch.setattr(csv_rows, "_PIECE_BYTES", 64)
    lines = "".join(f'"a ""{n}"", b\r\nc",é{n}\r\n' for n in range(50))
    feed = {"file": written(tmp_path, "f.csv", lines), "columns": ["text", "number"]}
    assert rows_of(laid_out(tmp_path, feed)) == [
        {"text": f'a "{n}", b\r\nc', "number": f"é{n}"} for n in range(50)
    ]
    assert slow == []


@pytest.mark.parametrize(
    ("name", "content", "more", "words"),
    [
        ("f.csv", "a,b\n1,2\n3\n", {}, "line 3: fewer fields than the header has columns: 1 instead of 2"),
        ("f.csv", "a,b\n1,2\n\n3,4,5\n", {}, "line 4: more fields"),
        ("f.csv", 'a,b\n"x\ny",2\n3\n', {}, "line 4: fewer"),
        ("f.csv", 'a,b\n1,"2\n3,4\n', {}, "line 2: a quote is not closed"),
        ("f.csv", 'a,b\n1,"2"x\n', {}, "line 2: something stands between a closing quote"),
        ("f.csv", "a,b\n1,2\ncaf\xe9,4\n".encode("latin-1"), {}, "line 3, column 4: not UTF-8"),
        ("f.csv", "a,b\n1,2\n".encode("utf-16-le"), {}, "line 1, column 2: a NUL; if the file is UTF-16"),
        ("f.csv", b"\x81,b\n1,2\n", {"encoding": "cp1252"}, "line 1: not cp1252"),
        ("f.csv", "a,,c\n1,2,3\n", {}, "line 1, column 2: the column has no name"),
        ("f.csv", "a,b,a\n1,2,3\n", {}, "line 1, column 3: there are two columns 'a'"),
        ("f.csv", "1,2\n3\n", {"columns": ["a", "b"]}, "line 2: fewer fields than there are columns"),
        ("f.csv", "a\n" + "x" * 200_000, {}, "line 2: a row of more than 131072 bytes"),
        ("f.csv", 'a\n"' + "x\n" * 200_000, {}, "line 2: a field of more than 131072 characters; is a quote"),
        ("f.csv", "", {}, "has no rows: it is empty"),
        ("f.csv", "a,b\n\n", {}, "has no rows"),
        ("f.jsonl", '{"a": 1}\n\n{"a": 1,}\n', {}, "line 3, column 9: not JSON"),
        ("f.jsonl", '{"a": 1}\n[1]\n', {}, "line 2: a row is an object, not a list"),
        ("f.jsonl", b'{"a": 1}\n{"a": "\xe9"}\n', {}, "line 2: not UTF-8"),
        ("f.jsonl", "\n", {}, "has no rows"),
        ("f.json", "[]", {}, "has no rows"),
        ("f.json", '[\n{"a": 1}\n{"a": 2}]', {}, "line 3: between two rows there is a comma"),
        ("f.json", '[{"a": 1},\n{"a": tru}]', {}, "line 2: not JSON"),
        ("f.json", '[{"a": 1},\n]', {}, "line 2: a row is an object"),
        ("f.json", '{"a": 1}', {}, "line 1: a JSON file of rows is a list of objects"),
        ("f.json", '[{"a": 1}] x', {}, "line 1: something follows"),
        ("f.json", "[" + "[" * 100_000, {}, "line 1: a row is an object"),
    ],
)
def test_what_is_wrong_with_a_file_is_told_with_its_place(tmp_path, name, content, more, words):
    feed = {"file": str(written(tmp_path, name, content)), **more}
    with pytest.raises(PlanError) as caught:
        laid_out(tmp_path, feed)
    assert str(caught.value).startswith(f"data.f: {tmp_path / name}")
    assert words in str(caught.value)


@pytest.mark.parametrize("name", ["gone.csv", "folder.csv"])
def test_a_file_that_is_none_is_told(tmp_path, name):
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(PlanError, match=rf"data\.f: .*{name}"):
        laid_out(tmp_path, {"file": tmp_path / name})


# JSON, SQLite, Python

ROWS = [{"a": 1, "b": "x,y"}, {"a": 2.5, "b": None}, {"a": [1, {"c": "é\n"}], "b": True}]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
@pytest.mark.parametrize("chunk", [1, 7, 1 << 20])
def test_json_and_json_lines_give_the_same_rows(tmp_path, monkeypatch, encoding, chunk):
    monkeypatch.setattr("adapters.performance.engines.program.feeds.json_rows._CHUNK", chunk)
    lines = "\r\n".join(json.dumps(row, ensure_ascii=False) for row in ROWS)
    feeds = {
        "f.json": json.dumps(ROWS, ensure_ascii=False, indent=1),
        "f.jsonl": f"{lines}\n\n",
        "f.ndjson": lines,
    }
    given = {"encoding": encoding} if encoding == "latin-1" else {}
    for number, (name, text) in enumerate(feeds.items()):
        feed = {"file": written(tmp_path, f"{number}{name}", text.encode(encoding)), **given}
        assert rows_of(laid_out(tmp_path, feed)) == ROWS


@pytest.fixture
def shop_db(tmp_path):
    path = tmp_path / "shop?#%.db"
    with sqlite3.connect(path) as connection:
        connection.execute("create table users (id integer, name text, photo blob)")
        connection.executemany("insert into users values (?, ?, x'00')", [(n, f"u{n}") for n in range(3)])
    connection.close()
    return path


def test_a_query_gives_rows_with_the_types_of_their_values(tmp_path, shop_db):
    feed = {"file": shop_db, "query": "select id, upper(name) as name, id / 2.0 as half from users"}
    assert rows_of(laid_out(tmp_path, feed)) == [{"id": n, "name": f"U{n}", "half": n / 2} for n in range(3)]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("select id, id from users", "two columns 'id'"),
        ("select * from users", "row 1, column 'photo': bytes"),
        ("select * from orders", "no such table: orders"),
        ("select 1; drop table users", "one statement at a time"),
        ("delete from users", "not authorized"),
        ("attach 'other.db' as other", "not authorized"),
        ("pragma journal_mode = wal", "not authorized"),
        ("select cast(x'ff41' as text) as name", "column 'name' holds text that is not UTF-8"),
        ("select id from users where id > 5", "has no rows"),
    ],
)
def test_a_query_that_gives_no_rows_or_does_more_than_read_is_refused(tmp_path, shop_db, query, words):
    before = shop_db.read_bytes()
    with pytest.raises(PlanError) as caught:
        laid_out(tmp_path, {"file": shop_db, "query": query})
    assert words in str(caught.value)
    assert shop_db.read_bytes() == before


def test_a_file_that_is_no_database_is_told(tmp_path):
    feed = {"file": written(tmp_path, "f.db", "no database at all" * 100), "query": "select * from users"}
    with pytest.raises(PlanError, match=r"data\.f: .*f\.db, query: file is not a database"):
        laid_out(tmp_path, feed)


def test_any_iterable_gives_rows_and_its_file_is_private_and_goes_with_the_feed(tmp_path):
    feed = Feed.from_rows(({"n": number} for number in range(1000)), strategy="unique")
    file = feed.file
    assert file.stat().st_mode & 0o777 == 0o600
    assert rows_of(laid_out(tmp_path, feed)) == [{"n": number} for number in range(1000)]
    del feed
    assert not file.exists()


def test_sequences_become_rows_by_the_names_of_their_columns(tmp_path):
    with sqlite3.connect(":memory:") as connection:
        cursor = connection.execute("select 1, 'x' union select 2, 'y'")
        feed = Feed.from_rows(cursor, columns=["id", "name"])
    connection.close()
    assert rows_of(laid_out(tmp_path, feed)) == [{"id": 1, "name": "x"}, {"id": 2, "name": "y"}]


class Frame:
    """What pandas gives."""

    columns = ("a", "b")

    def __iter__(self):
        return iter(self.columns)

    def itertuples(self, index, name):
        assert (index, name) == (False, None)
        return zip(np.arange(2), [dt.date(2024, 1, 2), dt.datetime(2024, 1, 2, 3)], strict=True)


def test_a_data_frame_gives_its_records(tmp_path):
    feed = Feed.from_rows(Frame())
    assert rows_of(laid_out(tmp_path, feed)) == [
        {"a": 0, "b": "2024-01-02"},
        {"a": 1, "b": "2024-01-02T03:00:00"},
    ]


@pytest.mark.parametrize(
    ("rows", "columns", "words"),
    [
        ([{"a": 1}, 2], None, "row 2 of a feed is no mapping but a int"),
        ([(1, 2)], ["a"], "row 1 of a feed: 2 values, and there are 1 columns"),
        ([{"a": 1, "b": {1}}], None, "row 1 of a feed, column 'b': a value that JSON does not have"),
        ("abc", None, "not a str"),
    ],
)
def test_what_is_no_row_is_told_and_leaves_no_file(monkeypatch, tmp_path, rows, columns, words):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(PlanError) as caught:
        Feed.from_rows(rows, columns=columns)
    assert words in str(caught.value)
    assert list(tmp_path.iterdir()) == []


# How rows are handed out

LETTERS = [{"x": letter} for letter in "abcde"]
STORED = "x\na\nb\nc\nd\ne\n"


def letters(found):
    return "".join(row if isinstance(row, str) else row["x"] for row in found)


@pytest.fixture(params=["rows", "file"])
def letter_feed(request, tmp_path):
    """A feed of five letters, by its fields, written in the plan or in a file."""
    source = {"rows": LETTERS} if request.param == "rows" else {"file": written(tmp_path, "l.csv", STORED)}
    return lambda **fields: laid_out(tmp_path, {**source, **fields}, options={"seed": fields.pop("seed", 3)})


def test_rows_are_handed_out_by_strategy(letter_feed):
    assert letters(drawn(letter_feed(), 7)) == "abcdeab"
    assert letters(drawn(letter_feed(strategy="unique"), 7)) == "abcdeff"
    assert letters(drawn(letter_feed(strategy="unique", on_end="recycle"), 7)) == "abcdeab"
    assert letters(drawn(letter_feed(strategy="per_user"), 3, user=6)) == "bbb"
    shuffled = letters(drawn(letter_feed(strategy="shuffled"), 10))
    assert (sorted(shuffled[:5]), shuffled[5:]) == (list("abcde"), shuffled[:5])
    assert set(letters(drawn(letter_feed(strategy="random"), 100))) == set("abcde")


def test_a_seed_gives_the_same_order_wherever_the_rows_are(tmp_path):
    feeds = [{"rows": LETTERS}, {"file": written(tmp_path, "l.csv", STORED)}, Feed.from_rows(LETTERS)]
    for strategy in ("shuffled", "random"):
        found = set()
        for feed in feeds:
            fields = feed if isinstance(feed, dict) else {"file": feed.file}
            laid = laid_out(tmp_path, {**fields, "strategy": strategy}, options={"seed": 5})
            found.add(letters(drawn(laid, 20)))
        assert len(found) == 1


def test_feeds_of_one_plan_are_shuffled_apart(tmp_path):
    rows = [{"x": number} for number in range(20)]
    data = {name: {"rows": rows, "strategy": "shuffled"} for name in ("f", "g")}
    plan = {"scenarios": [{"steps": [{"url": "http://h/"}]}], "load": {"iterations": 1}, "data": data}
    feeds = compile_plan(Plan.from_dict({**plan, "options": {"seed": 1}}))["feeds"]
    assert feeds["f"]["rows"] != feeds["g"]["rows"]


def test_only_random_rows_take_random_numbers(letter_feed):
    for strategy in ("sequential", "shuffled", "unique", "per_user"):
        draw, session = (
            runtime.compile_draw({"f": letter_feed(strategy=strategy)}),
            runtime.Session(0, {}, 1),
        )
        before = session.random.getstate()
        draw(session, 0)
        assert session.random.getstate() == before


@pytest.mark.parametrize(
    ("written_as", "meant"),
    [
        ("per-user", "per_user"),
        ("user_based", "per_user"),
        ("User-Based", "per_user"),
        ("circular", "sequential"),
        ("shuffle", "shuffled"),
    ],
)
def test_other_words_for_strategies_are_taken(written_as, meant):
    assert Feed(rows=LETTERS, strategy=written_as).strategy == meant


def test_a_file_that_changes_after_it_was_read_is_not_read_further(tmp_path):
    path = written(tmp_path, "l.csv", STORED)
    feed = laid_out(tmp_path, {"file": path})
    path.write_text(STORED + "f\n")
    with pytest.raises(RuntimeError, match="has changed"):
        runtime.feed_rows(feed)


# What placeholders ask for


@pytest.mark.parametrize(
    ("feed", "url", "words"),
    [
        ({"rows": LETTERS}, "http://h/${f.y}", "data.f: has no column 'y', which ${f.y} asks for"),
        ("users.csv", "http://h/${f.nmae}", "did you mean 'name'?"),
        ("users.csv", "http://h/${csv.f.zzz:-x}", "its columns: name, age"),
        ("users.jsonl", "http://h/${f.nick}", "line 2: has no 'nick'"),
    ],
)
def test_a_column_that_a_feed_does_not_have_is_told_before_the_run(tmp_path, feed, url, words):
    written(tmp_path, "users.csv", f"name,age\n{SECRET},1\n")
    written(tmp_path, "users.jsonl", f'{{"name": "{SECRET}", "nick": "a"}}\n{{"name": "b"}}\n')
    feed = {"file": tmp_path / feed} if isinstance(feed, str) else feed
    with pytest.raises(PlanError) as caught:
        laid_out(tmp_path, feed, url)
    assert words in str(caught.value)
    assert SECRET not in str(caught.value)


def test_a_row_may_lack_what_has_a_default(tmp_path):
    file = written(tmp_path, "users.jsonl", '{"name": "a", "nick": "b"}\n{"name": "c"}\n')
    assert laid_out(tmp_path, {"file": file}, "http://h/${f.nick:-none}")["size"] == 2


def test_an_only_feed_is_called_data_too(tmp_path):
    rows = {"rows": LETTERS}
    with pytest.raises(PlanError, match="has no column 'y'"):
        laid_out(tmp_path, rows, "http://h/${data.y}")
    assert laid_out(tmp_path, rows, "http://h/${data.y}", variables={"data": {"y": 1}})["size"] == 5


def test_facts_of_feeds_are_how_many_rows_and_what_columns(tmp_path):
    written(tmp_path, "u.csv", "name,age\na,1\n")
    written(tmp_path, "p.yaml", "data: {u: u.csv, v: {rows: [{x: 2024-01-02}]}}\nload: {iterations: 1}\n")
    text = (tmp_path / "p.yaml").read_text() + "scenarios: [{steps: [{url: 'http://h/'}]}]\n"
    plan = Plan.from_file(written(tmp_path, "p.yaml", text))
    assert feed_facts(plan) == {"u": FeedFacts(1, ("name", "age")), "v": FeedFacts(1, ("x",))}
    assert plan.data["v"].rows == ({"x": "2024-01-02"},)


def test_every_file_of_a_run_is_private(tmp_path):
    file = written(tmp_path, "f.csv", "a,b\n1,2\n".encode("utf-16"))
    folder = tmp_path / "run"
    folder.mkdir()
    laid_out(folder, {"file": file, "strategy": "shuffled"})
    assert {path.stat().st_mode & 0o777 for path in folder.glob("*/*")} == {0o600}


def test_no_row_is_quoted_in_what_is_said_of_a_file(tmp_path):
    broken = {
        "a.csv": f'x,y\n{SECRET},"{SECRET}"{SECRET}\n',
        "b.csv": f"x,y\n{SECRET}\n",
        "c.csv": b"x\n" + SECRET.encode() + b"\xff\n",
        "d.jsonl": f'{{"x": "{SECRET}" "{SECRET}"}}\n',
        "e.json": f'[{{"x": "{SECRET}"}}, "{SECRET}"]',
    }
    for name, content in broken.items():
        with pytest.raises(PlanError) as caught:
            laid_out(tmp_path, {"file": written(tmp_path, name, content)})
        assert SECRET not in str(caught.value)


def test_what_is_done_once_has_no_rows(tmp_path):
    for part in ("setup", "teardown"):
        with pytest.raises(PlanError, match=rf"{part}: 'x' of data\.f: rows are drawn by iterations"):
            laid_out(tmp_path, {"rows": LETTERS}, **{part: [{"url": "http://h/${f.x}"}]})
