"""Recordings as plans: what stays, what is left out and told, and how each part of a request is written."""

from __future__ import annotations

import base64
import json

import pytest
from tests.unit.importers.recordings import SHOP, entry, imported, steps

from adapters.performance.errors import SourceError, UsageError
from adapters.performance.importers.kinds import KINDS
from adapters.performance.importers.options import Options, patterns
from adapters.performance.importers.source import Source


def urls(*entries, **wishes) -> list[str]:
    return [step["url"] for step in steps(*entries, **wishes) if "url" in step]


def test_a_request_is_a_step_with_the_status_that_was_recorded():
    draft = imported(entry(url="/a"), entry("DELETE", "/b", status=404))
    assert draft.plan["target"] == SHOP
    assert draft.plan["scenarios"][0]["steps"] == [
        {"url": "/a", "checks": [{"status": 200}]},
        {"method": "DELETE", "url": "/b", "checks": [{"status": 404}]},
    ]
    assert any("answered with an error when recorded" in note for note in draft.notes)


def test_static_assets_are_left_out_and_told_unless_they_are_wanted():
    entries = (
        entry(url="/"),
        entry(url="/a.css"),
        entry(url="/b", answer="x", answer_kind="image/png"),
        entry(url="/c.js"),
        entry(url="/d", _resourceType="font"),
        entry(url="/data.js", answer={"a": 1}),
    )
    assert urls(*entries) == ["/", "/data.js"]
    assert "left out: 4 requests for images" in imported(*entries).notes[0]
    assert len(urls(*entries, keep_static=True)) == 6


def test_requests_to_other_sites_are_left_out_and_told_unless_they_are_wanted():
    entries = (
        entry(url="/"),
        entry(url="/more"),
        entry(url="https://api.shop.example/x"),
        entry(url="https://ads.example.net/y"),
    )
    assert urls(*entries) == ["/", "/more", "https://api.shop.example/x"]
    assert "ads.example.net (1)" in imported(*entries).notes[0]
    assert urls(*entries, keep_hosts=True)[-1] == "https://ads.example.net/y"


def test_include_and_exclude_look_at_urls():
    entries = (entry(url="/api/a"), entry(url="/api/b"), entry(url="/page"))
    wishes = {"include": patterns(["/api/"], "--include"), "exclude": patterns(["b$"], "--exclude")}
    assert urls(*entries, **wishes) == ["/api/a"]
    assert "2 requests that --include and --exclude" in imported(*entries, **wishes).notes[0]


@pytest.mark.parametrize(
    ("strange", "told"),
    [
        (entry(url="ws://shop.example/feed"), "WebSockets"),
        (entry(url="/chat", status=101), "WebSockets"),
        (
            entry(url="data:text/plain,x") | {"request": {"url": "data:,x", "method": "GET"}},
            "not go over HTTP",
        ),
        (entry(url="/aborted", status=0), "never answered"),
        (entry(url="/cached", _fromCache="disk"), "from its cache"),
        (entry("OPTIONS", "/x", headers={"Access-Control-Request-Method": "PUT"}), "preflight"),
    ],
)
def test_what_no_plan_can_send_is_left_out_and_told(strange, told: str):
    draft = imported(entry(url="/a"), strange)
    assert len(draft.plan["scenarios"][0]["steps"]) == 1
    assert told in draft.notes[0]


def test_a_recording_of_nothing_is_an_error_that_says_why():
    with pytest.raises(
        SourceError, match="no request that a plan could be made of: left out: 1 request for images"
    ):
        imported(entry(url="/a.png"))


def test_headers_of_the_browser_and_of_the_connection_are_left_out():
    kept = {"X-Requested-With": "XMLHttpRequest", "X-Team": "qa"}
    noise = {
        ":authority": "shop.example",
        "Host": "shop.example",
        "Cookie": "a=b",
        "Content-Length": "3",
        "Sec-Fetch-Mode": "cors",
        "sec-ch-ua": "x",
        "If-None-Match": '"x"',
        "Cache-Control": "no-cache",
        "traceparent": "00-1-2-3",
        "Referer": "https://shop.example/",
        "Connection": "keep-alive",
        "Accept": "*/*",
    }
    (step,) = steps(entry(headers={**noise, **kept}))
    assert step["headers"] == kept


def test_headers_that_all_requests_share_are_options_of_the_plan():
    same = {"User-Agent": "me", "Accept-Encoding": "gzip, deflate, br, zstd"}
    draft = imported(entry(url="/a", headers=same), entry(url="/b", headers={**same, "X-A": "1"}))
    assert draft.plan["options"]["headers"] == {"User-Agent": "me", "Accept-Encoding": "gzip, deflate"}
    assert [step.get("headers") for step in draft.plan["scenarios"][0]["steps"]] == [None, {"X-A": "1"}]


def test_what_changes_something_says_where_it_comes_from():
    sent = {"Origin": SHOP, "Referer": f"{SHOP}/form"}
    get, post = steps(entry(headers=sent), entry("POST", headers=sent), target="http://127.0.0.1:8000")
    assert "headers" not in get
    assert post["headers"] == {"Origin": "http://127.0.0.1:8000"}


def test_a_query_is_params_where_that_means_the_same():
    assert steps(entry(url="/s?q=red+lamp&n=1&n=2&e="))[0]["params"] == {
        "q": "red lamp",
        "n": ["1", "2"],
        "e": "",
    }
    assert urls(entry(url="/s?flag&a=b"), entry(url="/s?a=1&b=2&a=3")) == ["/s?flag&a=b", "/s?a=1&b=2&a=3"]


@pytest.mark.parametrize(
    ("kind", "sent", "field"),
    [
        ("application/json", {"a": [1, None, "x"]}, {"json": {"a": [1, None, "x"]}}),
        ("application/json; charset=utf-8", {"a": 1}, {"json": {"a": 1}}),
        ("application/x-www-form-urlencoded", "a=1&b=c+d", {"form": {"a": "1", "b": "c d"}}),
        (
            "application/json",
            "{broken",
            {"headers": {"Content-Type": "application/json"}, "body": "{broken"},
        ),
        ("text/xml", "<a/>", {"headers": {"Content-Type": "text/xml"}, "body": "<a/>"}),
        (
            "application/vnd.api+json",
            {"a": 1},
            {"headers": {"Content-Type": "application/vnd.api+json"}, "json": {"a": 1}},
        ),
        (
            "multipart/form-data; boundary=xx",
            '--xx\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n--xx\r\nContent-Disposition: form-data; '
            'name="f"; filename="a.txt"\r\nContent-Type: text/plain\r\n\r\nhello\r\n--xx--\r\n',
            {
                "multipart": [
                    {"name": "a", "value": "b"},
                    {"name": "f", "value": "hello", "filename": "a.txt", "content_type": "text/plain"},
                ]
            },
        ),
    ],
)
def test_bodies_by_their_type(kind: str, sent, field):
    (step,) = steps(entry("POST", "/a", sent=sent, kind=kind))
    del step["checks"]
    assert step == {"method": "POST", "url": "/a", **field}


def test_a_body_that_is_no_text_is_base64():
    one = entry("POST", "/a", sent="", kind="application/octet-stream")
    data = base64.b64encode(b"\xff\x00").decode()
    one["request"]["postData"] |= {"text": data, "encoding": "base64"}
    assert steps(one)[0]["body_base64"] == data


def test_pauses_are_those_of_the_user_and_no_longer_than_wanted():
    entries = (entry(url="/a"), entry(url="/b", at=3.0), entry(url="/c", at=3.2), entry(url="/d", at=60.0))
    assert [step["pause"] for step in steps(*entries) if "pause" in step] == ["3s", "10s"]
    assert "1 pause was cut to 10s" in imported(*entries).notes[0]
    assert not [step for step in steps(*entries, max_pause_s=0) if "pause" in step]


def test_the_load_is_long_enough_for_a_visit():
    entries = tuple(entry(url=f"/{number}", at=number * 9.0) for number in range(1, 8))
    assert imported(*entries).plan["load"] == {"users": 1, "duration": "2m"}


def test_redirects_that_the_browser_followed_are_followed():
    entries = (
        entry("POST", "/login", status=302, answer_headers={"Location": "/home"}),
        entry(url="/home", status=301, answer_headers={"Location": "/home/"}),
        entry(url="/home/"),
        entry(url="/elsewhere", status=302, answer_headers={"Location": "/gone"}),
    )
    login, elsewhere = steps(*entries)
    assert (login["redirects"], login["checks"]) == (2, [{"status": 200}])
    assert ("redirects" in elsewhere, elsewhere["checks"]) == (False, [{"status": 302}])


def test_pages_are_comments_and_requests_that_read_badly_have_names():
    draft = imported(
        entry(url="/a", pageref="p1"),
        entry("POST", "/graphql", sent={"operationName": "Cart", "query": "{a}"}, pageref="p1"),
        entry(url=f"/x/{'y' * 100}", pageref="p2"),
        pages=({"id": "p1", "title": "The shop"}, {"id": "p2", "title": "A  very\nlong one"}),
    )
    names = [step.get("name") for step in draft.plan["scenarios"][0]["steps"]]
    assert names[:2] == [None, "POST /graphql Cart"]
    assert len(names[2]) == 80
    assert draft.above["scenarios", 0, "steps", 0] == "Page: The shop"
    assert draft.above["scenarios", 0, "steps", 2].startswith("Page: A  very")


def test_what_is_sent_side_by_side_is_told():
    draft = imported(entry(url="/a", took=5.0), entry(url="/b", at=1.0), entry(url="/c", at=2.0))
    assert any("sent while others were under way" in note for note in draft.notes)


def test_cookies_of_before_the_recording_are_told():
    draft = imported(
        entry(headers={"Cookie": "sid=1; theme=dark"}, answer_headers={"Set-Cookie": "cart=2; Path=/"}),
        entry(headers={"Cookie": "cart=2; sid=1"}),
    )
    (note,) = [note for note in draft.notes if note.startswith("cookies")]
    assert "sid, theme;" in note


def test_another_target_takes_the_place_of_the_recorded_one():
    draft = imported(entry(url="/a"), target="http://127.0.0.1:8000")
    assert draft.plan["target"] == "http://127.0.0.1:8000"
    with pytest.raises(UsageError, match="--target: 'nowhere' has no scheme"):
        Options(target="nowhere")


def test_nothing_that_was_recorded_is_a_placeholder():
    draft = imported(
        entry("POST", "/${env.HOME}?a=${b}", sent={"${c}": "${env.HOME}"}, headers={"X-A": "${d}"}),
        entry("POST", "http://${env.HOME}.shop.example/x", sent="${e}", kind="text/plain"),
        entry("POST", "/f", sent="${g}=${h}", kind="application/x-www-form-urlencoded"),
        keep_hosts=True,
    )
    requests = draft.plan["scenarios"][0]["steps"]
    text = json.dumps([{**step, "name": ""} for step in requests])  # names are no templates
    assert text.count("${") == text.count("$${") == 9


def test_a_har_that_is_none_is_an_error():
    with pytest.raises(SourceError, match=r"a\.har: not a recording: it has no log\.entries"):
        KINDS["har"].read(Source("a.har", b'{"log": {"entries": 5}}'), Options())
