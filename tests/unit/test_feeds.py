"""Data feeds: any row of any source, at any time, as a parser of the whole file would give it."""

import codecs
import csv
import io
import json
import sqlite3
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.performance import Plan, PlanError
from adapters.performance.engines.program import runtime
from adapters.performance.engines.program.compile import compile_plan
from adapters.performance.engines.program.feeds import csv_rows
from adapters.performance.plan import Feed

SECRET = "hunter2-hunter2"


def laid_out(folder, feed, url="http://h/", **plan):
    """The program's feed, its files left in a folder."""
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
