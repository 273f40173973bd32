"""curl commands become requests: words as shells make them, options as curl takes them."""

from __future__ import annotations

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.performance.errors import SourceError
from adapters.performance.importers.curl.command import parsed
from adapters.performance.importers.curl.words import commands
from adapters.performance.importers.importing import import_plan
from adapters.performance.importers.marks import mark

from .drafting import draft_of, steps_of

URL = "http://a.test/x"


def words(text):
    return [one.words for one in commands(text)]


def step(arguments):
    (made,) = steps_of("curl", f"curl {arguments}")
    return made


# Words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a 'b c' \"d e\" f\\ g", [["a", "b c", "d e", "f g"]]),
        ("a'b'\"c\"", [["abc"]]),
        ("a \\\n b", [["a", "b"]]),
        ("a \\  \n b", [["a", "b"]]),
        ("a\r\nb", [["a"], ["b"]]),
        ("a; b && c | d & e", [["a"], ["b"], ["c"], ["d"], ["e"]]),
        ("a # the rest\n# all\nb#c", [["a"], ["b#c"]]),
        (r"$'it\'s \u00fc \ud83d\ude00 \x41\101\n'", [["it's ü 😀 AA\n"]]),
        (r'"a\"b\\c\$d\x"', [['a"b\\c$d\\x']]),
        ("''", [[""]]),
        ("a ` \n b", [["a", "b"]]),
        ("'never closed", [["never closed"]]),
        ("", []),
    ],
)
def test_words_as_a_shell_makes_them(text, expected):
    assert words(text) == expected


def test_variables_are_those_of_the_environment():
    assert words("$A-${B}'$C' \"$D\" ${E:-x} $1") == [
        [f"{mark('env.A')}-{mark('env.B')}$C", mark("env.D"), mark("env.E"), "$1"]
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            'curl ^"http://a/?x=1^&y=^%^20^" ^\r\n  -H ^"A: b^"',
            [["curl", "http://a/?x=1&y=%20", "-H", "A: b"]],
        ),
        (
            'curl ^"u^" ^\n --data-raw ^"^{^\\^"a^\\^":^\\^"b c^\\^"^}^"',
            [["curl", "u", "--data-raw", '{"a":"b c"}']],
        ),
        ('curl ^"u^" &\ncurl ^"v^"', [["curl", "u"], ["curl", "v"]]),
    ],
)
def test_commands_for_windows_as_browsers_copy_them(text, expected):
    assert words(text) == expected


@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Co"]), max_size=20), min_size=1, max_size=6))
def test_what_a_shell_quotes_comes_back(arguments):
    arguments = [one.replace("\r\n", "\n").replace("\0", "") for one in arguments]
    assert words(shlex.join(["curl", *arguments])) == [["curl", *arguments]]


# Options


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (f"{URL}", {"url": "/x"}),
        ("a.test/x", {"url": "/x"}),
        (f"-XDELETE {URL}", {"method": "DELETE"}),
        (f"-d a=1 -d b=2 {URL}", {"method": "POST", "form": {"a": "1", "b": "2"}}),
        (f"-d a=1 -d a=2 {URL}", {"form": {"a": ["1", "2"]}}),
        (
            f"-d a=1 -d b=2 -d a=3 {URL}",
            {"body": "a=1&b=2&a=3", "headers": {"Content-Type": "application/x-www-form-urlencoded"}},
        ),
        (f"-sSLd a=1 {URL}", {"method": "POST", "form": {"a": "1"}}),
        (f"-G -d 'q=a b' --data-urlencode 'r=x&y' {URL}?z=1", {"url": "/x?z=1&q=a b&r=x%26y"}),
        (
            f"--json '{{\"a\": 1}}' {URL}",
            {"json": {"a": 1}, "headers": {"Accept": "application/json"}, "method": "POST"},
        ),
        (f"-H 'content-type: application/json' -d '[1]' -X PUT {URL}", {"json": [1], "method": "PUT"}),
        (
            f"-d '{{\"a\": 1}}' {URL}",
            {"body": '{"a": 1}', "headers": {"Content-Type": "application/x-www-form-urlencoded"}},
        ),
        (f"-H 'Content-Type:' -d x=1 {URL}", {"form": {"x": "1"}}),
        (f"-I {URL}", {"method": "HEAD"}),
        (f"-u ann: {URL}", {"auth": {"basic": {"username": "ann", "password": ""}}}),
        (
            f"--digest -u ann:pw {URL}",
            {"auth": {"digest": {"username": "ann", "password": "${env.PASSWORD}"}}},
        ),
        (f"--oauth2-bearer abc {URL}", {"auth": {"bearer": "${env.TOKEN}"}}),
        (
            "http://ann:pw@a.test/x",
            {"url": "/x", "auth": {"basic": {"username": "ann", "password": "${env.PASSWORD}"}}},
        ),
        (
            f"-H 'Authorization: Basic YW5uOnB3' {URL}",
            {"auth": {"basic": {"username": "ann", "password": "${env.PASSWORD}"}}},
        ),
        (f"-H 'Authorization: Custom abc' {URL}", {"headers": {"Authorization": "${env.AUTHORIZATION}"}}),
        (f'-H "Authorization: Bearer $T" {URL}', {"auth": {"bearer": "${env.T}"}}),
        (
            f"-A me -e http://b.test -r 0-9 {URL}",
            {"headers": {"User-Agent": "me", "Referer": "http://b.test", "Range": "bytes=0-9"}},
        ),
        (f"-H 'X-Empty;' -H 'X-A: 1' -H 'x-a: 2' {URL}", {"headers": {"X-Empty": "", "X-A": "1, 2"}}),
        (f"-b 'a=1' -b 'b=2' {URL}", {"headers": {"Cookie": "${env.COOKIE}; ${env.COOKIE_2}"}}),
        (f"--compressed {URL}", {"headers": {"Accept-Encoding": "gzip, deflate"}}),
        (f"--form-string 'a=@b' {URL}", {"multipart": [{"name": "a", "value": "@b"}]}),
        (
            f"-F 'a=x;type=text/csv' {URL}",
            {"multipart": [{"name": "a", "value": "x", "content_type": "text/csv"}]},
        ),
        (f"-F 'a=one;two' {URL}", {"multipart": [{"name": "a", "value": "one;two"}]}),
        (f"-d 'costs ${{x}}' {URL}", {"body": "costs $${x}"}),
        (f"{URL}?token=abc", {"url": "/x?token=${env.TOKEN}"}),
    ],
)
def test_options_as_curl_takes_them(arguments, expected):
    made = step(arguments)
    assert {key: made[key] for key in expected} == expected


def test_what_concerns_all_requests_is_an_option_of_the_plan():
    plan = draft_of("curl", f"curl -kL --max-ti 7 --http2 -x proxy.test:3128 {URL}").plan
    assert plan["options"] == {
        "timeout": 7.0,
        "redirects": 50,
        "tls": {"verify": False},
        "http_version": "2",
        "proxy": "http://proxy.test:3128",
    }


def test_several_urls_and_several_commands_are_several_steps_on_the_target_most_go_to():
    text = f"$ curl {URL} {URL}2 --next -d a=1 http://b.test/y\nTOKEN=1 /usr/bin/curl.exe {URL}3\necho curl no\nls"
    draft = draft_of("curl", text)
    assert draft.plan["target"] == "http://a.test"
    assert [one["url"] for one in draft.plan["scenarios"][0]["steps"]] == [
        "/x",
        "/x2",
        "http://b.test/y",
        "/x3",
    ]


def test_what_is_left_out_is_told_by_name():
    draft = draft_of(
        "curl", f"curl --connect-timeout 3 --limit-rate 1M --nonsense -d @body.json {URL} $(date)"
    )
    told = draft.above["scenarios", 0, "steps", 0]
    for name in ("--connect-timeout", "--limit-rate", "--nonsense", "body.json was not read", "$(…)"):
        assert name in told


def test_a_command_whose_answer_a_script_keeps():
    draft = draft_of("curl", f"for i in 1 2; do token=$(curl -d a=1 {URL} | jq -r .t); done\nx=`curl {URL}2`")
    assert [one["url"] for one in draft.plan["scenarios"][0]["steps"]] == ["/x", "/x2"]
    assert not draft.above


def test_a_target_that_is_a_variable_is_this_machine_by_default():
    draft = draft_of("curl", "curl $BASE/a -u me:pw\ncurl $BASE/b")
    assert draft.plan["target"] == "${env.BASE:-http://127.0.0.1:8000}"
    assert draft.notes == ["before a run set the environment variables BASE, PASSWORD"]


def test_globs_are_drawn_at_random():
    made = step("http://a.test/[1-9]/{a,b}")
    assert made["url"] == "/${randint(1,9)}/${choice(a,b)}"


def test_files_are_read_where_that_is_wanted(tmp_path):
    (tmp_path / "body.json").write_text('{\n"a": 1}')
    (tmp_path / "raw").write_bytes(b"\xff\x00")
    (tmp_path / "c.sh").write_text(
        f"curl --json @body.json {URL}\ncurl --data-binary @raw {URL}\ncurl -F f=@raw {URL}"
    )
    first, second, third = import_plan(tmp_path / "c.sh", read_files=True).requests()
    assert first.json_ == {"a": 1}
    assert second.body_base64 == "/wA="
    assert third.multipart[0].base64 == "/wA="
    assert import_plan(tmp_path / "c.sh").requests()[1].body in (None, "")
    (tmp_path / "raw").unlink()
    with pytest.raises(SourceError, match="raw: cannot be read"):
        import_plan(tmp_path / "c.sh", read_files=True)


@pytest.mark.parametrize("name", ["/etc/hostname", "../secret", "sub/../../secret"])
def test_files_elsewhere_are_not_read(tmp_path, name):
    folder = tmp_path / "commands"
    folder.mkdir()
    (tmp_path / "secret").write_text("x")
    (folder / "c.sh").write_text(f"curl -d @{name} {URL}")
    with pytest.raises(SourceError, match="is not in the folder"):
        import_plan(folder / "c.sh", read_files=True)


@pytest.mark.parametrize("text", ["", "curl", "curl -X POST", "wget http://a.test", "curl ftp://a.test/x"])
def test_without_a_request_there_is_no_plan(text):
    with pytest.raises(SourceError):
        draft_of("curl", text)


@given(
    st.lists(
        st.sampled_from(
            [
                "-d",
                "-X",
                "-H",
                "a: b",
                "@x",
                "-F",
                "a=@b;type=c",
                "--next",
                "-Gd",
                URL,
                "--",
                "-",
                "--json",
                "{",
                "-u",
                "-m",
                "x=",
                "\ue000",
            ]
        )
    )
)
def test_any_words_can_be_taken(arguments):
    for one in parsed(arguments, lambda name: None):
        assert one.urls
        assert one.verb
