"""Access logs become plans: the real mix, the real rate, and what is left out is told."""

from __future__ import annotations

import gzip
import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.performance.errors import SourceError
from adapters.performance.importers.access_log.lines import Reader
from adapters.performance.importers.access_log.rate import Rate
from adapters.performance.importers.access_log.routes import SAMPLES, Routes, folded
from adapters.performance.importers.importing import drafted, import_plan, opened
from adapters.performance.importers.options import Options

from .drafting import draft_of


def line(url="/a", *, second=0, method="GET", status=200, rest=' "-" "Mozilla/5.0"', who="1.2.3.4 - -"):
    minute, second = divmod(second, 60)
    return (
        f'{who} [10/Oct/2000:13:{minute:02}:{second:02} -0700] "{method} {url} HTTP/1.1" {status} 100{rest}'
    )


def log(*lines):
    return "\n".join(lines) + "\n"


def read(*lines):
    reader = Reader()
    return list(reader.read(one.encode() for one in lines)), reader


# Lines


@pytest.mark.parametrize(
    "text",
    [
        line(rest=""),
        line(),
        line(rest=' "-" "Mozilla/5.0" 0.123'),
        line(rest=' "-" "Mozilla/5.0" "10.0.0.1" rt=0.123 uct="0.000"'),
        line(who="2001:db8::1 - ann smith"),
        line(who="shop.test:443 1.2.3.4 - -"),
        line(rest=r' "http://a.test/\"x\"" "an \"agent\""'),
        line().replace("-0700", "-0700").replace('" 200', '" 200').replace("13:00:00", "13:00:00.123"),
        line().replace(" 100", " -"),
    ],
)
def test_lines_of_the_usual_formats(text):
    (found,), reader = read(text)
    assert (found.method, found.url, found.status) == ("GET", "/a", 200)
    assert found.at_s == 971208000  # 2000-10-10 20:00:00 UTC
    assert not reader.malformed


def test_what_servers_add():
    (found,), _ = read(line(who="shop.test 1.2.3.4 - -", rest=' "-" "curl/8" 0.125'))
    assert (found.host, found.agent, found.took_s) == ("shop.test", "curl/8", 0.125)


def test_bytes_that_the_server_escaped_are_encoded():
    (found,), _ = read(line(r"/a\xC3\xBC\x22"))
    assert found.url == "/a%C3%BC%22"


def test_lines_that_are_none_are_counted():
    broken = ["nonsense", line().replace("Oct", "Foo"), line().replace("10/", "99/"), "\x00"]
    none = [
        line().replace("GET /a HTTP/1.1", "-"),
        line().replace("GET /a HTTP/1.1", r"\x16\x03"),
        line("*", method="OPTIONS"),
    ]
    found, reader = read(*broken, *none, "", "# comment", line())
    assert (len(found), reader.malformed, reader.no_request) == (1, 4, 3)


@given(st.binary(max_size=200))
def test_any_bytes_can_be_read(data):
    reader = Reader()
    found = list(reader.read(data.split(b"\n")))
    assert all(one.url.startswith("/") for one in found)


# Routes


@pytest.mark.parametrize(
    ("segment", "varies"),
    [
        ("17", True),
        ("3fa85f64-5717-4562-b3fc-2c963f66afa6", True),
        ("0123456789abcdef", True),
        ("2025-01-31", True),
        ("red-lamp-1234", True),
        ("eyJhbGciOiJIUzI1", True),
        ("01ARZ3NDEKTSV4RRFFQ69G5FAV", True),
        ("v2", False),
        ("products", False),
        ("oauth2", False),
        ("index.html", False),
        ("", False),
    ],
)
def test_parts_of_paths_that_look_like_ids_vary(segment, varies):
    assert (folded(segment) == "{}") is varies


def test_a_place_with_many_names_varies_as_a_whole():
    routes = Routes()
    for n in range(200):
        routes.add("GET", f"/wiki/{'abcdefghij'[n % 10]}{'klmnopqrst'[n // 20]}{n % 7}x/talk", 200, None)
    assert [(form, route.count) for _, form, route in routes.all()] == [("/wiki/{}/talk", 200)]


def test_samples_are_drawn_evenly_whether_or_not_routes_were_folded():
    routes = Routes()
    for n in range(20_000):
        routes.add("GET", f"/u/{'x' * (n % 97)}y?n={n}", 200, None)
    ((_, form, route),) = routes.all()
    drawn = [int(url.partition("n=")[2]) for url in route.samples]
    assert (form, len(drawn)) == ("/u/{}", SAMPLES)
    assert 6_000 < sum(drawn) / len(drawn) < 14_000


def test_memory_stays_bounded_whatever_is_asked_for():
    chance, routes = random.Random(1), Routes()
    for _ in range(30_000):
        path = "/".join(chance.choice("abcdefghijklmnopqrstuvwxyz") * chance.randint(1, 3) for _ in range(5))
        routes.add("GET", f"/{path}", 200, None)
    counted = sum(route.count for _, _, route in routes.all())
    assert counted + routes.beyond == 30_000
    assert len(list(routes.all())) <= 5_000


# Rates


def test_the_rate_is_counted_over_the_whole_time():
    rate = Rate()
    for second, count in ((100, 1), (101, 5), (109, 4)):
        for _ in range(count):
            rate.add(second)
    assert (rate.total, rate.duration_s, rate.average, rate.busiest(1)) == (10, 10, 1.0, 5.0)
    assert rate.steps() == [(1, 1.0), (1, 5.0), *[(1, 0.0)] * 7, (1, 4.0)]


@given(st.lists(st.integers(0, 3_000_000), min_size=1, max_size=300))
def test_steps_hold_every_request_of_the_log(seconds):
    rate = Rate()
    for second in seconds:
        rate.add(second)
    steps = rate.steps()
    assert sum(length for length, _ in steps) == max(seconds) - min(seconds) + 1
    assert sum(length * per_s for length, per_s in steps) == pytest.approx(len(seconds))


def test_a_log_of_years_is_counted_by_more_than_seconds():
    rate = Rate()
    for n in range(250_000):
        rate.add(n * 400)
    assert rate.total == 250_000
    assert rate.width_s > 1
    assert rate.busiest(1) is None


# Plans


def test_the_mix_is_that_of_the_log_and_the_rate_its_average():
    lines = [line("/a", second=n) for n in range(30)] + [
        line(f"/b/{n}?c=1", second=n, status=304) for n in range(10)
    ]
    draft = draft_of("log", log(*lines, line("/a", second=39)), target="http://a.test")
    assert draft.plan["load"] == {"rate": 1.025, "duration": "1m"}
    first, second = draft.plan["scenarios"]
    assert (first["name"], first["weight"]) == ("GET /a", 31)
    assert second["steps"] == [{"name": "GET /b/{id}", "url": "/b/${b.id}?c=1"}]
    assert sorted(row["id"] for row in draft.plan["data"]["b"]["rows"]) == list(range(10))
    assert draft.beside["scenarios", 1, "weight"] == "24.4 %; 304 100 %"


def test_the_shape_of_the_log_where_that_is_wanted():
    lines = [line(second=n) for n in range(30) for _ in range(1 if n < 20 else 4)]
    stages = draft_of("log", log(*lines), follow=True).plan["load"]["stages"]
    assert stages[:2] == [{"duration": 0, "rate": 1.0}, {"duration": "1s", "rate": 1.0}]
    assert stages[-1] == {"duration": "1s", "rate": 4.0}
    assert len(stages) == 60


def test_what_is_left_out_is_told():
    lines = [
        *[line("/a")] * 3,
        line("/app.css?v=1"),
        line("/buy", method="POST"),
        line("/wp-login.php", status=404),
        line("/a", rest=' "-" "Googlebot/2.1"'),
        line("/b"),
        "nonsense",
    ]
    notes = " ".join(draft_of("log", log(*lines), exclude=(re.compile("/b$"),)).notes)
    for told in (
        "1 line could not",
        "POST (1)",
        "1 request for images",
        "wp-login.php (404)",
        "came from robots",
        "--exclude",
    ):
        assert told in notes


def test_assets_and_other_methods_are_kept_where_that_is_wanted():
    lines = log(line("/app.css"), line("/buy", method="POST"))
    draft = draft_of("log", lines, keep_static=True, all_methods=True)
    assert [one["name"] for one in draft.plan["scenarios"]] == ["GET /app.css", "POST /buy"]


def test_secrets_in_queries_are_left_out_and_what_looks_like_a_placeholder_is_none():
    draft = draft_of("log", log(line("/a?token=t-in-clear&b=${x}"), line("/a/${y}/1")))
    assert "t-in-clear" not in str(draft.plan)
    urls = [one["steps"][0]["url"] for one in draft.plan["scenarios"]]
    assert sorted(urls) == ["/a/$${y}/${a_y.id}", "/a?b=$${x}"]


@pytest.mark.parametrize("content", ["", "nonsense\n", log(line(method="POST")), log(line(status=500))])
def test_without_a_request_there_is_no_plan(content):
    with pytest.raises(SourceError):
        draft_of("log", content)


@pytest.mark.parametrize("packed", [False, True])
def test_a_log_larger_than_what_may_be_in_memory_is_read_by_lines(tmp_path, packed):
    data = log(*[line(f"/p/{n}", second=n % 600) for n in range(5_000)]).encode()
    path = tmp_path / "access.log"
    path.write_bytes(gzip.compress(data[:200_000]) + gzip.compress(data[200_000:]) if packed else data)
    source = opened(path, max_bytes=100_000)
    kind, draft = drafted(source, None, Options())
    assert kind.name == "log"
    assert draft.plan["scenarios"][0]["weight"] == 5_000
    with pytest.raises(SourceError, match="larger than"):
        source.text  # noqa: B018
    with pytest.raises(SourceError, match="larger than"):
        import_plan(path, max_bytes=5_000)


def test_a_gzip_file_that_is_none_is_told(tmp_path):
    path = tmp_path / "access.log.gz"
    path.write_bytes(b"\x1f\x8bnonsense")
    with pytest.raises(SourceError, match="begins like a gzip file and is none"):
        import_plan(path)
